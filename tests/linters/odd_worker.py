"""A worker that does what it is told, well or badly: the other end of test_worker."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import msgspec

from lsp_server.linters.worker_child import JobRefused, serve


def handle(body: bytes) -> object:
    order, value = msgspec.msgpack.decode(body)
    if order == "hang":
        if value:
            Path(value).touch()
        threading.Event().wait()  # in C: no exception can be raised into it
    elif order == "spin":
        while True:
            try:
                spin()
            except Exception:  # noqa: BLE001 - as a linter might
                return "swallowed"
    elif order == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    elif order == "die once":
        try:
            Path(value).unlink()
        except FileNotFoundError:
            return "second try"
        os._exit(3)
    elif order == "say":
        sys.stdout.write(value)
        sys.stdout.flush()
        os.write(1, value.encode())
        return os.read(0, 10)
    elif order == "last words":
        sys.stderr.write(value)
        sys.stderr.flush()
        os._exit(4)
    elif order == "refuse":
        raise JobRefused(value)
    elif order == "raise":
        raise ValueError(value)
    elif order == "exit":
        sys.exit(value)
    elif order == "memory":
        raise MemoryError
    elif order == "orphan":  # it holds the pipe of stderr until somebody writes to `value`
        return subprocess.Popen([sys.executable, "-c", "import sys; open(sys.argv[1]).read()", value]).pid
    elif order == "pid":
        return os.getpid()
    return value


def spin() -> None:
    while True:
        pass


def prepare() -> object:
    start = os.environ.get("ODD_START", "")
    if start == "raise":
        raise ImportError("no module named cfnlint")
    if start == "die":
        sys.stderr.write("Killed by nobody")
        sys.stderr.flush()
        os._exit(7)
    if start == "hang":
        threading.Event().wait()
    return handle


serve(prepare)
