"""An argument or block that the schema has elsewhere: in a block around, or in one nested where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform.tree import Attribute, Block
from lsp_server.fixers.terraform import layout
from lsp_server.fixers.terraform.content import META, Content
from lsp_server.fixers.terraform.names import likeness
from lsp_server.fixers.terraform.place import Place, kind_of, place_of
from lsp_server.fixers.terraform.step import Step
from lsp_server.fixers.terraform.values import fits

_DEPTH = 3


@dataclass(frozen=True)
class Home:
    """Where an item belongs: under `host`, in blocks `new` that have to be written first, as `name`."""

    score: float
    host: Place
    new: tuple[str, ...]
    name: str


def homes(place: Place, item: Attribute | Block, name: str) -> Iterator[Home]:
    """The places where an item may belong, in no order."""
    for depth in range(len(place.path) - 1, 0, -1):
        outer = place_of(place.scene, place.document, place.path[:depth])
        if outer.block.type in {"dynamic", "content"} or outer.content.opaque:
            continue
        if _takes(outer.content, item, name) and not _taken(outer, item, name):
            yield Home(0.94 - 0.02 * (len(place.path) - depth), outer, (), name)
    if isinstance(item, Attribute):
        yield from _below(place, item, name, place.content, place, (), ())


def _below(
    place: Place, item: Attribute, name: str, content: Content, host: Place, new: tuple[str, ...], path: tuple[str, ...]
) -> Iterator[Home]:
    if len(path) == _DEPTH or content.opaque:
        return
    for kind, nested in content.blocks.items():
        if kind in META or nested.opaque:
            continue
        inner, way = content.inside(kind), (*path, kind)
        written = [b for b in host.block.body.blocks if kind_of(b) == kind] if not new else []
        if len(written) > 1 or any(b.type == "dynamic" for b in written):
            continue
        inner_host = host.inside(written[0]) if written else host
        inner_new = () if written else (*new, kind)
        for leaf, attribute in inner.arguments.items():
            score = _score(place, name, way, leaf)
            if score < 0.7 or not fits(place.scene, item.value, attribute.type) or (written and inner_host.has(leaf)):
                continue
            if inner_new and (set(inner.required) - {leaf} or inner.required_blocks or nested.max > 1):
                continue
            yield Home(score, inner_host, inner_new, leaf)
        if not inner_new or not (inner.required or set(inner.required_blocks)):
            yield from _below(place, item, name, inner, inner_host, inner_new, way)


def _score(place: Place, name: str, way: tuple[str, ...], leaf: str) -> float:
    if name == leaf:
        return 0.9 - 0.03 * len(way)
    return min(likeness(name, "_".join((*way[-1:], leaf)), place.around) - 0.04, 0.88) - 0.03 * len(way)


def _takes(content: Content, item: Attribute | Block, name: str) -> bool:
    if isinstance(item, Attribute):
        return name in content.arguments and name not in META
    return name in content.blocks and name not in META


def _taken(outer: Place, item: Attribute | Block, name: str) -> bool:
    if isinstance(item, Attribute):
        return outer.has(name)
    nested = outer.content.block(name)
    return nested is not None and nested.max == 1 and outer.has(name)


def move(place: Place, item: Attribute | Block, name: str, home: Home) -> Step:
    """Move an item to its home."""
    document = place.document
    old = layout.indent(document, item.span.start)
    comments = layout.with_comments(document, item)
    if isinstance(item, Attribute):
        value = layout.reindent(document.slice(item.value.span), old, "")
        edits = _argument_moved(place, item, comments, home, f"{value}  {comments.behind}".rstrip())
    else:
        text = layout.reindent(document.slice(item.span), old, "")
        lines = [*comments.above, f"{text}  {comments.behind}".rstrip()]
        insert = layout.insert_block(document, home.host.block, "\n".join(lines))
        edits = (layout.remove(document, comments.span), insert)
    below = len(home.host.path) > len(place.path) or home.new
    target = ".".join((*(b.type for b in home.host.path[1:]), *home.new)) or home.host.path[0].type
    kind = "argument" if isinstance(item, Attribute) else "block"
    renamed = f" as `{home.name}`" if home.name != name else ""
    title = f"Move the {kind} `{name}` {'into' if below else 'out to'} `{target}`{renamed}"
    return Step(
        title,
        edits,
        "misplaced",
        filled=home.new[0] if home.new and home.host.block is place.block else home.name,
        reveals=not isinstance(item, Attribute),
    )


def _argument_moved(
    place: Place, item: Attribute, comments: layout.Comments, home: Home, value: str
) -> tuple[Edit, ...]:
    document, block = home.host.document, home.host.block
    removed = layout.remove(document, comments.span)
    if not home.new:
        return removed, layout.insert_argument(document, block, home.name, value, comments.above)
    text = "\n".join([*comments.above, f"{home.name} = {value}"])
    for kind in reversed(home.new):
        body = layout.UNIT + layout.reindent(text, "", layout.UNIT)
        text = f"{kind} {{\n{body}\n}}"
    if block is place.block:
        return layout.as_block(document, block, item, comments, text)
    return removed, layout.insert_block(document, block, text)
