"""An argument of an older provider version, written as the newer one has it."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability
from lsp_server.dialects.terraform.tree import Attribute, Block, Broken, Literal, Template
from lsp_server.fixers.terraform import layout, shape
from lsp_server.fixers.terraform.content import Content
from lsp_server.fixers.terraform.place import Place, kind_of
from lsp_server.fixers.terraform.step import Step
from lsp_server.fixers.terraform.upgrades import Change, changes


def steps(place: Place, item: Attribute | Block) -> Iterator[Step]:
    """The one way to write an item that the upgrade guides tell, where the schema has what they name."""
    top = place.path[0]
    if not top.labels:
        return
    kind = f"provider.{top.labels[0].text}" if top.type == "provider" else top.labels[0].text
    name = item.name if isinstance(item, Attribute) else kind_of(item)
    change = changes().get((kind, ".".join((*(kind_of(b) for b in place.path[1:]), name))))
    if change is None:
        return
    if isinstance(item, Block):
        yield from _block(place, item, change)
    elif not isinstance(item.value, Broken):
        yield from _filter(place, item, change) if change.filter else _argument(place, item, change)


def _block(place: Place, item: Block, change: Change) -> Iterator[Step]:
    if place.content.takes_block(change.name) and item.type != "dynamic":
        edit = Edit(place.document.uri, item.type_span, change.name)
        title = f"Change `{item.type}` to `{change.name}`, as it is called now"
        yield Step(title, (edit,), "upgraded", Applicability.SAFE, filled=change.name, reveals=True)


def _argument(place: Place, item: Attribute, change: Change) -> Iterator[Step]:
    *blocks, name = change.name.split(".")
    content = place.content
    for kind in blocks:
        content = content.inside(kind)
    if not blocks and content.block(name) is not None:
        yield from shape.as_blocks(place, item, name)
        return
    value, sure = _value(place, item, change)
    if content.opaque or not content.takes_argument(name) or not value:
        return
    trust = Applicability.SAFE if sure else Applicability.UNSAFE
    if not blocks:
        if place.has(name):
            return
        edits = layout.rename(place.document, place.block, item, name)
        if value != place.document.slice(item.value.span):
            edits.append(Edit(place.document.uri, item.value.span, value))
        yield Step(
            f"Change `{item.name}` to `{name}`, as it is called now", tuple(edits), "upgraded", trust, filled=name
        )
    elif (moved := _into(place, item, blocks, f"{name} = {value}")) is not None:
        title = f"Move `{item.name}` into `{'.'.join(blocks)}`, where it is set now"
        yield Step(title, moved, "upgraded", trust, filled=blocks[0])


def _value(place: Place, item: Attribute, change: Change) -> tuple[str, bool]:
    """How the value is written now, and whether that is sure; empty where it cannot be known."""
    written = place.document.slice(item.value.span)
    if change.words:
        plain = isinstance(item.value, Literal | Template)
        if plain or set(change.words.values()) != {"true", "false"} or len(change.words) != 2:
            return change.words.get(written, ""), True
        return f"!{written}" if written.replace(".", "").replace("_", "").isalnum() else f"!({written})", True
    if change.each:
        return change.each.replace("*", written), True
    return written, change.sure


def _into(place: Place, item: Attribute, blocks: list[str], text: str) -> tuple[Edit, ...] | None:
    """Edits that move an argument into nested blocks, the first of which may be there already."""
    document, host = place.document, place.block
    left = list(blocks)
    while left and (inside := [b for b in host.body.blocks if kind_of(b) == left[0]]):
        if len(inside) > 1 or inside[0].type == "dynamic":
            return None
        host = inside[0]
        left.pop(0)
    comments = layout.with_comments(document, item)
    name, _, value = text.partition(" = ")
    if host.body.attribute(name) is not None and not left:
        return None
    value = layout.reindent(value, layout.indent(document, item.span.start), "")
    said = f"{value} {comments.behind}".rstrip()
    removed = layout.remove(document, comments.span)
    if not left:
        return removed, layout.insert_argument(document, host, name, said, comments.above)
    body = "\n".join([*comments.above, f"{name} = {said}"])
    for kind in reversed(left):
        body = f"{kind} {{\n{layout.UNIT}{layout.reindent(body, '', layout.UNIT)}\n}}"
    return (
        layout.as_block(document, place.block, item, comments, body)
        if host is place.block
        else (removed, layout.insert_block(document, host, body))
    )


def _filter(place: Place, item: Attribute, change: Change) -> Iterator[Step]:
    """`vpc_id = X` as a filter block that asks for the same."""
    inner: Content = place.content.inside("filter")
    if inner.opaque or not {"name", "values"} <= set(inner.arguments):
        return
    document = place.document
    comments = layout.with_comments(document, item)
    value = layout.reindent(document.slice(item.value.span), layout.indent(document, item.span.start), layout.UNIT)
    lines = [*comments.above, "filter {", f'  name   = "{change.filter}"', f"  values = [{value}]", "}"]
    if comments.behind:
        lines[-2] += f" {comments.behind}"
    edits = layout.as_block(document, place.block, item, comments, "\n".join(lines))
    yield Step(f"Write `{item.name}` as a filter", edits, "upgraded", Applicability.SAFE, filled="filter")
