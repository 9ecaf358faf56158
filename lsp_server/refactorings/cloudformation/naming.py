"""Names for what is new in a template."""

from __future__ import annotations

from collections.abc import Container
from itertools import count


def fresh(wanted: str, *taken: Container[str]) -> str:
    """`wanted`, or that with a number, so that none of `taken` has it."""
    names = (wanted if number == 1 else f"{wanted}{number}" for number in count(1))
    return next(name for name in names if not any(name in names_ for names_ in taken))
