"""A process of its own that asks one installed provider for its schema and packs the answer, which may be huge.

It is given the path of a JSON file, a `Job`. Where it fails, it prints a sentence that says why and ends with 1.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

import msgspec

from lsp_server.dialects.terraform.provider_answer import AnswerError, bundle_of
from lsp_server.linters.process import Output

COMMAND = ("providers", "schema", "-json", "-no-color")
_MOST_BYTES = 500_000_000  # of an answer; that of the largest provider has a fifth
_GRACE = 10.0  # seconds that whoever started this has to end it
_SENTENCE = 500  # characters


class Job(msgspec.Struct):
    """Which provider (full address, version) is asked, with which program, in which folder, and where answers go.

    It may take `seconds`.
    """

    program: str
    folder: str
    address: str
    version: str
    answer: str
    bundle: str
    seconds: float


def main() -> NoReturn:
    """Do the job that the first argument names."""
    job = msgspec.json.decode(Path(sys.argv[-1]).read_bytes(), type=Job)
    _end_in_time(job.seconds + _GRACE)
    with contextlib.suppress(AttributeError, OSError):
        os.nice(10)  # whoever types goes first
    try:
        problem = _do(job)
    except OSError as error:
        problem = f"{job.program} cannot be run: {error.strerror or error}"
    if problem:
        sys.stdout.write(problem)
    sys.stdout.flush()
    os._exit(1 if problem else 0)  # nothing of what was read needs to be taken down piece by piece


def _do(job: Job) -> str:
    """Why there is no bundle; empty where there is one."""
    answer = Path(job.answer)
    with answer.open("wb") as file:
        ran = subprocess.run(
            (job.program, *COMMAND), cwd=job.folder, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.PIPE,
            check=False,
        )  # fmt: skip
    if answer.stat().st_size > _MOST_BYTES:
        return f"the answer is longer than {_MOST_BYTES // 1_000_000} MB"
    data = answer.read_bytes()
    if ran.returncode:
        return sentence(Output(data, ran.stderr, ran.returncode)) or f"it ended with status {ran.returncode}"
    try:
        packed = bundle_of(data, job.address, job.version)
    except AnswerError as error:
        return str(error)
    Path(job.bundle).write_bytes(packed)
    return ""


def sentence(output: Output) -> str:
    """What a program complained of, on one line."""
    lines = (line.strip(" \t\r│╷╵|") for line in output.stderr.decode("utf-8", "replace").splitlines())
    text = " ".join(line for line in lines if line) or output.first_line
    return " ".join(text.partition("Error: ")[2].split() or text.split())[:_SENTENCE]


def _end_in_time(seconds: float) -> None:
    """End with all that this has started, should whoever started it be gone and not do so."""
    if sys.platform == "win32":
        return

    def end(_: int, __: FrameType | None) -> None:
        os.killpg(os.getpgrp(), signal.SIGKILL)

    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
