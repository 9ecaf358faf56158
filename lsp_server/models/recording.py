"""Keeps every request exactly as it was sent, so that a person can see what left the machine and what it cost."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, replace

import msgspec

from lsp_server.models.base import (
    CutShort,
    Finished,
    Model,
    ModelError,
    ModelEvent,
    ModelRequest,
    Price,
    Sent,
    TextDelta,
    Usage,
    counted,
    estimated_tokens,
    priced,
)
from lsp_server.models.prices import price_of

_KEPT = 50
CANCELLED = "cancelled"


@dataclass(frozen=True)
class Exchange:
    """One request: its JSON body as it was on the wire (never a key), the answer, and how it ended.

    Without a `body` nothing was sent: it could not be, or an answer was at hand.

    `failure` is empty for an answer that came whole. `at` is seconds since the epoch, `seconds` how long it took.
    """

    model: str
    body: str
    answer: str
    stop_reason: str
    usage: Usage
    at: float
    seconds: float
    failure: str = ""


class RecordingModel:
    """A model that remembers the last `keep` exchanges and all usage; each is told to `listener` when it ends."""

    def __init__(
        self, model: Model, *, listener: Callable[[Exchange], None] = lambda _: None, keep: int = _KEPT
    ) -> None:
        self.name = model.name
        self.usage = Usage()
        self.exchanges: deque[Exchange] = deque(maxlen=keep)
        self._model = model
        self._listener = listener

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Pass `request` on and note what comes of it; see `Model.stream`."""
        note = _Note(self.name)
        try:
            async with contextlib.aclosing(self._model.stream(request)) as events:
                async for event in events:
                    if isinstance(event, Sent) and note.body:
                        self._keep(note.exchange("asked again in another way"))
                        note = _Note(self.name)
                    note.take(event)
                    yield event
        except ModelError as error:
            note.failure = str(error)
            raise
        except CutShort as cut:
            note.failure = f"cut short: {cut}"
            raise
        except (asyncio.CancelledError, GeneratorExit):
            note.failure = note.failure or CANCELLED
            raise
        finally:
            self._keep(note.exchange())

    async def count(self, request: ModelRequest) -> int:
        """See `Counting.count`."""
        return await counted(self._model, request)

    def price(self, request: ModelRequest) -> Price | None:
        """See `Counting.price`."""
        return priced(self._model, request)

    async def close(self) -> None:
        """Close the model."""
        await self._model.close()

    def _keep(self, exchange: Exchange) -> None:
        if exchange.body:
            self.usage += exchange.usage
        self.exchanges.append(exchange)
        self._listener(exchange)


class _Note:
    def __init__(self, model: str) -> None:
        self._model = model
        self._began = time.monotonic()
        self._at = time.time()
        self._pieces: list[str] = []  # put together once: an answer comes in thousands
        self._end: Finished | None = None
        self.body = ""
        self.failure = ""

    def take(self, event: ModelEvent) -> None:
        match event:
            case Sent():
                self.body = event.body
            case TextDelta():
                self._pieces.append(event.text)
            case Finished():
                self._end = event
                self._pieces = [event.text]

    def _usage_so_far(self) -> Usage:
        """What a request without an end has used: about what was sent and has come, unless it was refused at once."""
        if not self.body:
            return Usage()
        if not any(self._pieces) and self.failure != CANCELLED:
            return Usage(requests=1)
        return estimated_usage(self.body, "".join(self._pieces))

    def exchange(self, failure: str = "") -> Exchange:
        end = self._end
        return Exchange(
            self._model,
            self.body,
            "".join(self._pieces),
            end.stop_reason if end else "",
            end.usage if end else self._usage_so_far(),
            self._at,
            time.monotonic() - self._began,
            "" if end else failure or self.failure,
        )


def estimated_usage(body: str, text: str) -> Usage:
    """About what a request with this JSON body has used, of whose answer only `text` came."""
    usage = Usage(1, estimated_tokens(body), estimated_tokens(text), estimated=True)
    price = price_of(model_in(body))
    return replace(usage, cost=price.of(usage)) if price is not None else usage


class _Named(msgspec.Struct):
    model: str = ""


def model_in(body: str) -> str:
    """Which model a request with this JSON body asks; empty where it does not say."""
    try:
        return msgspec.json.decode(body, type=_Named).model
    except msgspec.MsgspecError:
        return ""
