"""What a selection grows to: word, value, entry, mapping, resource, section, document."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsp_server.core.document import Document, Span
from lsp_server.dialects.cloudformation.extent import content_end
from lsp_server.dialects.cloudformation.service.names import inner_span
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Entry, Node, Scalar

_WORD = re.compile(r"\w+")
_PLACEHOLDER = re.compile(r"[$&]\{[^{}\r\n]*\}")


def selections(template: Template, offset: int) -> tuple[Span, ...]:
    """The spans around `offset`, each larger than the one before and around it; the last is the whole document."""
    found: list[Span] = []
    for span in (*_around(template, offset), Span(0, len(template.document.text))):
        if not found or (span.encloses(found[-1]) and span != found[-1]):
            found.append(span)
    return tuple(found)


def _around(template: Template, offset: int) -> Iterator[Span]:
    document = template.document
    node = template.node_at(offset)
    yield from _in_line(document, offset)
    while node is not None:
        if isinstance(node, Scalar):
            yield inner_span(node)
        yield _content(document, node, node.span.start)
        yield _content(document, node, node.full_span.start)
        holder = node.parent
        if isinstance(holder, Entry):
            yield Span(holder.span.start, content_end(document, holder))
            node = holder.parent
        else:
            node = holder


def _in_line(document: Document, offset: int) -> Iterator[Span]:
    """The word, and the placeholder of a Sub, that the cursor touches."""
    line = document.line_span(document.position(offset).line)
    for pattern in (_WORD, _PLACEHOLDER):
        for match in pattern.finditer(document.text, line.start, line.end):
            if Span(*match.span()).touches(offset):
                yield Span(*match.span())
                break


def _content(document: Document, node: Node, start: int) -> Span:
    return Span(start, max(start, content_end(document, node)))
