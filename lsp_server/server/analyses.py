"""Judges each unit again when it changes: quick linters at once, the others after a pause, older versions cancelled."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from lsp_server.analysis import Analysis, Toolchain, analyze, merge
from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Document, Unit
from lsp_server.dialects.base import Language
from lsp_server.server.known import Known
from lsp_server.server.turns import Turns

log = logging.getLogger(__name__)

_SHORT_PAUSE = 0.1  # seconds before the slow linters, after a single edit
_LONG_PAUSE = 0.25  # the same while somebody types
_ASKING = 0.012  # seconds before the quick linters: an editor asks for completions right after it tells of a key press
_TYPING = 0.8  # seconds between two edits below which somebody types
_ADVISED = 200  # findings of a verdict that get advice; nobody reads more of them

Show = Callable[[Unit, tuple[Diagnostic, ...]], None]
Done = Callable[[Analysis], None]
Advise = Callable[[Analysis, Diagnostic], Diagnostic]
Prepared = Callable[[], Awaitable[None]]


class OutdatedError(Exception):
    """The document changed or was closed; what was asked about it has no answer any more."""


class Lane:
    """The judgement of one unit, newest version only.

    Where lanes share `turns`, for the quick linters and for the slow ones, the one that was started last goes first.

    `toolchain` holds the linters as they are configured. `show` is called with all that is known as often as
    more is; `done` with each full verdict. `advise` puts to a finding what helps with it. `prepared` waits until what
    all of that needs is loaded; the quick linters do not.
    """

    def __init__(
        self,
        language: Language,
        toolchain: Toolchain,
        show: Show,
        done: Done,
        advise: Advise,
        turns: tuple[Turns, Turns] | None = None,
        prepared: Prepared | None = None,
    ) -> None:
        self.language = language
        self.unit = Unit(())
        self.toolchain = toolchain
        self._show, self._done, self._advise, self._prepared = show, done, advise, prepared
        self._quick_turns, self._slow_turns = turns or (Turns(), Turns())
        self._task: asyncio.Task[None] | None = None
        self._verdict: asyncio.Future[Analysis | None] = asyncio.get_running_loop().create_future()
        self._known = Known()
        self._changed = 0.0
        self._duration = 0.0

    @property
    def analysis(self) -> Analysis | None:
        """The full verdict on the unit as it is now; None while it is being worked out."""
        return self._verdict.result() if self._verdict.done() and not self._verdict.cancelled() else None

    def start(self, unit: Unit) -> None:
        """Judge `unit`, and no older version any more."""
        first = not self.unit.documents
        pause = self._pause()
        self.stop()
        self.unit = unit
        self._verdict = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._judge(unit, 0.0 if first else _ASKING, pause))
        self._task.add_done_callback(partial(_settle, self._verdict))

    def stop(self) -> None:
        """Stop judging; who waits for the verdict learns that there will be none."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if not self._verdict.done():
            self._verdict.set_result(None)

    def reconfigure(self, toolchain: Toolchain) -> None:
        """Judge with other linters from the next start on; what the others found is dropped."""
        self.toolchain = toolchain
        self._known = Known()

    async def verdict(self, document: Document) -> Analysis:
        """Wait for the full verdict on the version that `document` is. Raises OutdatedError."""
        while document in self.unit.documents:
            verdict = self._verdict
            analysis = await asyncio.shield(verdict)
            if analysis is not None and verdict is self._verdict:
                return analysis
            if verdict is self._verdict:
                break
        raise OutdatedError(f"{document.name} has changed")

    def _pause(self) -> float:
        """Seconds before the slow linters start: none for the first time, longer while somebody types."""
        now = time.monotonic()
        since, self._changed = now - self._changed, now
        if not self.unit.documents:
            return 0.0
        return pause_before(self.language, since, self._duration)

    async def _judge(self, unit: Unit, asking: float, pause: float) -> None:
        toolchain = self.toolchain
        incremental = toolchain.incremental()
        if incremental.of(self.language):
            await asyncio.sleep(asking)
        async with self._quick_turns:
            quick = await analyze(unit, self.language, incremental)
        if self._prepared is not None:
            await self._prepared()
        news = await self._known.forewarn(unit, toolchain.of(self.language))
        if quick.ran or news:
            self._known.learn(quick)
            self._show(unit, self._known.all(unit, self.language, toolchain))
        await asyncio.sleep(pause)
        async with self._slow_turns:
            began = time.monotonic()
            others = Toolchain(tuple(linter for linter in toolchain.linters if not linter.incremental))
            slow = await analyze(unit, self.language, others)
            self._duration = time.monotonic() - began
        analysis = await self._advised(joined(quick, slow))
        self._known.conclude(analysis)
        self._show(unit, self._known.all(unit, self.language, toolchain))
        self._verdict.set_result(analysis)
        self._done(analysis)

    async def _advised(self, analysis: Analysis) -> Analysis:
        """The verdict with advice; requests are answered meanwhile."""
        found = list(analysis.diagnostics)
        for number, diagnostic in enumerate(found[:_ADVISED]):
            found[number] = self._advise(analysis, diagnostic)
            await asyncio.sleep(0)
        return replace(analysis, diagnostics=tuple(found))


def pause_before(language: Language, since: float, duration: float) -> float:
    """Seconds before the slow linters start, `since` seconds after the edit before; the last time they took `duration`.

    What judges Terraform ends with its request, so after a single edit it may begin soon; cfn-lint would have to be
    waited for if another edit followed.
    """
    typing = since < _TYPING
    if not typing and language is Language.TERRAFORM:
        return _SHORT_PAUSE
    return max(_LONG_PAUSE if typing else _SHORT_PAUSE, min(0.6, duration * 0.3))


def _settle(verdict: asyncio.Future[Analysis | None], task: asyncio.Task[None]) -> None:
    """Let nobody wait for a judgement that failed."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("a judgement failed", exc_info=error)
    if not verdict.done():
        verdict.set_result(None)


def joined(quick: Analysis, slow: Analysis) -> Analysis:
    """One verdict of two on the same unit."""
    return Analysis(
        quick.unit,
        quick.language,
        merge(quick.unit, quick.diagnostics + slow.diagnostics),
        quick.ran + slow.ran,
        quick.not_run + slow.not_run,
        quick.notes + slow.notes,
    )
