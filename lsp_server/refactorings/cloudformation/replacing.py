"""Puts another value in the place of one, in the form that the place asks for."""

from __future__ import annotations

from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, Sequence
from lsp_server.fixers.cloudformation.edits import Edits, after_colon, column, end_of, line_end
from lsp_server.fixers.cloudformation.values import Writer


def in_flow(node: Node | Entry | None) -> bool:
    """Whether what a node stands in is written with braces or brackets."""
    owner = node.parent if node is not None else None
    while owner is not None:
        if isinstance(owner, Mapping | Sequence):
            return owner.flow
        owner = owner.parent
    return False


def put(document: Document, writer: Writer, node: Node, value: object) -> Edits | None:
    """Write `value` in the place of all of a node; None where that cannot be done cleanly (a comment is in the way)."""
    span = Span(node.full_span.start, max(node.full_span.start, end_of(document, node)))
    if writer.json:
        line = document.line_text(document.position(span.start).line)
        return (Edit(document.uri, span, writer.block(value, len(line) - len(line.lstrip())).lstrip(" ")),)
    if in_flow(node):
        return (Edit(document.uri, span, writer.flow(value)),)
    head = _head(document, node)
    return None if head is None else _put_in_block(document, writer, node, span, head, value)


def _put_in_block(
    document: Document, writer: Writer, node: Node, span: Span, head: tuple[int, int], value: object
) -> Edits | None:
    at, indent = head
    text = writer.block(value, indent) if isinstance(node.parent, Entry) else writer.item(value, indent)
    gap, rest = document.text[at : span.start], document.text[span.end : line_end(document, span.end)]
    if "\n" in text and (gap.strip() or rest.strip()):  # a comment must not become part of a text of several lines
        return None
    if gap.strip():  # a comment, or an anchor
        further = max(0, indent + 1 - column(document, span.start))  # a list may stand where its key does
        return (Edit(document.uri, span, " " * further + text.lstrip(" ")),)
    if text.startswith(gap) and not gap.strip(" "):
        return (Edit(document.uri, span, text[len(gap) :]),)
    return (Edit(document.uri, Span(at, span.end), text),)


def _head(document: Document, node: Node) -> tuple[int, int] | None:
    """Where the text before a node in a block ends (behind the colon, the dash), and the column it is measured by."""
    owner, start = node.parent, node.full_span.start
    if isinstance(owner, Entry):
        return after_colon(document, owner, start), column(document, owner.key.full_span.start)
    dash = dash_before(document, start)
    return None if dash < 0 else (dash + 1, column(document, dash))


def dash_before(document: Document, start: int) -> int:
    """Where the dash of an item of a block sequence is that begins at `start`; -1 where more stands between."""
    at = len(document.text[:start].rstrip(" \t\r\n")) - 1
    return at if document.text[at : at + 1] == "-" else -1
