"""Converts between code points and what the editor counts in: the one module where UTF-8 and UTF-16 units exist."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lsprotocol import types

from lsp_server.core.document import Document, Position, Span
from lsp_server.core.edit import Edit

Count = Callable[[str], int]

_COUNTS: dict[str, Count] = {
    types.PositionEncodingKind.Utf8.value: lambda text: len(text.encode("utf-8", "surrogatepass")),
    types.PositionEncodingKind.Utf16.value: lambda text: len(text.encode("utf-16-le", "surrogatepass")) // 2,
    types.PositionEncodingKind.Utf32.value: len,
}


@dataclass(frozen=True)
class Encoding:
    """The encoding that client and server agreed upon: `utf-8`, `utf-16` (what every client knows) or `utf-32`."""

    name: str = "utf-16"

    def units(self, text: str) -> int:
        """How many units the editor counts for `text`."""
        return len(text) if text.isascii() else _COUNTS[self.name](text)

    def position(self, document: Document, offset: int) -> types.Position:
        """The editor's position of a code point offset, which is clamped to the text."""
        line, column = document.position(offset)
        if document.text.isascii():  # a minified template is one line, which is not to be copied for each place in it
            return types.Position(line, column - _splits_newline(document.text, offset))
        return types.Position(line, self.units(document.line_text(line)[:column]))

    def character(self, document: Document, position: Position) -> int:
        """What the editor calls the column of a place that is there, other than between CR and LF."""
        if document.text.isascii():
            return position.column
        return self.units(document.line_text(position.line)[: position.column])

    def offset(self, document: Document, position: types.Position) -> int:
        """The code point offset of an editor's position.

        A position that does not exist is moved to the nearest before it: past the line's end to its end, past the
        text's end to that, within a character to its start.
        """
        if document.text.isascii() or not 0 <= position.line < len(document.line_starts):
            return document.offset(Position(position.line, position.character))
        return document.offset(Position(position.line, self._column(document.line_text(position.line), position)))

    def _column(self, text: str, position: types.Position) -> int:
        if text.isascii():
            return position.character
        left = position.character
        for column, char in enumerate(text):
            left -= self.units(char)
            if left < 0:
                return column
        return len(text)

    def range(self, document: Document, span: Span) -> types.Range:
        """The editor's range of a span."""
        return types.Range(self.position(document, span.start), self.position(document, span.end))

    def span(self, document: Document, range_: types.Range) -> Span:
        """The span of an editor's range; one that runs backwards is turned round."""
        ends = self.offset(document, range_.start), self.offset(document, range_.end)
        return Span(min(ends), max(ends))

    def text_edit(self, document: Document, edit: Edit) -> types.TextEdit:
        """The editor's form of an edit. No position lies between CR and LF, so such an edit is widened."""
        (start, end), text = edit.span, edit.text
        if _splits_newline(document.text, start):
            start, text = start - 1, "\r" + text
        if _splits_newline(document.text, end):
            end, text = end + 1, text + "\n"
        return types.TextEdit(self.range(document, Span(start, end)), text)

    def text_edits(self, document: Document, edits: Iterable[Edit]) -> list[types.TextEdit]:
        """The editor's form of all edits that are about `document`, in the order of the text."""
        own = sorted((edit for edit in edits if edit.uri == document.uri), key=lambda edit: edit.span)
        return [self.text_edit(document, edit) for edit in own]


def _splits_newline(text: str, offset: int) -> bool:
    return 0 < offset < len(text) and text[offset] == "\n" and text[offset - 1] == "\r"


def without_lone_surrogates(text: str) -> str:
    """`text` as it can be written in UTF-8: halves of a character that met are joined, lone ones become U+FFFD.

    A replaced half counts as many units as before in UTF-8 and UTF-16, so the editor's positions stay right.
    """
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
