"""What every command does: wire an engine, show progress, say what did not run, and choose the exit code."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

import click
import msgspec

from lsp_server.analysis import Analysis
from lsp_server.cli.workload import Job, Workload
from lsp_server.core.document import Unit
from lsp_server.dialects.base import Language
from lsp_server.engine import Engine
from lsp_server.models.recording import Exchange
from lsp_server.settings import LINTER_NAMES, Settings, TimeoutSettings

CLEAN, FINDINGS, FAILED = 0, 1, 2
INTERRUPTED, TERMINATED = 130, 143  # 128 + the signal, as shells have it
WORKERS = max(1, min(2, os.cpu_count() or 1))
PATIENCE = 180.0  # seconds for one linter and one template: nobody waits at a keyboard, and some templates are huge
KEY_VARIABLE = "ANTHROPIC_API_KEY"

T = TypeVar("T")
BuildEngine = Callable[..., Engine]


def settings_for(linters: str | None, model: str | None = None, *, review: bool = False) -> Settings:
    """Build settings from the options of the command line. Raises click.BadParameter for an unknown linter."""
    settings = Settings(timeouts=TimeoutSettings(lint=PATIENCE))
    if linters is not None:
        names = tuple(name.strip() for name in linters.split(",") if name.strip())
        unknown = [name for name in names if name not in LINTER_NAMES]
        if unknown or not names:
            raise click.BadParameter(f"{', '.join(unknown) or 'nothing'}: known are {', '.join(LINTER_NAMES)}")
        settings = msgspec.structs.replace(settings, linters=names)
    if model is not None:
        settings = msgspec.structs.replace(settings, model=msgspec.structs.replace(settings.model, provider=model))
    if review:
        settings = msgspec.structs.replace(settings, model=msgspec.structs.replace(settings.model, review=True))
    if name := os.environ.get("LINTEL_MODEL"):
        settings = msgspec.structs.replace(settings, model=msgspec.structs.replace(settings.model, name=name))
    if recording := os.environ.get("LINTEL_RECORDING"):
        settings = msgspec.structs.replace(settings, model=msgspec.structs.replace(settings.model, recording=recording))
    if limit := os.environ.get("LINTEL_DAILY_LIMIT"):
        try:
            dollars = max(0.0, float(limit))
        except ValueError:
            raise click.UsageError(f"LINTEL_DAILY_LIMIT is {limit!r}: a number of US dollars is wanted") from None
        model_settings = msgspec.structs.replace(settings.model, daily_limit=dollars)
        settings = msgspec.structs.replace(settings, model=model_settings)
    if url := os.environ.get("ANTHROPIC_BASE_URL"):
        settings = msgspec.structs.replace(settings, model=msgspec.structs.replace(settings.model, base_url=url))
    return settings


@dataclass
class Session:
    """One command's run. `asked` names the linters the user asked for by name: those have to run."""

    engine: Engine
    asked: frozenset[str] = frozenset()
    problems: list[str] = field(default_factory=list)
    _said: set[str] = field(default_factory=set)

    def fail(self, sentence: str) -> None:
        """Tell about something that could not be read, run or written; the exit code will be 2."""
        self.problems.append(sentence)
        click.echo(f"lintel: {sentence}", err=True)

    def say(self, sentence: str) -> None:
        """Tell something on standard error that is no failure; each sentence once, and an empty one never."""
        if sentence and sentence not in self._said:
            self._said.add(sentence)
            click.echo(f"lintel: {sentence}", err=True)

    async def settle(self, unit: Unit, language: Language) -> None:
        """Have the schemas of installed providers, and say whose count."""
        used = await self.engine.settle(unit, language)
        if used:
            self.say(f"judged by the schemas of the installed providers: {', '.join(used)}")

    def note_not_run(self, analysis: Analysis) -> None:
        """Say once which linters gave no verdict, and what the verdicts of the others leave out.

        A linter that failed, or that was asked for by name, is a failure.
        """
        for not_run in analysis.not_run:
            sentence = str(not_run)
            if sentence in self._said:
                continue
            if not_run in analysis.failed or not_run.linter in self.asked:
                self._said.add(sentence)
                self.fail(sentence)
            else:
                self.say(sentence)
        for note in analysis.notes:
            self.say(note)

    def exit_code(self, left: int) -> int:
        """Choose the exit code; `left` counts the findings that remain."""
        if self.problems:
            return FAILED
        return FINDINGS if left else CLEAN


def run(
    build_engine: BuildEngine,
    settings: Settings,
    asked: str | None,
    work: Callable[[Session], Awaitable[int]],
    *,
    trusted: bool = True,
    requests: Path | None = None,
) -> None:
    """Run a command with an engine of its own, end its processes, and exit.

    Where what it works on is not `trusted`, nothing is run that lies there. Each request to a model is written into the
    file `requests` as it was sent, when it has ended.
    """

    async def main() -> int:
        _end_when_terminated()
        key = os.environ.get(KEY_VARIABLE) or None
        listener = partial(_keep, requests) if requests is not None else lambda _: None
        engine = build_engine(
            settings, key=key, roots=[Path.cwd()], workers=WORKERS, trusted=trusted, listener=listener
        )
        named = frozenset(name.strip() for name in asked.split(",")) if asked else frozenset()
        try:
            return await work(Session(engine, named))
        finally:
            await engine.close()

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # the same bytes on every machine, and text is passed on as it is
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="")
    try:
        code = asyncio.run(main())
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except asyncio.CancelledError:
        code = TERMINATED
    except BrokenPipeError:
        code = FAILED
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still buffered has nowhere to go
    sys.exit(code)


def _keep(path: Path, exchange: Exchange) -> None:
    """Append a request and its answer to a file, as a line of JSON."""
    told = {"model": exchange.model, "answer": exchange.answer, "failure": exchange.failure}
    body = exchange.body or "null"
    with path.open("a", encoding="utf-8") as file:
        file.write(f'{{"request": {body}, {json.dumps(told, ensure_ascii=False)[1:]}\n')


def _end_when_terminated() -> None:
    """Let SIGTERM cancel this task, so that child processes and scratch folders go with it."""
    task = asyncio.current_task()
    assert task is not None
    with contextlib.suppress(NotImplementedError):  # Windows
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


async def each(
    session: Session, workload: Workload, verb: str, work: Callable[[Job], Awaitable[T]]
) -> AsyncIterator[tuple[Job, T]]:
    """Do `work` for each job, a few at a time, and yield the results in order. Progress is shown on a terminal."""
    most = WORKERS + 1
    pending: list[tuple[Job, asyncio.Task[T]]] = []
    with progress(len(workload), verb) as step:
        for job in workload:
            pending.append((job, asyncio.ensure_future(work(job))))
            if len(pending) >= most:
                done, task = pending.pop(0)
                yield done, await task
                step()
        for done, task in pending:
            yield done, await task
            step()
    for note in workload.notes:
        session.say(note)
    for problem in workload.problems:
        session.fail(problem)


@contextmanager
def progress(total: int, verb: str) -> Iterator[Callable[[], None]]:
    """Show a bar on stderr where that is a terminal and there is more than one thing to do."""
    if total < 2 or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn(verb), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(verb, total=total)
        yield lambda: bar.advance(task)
