"""Nested blocks that differ in a few values become one `dynamic` block over a list of those, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from lsp_server.core.document import Span
from lsp_server.core.edit import Edit, apply_edits
from lsp_server.dialects.terraform import tree as t
from lsp_server.fixers.terraform import layout
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.terraform.meaning import Comparison
from lsp_server.refactorings.terraform.spot import Spot, comments_of, spot_of
from lsp_server.refactorings.terraform.writing import has_heredoc, native

_HOLDERS = frozenset({"resource", "data", "ephemeral", "provider"})
_PLAIN = re.compile(r'\d+|"[^"\\$%]*"')
_OWN = frozenset({"lifecycle", "provisioner", "connection", "precondition", "postcondition"})
"""Blocks of Terraform itself, which cannot be made by a `dynamic` block."""


def dynamic(selection: Selection) -> Iterator[Refactoring]:
    """Offer it on the header of a nested block that stands there more than once."""
    spot = spot_of(selection)
    block = spot.header
    if block is None or not spot.path or spot.path[0].type not in _HOLDERS or not selection.asked:
        return
    if block.type == "dynamic":
        yield from _written_out(spot, block)
        return
    if block.type in _OWN or block.labels or any(around.type in _OWN for around in spot.path):
        return
    blocks = spot.path[-1].body.blocks_of(block.type)
    varying = _varying(spot, blocks)
    if len(blocks) > 1 and varying and not _between(spot, blocks):
        title = f"Convert {len(blocks)} '{block.type}' blocks to a 'dynamic' block"
        edits = partial(_to_dynamic, spot, blocks, varying)
        yield Refactoring("dynamic.make", title, Kind.REWRITE, edits, Comparison())


def _varying(spot: Spot, blocks: Sequence[t.Block]) -> list[str]:
    """The arguments in which blocks that are alike otherwise differ; none where they are not alike."""
    names = [[a.name for a in block.body.attributes] for block in blocks]
    if any(block.body.blocks for block in blocks) or any(set(one) != set(names[0]) for one in names):
        return []
    if any(len(set(one)) < len(one) for one in names):
        return []
    values = {
        name: [spot.text(a.value) for b in blocks for a in b.body.attributes if a.name == name] for name in names[0]
    }
    varying = [name for name, texts in values.items() if len(set(texts)) > 1]
    return [] if any("\n" in text for name in varying for text in values[name]) else varying


def _between(spot: Spot, blocks: Sequence[t.Block]) -> bool:
    """Whether a comment stands in or between the blocks: it could not stay where it is."""
    return bool(comments_of(spot.tree, Span(blocks[0].span.start, blocks[-1].span.end)))


def _to_dynamic(spot: Spot, blocks: Sequence[t.Block], varying: Sequence[str]) -> Iterable[Edit] | None:
    document, first = spot.document, blocks[0]
    kind, pad = first.type, layout.indent(document, first.span.start)
    values = [{a.name: spot.text(a.value) for a in block.body.attributes} for block in blocks]
    if len(varying) == 1:
        items = [own[varying[0]] for own in values]
    else:
        items = [f"{{ {', '.join(f'{name} = {own[name]}' for name in varying)} }}" for own in values]
    named = {name: f"{kind}.value" if len(varying) == 1 else f"{kind}.value.{name}" for name in varying}
    edits = [Edit("", a.value.span, named[a.name]) for a in first.body.attributes if a.name in named]
    if document.position(first.open.start).line == document.position(first.close.start).line:
        return None
    inside = Span(first.open.end, first.close.start)
    text = document.text[: inside.end]
    content = apply_edits(text, edits)[inside.start :].replace("\r\n", "\n")
    unit = layout.UNIT
    content = layout.reindent(content, pad, pad + unit).rstrip(" \t\n")
    lines = [
        f'dynamic "{kind}" {{',
        f"{pad}{unit}for_each = [",
        *(f"{pad}{unit}{unit}{item}," for item in items),
        f"{pad}{unit}]",
        f"{pad}{unit}content {{{content}",
        f"{pad}{unit}}}",
        f"{pad}}}",
    ]
    removed = [layout.remove(document, block.span) for block in blocks[1:]]
    return native(spot.unit, [Edit(document.uri, first.span, "\n".join(lines)), *removed])


def _written_out(spot: Spot, block: t.Block) -> Iterator[Refactoring]:
    over, contents = block.body.attribute("for_each"), block.body.blocks_of("content")
    named = block.body.attribute("iterator")
    if over is None or not isinstance(over.value, t.TupleExpression) or not over.value.items or len(contents) != 1:
        return
    if len(block.labels) != 1 or block.body.attribute("labels") is not None:
        return
    around = comments_of(spot.tree, block.span)
    if any(not contents[0].inner_span.encloses(comment) for comment in around) or has_heredoc(spot.text(block)):
        return
    iterator = named.value.root if named is not None and isinstance(named.value, t.Traversal) else block.labels[0].text
    number, kind = len(over.value.items), block.labels[0].text
    title = f"Write the 'dynamic' block out as {number} '{kind}' block{'s' if number > 1 else ''}"
    edits = partial(_blocks, spot, block, contents[0], over.value.items, iterator)
    yield Refactoring("dynamic.write", title, Kind.REWRITE, edits, Comparison())


def _blocks(
    spot: Spot, block: t.Block, content: t.Block, items: Sequence[t.Expression], iterator: str
) -> Iterable[Edit] | None:
    document, written = spot.document, []
    pad, deeper = (layout.indent(document, one.span.start) for one in (block, content))
    uses = [e for e in t.expressions(content.body) if isinstance(e, t.Traversal) and e.root == iterator]
    texts = {
        id(part.inner): part.span
        for template in t.expressions(content.body)
        if isinstance(template, t.Template) and len(template.parts) > 1
        for part in template.parts
        if isinstance(part, t.Interpolation)
    }
    for number, item in enumerate(items):
        edits = []
        for use in uses:
            text = _value(spot, use, item, number)
            if text is None or "\n" in text:
                return None
            part = texts.get(id(use))
            if part is not None and _PLAIN.fullmatch(text):
                edits.append(Edit("", part, text.strip('"')))  # into the text of the string
            else:
                edits.append(Edit("", use.span, text))
        inside = content.inner_span
        made = apply_edits(document.text[: inside.end], edits)[inside.start :].replace("\r\n", "\n")
        if "\n" in made:
            made = f"{layout.reindent(made.rstrip(), deeper, pad)}\n{pad}"
        written.append(f"{block.labels[0].text} {{{made}}}")
    return native(spot.unit, [Edit(document.uri, block.span, f"\n{pad}".join(written))])


def _value(spot: Spot, use: t.Traversal, item: t.Expression, number: int) -> str | None:
    """What `it.key`, `it.value` or `it.value.name` is for an item, as it is written; None where that is not plain."""
    names = use.names
    if names[1:] == ("key",) and len(use.parts) == 2:
        return str(number)
    if names[1:2] != ("value",) or len(use.parts) != len(names):
        return None
    value = item
    for name in names[2:]:
        inner = [i.value for i in value.items if i.name == name] if isinstance(value, t.ObjectExpression) else []
        if len(inner) != 1:
            return None
        value = inner[0]
    text = spot.text(value)
    return f"({text})" if isinstance(value, t.Binary | t.Conditional) else text


REFACTORERS = (Refactorer("dynamic", frozenset({Kind.REWRITE}), dynamic),)
