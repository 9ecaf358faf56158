"""Items of a list: one more at its end, two exchanged, the last ones in a list of their own."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.dialects.cloudformation.tree import Node, Scalar, Sequence, Style
from lsp_server.fixers.cloudformation.edits import Edits, column, end_of, line_end
from lsp_server.fixers.cloudformation.lifting import shifted
from lsp_server.fixers.cloudformation.site import Site


def scalars_of(node: Node | None) -> Iterator[Scalar]:
    """The scalars of a list, or the one that stands in its place."""
    for item in node.items if isinstance(node, Sequence) else (node,):
        if isinstance(item, Scalar):
            yield item


def append_item(site: Site, sequence: Sequence, value: object) -> Edits | None:
    """Put a value at the end of a list that has items."""
    document, writer = site.document, site.writer
    if not sequence.items:
        return None
    last = sequence.items[-1]
    at = end_of(document, last)
    if sequence.flow or writer.json:
        line = document.position(last.full_span.start).line
        own_line = document.position(sequence.span.start).line < line
        pad = column(document, last.full_span.start)
        gap = f"{writer.line(pad)}" if writer.json and own_line else " "
        text = writer.block(value, pad).lstrip() if writer.json and own_line else writer.flow(value)
        return (Edit(document.uri, Span(at, at), f",{gap}{text}"),)
    at = line_end(document, at)
    pad = column(document, _dash(site, last))
    return (Edit(document.uri, Span(at, at), f"{writer.line(pad)}-{writer.item(value, pad)}"),)


def exchange(site: Site, first: Node, second: Node) -> Edits | None:
    """Let two items of a list change places."""
    document = site.document
    if any(isinstance(n, Scalar) and n.style in (Style.LITERAL, Style.FOLDED) for n in (first, second)):
        return None
    spans = [Span(node.full_span.start, end_of(document, node)) for node in (first, second)]
    by = column(document, spans[0].start) - column(document, spans[1].start)
    if getattr(first.parent, "flow", True):
        by = 0
    texts = shifted(document, spans[1], by), shifted(document, spans[0], -by)
    return tuple(Edit(document.uri, span, text) for span, text in zip(spans, texts, strict=True))


def gather(site: Site, items: tuple[Node, ...], function: str = "") -> Edits | None:
    """Make a list of its own of the last items of a list, which may be the argument of a function (`Fn::And`)."""
    document, owner, writer = site.document, items[0].parent, site.writer
    if not isinstance(owner, Sequence):
        return None
    start, end = items[0].full_span.start, end_of(document, items[-1])
    if owner.flow or writer.json:
        opening, closing = (f"{{ {writer.key(function)}: [", "] }") if function else ("[", "]")
        return (Edit(document.uri, Span(start, start), opening), Edit(document.uri, Span(end, end), closing))
    whole = Span(_dash(site, items[0]), end)
    below = " " * (column(document, whole.start) + 2)
    head = f"- {function}:{writer.newline}{below}" if function else "- "
    return (Edit(document.uri, whole, head + shifted(document, whole, 2)),)


def _dash(site: Site, item: Node) -> int:
    """The offset of the dash before an item of a block."""
    return site.document.text.rindex("-", 0, item.full_span.start)
