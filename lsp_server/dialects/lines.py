"""Offsets of a piece of text as lines and columns, counted from where the piece begins."""

from __future__ import annotations

import re
from bisect import bisect_right

from lsp_server.core.document import Position, Span
from lsp_server.dialects.service import Extent

_END = re.compile(r"\r\n|\r|\n")


class Lines:
    """The lines of one piece, the first of which begins at `column` of a line of the document."""

    def __init__(self, text: str, column: int = 0) -> None:
        self.starts = [0, *(match.end() for match in _END.finditer(text))]
        self._column = column

    def line(self, offset: int) -> int:
        """The line of an offset."""
        return bisect_right(self.starts, offset) - 1

    def extent(self, span: Span, above: int = 0) -> Extent:
        """The range of a span, lines counted from the line `above`."""
        return Extent(self._position(span.start, above), self._position(span.end, above))

    def _position(self, offset: int, above: int) -> Position:
        line = self.line(offset)
        return Position(line - above, offset - self.starts[line] + (0 if line else self._column))
