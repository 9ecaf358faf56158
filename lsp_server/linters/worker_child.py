"""The child's end of a warm worker process: frames over stdin and stdout, so that stray prints harm nobody.

A frame is four bytes of length (big endian) and one msgpack message. The parent sends `Call` and `Cancel`; the child
sends one `Ready` or `Broken`, then `Answer`, `Failed` or `Cancelled` for each call. It dies when its stdin closes.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import queue
import signal
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from typing import BinaryIO, NoReturn

import msgspec

_LENGTH = struct.Struct(">I")


class Call(msgspec.Struct, tag=True, array_like=True):
    """Do a job; `body` is its message, already encoded."""

    id: int
    body: bytes


class Cancel(msgspec.Struct, tag=True, array_like=True):
    """Leave the job `id`: nobody waits for it."""

    id: int


class Ready(msgspec.Struct, tag=True, array_like=True):
    """The child is warm."""


class Broken(msgspec.Struct, tag=True, array_like=True):
    """The child cannot work at all; `reason` is a sentence."""

    reason: str


class Answer(msgspec.Struct, tag=True, array_like=True):
    """What the job `id` came to."""

    id: int
    body: bytes


class Failed(msgspec.Struct, tag=True, array_like=True):
    """The job `id` raised; the child goes on."""

    id: int
    reason: str


class Cancelled(msgspec.Struct, tag=True, array_like=True):
    """The job `id` was left."""

    id: int


ToChild = Call | Cancel
FromChild = Ready | Broken | Answer | Failed | Cancelled

Handler = Callable[[bytes], object]
"""Does one job: an encoded message in, a value that msgspec can encode out."""


class JobRefused(Exception):
    """A handler's word that a job cannot be done; `str()` is the sentence that the parent passes on."""


class _JobLeft(BaseException):
    """Raised into the running job when it is cancelled; not an Exception, so that no linter swallows it."""


def frame(message: ToChild | FromChild) -> bytes:
    """A message as it goes over the pipe."""
    body = msgspec.msgpack.encode(message)
    return _LENGTH.pack(len(body)) + body


HEADER_SIZE = _LENGTH.size


def body_size(header: bytes) -> int:
    """The length in bytes of the message that follows `header`."""
    size: int = _LENGTH.unpack(header)[0]
    return size


def _frames(stream: BinaryIO) -> Iterator[ToChild]:
    decoder = msgspec.msgpack.Decoder(ToChild)
    while len(header := stream.read(HEADER_SIZE)) == HEADER_SIZE:
        yield decoder.decode(stream.read(body_size(header)))


class _Jobs:
    """The calls that wait, and the one that runs, which another thread may end."""

    def __init__(self) -> None:
        self.waiting: queue.SimpleQueue[Call] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._running: int | None = None
        self._left: set[int] = set()
        self._main = ctypes.c_ulong(threading.get_ident())

    def _raise_in_main(self, exception: type[BaseException] | None) -> None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(self._main, ctypes.py_object(exception) if exception else None)

    def cancel(self, job: int) -> None:
        """Leave `job`, whether it waits or runs; one that is over is not touched."""
        with self._lock:
            if self._running == job:
                self._raise_in_main(_JobLeft)
            else:
                self._left.add(job)

    @contextlib.contextmanager
    def running(self, job: int) -> Iterator[None]:
        """Mark `job` as the one that runs. Raises _JobLeft where it was cancelled, before or while it ran."""
        with self._lock:
            left = {known for known in self._left if known >= job}  # ids only grow: the others are over
            self._left = left - {job}
            if job in left:
                raise _JobLeft
            self._running = job
        try:
            yield
        finally:
            self.over()

    def over(self) -> None:
        """Nothing runs any more, and a cancellation on its way is called back."""
        with self._lock:
            self._running = None
            self._raise_in_main(None)


def _read(stream: BinaryIO, jobs: _Jobs) -> None:
    for message in _frames(stream):
        if isinstance(message, Call):
            jobs.waiting.put(message)
        else:
            jobs.cancel(message.id)
    os._exit(0)  # the parent is gone: whatever runs has nobody to answer to


def _do(jobs: _Jobs, call: Call, handler: Handler) -> FromChild:
    try:
        with jobs.running(call.id):
            return Answer(call.id, msgspec.msgpack.encode(handler(call.body)))
    except _JobLeft:
        jobs.over()
        return Cancelled(call.id)
    except JobRefused as refusal:
        return Failed(call.id, str(refusal))
    except MemoryError:
        return Failed(call.id, "it ran out of memory")
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a job that fails is told, and the worker goes on
        return Failed(call.id, f"it failed with {type(error).__name__}: {error}")


def serve(prepare: Callable[[], Handler]) -> NoReturn:
    """Take over this process as a worker: `prepare` loads what is slow and returns the handler of all jobs.

    Whatever is printed from here on goes to stderr, Ctrl-C is the parent's business, and the process ends with its
    stdin. `prepare` may raise: the parent is told why, and the process ends.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pipe = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, sys.stdin.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    jobs = _Jobs()
    threading.Thread(target=_read, args=(pipe, jobs), name="frames", daemon=True).start()
    try:
        handler = prepare()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it is, the user is told
        _send(out, Broken(f"{type(error).__name__}: {error}"))
        os._exit(1)
    _send(out, Ready())
    while True:
        call = jobs.waiting.get()
        _send(out, _do(jobs, call, handler))


def _send(out: BinaryIO, message: FromChild) -> None:
    data = memoryview(frame(message))
    try:
        while data:
            data = data[out.write(data) :]
    except BrokenPipeError:
        os._exit(0)
