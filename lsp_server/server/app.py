"""Builds the language server and runs it, over standard input and output or a socket, until the editor is gone."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from pygls.io_ import StdinAsyncReader, StdoutWriter, run_async

from lsp_server.server.configuration import LoadEngine
from lsp_server.server.session import LintelServer

if TYPE_CHECKING:
    from pygls.io_ import AsyncReader

log = logging.getLogger(__name__)
_library = logging.getLogger("pygls.protocol.json_rpc")

FEATURES = (
    "lifecycle",
    "editor_model",
    "sync",
    "completion",
    "hover",
    "signature_help",
    "navigation",
    "renaming",
    "outline",
    "links",
    "inlay_hints",
    "code_lenses",
    "formatting",
    "semantic_tokens",
    "workspace_symbols",
    "inline_completion",
    "code_actions",
    "refactorings",
    "save",
    "commands",
    "usage",
    "executed",
    "explaining",
    "collecting",
)
_PARENT_CHECK = 2.0  # seconds between two looks at whether the editor still lives


def build_server(load_engine: LoadEngine) -> LintelServer:
    """Build a server with all features."""
    server = LintelServer(load_engine)
    for name in FEATURES:
        import_module(f"lsp_server.server.{name}").register(server)
    return server


def serve_stdio(load_engine: LoadEngine) -> None:
    """Speak over standard input and output until the editor ends or goes away; then exit.

    Standard output is kept for the protocol alone: whatever else is printed goes to standard error.
    """
    protocol_out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    _log_to_stderr()
    code = asyncio.run(_serve_stdio(load_engine, sys.stdin.buffer, protocol_out))
    sys.stderr.flush()
    os._exit(code)  # a thread that still waits for input must not hold the process


async def _serve_stdio(load_engine: LoadEngine, stdin: BinaryIO, stdout: BinaryIO) -> int:
    server = build_server(load_engine)
    server.protocol.set_writer(StdoutWriter(stdout))
    reader = StdinAsyncReader(stdin, ThreadPoolExecutor(1, thread_name_prefix="stdin"))
    return await _run(server, reader)


def serve_tcp(load_engine: LoadEngine, host: str, port: int) -> None:
    """Wait for one editor on an address (port 0: any free one, which is told on standard error) and serve it."""
    _log_to_stderr()
    raise SystemExit(asyncio.run(_serve_tcp(load_engine, host, port)))


async def _serve_tcp(load_engine: LoadEngine, host: str, port: int) -> int:
    done: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        listener.close()  # one editor, one server
        code = 1
        try:
            server = build_server(load_engine)
            server.protocol.set_writer(writer)
            code = await _run(server, _Fair(reader))
        finally:
            writer.close()
            if not done.done():
                done.set_result(code)

    listener = await asyncio.start_server(connected, host, port)
    for socket in listener.sockets:
        address = socket.getsockname()
        sys.stderr.write(f"lintel: listening on {address[0]}:{address[1]}\n")
        sys.stderr.flush()
    return await done


class _Fair:
    """A stream that lets a request begin, and so take its snapshot, before the next message is read."""

    def __init__(self, stream: asyncio.StreamReader) -> None:
        self._stream = stream

    async def readline(self) -> bytes:
        """Read a header line; empty at the end."""
        await asyncio.sleep(0)
        with contextlib.suppress(ConnectionError):
            return await self._stream.readline()
        return b""

    async def readexactly(self, n: int) -> bytes:
        """Read a body; empty at the end."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            return await self._stream.readexactly(n)
        return b""


async def _run(server: LintelServer, reader: AsyncReader) -> int:
    """Handle messages until `exit`, the end of input, the parent's death or a signal. Returns the exit code."""
    main = asyncio.current_task()
    assert main is not None
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError, RuntimeError):
            loop.add_signal_handler(name, main.cancel)
    watches = [loop.create_task(outlive_nobody(server, main)), loop.create_task(_end_broken(server, main))]
    code = 1
    try:
        await run_async(threading.Event(), reader, server.protocol, _library, server.report_server_error)
    except SystemExit as end:
        code = int(end.code or 0)
    except (asyncio.CancelledError, BrokenPipeError):
        pass
    finally:
        for watch in watches:
            watch.cancel()
        await server.close()
    return code


async def _end_broken(server: LintelServer, main: asyncio.Task[Any]) -> None:
    await server.broken.wait()
    main.cancel()


async def outlive_nobody(server: LintelServer, main: asyncio.Task[Any]) -> None:
    """End when the editor's process has gone without a word; one that is not there at first lives outside ours."""
    await server.greeted.wait()
    parent = server.process_id
    if parent is None or not _alive(parent):
        return
    while await asyncio.to_thread(_alive, parent):  # noqa: ASYNC110 - nobody tells of the end of another process
        await asyncio.sleep(_PARENT_CHECK)
    log.warning("the editor (process %d) is gone", parent)
    main.cancel()


def _alive(process: int) -> bool:
    if sys.platform == "win32":
        return True  # signal 0 would end the process there; the end of input tells as well
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with contextlib.suppress(OSError, IndexError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return True


def _log_to_stderr() -> None:
    """Log what happens, and no text of a document or a request: only `LINTEL_LOG=protocol` asks for those."""
    wanted = os.environ.get("LINTEL_LOG", "").lower()
    everything = logging.DEBUG if wanted == "protocol" else logging.INFO
    logging.basicConfig(level=everything, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    if wanted == "protocol":
        return
    if wanted == "debug":
        logging.getLogger("lsp_server").setLevel(logging.DEBUG)
    for noisy in ("pygls", "asyncio", "httpx", "httpx2", "anthropic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("pygls.protocol.json_rpc").setLevel(logging.CRITICAL)  # what fails is logged where it is handled
