"""Lines that move to the right or left with what they belong to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit


class Shifts:
    """How far each line of a document moves, summed up from the moves of what it stands in."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._columns: Counter[int] = Counter()

    def add(self, start: int, end: int, columns: int) -> None:
        """Move the lines that begin behind `start`, up to that of `end`, by `columns` to the right."""
        for number in self.lines(start, last_of(self._document, end)):
            self._columns[number] += columns

    def lines(self, start: int, end: int) -> range:
        """The lines that begin behind `start`, up to that of `end`."""
        return range(self._document.position(max(start, 0)).line + 1, self._document.position(end).line + 1)

    def at(self, offset: int) -> int:
        """How far the line of an offset moves."""
        return self._columns[self._document.position(offset).line]

    def edits(self, others: Iterable[Edit]) -> Iterator[Edit]:
        """The edits that move the lines, but those whose beginning one of `others` writes anew."""
        written = [edit.span for edit in others]
        taken = {number for span in written for number in self.lines(span.start - (span.start < span.end), span.end)}
        for number, columns in sorted(self._columns.items()):
            line = self._document.line_span(number)
            if number in taken or not columns or line.start == line.end:
                continue
            text = self._document.slice(line)
            spaces = len(text) - len(text.lstrip(" "))
            gone = min(spaces, max(0, -columns))
            if gone or columns > 0:
                yield Edit(self._document.uri, Span(line.start, line.start + gone), " " * max(0, columns))


def last_of(document: Document, end: int) -> int:
    """Where what ends at `end` ends with the lines of spaces behind it, which a block scalar has in it."""
    last = document.position(end).line
    for number in range(last + 1, len(document.line_starts)):
        text = document.line_text(number)
        if text.strip(" "):
            break
        last = number if text else last
    return max(end, document.line_span(last).end) if last > document.position(end).line else end
