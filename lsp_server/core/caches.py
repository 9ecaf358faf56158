"""Caches whose memory is bounded by what they hold, not by how many entries they have.

An editor sends a version of a text for each key press; a cache that counts entries would keep thousands of them.
"""

from __future__ import annotations

import contextlib
import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any, Generic, TypeVar, cast
from weakref import WeakKeyDictionary, WeakValueDictionary, ref

Key = TypeVar("Key")
Other = TypeVar("Other")
Value = TypeVar("Value")
_MISSING = object()
_ANSWERS = "_answers"


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
    """Decorates a function of two arguments: an answer is kept as long as both, which count as what they are.

    An answer may not hold the second argument.
    """

    def answers_with(_: Key) -> dict[int, tuple[ref[Other], Value]]:
        return {}

    kept = with_argument(answers_with)

    @functools.wraps(function)
    def ask(key: Key, other: Other) -> Value:
        answers, own = kept(key), id(other)
        found = answers.get(own)
        if found is not None and found[0]() is other:
            return found[1]
        value = function(key, other)
        answers[own] = ref(other, lambda gone: _forget(answers, own, gone)), value
        return value

    return ask


def _forget(answers: dict[int, tuple[ref[Other], Value]], own: int, gone: ref[Other]) -> None:
    found = answers.get(own)
    if found is not None and found[0] is gone:  # else another object has the number by now
        del answers[own]


def with_argument(function: Callable[[Key], Value]) -> Callable[[Key], Value]:
    """Decorates a function of one argument: an answer, which may not hold the argument, is kept as long as that.

    It hangs on the argument itself, which takes a tenth of the time, unless that equals others and may share with them.
    """
    shared: WeakKeyDictionary[Key, Value] = WeakKeyDictionary()

    @functools.wraps(function)
    def ask(key: Key) -> Value:
        kept: MutableMapping[Any, Any]
        if type(key).__eq__ is object.__eq__:
            kept, about = vars(key).setdefault(_ANSWERS, {}), cast("Any", ask)
        else:
            kept, about = shared, key
        value = kept.get(about, _MISSING)
        if value is _MISSING:
            value = kept[about] = function(key)
        return cast("Value", value)

    return ask
