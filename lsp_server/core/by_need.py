"""Values by key that are made when they are first asked for: what a session never asks for is never loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class ByNeed(Mapping[K, V]):
    """`make` gives, for each key, the function that makes its value; it is called once."""

    def __init__(self, make: Mapping[K, Callable[[], V]]) -> None:
        self._make = make
        self._made: dict[K, V] = {}

    def __getitem__(self, key: K) -> V:
        if key not in self._made:
            self._made[key] = self._make[key]()
        return self._made[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._make)

    def __len__(self) -> int:
        return len(self._make)

    def __contains__(self, key: object) -> bool:
        return key in self._make
