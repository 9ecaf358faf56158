"""The text as one frozen snapshot, so that nothing computed for one version is mistaken for another.

Every offset and column in Lintel is counted in code points from 0, every line from 0;
`lsp_server.server.encoding` alone converts to what an editor negotiated.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

_LINE_END = re.compile(r"\r\n|\r|\n")
_LINE_FEED = re.compile(r"\n")  # found several times faster


class Position(NamedTuple):
    """A place in a text: line from 0, column in code points from 0."""

    line: int
    column: int


class Span(NamedTuple):
    """A half-open range of code point offsets, `start <= end`."""

    start: int
    end: int

    def __contains__(self, offset: object) -> bool:
        return isinstance(offset, int) and self.start <= offset < self.end

    def shifted(self, by: int) -> Span:
        """The same range in a text that begins `by` code points earlier."""
        return Span(self.start + by, self.end + by)

    def touches(self, offset: int) -> bool:
        """Whether a cursor at `offset` stands in or at either edge of the span."""
        return self.start <= offset <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a code point, or an empty one lies inside the other."""
        if self.start == self.end or other.start == other.end:
            return self.start <= other.end and other.start <= self.end
        return self.start < other.end and other.start < self.end

    def encloses(self, other: Span) -> bool:
        """Whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True)
class Document:
    """One version of one text. Equal by identity of content: uri, version and text.

    `language` is the editor's language id (`yaml`, `json`, `cloudformation`, `terraform`, …) or empty;
    dialects look at it and at the content. `text` never loses its BOM or line endings.
    """

    uri: str
    text: str
    version: int = 0
    language: str = ""

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Offset of the first code point of each line; LF, CRLF and CR end a line."""
        text = self.text
        only = text.count("\r") == text.count("\r\n")  # each is part of a CRLF, and those end like LF
        return (0, *[match.end() for match in (_LINE_FEED if only else _LINE_END).finditer(text)])

    @cached_property
    def digest(self) -> str:
        """A key for caches: equal texts have equal digests."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @cached_property
    def newline(self) -> str:
        """The line ending an insertion should use: that of the first line, LF where there is none."""
        first = self.text.find("\n")
        if first < 0:
            return "\r" if "\r" in self.text else "\n"
        return "\r\n" if self.text[first - 1 : first] == "\r" else "\n"

    @property
    def name(self) -> str:
        """The last part of the uri."""
        return self.uri.rsplit("/", 1)[-1]

    def position(self, offset: int) -> Position:
        """The place of `offset`, which is clamped to the text."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self.line_starts, offset) - 1
        return Position(line, offset - self.line_starts[line])

    def offset(self, position: Position) -> int:
        """The offset of a place; a column past the line's end is clamped to it, a line past the last to the end."""
        if position.line >= len(self.line_starts):
            return len(self.text)
        if position.line < 0:
            return 0
        line = self.line_span(position.line)
        return min(line.start + max(0, position.column), line.end)

    def line_span(self, line: int) -> Span:
        """The span of a line (from 0) without its line ending. Raises IndexError when there is no such line."""
        start = self.line_starts[line]
        if line + 1 == len(self.line_starts):
            return Span(start, len(self.text))
        end = self.line_starts[line + 1]
        return Span(start, start + len(self.text[start:end].rstrip("\r\n")))

    def line_text(self, line: int) -> str:
        """A line (from 0) without its line ending."""
        return self.slice(self.line_span(line))

    def slice(self, span: Span) -> str:
        """The text of a span."""
        return self.text[span.start : span.end]

    def spliced(self, span: Span, text: str, version: int) -> Document:
        """The next version, with `text` in the place of a span. Where its lines begin is told from those of this."""
        after = replace(self, text=self.text[: span.start] + text + self.text[span.end :], version=version)
        old = self.line_starts
        # a line ending may have become part of one that begins or ends beside it: a line more is read anew
        first = max(0, bisect_right(old, span.start) - 2)
        behind = bisect_right(old, span.end)
        shift = len(after.text) - len(self.text)
        end = old[behind] + shift if behind < len(old) else len(after.text)
        between = [match.end() for match in _LINE_END.finditer(after.text, old[first], end)]
        if behind < len(old):
            between.pop()  # where the line behind begins
        starts = (*old[: first + 1], *between, *[start + shift for start in old[behind:]])
        vars(after)["line_starts"] = starts
        return after

    def with_text(self, text: str) -> Document:
        """The same document with other text: a candidate, never to be taken for the version it came from."""
        return replace(self, text=text)


@dataclass(frozen=True)
class Unit:
    """The documents that are judged together: one template, or all files of one Terraform module.

    `documents` are ordered; the first is the one that a request was about. `nearby` are others that these call (the
    files of a child module): they are read for what they declare, and neither judged nor edited. `callers` are the
    files of modules that call this one, where a request is about what they call it by, too. `beside` are files that
    settle something for the unit (which versions of its providers) and are none of its documents.
    """

    documents: tuple[Document, ...]
    nearby: tuple[Document, ...] = ()
    callers: tuple[Document, ...] = ()
    beside: tuple[Document, ...] = ()

    @property
    def main(self) -> Document:
        """The document that a request was about."""
        return self.documents[0]

    @cached_property
    def _by_uri(self) -> dict[str, Document]:
        return {document.uri: document for document in self.documents}

    def __iter__(self) -> Iterator[Document]:
        return iter(self.documents)

    def get(self, uri: str) -> Document | None:
        """The document of that uri, or None."""
        return self._by_uri.get(uri)

    def read(self, uri: str) -> Document:
        """The document of that uri, be it one that is nearby or calls. Raises KeyError where there is none."""
        others = (one for one in (*self.nearby, *self.callers) if one.uri == uri)
        found = self._by_uri.get(uri) or next(others, None)
        if found is None:
            raise KeyError(uri)
        return found

    def __getitem__(self, uri: str) -> Document:
        return self._by_uri[uri]

    def replacing(self, documents: Iterable[Document]) -> Unit:
        """The unit with `documents` in the place of those of the same uri; new ones are appended."""
        changed = {document.uri: document for document in documents}
        kept = tuple(changed.pop(document.uri, document) for document in self.documents)
        return replace(self, documents=kept + tuple(changed.values()))
