"""What was read of pieces of text, kept for as long as it is used and only so much of it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
_MOST = 2_000_000  # code points; what is read of one takes about twenty bytes


class Kept(Generic[T]):
    """A reader of pieces that remembers what it read, the least recently used forgotten first.

    It is bounded by the length of the texts and not by their number: each key press in a piece makes a new one, and a
    piece may be a whole file. Together they have at most `most` code points, but the newest is always kept.
    """

    def __init__(self, read: Callable[[str], T], most: int = _MOST) -> None:
        self._read = read
        self._most = most
        self._size = 0
        self._found: OrderedDict[str, T] = OrderedDict()

    def __call__(self, text: str) -> T:
        """What was read of `text`, read again only where it was forgotten."""
        known = self._found.get(text)
        if known is not None:
            self._found.move_to_end(text)
            return known
        made = self._found[text] = self._read(text)
        self._size += len(text)
        while self._size > self._most and len(self._found) > 1:
            self._size -= len(self._found.popitem(last=False)[0])
        return made
