"""The runs of the loop under way. One whose text changes meanwhile is ended, since nothing of it could be used."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from lsp_server.core.document import Document
from lsp_server.server.analyses import OutdatedError
from lsp_server.server.status import Status


class Runs:
    """Knows which task works for which document."""

    def __init__(self, status: Status) -> None:
        self._status = status
        self._tasks: dict[asyncio.Task[Any], str] = {}
        self._ended: dict[asyncio.Task[Any], str] = {}

    @contextlib.contextmanager
    def under_way(self, document: Document) -> Iterator[None]:
        """Note that the current task runs the loop. Raises OutdatedError when it was ended by `changed` or `end`."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks[task] = document.uri
        try:
            with self._status.model_runs():
                yield
        except asyncio.CancelledError:
            if why := self._ended.get(task):
                raise OutdatedError(why) from None
            raise
        finally:
            self._tasks.pop(task, None)
            self._ended.pop(task, None)

    def changed(self, uri: str) -> None:
        """End the runs on a document."""
        self._end(lambda its: its == uri, f"{uri.rsplit('/', 1)[-1]} has changed, so the run was ended")

    def end(self, why: str) -> None:
        """End all runs; `why` is a sentence for the person who waits."""
        self._end(lambda _: True, why)

    def _end(self, wanted: Callable[[str], bool], why: str) -> None:
        for task, its in self._tasks.items():
            if wanted(its):
                self._ended[task] = why
                task.cancel()
