"""What is loaded for good is not looked through again, and what changes leave behind goes when it is quiet."""

from __future__ import annotations

import asyncio
import gc
import weakref

import pytest

from lsp_server.server import collecting
from lsp_server.server.collecting import Collecting


class Node:
    """A tree's node, which knows its parent: a cycle."""

    def __init__(self) -> None:
        self.parent = self


def test_what_is_loaded_is_set_aside_once() -> None:
    subject = Collecting()
    try:
        subject.loaded()
        frozen = gc.get_freeze_count()
        assert frozen > 0
        later = [Node() for _ in range(1000)]
        subject.loaded()
        assert gc.get_freeze_count() <= frozen
        assert later
    finally:
        gc.unfreeze()


@pytest.mark.asyncio
async def test_what_changes_leave_behind_is_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "_QUIET", 0.0)
    done = asyncio.Event()
    node = Node()
    weakref.finalize(node, done.set)
    gc.disable()
    try:
        subject = Collecting()
        del node
        for _ in range(3):
            subject.changed()
        await asyncio.wait_for(done.wait(), 30)
    finally:
        gc.enable()
