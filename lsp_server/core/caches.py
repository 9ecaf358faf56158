"""Caches whose memory is bounded by what they hold, not by how many entries they have.

An editor sends a version of a text for each key press; a cache that counts entries would keep thousands of them.
"""

from __future__ import annotations

import contextlib
import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar, cast
from weakref import WeakKeyDictionary, WeakValueDictionary

Key = TypeVar("Key")
Other = TypeVar("Other")
Value = TypeVar("Value")
_MISSING = object()


class _Aside(threading.local):
    """What a thread keeps of its own instead of adding it to the caches that all share."""

    kept: dict[object, object] | None = None


_aside = _Aside()


@contextlib.contextmanager
def aside() -> Iterator[None]:
    """Meanwhile nothing that this thread works out drives anything from a `Sized` cache; it is forgotten at the end."""
    _aside.kept = {}
    try:
        yield
    finally:
        _aside.kept = None


class Sized(Generic[Key, Value]):
    """A function of one argument that keeps its latest answers, as long as their keys together have at most `most`.

    The latest answer is kept however large it is. An answer may be worked out twice when threads ask at once.
    """

    def __init__(self, function: Callable[[Key], Value], most: int, size: Callable[[Key], int]) -> None:
        self._function, self._most, self._size = function, most, size
        self._kept: OrderedDict[Key, Value] = OrderedDict()
        self._held = 0
        self._lock = threading.Lock()
        functools.update_wrapper(self, function)

    def __call__(self, key: Key) -> Value:
        """The answer for a key."""
        with self._lock:
            found = self._kept.get(key, _MISSING)
            if found is not _MISSING:
                self._kept.move_to_end(key)
                return cast("Value", found)
        if _aside.kept is not None:
            return cast("Value", self._apart(_aside.kept, key))
        value = self._function(key)
        with self._lock:
            if key not in self._kept:
                self._held += self._size(key)
            self._kept[key] = value
            while self._held > self._most and len(self._kept) > 1:
                old, _ = self._kept.popitem(last=False)
                self._held -= self._size(old)
        return value

    def _apart(self, kept: dict[object, object], key: Key) -> object:
        if (self, key) not in kept:
            kept[self, key] = self._function(key)
        return kept[self, key]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._held = 0


def sized(most: int, size: Callable[[Any], int]) -> Callable[[Callable[[Key], Value]], Sized[Key, Value]]:
    """Decorates a function of one argument: see `Sized`."""
    return lambda function: Sized(function, most, size)


def while_used(function: Callable[[Key], Value]) -> Callable[[Key], Value]:
    """Decorates a function of one argument: an answer is kept as long as somebody else holds it."""
    kept: WeakValueDictionary[Key, Value] = WeakValueDictionary()

    @functools.wraps(function)
    def ask(key: Key) -> Value:
        value = kept.get(key)
        return kept.setdefault(key, function(key)) if value is None else value

    return ask


def with_both(function: Callable[[Key, Other], Value]) -> Callable[[Key, Other], Value]:
    """Decorates a function of two arguments: an answer, which may hold neither, is kept as long as both."""
    kept: WeakKeyDictionary[Key, WeakKeyDictionary[Other, Value]] = WeakKeyDictionary()

    @functools.wraps(function)
    def ask(key: Key, other: Other) -> Value:
        answers = kept.get(key)
        if answers is None:
            answers = kept[key] = WeakKeyDictionary()
        value = answers.get(other, _MISSING)
        if value is _MISSING:
            value = answers[other] = function(key, other)
        return cast("Value", value)

    return ask


def with_argument(function: Callable[[Key], Value]) -> Callable[[Key], Value]:
    """Decorates a function of one argument: an answer, which may not hold the argument, is kept as long as that."""
    kept: WeakKeyDictionary[Key, Value] = WeakKeyDictionary()

    @functools.wraps(function)
    def ask(key: Key) -> Value:
        value = kept.get(key, _MISSING)
        if value is _MISSING:
            value = kept[key] = function(key)
        return cast("Value", value)

    return ask
