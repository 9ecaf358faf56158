"""What changes leave behind goes when it is quiet."""

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
