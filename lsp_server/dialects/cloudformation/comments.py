"""The comments of a YAML template, none of which may be lost."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from lsp_server.core.document import Document, Span
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Node, Scalar


def comments(template: Template) -> tuple[str, ...]:
    """The text of every comment, stripped, in order; a `#` inside a scalar is none."""
    document = template.document
    found = comments_within(document, template.root, Span(0, len(document.text)))
    return tuple(document.slice(span).lstrip("#").strip() for span in found)


def comments_within(document: Document, node: Node | None, span: Span) -> Iterator[Span]:
    """Where the comments in a span are, in order; all scalars of the span are in `node`."""
    if "#" not in document.slice(span):
        return
    spans = sorted(inner.span for inner in node.walk() if isinstance(inner, Scalar)) if node is not None else []
    starts = [own.start for own in spans]
    for line in range(document.position(span.start).line, document.position(span.end).line + 1):
        begin, end = document.line_span(line)
        at = document.text.find("#", max(begin, span.start), end)
        while at >= 0:
            before = bisect_right(starts, at) - 1
            inside = before >= 0 and at in spans[before]
            if not inside and (at == begin or document.text[at - 1] in " \t"):
                yield Span(at, min(end, span.end))
                break
            at = document.text.find("#", at + 1, end)
