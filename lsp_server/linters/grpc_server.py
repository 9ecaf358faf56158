"""Answers gRPC calls over loopback, by `h2`: grpc's own library takes 15 MB for it, most of it compiled code.

What a call looks like on the wire: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from h2 import events
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.exceptions import ProtocolError

OK, UNIMPLEMENTED = 0, 12
"""The statuses with which a call may end."""

Unary = Callable[[bytes], bytes]
"""From a message to the one that answers it. Quick: one thread answers all calls."""

Find = Callable[[str], Unary | int]
"""From a method (`/package.Service/Method`) to what answers it, or the status with which it ends before it is heard."""

_PREFIX = 5  # bytes before a message: whether it is compressed, and its length
_HEADERS = ((":status", "200"), ("content-type", "application/grpc"))


@dataclass
class _Call:
    """One call: its message as far as it has arrived, and then what is still to be sent."""

    answer: Unary | int
    received: bytearray = field(default_factory=bytearray)
    unsent: memoryview | None = None
    status: int = OK


class Connection(asyncio.Protocol):
    """One client, whose calls `find` answers; while it is there, it is among those that are `opened`."""

    def __init__(self, find: Find, opened: set[asyncio.Transport]) -> None:
        self._find, self._opened = find, opened
        self._http = H2Connection(H2Configuration(client_side=False))
        self._calls: dict[int, _Call] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio.Protocol."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._opened.add(transport)
        self._http.initiate_connection()
        transport.write(self._http.data_to_send())

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio.Protocol."""
        self._opened.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        """See asyncio.Protocol."""
        try:
            for event in self._http.receive_data(data):
                self._take(event)
            for number in tuple(self._calls):
                self._send(number)
        except ProtocolError:
            self._transport.write(self._http.data_to_send())  # says what is wrong
            self._transport.close()
        else:
            self._transport.write(self._http.data_to_send())

    def _take(self, event: events.Event) -> None:
        match event:
            case events.RequestReceived():
                method = next((value.decode() for name, value in event.headers if name == b":path"), "")
                call = self._calls[event.stream_id] = _Call(self._find(method))
                if isinstance(call.answer, int):
                    self._begin(event.stream_id, call, b"", call.answer)
            case events.DataReceived():
                self._http.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                if event.stream_id in self._calls:
                    self._calls[event.stream_id].received += event.data
            case events.StreamEnded() if event.stream_id in self._calls:
                call = self._calls[event.stream_id]
                if not isinstance(call.answer, int):
                    message = call.answer(bytes(call.received[_PREFIX:]))
                    self._begin(event.stream_id, call, b"\0" + len(message).to_bytes(4, "big") + message, OK)
            case events.StreamReset():
                self._calls.pop(event.stream_id, None)
            case events.ConnectionTerminated():
                self._transport.close()

    def _begin(self, number: int, call: _Call, data: bytes, status: int) -> None:
        self._http.send_headers(number, _HEADERS)
        call.unsent, call.status = memoryview(data), status

    def _send(self, number: int) -> None:
        """Send as much of an answer as the client has room for, and its end."""
        call, http = self._calls[number], self._http
        if call.unsent is None:
            return
        while call.unsent:
            size = min(http.local_flow_control_window(number), http.max_outbound_frame_size)
            if size <= 0:
                return  # the client tells when there is room again
            http.send_data(number, bytes(call.unsent[:size]))
            call.unsent = call.unsent[size:]
        http.send_headers(number, (("grpc-status", str(call.status)),), end_stream=True)
        del self._calls[number]


@contextmanager
def answering(finds: Iterable[Find]) -> Iterator[list[int]]:
    """Answer calls on a loopback port for each of `finds`, in a thread; yield the ports.

    Raises OSError when no port can be had. Blocking.
    """
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="grpc", daemon=True)
    thread.start()
    opened: set[asyncio.Transport] = set()
    servers: list[asyncio.Server] = []

    async def listen() -> list[int]:
        for find in finds:
            server = await loop.create_server(partial(Connection, find, opened), "127.0.0.1", 0)
            servers.append(server)
        return [server.sockets[0].getsockname()[1] for server in servers]

    async def close() -> None:
        for server in servers:
            server.close()
        for transport in tuple(opened):
            transport.abort()

    try:
        yield asyncio.run_coroutine_threadsafe(listen(), loop).result()
    finally:
        asyncio.run_coroutine_threadsafe(close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
