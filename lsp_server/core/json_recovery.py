"""Broken JSON made readable without moving anything: what is missing takes the place of white space.

While one types, brackets are open, commas are missing and keys have no value yet. tree-sitter gives up the structure of
such a text; it reads what is made of it here, in which every character that is kept stands where it stood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r'(?P<string>"(?:[^"\\\r\n]|\\.)*(?P<end>"?))|(?P<mark>[{}\[\],:])|(?P<space>\s+)|(?P<word>[^\s"{}\[\],:]+)'
)
_COLON = re.compile(r"\s*:")
_CLOSING = {"{": "}", "[": "]"}
_NEXT = {"{": "key", "[": "value"}


class _NoRoomError(Exception):
    """There is no white space to put a missing mark in."""


@dataclass
class _Frame:
    """An object or array that is open, whose opening line is indented by `margin`.

    `due` is what comes next: "key", "colon", "value" or "comma". `key` is the span of the key whose value is due,
    `comma` the comma that leads on to it, or -1.
    """

    opening: str
    margin: int
    due: str
    key: tuple[int, int] | None = None
    comma: int = -1


def mended(text: str, *, entry: bool) -> str | None:
    """A text that is JSON, or one `"key": value` of an object, with brackets behind it that close what is open.

    None where there is no room for what is missing.
    """
    try:
        return _Mender(text, entry=entry).whole()
    except _NoRoomError:
        return None


class _Mender:
    def __init__(self, text: str, *, entry: bool) -> None:
        self._text = text
        self._chars = list(text)
        self._free: list[int] = []  # where something may be put before what comes next
        self._frames = [_Frame("{" if entry else "[", -1, "key" if entry else "value")]

    def whole(self) -> str:
        """The mended text."""
        for token in _TOKEN.finditer(self._text):
            start, end = token.span()
            match token.lastgroup:
                case "space":
                    self._free += range(start + (self._chars[start] == '"'), end)
                case "mark":
                    self._mark(start, token[0])
                case "word":
                    self._begin_value(start, end)
                case _:
                    self._string(start, end, closed=bool(token["end"]))
        self._finish()
        return "".join([*self._chars, *(_CLOSING[frame.opening] for frame in reversed(self._frames[1:]))])

    def _put(self, mark: str) -> int:
        if not self._free:
            raise _NoRoomError
        at = self._free.pop(0)
        self._chars[at] = mark
        return at

    def _blank(self, start: int, end: int) -> None:
        self._chars[start:end] = " " * (end - start)
        self._free = sorted({*self._free, *range(start, end)})

    def _margin(self, at: int) -> tuple[int, bool]:
        """How far the line of an offset is indented, and whether the offset is the first thing in it."""
        start = self._text.rfind("\n", 0, at) + 1
        before = self._text[start:at]
        return len(before) - len(before.lstrip()), not before.strip()

    @staticmethod
    def _ends(frame: _Frame, margin: int) -> bool:
        """Whether a key on a line so far to the left stands behind the object or array, not in it."""
        leads_on = frame.opening == "{" and frame.comma >= 0
        return frame.margin > margin or (frame.margin == margin and not leads_on)

    def _string(self, start: int, end: int, *, closed: bool) -> None:
        keyed = closed and _COLON.match(self._text, end) is not None
        margin, first = self._margin(start)
        while keyed and first and len(self._frames) > 1 and self._ends(self._frames[-1], margin):
            self._close()
        top = self._frames[-1]
        if keyed and top.opening == "{":
            self._begin_key(top, start, end)
        elif top.opening == "{" and top.due != "value":
            self._blank(start, end)  # a key that is being typed
        elif self._begin_value(start, end) and not closed:
            if end < len(self._chars):
                self._chars[end] = '"'  # an open string ends with its line
            else:
                self._chars.append('"')

    def _begin_key(self, top: _Frame, start: int, end: int) -> None:
        if top.due in ("colon", "value"):
            self._drop_key(top)
        if top.due == "comma":
            top.comma = self._put(",")
        top.due, top.key = "colon", (start, end)
        self._free.clear()

    def _begin_value(self, start: int, end: int) -> bool:
        top = self._frames[-1]
        if top.due == "comma" and top.opening == "[":
            self._put(",")
        elif top.due != "value":
            self._blank(start, end)
            return False
        top.due, top.key, top.comma = "comma", None, -1
        self._free.clear()
        return True

    def _mark(self, at: int, mark: str) -> None:
        top = self._frames[-1]
        if mark in "{[":
            if self._begin_value(at, at + 1):
                self._frames.append(_Frame(mark, self._margin(at)[0], _NEXT[mark]))
        elif mark in "}]":
            self._end_value(at, mark)
        elif mark == ":" and top.due == "colon":
            top.due = "value"
            self._free.clear()
        elif mark == "," and top.due == "comma":
            top.due, top.comma = _NEXT[top.opening], at
            self._free.clear()
        else:
            self._blank(at, at + 1)

    def _end_value(self, at: int, mark: str) -> None:
        if not any(_CLOSING[frame.opening] == mark for frame in self._frames[1:]):
            self._blank(at, at + 1)
            return
        while _CLOSING[self._frames[-1].opening] != mark:
            self._close()
        self._finish()
        self._frames.pop()
        self._free.clear()

    def _close(self) -> None:
        """Close the innermost object or array before what comes next."""
        self._finish()
        self._put(_CLOSING[self._frames.pop().opening])

    def _finish(self) -> None:
        """Take away what leads to nothing in the innermost object or array: a key without a value, a comma."""
        top = self._frames[-1]
        if top.opening == "{" and top.due in ("colon", "value"):
            self._drop_key(top)
        if top.comma >= 0:
            self._blank(top.comma, top.comma + 1)
            top.comma = -1

    def _drop_key(self, top: _Frame) -> None:
        if top.key is not None:
            start, end = top.key
            colon = _COLON.match(self._text, end) if top.due == "value" else None
            self._blank(start, colon.end() if colon is not None else end)
        top.due, top.key = "key", None
