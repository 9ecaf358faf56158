"""Lays out a document: what can be read as `terraform fmt` does, what cannot stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lsp_server.core.caches import with_argument
from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform.formatting.lines import Cells, Change, aligned, laid
from lsp_server.dialects.terraform.formatting.structure import UnreadableError, structured
from lsp_server.dialects.terraform.formatting.tokens import tokens
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.dialects.terraform.tree import Block, Piece

LineRange = tuple[int, int]
"""The first and the last line that may change, from 0."""


def layout(document: Document, lines: LineRange | None = None) -> tuple[Edit, ...]:
    """The edits that lay out a document, or some of its lines, in order.

    A top-level block that cannot be read stays byte-identical, and so does a text in JSON.
    """
    if document.name.lower().endswith(".json"):
        return ()
    changes: list[Change] = []
    cells: list[tuple[int, Cells | None]] = []
    together: list[Span] = []
    for placed in parse_document(document).placed:
        its = _laid(placed.piece)
        if its is None:
            cells.append((placed.start, None))
            continue
        by = placed.start
        changes += [Change(change.start + by, change.end + by, change.text) for change in its.changes]
        cells += [(by, cell) for cell in its.cells]
        together += [Span(span.start + by, span.end + by) for span in its.together]
    text = document.text
    changes += [change for change in aligned(cells) if text[change.start : change.end] != change.text]
    if lines is not None:
        changes = _within(document, changes, together, lines)
    return tuple(Edit(document.uri, Span(start, end), new) for start, end, new in sorted(changes))


def layout_typed(document: Document, offset: int) -> tuple[Edit, ...]:
    """The edits that are due behind what was typed right before `offset`: a line break, or a closing bracket.

    A line break lays out the line that it ends, with those above that are aligned with it; a brace its block.
    """
    line = document.position(offset).line
    if document.text[offset - 1 : offset] == "}":
        block = _closed(parse_document(document).blocks, offset)
        return layout(document, (document.position(block.span.start).line if block else line, line))
    first = last = line - 1
    while first > 0 and document.line_text(first - 1).strip():
        first -= 1
    return layout(document, (first, last))


def _closed(blocks: Sequence[Block], offset: int) -> Block | None:
    """The block whose brace ends at `offset`."""
    while around := next((block for block in blocks if block.span.start < offset <= block.span.end), None):
        if around.close.end == offset:
            return around
        blocks = around.body.blocks
    return None


class _Piece(NamedTuple):
    changes: Sequence[Change]
    cells: Sequence[Cells | None]
    together: Sequence[Span]


@with_argument
def _laid(piece: Piece) -> _Piece | None:
    """A piece laid out, but for what is aligned with other pieces; None where it cannot be read."""
    found = None if piece.problems else tokens(piece.text)
    if found is None:
        return None
    try:
        wanted = structured(found)
    except UnreadableError:
        return None
    changes, cells = laid(piece.text, wanted.tokens)
    return _Piece(changes, cells, wanted.together)


def _within(document: Document, changes: list[Change], together: list[Span], lines: LineRange) -> list[Change]:
    """The changes in some lines. What has to change together does so as soon as one of its lines is among them."""
    first, last = max(0, lines[0]), min(lines[1], len(document.line_starts) - 1)
    if first > last:
        return []
    for span in together:  # in the order of the text, and none within another
        its_first, its_last = document.position(span.start).line, document.position(span.end).line
        if its_first <= last and its_last >= first:
            first, last = min(first, its_first), max(last, its_last)
    start, end = document.line_starts[first], document.line_span(last).end
    return [change for change in changes if start <= change.start and change.end <= end]
