"""What requests to models have cost, by day and session, kept for all of Lintel's processes; a limit that stops them.

One file for each day in the user's state folder, a line of JSON for each request: an appended line is whole or not
there, so that several servers may write at once. Lines that cannot be read are passed over.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import os
import uuid
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import astuple, dataclass
from pathlib import Path

import msgspec

from lsp_server.core.user_folders import states
from lsp_server.models.base import Model, ModelEvent, ModelRequest, ModelUnavailable, Price, Usage, counted, priced

log = logging.getLogger(__name__)

_SUFFIX = ".jsonl"
_DAYS_KEPT = 90


class _Line(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One request, as it stands in the file: the fields of Usage behind the session."""

    session: str = ""
    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    cost: float = 0.0
    estimated: bool = False

    @property
    def usage(self) -> Usage:
        return Usage(*msgspec.structs.astuple(self)[1:])


@dataclass(frozen=True)
class Limits:
    """What may be spent on one day, in US dollars and in tokens; 0 is no limit."""

    dollars: float = 0.0
    tokens: int = 0


@dataclass(frozen=True)
class Day:
    """What was spent on one day, in all and by each session (a name that means nothing)."""

    date: dt.date
    usage: Usage
    sessions: dict[str, Usage]

    def __str__(self) -> str:
        """For example `2026-11-28  1 request · 100 tokens in · 20 out · <$0.01 · 1 session`."""
        sessions = len(self.sessions)
        return f"{self.date.isoformat()}  {self.usage} · {sessions} session{'' if sessions == 1 else 's'}"


class Spending:
    """The book of all requests of this user. `today` gives the date, in the time of the place where the user is."""

    def __init__(self, folder: Path | None = None, today: Callable[[], dt.date] = dt.date.today) -> None:
        self._folder = folder
        self._today = today
        self._session = uuid.uuid4().hex[:12]
        self._own = Usage()  # of today, where the file cannot be used
        self._date: dt.date | None = None
        self._read = 0
        self._sum = Usage()
        self._broken = False

    def add(self, usage: Usage) -> None:
        """Write down what one request has used. Where that cannot be kept, it counts as long as this process lives."""
        if not usage.requests:
            return
        date = self._turned()
        self._own += usage
        line = _Line(self._session, *astuple(usage))
        try:
            path = self._path(date)
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._forget_old(path.parent, date)
            with path.open("ab", buffering=0) as file:
                # The first line feed ends what a process left half-written when it was killed.
                file.write(b"\n" + msgspec.json.encode(line) + b"\n")
        except (OSError, RuntimeError) as error:
            if not self._broken:
                log.warning("what requests cost cannot be kept: %s", error)
            self._broken = True

    def today(self) -> Usage:
        """What was spent today, by all processes."""
        date = self._turned()
        try:
            with self._path(date).open("rb") as file:
                if os.fstat(file.fileno()).st_size < self._read:
                    self._read, self._sum = 0, Usage()
                file.seek(self._read)
                data = file.read()
        except (OSError, RuntimeError):
            return self._own
        whole, _, _ = data.rpartition(b"\n")
        for line in _lines(whole):
            self._sum += line.usage
        self._read += len(whole) + 1 if data.count(b"\n") else 0
        # A file that somebody took away, or that cannot be written, does not lift the limit of this process.
        return self._sum if self._sum.tokens >= self._own.tokens else self._own

    def days(self) -> list[Day]:
        """What was spent on each day that is still known, the newest first."""
        found: list[Day] = []
        with contextlib.suppress(OSError, RuntimeError):
            for path in sorted(self._where().glob(f"*{_SUFFIX}"), reverse=True):
                with contextlib.suppress(ValueError, OSError):
                    found.append(_day(dt.date.fromisoformat(path.stem), path.read_bytes()))
        return found

    def reached(self, limits: Limits) -> str:
        """Why no more requests may be made today, as a sentence; empty where they may."""
        if limits.dollars <= 0 and limits.tokens <= 0:
            return ""
        spent = self.today()
        if 0 < limits.dollars <= spent.cost:
            what = f"${limits.dollars:.2f} a day (lintel.model.dailyLimit) is reached: ${spent.cost:.2f} spent today"
        elif 0 < limits.tokens <= spent.tokens:
            what = f"{limits.tokens:,} tokens a day (lintel.model.dailyTokens) is reached: {spent.tokens:,} spent today"
        else:
            return ""
        return (
            f"The limit of {what}, so no model is asked. Checks, fixes, completion and what Lintel writes without a "
            "model go on; tomorrow, or with a higher limit, models are asked again."
        )

    def _turned(self) -> dt.date:
        date = self._today()
        if date != self._date:
            self._date, self._read, self._sum, self._own = date, 0, Usage(), Usage()
        return date

    def _where(self) -> Path:
        return self._folder if self._folder is not None else states() / "lintel" / "usage"

    def _path(self, date: dt.date) -> Path:
        return self._where() / f"{date.isoformat()}{_SUFFIX}"

    def _forget_old(self, folder: Path, date: dt.date) -> None:
        first = date - dt.timedelta(days=_DAYS_KEPT)
        for path in folder.glob(f"*{_SUFFIX}"):
            with contextlib.suppress(ValueError, OSError):
                if dt.date.fromisoformat(path.stem) < first:
                    path.unlink()


class LimitedModel:
    """A model that is not asked once `limits` are reached by what `spending` has of today.

    No more than `at_once` requests are under way at any time; others wait, as long as they may take.
    """

    def __init__(self, model: Model, spending: Spending, limits: Limits, at_once: int = 2) -> None:
        self.name = model.name
        self._model = model
        self._spending = spending
        self._limits = limits
        self._turn = asyncio.Semaphore(at_once)

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """See `Model.stream`; raises ModelUnavailable where the limit is reached."""
        async with self._turn:
            if reached := self._spending.reached(self._limits):
                raise ModelUnavailable(reached)
            async with contextlib.aclosing(self._model.stream(request)) as events:
                async for event in events:
                    yield event

    async def count(self, request: ModelRequest) -> int:
        """See `Counting.count`."""
        return await counted(self._model, request)

    def price(self, request: ModelRequest) -> Price | None:
        """See `Counting.price`."""
        return priced(self._model, request)

    async def close(self) -> None:
        """Close the model."""
        await self._model.close()


def _lines(data: bytes) -> Iterator[_Line]:
    for raw in data.split(b"\n"):
        with contextlib.suppress(msgspec.MsgspecError):
            line = msgspec.json.decode(raw, type=_Line)
            if min(line.usage.tokens, line.requests, line.cost) >= 0:
                yield line


def _day(date: dt.date, data: bytes) -> Day:
    sessions: dict[str, Usage] = {}
    for line in _lines(data):
        sessions[line.session] = sessions.get(line.session, Usage()) + line.usage
    return Day(date, sum(sessions.values(), Usage()), sessions)
