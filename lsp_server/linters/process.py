"""One run of an outside program that judges: its output, or why there is none; it never outlives its request."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_NICENESS = 10


class ProgramFailed(Exception):
    """The program gave no output that can be used; `str()` is a sentence for a person."""


class TooSlow(ProgramFailed):
    """The program did not end in time."""


@dataclass(frozen=True)
class Output:
    """What a program printed, and its exit status."""

    stdout: bytes
    stderr: bytes
    status: int

    @property
    def first_line(self) -> str:
        """The first line that says something, of stderr and else of stdout; empty where there is none."""
        text = (self.stderr + b"\n" + self.stdout).decode("utf-8", "replace")
        lines = (line.strip(" \t\r│╷╵|") for line in text.splitlines())
        return next((line for line in lines if line), "")

    @property
    def ending(self) -> str:
        """How it ended: "ended with status 3", or by which signal it was killed."""
        if self.status >= 0:
            return f"ended with status {self.status}"
        try:
            return f"was killed by {signal.Signals(-self.status).name}"
        except ValueError:
            return f"was killed by signal {-self.status}"


def own_program(word: str, module: str) -> tuple[str, ...]:
    """The command that runs `main` of a module of this package; a frozen Lintel starts itself with one word."""
    if getattr(sys, "frozen", False):
        return sys.executable, word
    package_root = str(Path(__file__).parents[2])
    program = f"import sys; sys.path.append(sys.argv.pop(1)); from lsp_server.linters.{module} import main; main()"
    return sys.executable, "-P", "-c", program, package_root  # -P: a yaml.py in the workspace must not be imported


async def run(command: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float) -> Output:
    """Run `command` in `folder` and return what it printed. It may take `seconds`.

    Raises ProgramFailed when it cannot be started or does not end in time. When the call is cancelled or times out,
    the program and all that it started are killed and waited for before the call returns. What it leaves behind when it
    ends is killed as well.
    """
    starting = asyncio.ensure_future(
        asyncio.create_subprocess_exec(
            *command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    )
    try:
        process = await asyncio.shield(starting)
    except asyncio.CancelledError:
        with contextlib.suppress(OSError):
            await _kill(await starting)  # what it has started by then would be left behind
        raise
    except OSError as error:
        raise ProgramFailed(f"{command[0]} cannot be started: {error.strerror or error}") from error
    _stand_back(process.pid)
    try:
        async with asyncio.timeout(seconds):
            stdout, stderr = await process.communicate()
    except TimeoutError:
        await _kill(process)
        raise TooSlow(f"{Path(command[0]).name} did not answer within {seconds:g} s and was ended") from None
    except asyncio.CancelledError:
        await _kill(process)
        raise
    _end_group(process.pid)  # tflint may end and leave its plugins behind
    return Output(stdout, stderr, process.returncode or 0)


def _stand_back(group: int) -> None:
    """Let a program, and all that it starts, use what others leave of the processor: somebody may be typing."""
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PGRP, group, _NICENESS)


def _end_group(group: int) -> None:
    """Kill what is left of a program and of all that it started, where there are groups of processes."""
    if sys.platform != "win32":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


async def _kill(process: asyncio.subprocess.Process) -> None:
    """Kill the whole process group: a wrapper script may be gone already and have left the real program behind."""
    _end_group(process.pid)
    if sys.platform == "win32" and process.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            process.kill()
    # something may have left the group and hold the pipes, without whose end the process would not count as ended
    process._transport.close()  # type: ignore[attr-defined]  # there is no public way to let go of the pipes
    await asyncio.shield(process.wait())
