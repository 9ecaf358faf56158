"""A real HTTP server on a loopback port that speaks the Messages API from a script, so that the real SDK is exercised.

Started alone (`python -m lsp_server.models.scripted_server --script FILE --port-file FILE`) it serves tests in other
processes: `POST /control/script` replaces the steps, `POST /control/release` lets held answers go on, and
`GET /control/state` tells what was asked and how many connections are open.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from lsp_server.models.script import Script, Step

_REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 429: "Too Many Requests"}
_KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    529: "overloaded_error",
}


@dataclass
class Exchange:
    """One request as it came over the wire, and how its connection ended."""

    method: str
    path: str
    headers: dict[str, str]
    body: str
    held: bool = False
    done: bool = False
    closed_by_client: bool = False


@dataclass
class ScriptedServer:
    """Answers `POST /v1/messages` with the script's steps, in order. `async with` starts and ends it.

    With `counts` it counts tokens (a token is a byte), else it does not know how; neither is among the exchanges.
    """

    script: Script = field(default_factory=Script)
    exchanges: list[Exchange] = field(default_factory=list)
    counts: bool = False
    port: int = 0

    def __post_init__(self) -> None:
        self._changed = asyncio.Condition()
        self._releases = 0
        self._running: set[asyncio.Task[None]] = set()

    @classmethod
    def playing(cls, *steps: Step) -> ScriptedServer:
        """A server, not started, that plays these steps."""
        return cls(Script(steps))

    async def __aenter__(self) -> ScriptedServer:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        """The `base_url` for a client."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def requests(self) -> list[str]:
        """The bodies of all requests to the model so far, as they were on the wire."""
        return [e.body for e in self.exchanges]

    @property
    def open(self) -> int:
        """How many requests are being answered or held now."""
        return sum(not e.done for e in self.exchanges)

    async def until(self, predicate: Callable[[ScriptedServer], bool]) -> None:
        """Wait until something holds; it is looked at again whenever a request begins, is held or ends."""
        async with self._changed:
            await self._changed.wait_for(lambda: predicate(self))

    async def release(self) -> None:
        """Let everything that is held now go on."""
        async with self._changed:
            self._releases += 1
            self._changed.notify_all()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            exchange = await _read_request(reader)
            if exchange is not None and exchange.path.startswith("/control/"):
                writer.write(await self._control(exchange))
                await writer.drain()
            elif exchange is not None and exchange.path.endswith("/count_tokens"):
                writer.write(self._counted(exchange))
                await writer.drain()
            elif exchange is not None:
                await self._answer(exchange, reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass  # the client went, or the server ends: nobody waits for this task
        finally:
            self._running.discard(task)
            writer.close()

    def _counted(self, exchange: Exchange) -> bytes:
        if not self.counts:
            return _response(404, _error(404, "this endpoint does not count"), {})
        return _response(200, json.dumps({"input_tokens": len(exchange.body.encode())}), {})

    async def _answer(self, exchange: Exchange, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Play one step, and stop at once when the client closes its end."""
        self.exchanges.append(exchange)
        await self._tell()
        play = asyncio.create_task(self._play(exchange, writer))
        gone = asyncio.create_task(reader.read())
        try:
            await asyncio.wait({play, gone}, return_when=asyncio.FIRST_COMPLETED)
            exchange.closed_by_client = not play.done() or isinstance(play.exception(), ConnectionError)
        finally:
            for task in (play, gone):
                task.cancel()
            await asyncio.gather(play, gone, return_exceptions=True)
            exchange.held, exchange.done = False, True
            await self._tell()

    async def _play(self, exchange: Exchange, writer: asyncio.StreamWriter) -> None:
        step = self.script.take(exchange.body)
        if step is None:
            step = Step(status=400, message="the script has no answer for this request")
        if step.hold == "headers":
            await self._hold(exchange)
        if step.status != 200:
            writer.write(_response(step.status, _error(step.status, step.message), step.headers))
        else:
            writer.write(_head(200, {"content-type": "text/event-stream", **step.headers}))
            async for event in self._events(exchange, step):
                writer.write(event)
                await writer.drain()
        await writer.drain()

    async def _events(self, exchange: Exchange, step: Step) -> AsyncIterator[bytes]:
        yield _start_of(exchange, step)
        if step.hold == "start":
            await self._hold(exchange)
        yield _event("content_block_start", index=0, content_block={"type": "text", "text": ""})
        pieces = step.pieces
        middle = len(pieces) // 2
        for number, piece in enumerate(pieces):
            if number == middle:
                if step.hold == "middle":
                    await self._hold(exchange)
                if step.fault:
                    yield _FAULTS[step.fault]
                    return
            yield _event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
            if step.drip:
                await asyncio.sleep(step.drip)
        yield _event("content_block_stop", index=0)
        usage = {"output_tokens": step.usage.get("output_tokens", 0)}
        yield _event("message_delta", delta={"stop_reason": step.stop_reason, "stop_sequence": None}, usage=usage)
        yield _event("message_stop")

    async def _hold(self, exchange: Exchange) -> None:
        async with self._changed:
            exchange.held = True
            self._changed.notify_all()
            seen = self._releases
            await self._changed.wait_for(lambda: self._releases > seen)
            exchange.held = False

    async def _control(self, exchange: Exchange) -> bytes:
        match exchange.method, exchange.path:
            case "POST", "/control/release":
                await self.release()
            case "POST", "/control/script":
                try:
                    self.script.replace(msgspec.json.decode(exchange.body, type=list[Step]))
                except msgspec.MsgspecError as error:
                    return _response(400, _error(400, str(error)), {})
            case "GET", "/control/state":
                pass
            case _:
                return _response(404, _error(404, "no such control"), {})
        return _response(200, json.dumps(self._state(), ensure_ascii=False), {})

    def _state(self) -> dict[str, object]:
        return {
            "requests": self.requests,
            "open": self.open,
            "held": sum(e.held for e in self.exchanges),
            "closed_by_client": sum(e.closed_by_client for e in self.exchanges),
        }


async def _read_request(reader: asyncio.StreamReader) -> Exchange | None:
    """The request on a new connection, or None where the client went away before it was whole."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ", 2)
        pairs = (line.partition(":") for line in head[1:] if line)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
        return None
    return Exchange(method, path.partition("?")[0], headers, body.decode("utf-8", "replace"))


def _head(status: int, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Scripted')}", "connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _response(status: int, body: str, headers: dict[str, str]) -> bytes:
    raw = body.encode()
    return _head(status, {"content-type": "application/json", "content-length": str(len(raw)), **headers}) + raw


def _error(status: int, message: str) -> str:
    return json.dumps({"type": "error", "error": {"type": _KINDS.get(status, "api_error"), "message": message}})


def _event(kind: str, **fields: object) -> bytes:
    data = json.dumps({"type": kind, **fields}, ensure_ascii=False)
    return f"event: {kind}\ndata: {data}\n\n".encode()


def _start_of(exchange: Exchange, step: Step) -> bytes:
    try:
        model = json.loads(exchange.body)["model"]
    except (ValueError, KeyError, TypeError):
        model = "scripted"
    message = {"id": "msg_scripted", "type": "message", "role": "assistant", "model": model, "content": []}
    usage = {**step.usage, "output_tokens": 1}
    return _event("message_start", message={**message, "stop_reason": None, "stop_sequence": None, "usage": usage})


_FAULTS = {
    "cut": b"",
    "break": _event("error", error={"type": "overloaded_error", "message": "Overloaded"}),
    "garbage": b"event: content_block_delta\ndata: {\xff\x00 no event\n\n",
    "half": _event("content_block_delta", index=0, delta={"type": "text_delta", "text": "ü"}).partition(b"\xbc")[0],
}


async def _serve(script: Script, port: int, port_file: Path | None) -> None:
    async with ScriptedServer(script, port=port) as server:
        if port_file is not None:
            await asyncio.to_thread(port_file.write_text, f"{server.port}\n")
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted; the url is printed once the port is open."""
    parser = argparse.ArgumentParser(prog="python -m lsp_server.models.scripted_server", description=__doc__)
    parser.add_argument("--script", type=Path, help="a JSON array of steps; without it every request is refused")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--port-file", type=Path, help="write the port here when it is open")
    options = parser.parse_args(arguments)
    script = Script() if options.script is None else Script.from_file(options.script)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(script, options.port, options.port_file))


if __name__ == "__main__":
    main()
