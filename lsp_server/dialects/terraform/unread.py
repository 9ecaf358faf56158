"""Which blocks of a file cannot be read: a linter may tell the first of several mistakes only."""

from __future__ import annotations

from lsp_server.core.document import Document, Span
from lsp_server.dialects.terraform.module import trees_of


def unread_blocks(document: Document) -> tuple[Span, ...]:
    """The pieces of a document's text, mostly a top-level block each, that hold a syntax error."""
    return tuple(placed.span for placed in trees_of(document).placed if placed.piece.problems)
