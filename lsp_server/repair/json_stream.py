"""JSON that arrives in pieces, between words: follows the first object with a certain list, an item at a time."""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

_DEEPEST = 100
_MOST_STARTS = 1_000
_SPACE = re.compile(r"[ \t\n\r]*")
_BARE = re.compile(r"[-+.\w]*")
_IN_STRING = re.compile(r'[^"\\]*(?:\\.[^"\\]*)*', re.DOTALL)
_VALUES = frozenset('{["-0123456789tfnNI')
_PAIRS = {"}": "{", "]": "["}


class _Next(enum.Enum):
    """What has to come next."""

    FIRST_KEY = enum.auto()
    KEY = enum.auto()
    COLON = enum.auto()
    FIRST_VALUE = enum.auto()
    VALUE = enum.auto()
    AFTER = enum.auto()


class _Broken(Exception):
    """What began here is no JSON object."""


class JsonStream:
    """Finds the first JSON object that has `key`, with text around it, and the same in whatever pieces it comes.

    Each whole item of the list under `key` is told to `taken` as it ends; where its object turns out to be broken,
    `dropped` is called, and the search goes on behind its start. Of a key that stands twice the first counts. An object
    has to begin within the first `reach` code points.
    """

    def __init__(self, key: str, taken: Callable[[object], None], dropped: Callable[[], None], reach: int) -> None:
        self.found: Mapping[str, Any] | None = None
        self.lost = False
        """Whether nothing can be found any more."""
        self._key = key
        self._taken = taken
        self._dropped = dropped
        self._reach = reach
        self._passed = 0  # code points before the object under way
        self._starts = 0
        self._held: list[str] = []  # the object under way, as far as it is in earlier pieces
        self._from = 0  # where it goes on in this piece
        self._decoder = json.JSONDecoder(strict=False, object_pairs_hook=_first_of_each)
        self._item_from = 0
        self._begin()
        self._stack: list[str] = []

    def feed(self, piece: str) -> None:
        """Read on. Lets through what `taken` raises."""
        text, at, self._from = piece, 0, 0
        while at < len(text) and self.found is None and not self.lost:
            if not self._stack:
                at = self._search(text, at)
                continue
            try:
                at = self._in_string(text, at) if self._quoted else self._token(text, at)
            except _Broken:
                text, at = self._behind_start(text)
        if self._stack:
            self._held.append(text[self._from :])
            if self._item is not None:
                self._item.append(text[self._item_from :])
                self._item_from = 0

    def finish(self) -> None:
        """There is no more: what is under way is broken."""
        while self._stack and self.found is None and not self.lost:
            text, at = self._behind_start("")
            self.feed(text[at:])

    def _begin(self) -> None:
        self._stack = ["{"]
        self._next = _Next.FIRST_KEY
        self._quoted = self._escaped = self._bare = False
        self._names: list[str] | None = None  # a key of the object itself, as far as it has come
        self._name = ""
        self._listing = self._listed = False
        self._item: list[str] | None = None
        self._item_from = 0

    def _search(self, text: str, at: int) -> int:
        start = text.find("{", at)
        self._passed += (len(text) if start < 0 else start) - at
        if self._passed > self._reach or self._starts >= _MOST_STARTS:
            self.lost = True
        if start < 0 or self.lost:
            return len(text)
        self._begin()
        self._held, self._from = [], start
        return start + 1

    def _behind_start(self, text: str) -> tuple[str, int]:
        """Give up what is under way; the text and the offset to search on from."""
        if self._listing or self._listed:
            self._dropped()
        self._stack = []
        self._starts += 1
        self._passed += 1
        if self._held:
            text, self._from = "".join(self._held) + text, 0
        self._held = []
        return text, self._from + 1

    def _token(self, text: str, at: int) -> int:
        if self._bare:
            at = _match_end(_BARE, text, at)
            self._bare = at == len(text)
        at = at if self._bare else _match_end(_SPACE, text, at)
        if at == len(text):
            return at
        char = text[at]
        match self._next:
            case _Next.FIRST_KEY | _Next.KEY if char == '"':
                self._quoted, self._names = True, [] if len(self._stack) == 1 else None
            case _Next.COLON if char == ":":
                self._next = _Next.VALUE
            case _Next.AFTER if char == ",":
                self._next = _Next.KEY if self._stack[-1] == "{" else _Next.VALUE
            case _Next.AFTER | _Next.FIRST_KEY | _Next.FIRST_VALUE if char in _PAIRS:
                self._close(text, at)
            case _Next.FIRST_VALUE | _Next.VALUE:
                self._value(char, at)
            case _:
                raise _Broken
        return at + 1

    def _value(self, char: str, at: int) -> None:
        if char not in _VALUES:
            raise _Broken
        if self._listing and len(self._stack) == 2:
            if char != "{":
                self._taken(None)
            self._item, self._item_from = [], at
        if char in "{[":
            if len(self._stack) == 1 and self._name == self._key and not self._listed:
                self._listing = char == "["
                self._listed = True
            self._next = _Next.FIRST_KEY if char == "{" else _Next.FIRST_VALUE
            self._stack.append(char)
            if len(self._stack) > _DEEPEST:
                raise _Broken
        elif char == '"':
            self._quoted, self._next = True, _Next.AFTER
        else:
            self._bare, self._next = True, _Next.AFTER

    def _in_string(self, text: str, at: int) -> int:
        begin = at
        if self._escaped:
            at, self._escaped = at + 1, False
        end = _match_end(_IN_STRING, text, at)
        closed = end < len(text) and text[end] == '"'
        self._escaped = not closed and end < len(text)
        if self._names is not None:
            self._names.append(text[begin:end] if closed else text[begin:])
        if not closed:
            return len(text)
        self._quoted = False
        if self._names is not None:
            self._name = str(self._decoded('"' + "".join(self._names) + '"'))
            self._names = None
        if self._next is not _Next.AFTER:
            self._next = _Next.COLON
        return end + 1

    def _close(self, text: str, at: int) -> None:
        if self._stack.pop() != _PAIRS[text[at]]:
            self._stack.append("")  # still under way, until it is given up
            raise _Broken
        self._next = _Next.AFTER
        depth = len(self._stack)
        if depth == 2 and self._listing and self._item is not None:
            item = "".join(self._item) + text[self._item_from : at + 1]
            self._item = None
            self._taken(self._decoded(item))
        elif depth == 1:
            self._listing = False
        elif depth == 0:
            whole = "".join(self._held) + text[self._from : at + 1]
            self._stack.append("")
            found = self._decoded(whole)
            self._stack, self._held = [], []
            self._passed += len(whole)
            self._starts += 1
            if self._key in found:
                self.found = found

    def _decoded(self, text: str) -> Any:
        try:
            return self._decoder.decode(text)
        except (ValueError, RecursionError):
            raise _Broken from None


def _match_end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _first_of_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(reversed(pairs))
