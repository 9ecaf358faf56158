"""Editors for the tests: one that many share, and fresh ones for tests that change or kill theirs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.server.editor import Editor

StartEditor = Callable[..., Awaitable[Editor]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Editor]:
    """An editor with default settings. Its test must only use documents of its own."""
    editor = Editor()
    await editor.start(tmp_path_factory.mktemp("workspace"))
    yield editor
    await editor.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def tuned(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Editor]:
    """An editor whose settings each test chooses with `configure` before anything else."""
    editor = Editor()
    await editor.start(tmp_path_factory.mktemp("workspace"))
    yield editor
    await editor.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def start_editor(tmp_path: Path) -> AsyncIterator[StartEditor]:
    """Starts editors with settings of their own; they are stopped after the test."""
    started: list[Editor] = []

    async def start(settings: dict[str, Any] | None = None, **options: Any) -> Editor:
        editor = Editor(settings)
        started.append(editor)
        await editor.start(tmp_path, **options)
        return editor

    yield start
    for editor in started:
        await editor.stop()
