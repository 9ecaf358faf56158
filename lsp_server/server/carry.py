"""Moves findings along with the text while a fresh verdict is on its way; those on edited lines are dropped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Document, Position, Span, Unit


def carried(diagnostics: Iterable[Diagnostic], before: Unit, after: Unit) -> Iterator[Diagnostic]:
    """Yield the findings of `before` that still make sense in `after`, at their new place."""
    moves: dict[str, _Move | None] = {}
    for diagnostic in diagnostics:
        uri = diagnostic.uri
        if uri not in moves:
            old, new = before.get(uri), after.get(uri)
            moves[uri] = _Move(old, new) if old is not None and new is not None else None
        move = moves[uri]
        span = move.span(diagnostic.span) if move is not None else None
        if span is not None:
            yield diagnostic if span == diagnostic.span else replace(diagnostic, span=span)


class _Move:
    """Which whole lines stayed at the start and at the end of a text, and how far the end moved."""

    def __init__(self, old: Document, new: Document) -> None:
        self.same = old.text == new.text
        self.shift = len(new.text) - len(old.text)
        self.head = self.tail = 0
        if not self.same:
            self.head = old.offset(Position(old.position(_shared_start(old.text, new.text)).line, 0))
            most = min(len(old.text), len(new.text)) - self.head
            self.tail = _line_start(old, new, _shared_end(old.text, new.text, most))

    def span(self, span: Span) -> Span | None:
        """Where a span lies now; None when the lines it starts or ends on were edited."""
        if self.same or span.end < self.head or (span.end == self.head and span.start < self.head):
            return span
        if span.start >= self.tail:
            return Span(span.start + self.shift, span.end + self.shift)
        return None


def _line_start(old: Document, new: Document, shared: int) -> int:
    """The offset in `old` of the first line that lies wholly within the last `shared` code points of both texts."""
    at, place = len(old.text) - shared, old.position(len(old.text) - shared)
    if place.column == 0 and new.text[: len(new.text) - shared][-1:] in ("", "\r", "\n"):
        return at
    return old.line_starts[place.line + 1] if place.line + 1 < len(old.line_starts) else len(old.text) + 1


def _shared_start(old: str, new: str) -> int:
    """How many code points two texts share at the start, found by halving (comparison of slices is quick)."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _shared_end(old: str, new: str, most: int) -> int:
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if old[len(old) - middle :] == new[len(new) - middle :]:
            low = middle
        else:
            high = middle - 1
    return low
