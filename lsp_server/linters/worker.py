"""Warm worker processes: blocking work runs beside the event loop, is killed when it hangs and restarted when it dies.

Nothing here knows cfn-lint; any program that calls `worker_child.serve` can be a worker.
"""

from __future__ import annotations

import asyncio
import contextlib
import enum
import itertools
import logging
import os
import signal
from collections import deque
from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec

from lsp_server.linters import worker_child as wire

log = logging.getLogger(__name__)

T = TypeVar("T")
_STDERR_KEPT = 4000  # characters of the child's last words
_PIPES_HELD = 1.0  # seconds that an end is waited for when somebody else holds the pipes


class WorkerError(Exception):
    """A job was not done; `str()` is a sentence about the worker that may follow "not run: "."""


class JobFailed(WorkerError):
    """The job raised in the child, which goes on."""


class WorkerHung(WorkerError):
    """No answer in time; the child was killed."""


class WorkerDied(WorkerError):
    """The child went away while it worked."""


class WorkerBroken(WorkerError):
    """The child cannot start."""


class State(enum.Enum):
    """What a worker is doing, as a status item would say it."""

    COLD = "cold"
    STARTING = "starting"
    READY = "ready"
    BUSY = "busy"
    BROKEN = "broken"
    CLOSED = "closed"


class _Child:
    """One process: its pipes, whether it is warm, and the answer it owes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        loop = asyncio.get_running_loop()
        self.process = process
        self.ready: asyncio.Future[None] = loop.create_future()
        self.idle = asyncio.Event()
        self.idle.set()
        self.gone = False
        self._owed: tuple[int, asyncio.Future[bytes]] | None = None
        self._stderr: deque[str] = deque(maxlen=64)
        self._words = asyncio.create_task(self._listen_stderr())
        self._reading = asyncio.create_task(self._read())

    def send(self, job: int, body: bytes) -> asyncio.Future[bytes]:
        """Give the child a job; the future has its answer, or raises WorkerError."""
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._owed = job, answer
        self.idle.clear()
        self._write(wire.Call(job, body))
        return answer

    def leave(self, job: int, grace: float) -> None:
        """Tell the child that nobody waits for `job`; kill it if it does not come free within `grace` seconds."""
        self._write(wire.Cancel(job))
        asyncio.get_running_loop().call_later(grace, self._kill_if_at, job)

    def _kill_if_at(self, job: int) -> None:
        if self._owed and self._owed[0] == job and not self.gone:
            log.info("a cancelled job went on for too long: its worker %d is killed", self.process.pid)
            self.kill()

    def _write(self, message: wire.ToChild) -> None:
        if self.process.stdin is not None and not self.gone:
            with contextlib.suppress(ConnectionError, RuntimeError):  # its death is told by the reader
                self.process.stdin.write(wire.frame(message))

    def kill(self) -> None:
        """End the process at once."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()

    async def wait(self) -> None:
        """Until the process is gone and what it said is read; a process that it has started may hold its stderr."""
        await asyncio.gather(self._reading, return_exceptions=True)
        self._words.cancel()

    async def _read(self) -> None:
        stream, decoder = self.process.stdout, msgspec.msgpack.Decoder(wire.FromChild)
        assert stream is not None
        try:
            while True:
                header = await stream.readexactly(wire.HEADER_SIZE)
                self._take(decoder.decode(await stream.readexactly(wire.body_size(header))))
        except asyncio.CancelledError:  # the event loop ends
            self.gone = True
            self.kill()
            await self._exit_code()
            raise
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        except msgspec.DecodeError:
            self.kill()
        await self._bury()

    def _take(self, message: wire.FromChild) -> None:
        if isinstance(message, wire.Ready):
            _settle(self.ready, None)
        elif isinstance(message, wire.Broken):
            _refuse(self.ready, WorkerBroken(message.reason))
        elif self._owed and self._owed[0] == message.id:
            answer = self._owed[1]
            self._owed = None
            if isinstance(message, wire.Answer):
                _settle(answer, message.body)
            elif isinstance(message, wire.Failed):
                _refuse(answer, JobFailed(message.reason))
            else:
                answer.cancel()
            self.idle.set()

    async def _bury(self) -> None:
        self.gone = True
        code = await self._exit_code()
        await asyncio.wait([self._words], timeout=_PIPES_HELD)
        reason = f"its process {_ending(code)}{self.last_words()}"
        _refuse(self.ready, WorkerBroken(reason))
        if self._owed:
            _refuse(self._owed[1], WorkerDied(reason))
            self._owed = None
        self.idle.set()

    async def _exit_code(self) -> int:
        """How the process ended. asyncio waits for its pipes as well, which a process that it has started may hold."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PIPES_HELD):
                return await self.process.wait()
        self.kill()
        self.process._transport.close()  # type: ignore[attr-defined] # there is no public way
        return -9 if self.process.returncode is None else self.process.returncode

    async def _listen_stderr(self) -> None:
        stream = self.process.stderr
        assert stream is not None
        while chunk := await stream.read(_STDERR_KEPT):
            self._stderr.append(chunk.decode("utf-8", "replace"))

    def last_words(self) -> str:
        """The last line the child wrote to stderr, with a colon before it; empty where it said nothing."""
        lines = "".join(self._stderr)[-_STDERR_KEPT:].strip().splitlines()
        return f": {lines[-1].strip()}" if lines else ""


def _settle(future: asyncio.Future[T], value: T) -> None:
    if not future.done():
        future.set_result(value)


def _refuse(future: asyncio.Future[T], error: WorkerError) -> None:
    if not future.done():
        future.set_exception(error)
        future.exception()  # a start nobody waits for is not worth a warning


def _ending(code: int) -> str:
    if code >= 0:
        return f"ended with code {code}"
    with contextlib.suppress(ValueError):
        return f"was killed by {signal.Signals(-code).name}"
    return f"was killed by signal {-code}"


class Worker:
    """One child process, started when it is needed or by `warm`, that does one job at a time.

    `command` is the program and its arguments. A job that is cancelled has `grace` seconds to come to an end before
    the child is killed. A child that cannot start is tried again after `retry` seconds at the soonest.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        grace: float = 0.5,
        start_timeout: float = 30.0,
        retry: float = 10.0,
    ) -> None:
        self._command = tuple(command)
        self._environment = environment
        self._grace, self._start_timeout, self._retry = grace, start_timeout, retry
        self._turn = asyncio.Lock()
        self._ids = itertools.count(1)
        self._child: _Child | None = None
        self._broken: tuple[float, WorkerBroken] | None = None
        self._closed = False

    @property
    def state(self) -> State:
        """What the worker is doing."""
        if self._closed:
            return State.CLOSED
        if self._broken:
            return State.BROKEN
        if self._child is None or self._child.gone:
            return State.COLD
        if not self._child.ready.done():
            return State.STARTING
        return State.READY if self._child.idle.is_set() else State.BUSY

    @property
    def pid(self) -> int | None:
        """The child's process id, where there is one."""
        return None if self._child is None or self._child.gone else self._child.process.pid

    async def warm(self) -> None:
        """Start the child and wait until it is warm. Raises WorkerError."""
        async with self._turn:
            await self._started()

    async def call(self, body: object, answer: type[T], seconds: float) -> T:
        """Do a job: `body` is encoded by msgspec, the answer decoded as `answer`; `seconds` is how long it may take.

        A child that dies is restarted once for the same job. Raises WorkerError; a cancelled call leaves the child
        free again within `grace` seconds.
        """
        encoded = msgspec.msgpack.encode(body)
        async with self._turn:
            try:
                result = await self._attempt(encoded, seconds)
            except WorkerDied as death:
                log.warning("worker restarted: %s", death)
                result = await self._attempt(encoded, seconds)
        return msgspec.msgpack.decode(result, type=answer)

    async def _attempt(self, body: bytes, seconds: float) -> bytes:
        child = await self._started()
        job = next(self._ids)
        answer = child.send(job, body)
        try:
            done, _ = await asyncio.wait([answer], timeout=seconds)
        except asyncio.CancelledError:
            child.leave(job, self._grace)
            raise
        if not done:
            child.kill()
            await child.idle.wait()
            raise WorkerHung(f"it gave no answer within {seconds:g} s and was restarted")
        return answer.result()

    async def _started(self) -> _Child:
        if self._child is not None and not self._child.gone:
            await self._child.idle.wait()  # a job that nobody waits for any more
        if self._child is None or self._child.gone:
            self._child = await self._spawn()
        child = self._child
        done, _ = await asyncio.wait([child.ready], timeout=self._start_timeout)
        failure = (
            child.ready.exception() if done else WorkerBroken(f"it was not ready within {self._start_timeout:g} s")
        )
        if isinstance(failure, WorkerBroken):
            child.kill()
            await child.wait()
            raise self._note(failure)
        self._broken = None
        return child

    async def _spawn(self) -> _Child:
        if self._closed:
            raise WorkerBroken("it was shut down")
        if self._broken and asyncio.get_running_loop().time() < self._broken[0]:
            raise self._broken[1]
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=pipe,
                stdout=pipe,
                stderr=pipe,
                env=None if self._environment is None else {**os.environ, **self._environment},
                start_new_session=True,  # Ctrl-C in a terminal is for the parent alone
            )
        except OSError as error:
            raise self._note(WorkerBroken(f"it could not be started: {error}")) from error
        child = _Child(process)
        if self._closed:  # meanwhile
            child.kill()
        return child

    def _note(self, broken: WorkerBroken) -> WorkerBroken:
        self._broken = asyncio.get_running_loop().time() + self._retry, broken
        return broken

    async def close(self) -> None:
        """End the child. Idempotent; a job under way ends with WorkerError."""
        self._closed = True
        if self._child is not None:
            self._child.kill()
            await self._child.wait()


class Pool:
    """Several workers of one kind; a job goes to one that is free, else it waits for the first that comes free."""

    def __init__(self, workers: Sequence[Worker]) -> None:
        self.workers = tuple(workers)
        self._free = list(reversed(self.workers))  # the first is used first, so that a quiet pool stays small
        self._vacancy = asyncio.Semaphore(len(self.workers))

    async def call(self, body: object, answer: type[T], seconds: float) -> T:
        """As Worker.call."""
        async with self._vacancy:
            worker = self._free.pop()
            try:
                return await worker.call(body, answer, seconds)
            finally:
                self._free.append(worker)

    async def close(self) -> None:
        """End all workers. Idempotent."""
        await asyncio.gather(*(worker.close() for worker in self.workers))
