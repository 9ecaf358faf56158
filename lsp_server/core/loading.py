"""Loads what stays for good out of the garbage collector's way, which halts all threads to look through it."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def for_good(load: Callable[[], T]) -> T:
    """What `load` returns. What it loads is looked through neither meanwhile nor later: it takes a tenth of a second.

    That holds of all else that is there in the end, too, which may be garbage: so it is for what is loaded once.
    """
    gc.disable()
    try:
        return load()
    finally:
        gc.freeze()
        gc.enable()
