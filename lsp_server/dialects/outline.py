"""The symbols of a piece of text: made once, and placed anew when the piece has moved."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lsp_server.core.document import Span
from lsp_server.dialects.lines import Lines
from lsp_server.dialects.service import Symbol, SymbolKind


class Part(NamedTuple):
    """A symbol of a piece, in offsets of the piece."""

    name: str
    kind: SymbolKind
    span: Span
    name_span: Span
    detail: str = ""
    inside: tuple[Part, ...] = ()


class Outline:
    """The symbols of a piece. What is inside them is made once, they themselves when the piece has moved.

    What is kept is replaced as a whole, since several threads may ask.
    """

    def __init__(self, text: str, parts: Iterable[Part]) -> None:
        self._text, self._parts = text, tuple(parts)
        self._fixed: tuple[int, Lines, list[tuple[Symbol, ...]]] | None = None
        self._latest: tuple[tuple[int, int], tuple[Symbol, ...]] | None = None

    def at(self, line: int, column: int) -> tuple[Symbol, ...]:
        """The symbols of the piece where it begins so many lines below the symbol around it."""
        latest = self._latest
        if latest is None or latest[0] != (line, column):
            lines, inside = self._inside(column)
            both = zip(self._parts, inside, strict=True)
            latest = self._latest = (line, column), tuple(_symbol(lines, part, -line, own) for part, own in both)
        return latest[1]

    def _inside(self, column: int) -> tuple[Lines, list[tuple[Symbol, ...]]]:
        fixed = self._fixed
        if fixed is None or fixed[0] != column:
            lines = Lines(self._text, column)
            inside = [_made(lines, part.inside, lines.line(part.span.start)) for part in self._parts]
            fixed = self._fixed = column, lines, inside
        return fixed[1:]


def _made(lines: Lines, parts: tuple[Part, ...], above: int) -> tuple[Symbol, ...]:
    return tuple(
        _symbol(lines, part, above, _made(lines, part.inside, lines.line(part.span.start)) if part.inside else ())
        for part in parts
    )


def _symbol(lines: Lines, part: Part, above: int, inside: tuple[Symbol, ...]) -> Symbol:
    extent, name = lines.extent(part.span, above), lines.extent(part.name_span, above)
    return Symbol(part.name, part.kind, extent, name, part.detail, inside)
