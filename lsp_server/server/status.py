"""Tells the editor what is running: each linter, the model, and what the session has spent."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lsp_server.analysis import Toolchain
from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Unit
from lsp_server.dialects.base import Language
from lsp_server.linters.base import Forewarning, Linter, LintResult, SlowToStart
from lsp_server.models.base import Usage
from lsp_server.models.recording import Exchange
from lsp_server.settings import LINTER_NAMES, Settings

log = logging.getLogger(__name__)

_COALESCE = 0.05  # seconds within which changes are told together
_KEPT = 50  # exchanges with a model that can be shown


@dataclass
class _Linter:
    """What is known of one linter: how many runs are under way, and why the last one gave no verdict."""

    running: int = 0
    not_run: str = ""
    absent: bool = False


class Status:
    """Collects states and tells them.

    `complain` is called once for each thing that verdicts leave out, with whether that is because something is broken.
    """

    def __init__(self, tell: Callable[[dict[str, object]], None], complain: Callable[[str, bool], None]) -> None:
        self.exchanges: deque[Exchange] = deque(maxlen=_KEPT)
        self._tell, self._complain = tell, complain
        self._linters: dict[str, _Linter] = {}
        self._usage = Usage()
        self._today: Callable[[], Usage] = Usage
        self._spent_today = Usage()
        self._model, self._model_runs, self._model_trouble = "", 0, ""
        self._notes: dict[str, tuple[str, ...]] = {}
        self._said: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._told: dict[str, object] = {}

    def configure(
        self, settings: Settings, linters: Iterable[str], model: str, trouble: str, today: Callable[[], Usage] = Usage
    ) -> None:
        """Take over which linters and which model there are; `trouble` says why the model cannot work.

        `today` tells what this and other processes have spent today; it is asked when this one has spent something.
        """
        self._today, self._spent_today = today, today()
        known = self._linters
        self._linters = {name: known.get(name, _Linter()) for name in linters}
        for name in set(LINTER_NAMES) - set(settings.linters):
            known.pop(name, None)
        self._model, self._model_trouble = model, trouble
        self._said.clear()
        self.changed()

    def watch(self, toolchain: Toolchain) -> Toolchain:
        """The same toolchain, each run of which is noted here."""
        return Toolchain(tuple(_Watched(linter, self) for linter in toolchain.linters))

    @contextlib.contextmanager
    def running(self, name: str) -> Iterator[None]:
        """Note that a linter runs."""
        state = self._linters.setdefault(name, _Linter())
        state.running += 1
        self.changed()
        try:
            yield
        finally:
            state.running -= 1
            self.changed()

    def ended(self, name: str, result: LintResult) -> None:
        """Note whether a linter gave a verdict."""
        state = self._linters.setdefault(name, _Linter())
        state.not_run, state.absent = result.not_run, result.absent
        if result.not_run:
            self._say(f"{name} not run: {result.not_run}", not result.absent)
        for note in result.notes:
            self._say(f"{name}: {note}", False)

    def _say(self, sentence: str, broken: bool) -> None:
        if sentence not in self._said:
            self._said.add(sentence)
            self._complain(sentence, broken)

    def note(self, key: str, notes: tuple[str, ...]) -> None:
        """Take over what the newest verdict on the unit of that key leaves out; nothing where it is no longer open."""
        self._notes.pop(key, None)
        if notes:
            self._notes[key] = notes
        self.changed()

    @contextlib.contextmanager
    def model_runs(self) -> Iterator[None]:
        """Note that a run of the loop with a model is under way."""
        self._model_runs += 1
        self.changed()
        try:
            yield
        finally:
            self._model_runs -= 1
            self.changed()

    def exchanged(self, exchange: Exchange) -> None:
        """Note a request to a model that has ended."""
        self.exchanges.append(exchange)
        if exchange.body:
            self._usage += exchange.usage
            self._spent_today = self._today()
        if exchange.failure != "cancelled":
            self._model_trouble = exchange.failure
        self.changed()

    def changed(self) -> None:
        """Tell the editor soon."""
        if self._timer is None:
            with contextlib.suppress(RuntimeError):  # no loop yet: what starts it tells the status
                self._timer = asyncio.get_running_loop().call_later(_COALESCE, self._send)

    def _send(self) -> None:
        self._timer = None
        state = self.state()
        if state != self._told:
            self._told = state
            self._tell(state)

    def state(self) -> dict[str, object]:
        """All of it, as `lintel/status` says it."""
        linters = [self._linter_state(name) for name in LINTER_NAMES]
        notes = [{"uri": key, "notes": list(notes)} for key, notes in self._notes.items()]
        spent = {"session": _spent(self._usage), "today": _spent(self._spent_today)}
        return {"linters": linters, "model": self._model_state(), **spent, "notes": notes}

    def _linter_state(self, name: str) -> dict[str, str]:
        linter = self._linters.get(name)
        if linter is None:
            return {"name": name, "state": "off", "reason": ""}
        if linter.running:
            return {"name": name, "state": "running", "reason": ""}
        missing = "not installed" if linter.absent else "not run"
        return {"name": name, "state": missing if linter.not_run else "idle", "reason": linter.not_run}

    def _model_state(self) -> dict[str, str]:
        state = "running" if self._model_runs else "unavailable" if self._model_trouble else "idle"
        if self._model == "none":
            state = "off"
        return {"name": self._model, "state": state, "reason": self._model_trouble if state == "unavailable" else ""}


def _spent(usage: Usage) -> dict[str, object]:
    return {
        "requests": usage.requests,
        "inputTokens": usage.tokens_in,
        "cachedTokens": usage.cache_read_tokens,
        "outputTokens": usage.output_tokens,
        "cost": round(usage.cost, 6),
        "estimated": usage.estimated,
    }


class _Watched:
    """A linter whose runs are noted; one that raises has not run, and the others go on."""

    def __init__(self, linter: Linter, status: Status) -> None:
        self.name, self.language, self.incremental = linter.name, linter.language, linter.incremental
        self._linter, self._status = linter, status

    name: str
    language: Language
    incremental: bool

    async def lint(self, unit: Unit) -> LintResult:
        """See `Linter.lint`."""
        with self._status.running(self.name):
            try:
                result = await self._linter.lint(unit)
            except Exception as error:
                log.exception("%s failed", self.name)
                result = LintResult(not_run=f"it failed: {error}")
            self._status.ended(self.name, result)
        return result

    async def warm(self) -> None:
        """See `SlowToStart.warm`."""
        if isinstance(self._linter, SlowToStart):
            await self._linter.warm()

    async def unreadable(self, unit: Unit) -> tuple[Diagnostic, ...] | None:
        """See `Forewarning.unreadable`."""
        try:
            return await self._linter.unreadable(unit) if isinstance(self._linter, Forewarning) else None
        except Exception:
            log.exception("%s failed to forewarn", self.name)
            return None

    async def close(self) -> None:
        """See `Linter.close`."""
        await self._linter.close()
