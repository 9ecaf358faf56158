"""The runs of the loop under way, one for a document at a time, and what a model is asked besides.

One whose text changes meanwhile is ended, since nothing of it could be used.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lsp_server.core.document import Document
from lsp_server.server.analyses import OutdatedError
from lsp_server.server.status import Status


class BusyError(Exception):
    """A person asked for a run where one that they asked for is under way; `str()` is a sentence for them."""


@dataclass
class _Run:
    """A run for the document `uri`; `ended` says why it was ended, where it was. Only what `edits` stands alone."""

    uri: str
    asked: bool
    edits: bool = True
    ended: str = ""


class Runs:
    """Knows which task works for which document."""

    def __init__(self, status: Status) -> None:
        self._status = status
        self._tasks: dict[asyncio.Task[Any], _Run] = {}

    @contextlib.contextmanager
    def under_way(self, document: Document, *, asked: bool) -> Iterator[None]:
        """Note that the current task runs the loop, because a person `asked` or because they type.

        What a person asks for ends what nobody did. Raises BusyError where a person has asked for a run on the document
        already, and OutdatedError when this one gives way to another or is ended by `changed` or `end`.
        """
        self._make_way(document, asked=asked)
        with self._noted(_Run(document.uri, asked)):
            yield

    @contextlib.contextmanager
    def reading(self, document: Document) -> Iterator[None]:
        """Note that the current task has a model read a document for a person, and edits nothing.

        Two runs on a document would propose edits of which the one made first outdates the other. What only reads
        harms no run, and none harms it: so it waits for nobody, ends nobody, and is not refused for anybody. A change
        makes it worthless as well: raises OutdatedError when it is ended by `changed` or `end`.
        """
        with self._noted(_Run(document.uri, asked=True, edits=False)):
            yield

    @contextlib.contextmanager
    def _noted(self, run: _Run) -> Iterator[None]:
        task = asyncio.current_task()
        assert task is not None
        self._tasks[task] = run
        try:
            with self._status.model_runs():
                yield
        except asyncio.CancelledError:
            if run.ended:
                raise OutdatedError(run.ended) from None
            raise
        finally:
            self._tasks.pop(task, None)

    def _make_way(self, document: Document, *, asked: bool) -> None:
        here = [(task, run) for task, run in self._tasks.items() if run.uri == document.uri and run.edits]
        others = [run for task, run in here if not task.cancelling()]
        if any(run.asked for run in others):
            busy = f"a run on {document.name} is under way: wait for it, or cancel it"
            raise BusyError(busy) if asked else OutdatedError(busy)
        self._end(lambda run: run in others, f"another run on {document.name} was begun")

    def changed(self, uri: str) -> None:
        """End the runs on a document."""
        self._end(lambda run: run.uri == uri, f"{uri.rsplit('/', 1)[-1]} has changed, so the run was ended")

    def end(self, why: str) -> None:
        """End all runs; `why` is a sentence for the person who waits."""
        self._end(lambda _: True, why)

    def _end(self, wanted: Callable[[_Run], bool], why: str) -> None:
        for task, run in self._tasks.items():
            if wanted(run):
                run.ended = why
                task.cancel()
