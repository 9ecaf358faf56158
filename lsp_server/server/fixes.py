"""Verified fixes, worked out in the background after each verdict, so that the light bulb answers at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, TypeGuard

from lsp_server.analysis import Analysis
from lsp_server.core.diagnostic import Diagnostic
from lsp_server.server.turns import Turns

if TYPE_CHECKING:
    from lsp_server.engine import Engine, VerifiedFix
    from lsp_server.repair.outcome import Outcome

log = logging.getLogger(__name__)

_MOST_AHEAD = 20  # findings whose fixes are worked out before anybody asks
_IDLE = 0.3  # seconds after a verdict before that begins

Fixes = tuple["VerifiedFix", ...]


class Precedence:
    """Whoever asks goes first: of all that is worked out ahead, for all verdicts, one thing at a time, and later."""

    def __init__(self) -> None:
        self._asking = 0
        self._nobody = asyncio.Event()
        self._nobody.set()
        self._ahead = Turns()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """While somebody waits for an answer nothing more is begun ahead."""
        self._asking += 1
        self._nobody.clear()
        try:
            yield
        finally:
            self._asking -= 1
            if not self._asking:
                self._nobody.set()

    @asynccontextmanager
    async def ahead(self) -> AsyncIterator[None]:
        """Wait until something may be worked out that nobody has asked for yet."""
        async with self._ahead:
            await self._nobody.wait()
            yield


class FixBook:
    """The fixes for one verdict. Everything in it is for that verdict's texts and for no others.

    With `repair_ahead` all safe fixes together are worked out before anybody asks, since a save will not wait.
    """

    def __init__(
        self, engine: Engine, analysis: Analysis, precedence: Precedence, *, repair_ahead: bool = False
    ) -> None:
        self.analysis = analysis
        self._engine = engine
        self._precedence = precedence
        self._repair_ahead = repair_ahead
        self._known: dict[int, asyncio.Future[Fixes]] = {}
        self._asked: list[int] = []
        self._ahead = [n for n, d in enumerate(analysis.diagnostics) if engine.has_fixer(d, analysis.language)]
        del self._ahead[_MOST_AHEAD:]
        self._begun: set[int] = set()
        self._wake = asyncio.Event()
        self._repairs: dict[bool, asyncio.Task[Outcome]] = {}
        loop = asyncio.get_running_loop()
        self._tasks = (loop.create_task(self._answer()), loop.create_task(self._work_ahead()))

    async def fixes(self, wanted: Sequence[Diagnostic], seconds: float) -> list[VerifiedFix]:
        """The verified fixes for findings of this verdict, as far as they are known within `seconds`."""
        numbers = [n for n, d in enumerate(self.analysis.diagnostics) if d in wanted]
        language = self.analysis.language
        numbers = [n for n in numbers if self._engine.has_fixer(self.analysis.diagnostics[n], language)]
        futures = [self._future(n) for n in numbers]
        self._asked = [n for n in numbers if not self._future(n).done()] + self._asked
        self._wake.set()
        if futures:
            with self._precedence.asking():
                await asyncio.wait(futures, timeout=seconds)
        found = [fix for future in futures if future.done() and not future.cancelled() for fix in future.result()]
        return list({fix.fix.edits: fix for fix in found}.values())

    def known(self, wanted: Sequence[Diagnostic]) -> list[VerifiedFix]:
        """The verified fixes for findings of this verdict that are worked out already."""
        futures = (self._known.get(n) for n, d in enumerate(self.analysis.diagnostics) if d in wanted)
        return [fix for future in futures if _is_there(future) for fix in future.result()]

    async def repair(self, *, unsafe: bool, seconds: float | None) -> Outcome | None:
        """What the fixers make of the whole unit, without a model; None when that takes longer than `seconds`."""
        task = self._repair(unsafe)
        with self._precedence.asking():
            await asyncio.wait([task], timeout=seconds)
        return task.result() if task.done() and not task.cancelled() else None

    def _repair(self, unsafe: bool) -> asyncio.Task[Outcome]:
        if unsafe not in self._repairs:
            work = self._engine.repair(self.analysis, unsafe=unsafe, model=False)
            self._repairs[unsafe] = asyncio.get_running_loop().create_task(work)
        return self._repairs[unsafe]

    def close(self) -> None:
        """Stop working: the verdict is no longer the newest."""
        for task in (*self._tasks, *self._repairs.values()):
            task.cancel()
        for future in self._known.values():
            future.cancel()

    def _future(self, number: int) -> asyncio.Future[Fixes]:
        return self._known.setdefault(number, asyncio.get_running_loop().create_future())

    async def _answer(self) -> None:
        """Work out what is asked for, the newest question first."""
        while True:
            self._wake.clear()
            while self._asked:
                await self._work(self._asked.pop(0))
            await self._wake.wait()

    async def _work_ahead(self) -> None:
        """Work out what may be asked for. All safe fixes together come first: a save will not wait."""
        await asyncio.sleep(_IDLE)
        if self._repair_ahead:
            async with self._precedence.ahead():
                await asyncio.wait([self._repair(False)])
        for number in self._ahead:
            async with self._precedence.ahead():
                await self._work(number)

    async def _work(self, number: int) -> None:
        if number in self._begun:
            return
        self._begun.add(number)
        finding = self.analysis.diagnostics[number]
        try:
            found = tuple([fix async for fix in self._engine.quick_fixes(self.analysis, [finding])])
        except Exception:
            log.exception("no fixes for %s %s", finding.source, finding.code)
            found = ()
        future = self._future(number)
        if not future.done():
            future.set_result(found)


class FixBooks:
    """The book of each unit's newest verdict."""

    def __init__(self, engine: Callable[[], Engine | None], repairs_ahead: Callable[[], bool]) -> None:
        self._engine, self._repairs_ahead = engine, repairs_ahead
        self._books: dict[str, FixBook] = {}
        self._precedence = Precedence()

    def take(self, analysis: Analysis) -> None:
        """Open a book for a new verdict and close those for the texts it replaces."""
        engine = self._engine()
        for key in [k for k, book in self._books.items() if _shares(book.analysis, analysis)]:
            self._books.pop(key).close()
        if engine is not None:
            self._books[analysis.unit.main.uri] = FixBook(
                engine, analysis, self._precedence, repair_ahead=self._repairs_ahead()
            )

    def of(self, analysis: Analysis) -> FixBook | None:
        """The book for exactly this verdict."""
        return next((book for book in self._books.values() if book.analysis is analysis), None)

    def outdated(self, uri: str) -> None:
        """Stop working on verdicts about a document that has changed."""
        for key, book in list(self._books.items()):
            if book.analysis.unit.get(uri) is not None:
                self._books.pop(key).close()

    def close(self) -> None:
        """Stop all work."""
        for book in self._books.values():
            book.close()
        self._books.clear()


def _is_there(future: asyncio.Future[Fixes] | None) -> TypeGuard[asyncio.Future[Fixes]]:
    return future is not None and future.done() and not future.cancelled()


def _shares(one: Analysis, other: Analysis) -> bool:
    return any(other.unit.get(document.uri) is not None for document in one.unit)
