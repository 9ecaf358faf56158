"""What a selection grows to: word, part of a reference, value, argument, block, document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from lsp_server.core.document import Document, Span
from lsp_server.dialects.terraform import scanner
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import whole_of
from lsp_server.dialects.terraform.service.folds import brackets

_WORDS = (re.compile(r"\w+"), re.compile(r"[\w-]+"))


def selections(document: Document, offset: int) -> tuple[Span, ...]:
    """The spans around `offset`, each larger than the one before and around it; the last is the whole document."""
    whole = Span(0, len(document.text))
    placed = whole_of(document).placed_at(offset)
    around = _around(placed.piece, offset - placed.start) if placed else ()
    at = placed.start if placed else 0
    candidates = {span.shifted(at) for span in around if span.touches(offset - at)}
    found: list[Span] = []
    for span in (*sorted(candidates, key=lambda span: (span.end - span.start, -span.start)), whole):
        if span.start < span.end and (not found or (span.encloses(found[-1]) and span != found[-1])):
            found.append(span)
    return tuple(found) or (whole,)


def _around(piece: t.Piece, offset: int) -> Iterator[Span]:
    """Spans of the piece of which some are around `offset`."""
    text = piece.text
    line = Span(text.rfind("\n", 0, offset) + 1, _line_end(text, offset))
    for pattern in _WORDS:
        yield from (Span(*match.span()) for match in pattern.finditer(text, *line))
    for pair in brackets(piece):
        if pair.touches(offset):
            if text[pair.start] != "(":  # what is before it belongs to it
                yield pair
            yield _trimmed(text, Span(pair.start + 1, pair.end - 1))
    yield from piece.comments
    yield from (_trimmed(text, span) for span in _comment_runs(piece))
    yield from _body(text, piece.body, offset)
    yield _trimmed(text, Span(0, len(text)))


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return len(text) if end < 0 else end


def _trimmed(text: str, span: Span) -> Span:
    """The span without the blanks at its edges."""
    inside = text[span.start : span.end]
    start = span.start + len(inside) - len(inside.lstrip())
    return Span(start, max(start, span.start + len(inside.rstrip())))


def _comment_runs(piece: t.Piece) -> Iterator[Span]:
    """Comments that follow each other, with nothing but one line's end between them."""
    run: Span | None = None
    for span in piece.comments:
        between = piece.text[run.end : span.start] if run is not None else ""
        if run is not None and not between.strip() and between.count("\n") == 1:
            run = Span(run.start, span.end)
            continue
        if run is not None:
            yield run
        run = span
    if run is not None:
        yield run


def _body(text: str, body: t.Body, offset: int) -> Iterator[Span]:
    for attribute in body.attributes:
        if attribute.span.touches(offset):
            yield attribute.name_span
            yield attribute.span
            yield from _node(text, attribute.value, offset)
    for block in body.blocks:
        if block.span.touches(offset):
            for label in block.labels:
                yield label.text_span
                yield label.span
            yield block.header_span
            yield block.span
            yield _trimmed(text, block.inner_span) if block.open.end <= block.close.start else block.span
            yield from _body(text, block.body, offset)


def _node(text: str, node: Any, offset: int) -> Iterator[Span]:
    """The spans in an expression that touch the offset."""
    span = node.span
    if not span.touches(offset):
        return
    yield span
    if isinstance(node, t.Template) and not node.heredoc:
        yield Span(span.start + 1, max(span.start + 1, span.end - 1))
    elif isinstance(node, t.Interpolation):
        yield _trimmed(text, Span(span.start + 2, max(span.start + 2, span.end - 1)))
    elif isinstance(node, t.Traversal):
        yield from accumulate((part.span for part in node.parts), lambda one, two: Span(one.start, two.end))
    elif isinstance(node, t.Broken) and not node.inner:
        yield from _strings(text, span)
    for child in t.children(node):
        yield from _node(text, child, offset)


def _strings(text: str, span: Span) -> Iterator[Span]:
    """The strings of what cannot be read."""
    for token in scanner.tokens(text, span.start, span.end):
        if token.kind == "string":
            yield Span(token.start + 1, max(token.start + 1, token.end - token.closed))
            yield Span(token.start, token.end)
