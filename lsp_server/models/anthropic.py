"""Anthropic's models, or whatever else speaks their Messages API at `base_url`, through the official SDK."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import logging
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lsp_server.core.loading import for_good
from lsp_server.models.anthropic_errors import translated
from lsp_server.models.base import (
    Finished,
    ModelError,
    ModelEvent,
    ModelRequest,
    ModelUnavailable,
    Price,
    Purpose,
    Sent,
    TextDelta,
    Usage,
    estimated_input,
)
from lsp_server.models.endpoints import MakeClient, Network, direct
from lsp_server.models.prices import price_of

if TYPE_CHECKING:
    import anthropic

log = logging.getLogger(__name__)

DEFAULT_MODEL = "claude-sonnet-5-5"
FAST_MODEL = "claude-haiku-5-5"
_CONNECT_SECONDS = 10.0
_COUNT_SECONDS = 3.0
_STALL_SECONDS = 45.0  # without a byte, pings included


class AnthropicModel:
    """The Messages API. `api_key` is only ever handed to the SDK; it may be empty where `base_url` needs none.

    `model` answers, and `others` answer what is asked for certain purposes. `make` makes the client of another way to
    the models, which needs no `api_key`; `name` is then that way's. `network` is how the endpoint is reached.

    The SDK retries `max_retries` times (429, 529, 5xx, no connection) and heeds `retry-after`, unless that would take
    longer than the request may. `stall` is how many seconds may pass without a byte.
    """

    def __init__(
        self,
        api_key: str,
        model: str = DEFAULT_MODEL,
        *,
        others: Mapping[Purpose, str] | None = None,
        base_url: str = "",
        max_retries: int = 2,
        stall: float = _STALL_SECONDS,
        network: Network | None = None,
        make: MakeClient | None = None,
        name: str = "anthropic",
    ) -> None:
        self.name = name
        self._keyless = not api_key and not base_url and make is None
        self._make = make or direct(api_key)
        self._network = network or Network()
        self._model = model
        self._others = others or {}
        self._base_url = base_url
        self._max_retries = max_retries
        self._stall = stall
        self._structured = True
        self._counts = True
        self._client: anthropic.AsyncAnthropic | None = None
        self._opening = asyncio.Lock()

    def __repr__(self) -> str:
        return f"AnthropicModel({self._model!r})"

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Send `request`; see `Model.stream`. An endpoint that knows no structured output is asked again without it."""
        if self._keyless:
            raise ModelUnavailable(
                "No API key is set for Anthropic: set ANTHROPIC_API_KEY, or store a key in the editor."
            )
        client = await self._open()
        # what it takes to load the SDK, many seconds on a busy machine, is not the endpoint's time
        deadline = asyncio.get_running_loop().time() + request.timeout
        model = self._model_for(request)
        while True:
            body = self._body(request)
            yield Sent(json.dumps(body, ensure_ascii=False))
            try:
                with translated(client.base_url.netloc.decode(), model):
                    response = await self._send(client, body, deadline)
                break
            except ModelError as error:
                if not (self._structured and error.about == "output_config"):
                    raise
                self._structured = False
        async with contextlib.aclosing(self._read(client, response, deadline, model)) as events:
            async for event in events:
                yield event

    async def count(self, request: ModelRequest) -> int:
        """See `Counting.count`. An endpoint that cannot count is not asked again."""
        if self._counts and not self._keyless:
            body = self._body(request)
            counted = {name: body[name] for name in ("model", "system", "messages", "output_config") if name in body}
            try:
                client = await self._open()
                async with asyncio.timeout(_COUNT_SECONDS):
                    answer = await client.with_options(max_retries=0).messages.count_tokens(**counted)
                return int(answer.input_tokens)
            except Exception as error:  # noqa: BLE001 - whatever it is, an estimate does
                log.debug("tokens are estimated: %s", error)
                self._counts = False
        return estimated_input(request)

    def price(self, request: ModelRequest) -> Price | None:
        """See `Counting.price`."""
        return price_of(self._model_for(request))

    async def close(self) -> None:
        """Close connections. Idempotent."""
        if self._client is not None:
            client, self._client = self._client, None
            await client.close()

    async def _open(self) -> anthropic.AsyncAnthropic:
        # Importing the SDK takes longer than a second: never on the event loop, and only when it is needed.
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(self._create)
            return self._client

    def _create(self) -> anthropic.AsyncAnthropic:
        sdk = sys.modules.get("anthropic") or for_good(_sdk)
        options = {
            "base_url": self._base_url or None,
            "max_retries": self._max_retries,
            "timeout": sdk.Timeout(self._stall, connect=_CONNECT_SECONDS),
            "open_telemetry": False,
            **self._network.options(sdk),
        }
        try:
            client = self._make(sdk, options)
        except (
            sdk.AnthropicError,
            ValueError,
            importlib.import_module("httpx2").InvalidURL,
        ) as error:  # what it needs and was not given
            raise ModelUnavailable(str(error)) from error
        _ = client.messages  # made on first use, too
        return client

    def _model_for(self, request: ModelRequest) -> str:
        return self._others.get(request.purpose) or self._model

    def _body(self, request: ModelRequest) -> dict[str, Any]:
        system: list[dict[str, Any]] = [{"type": "text", "text": part.text} for part in request.system]
        stable = sum(part.stable for part in request.system)
        if stable:
            system[stable - 1] |= {"cache_control": {"type": "ephemeral"}}
        body = {
            "model": self._model_for(request),
            "max_tokens": request.max_tokens,
            "system": system,
            "messages": [{"role": message.role, "content": message.text} for message in request.messages],
            "stream": True,
        }
        if self._structured:
            body["output_config"] = {"format": {"type": "json_schema", "schema": request.answer_schema}}
        return body

    async def _send(self, client: anthropic.AsyncAnthropic, body: dict[str, Any], deadline: float) -> Any:
        patient = client.with_options(middleware=[_no_wait_beyond(deadline)])
        async with asyncio.timeout_at(deadline):
            return await patient.messages.create(**body)

    async def _read(
        self, client: anthropic.AsyncAnthropic, response: Any, deadline: float, model: str
    ) -> AsyncGenerator[TextDelta | Finished, None]:
        answer, begun, host = _Answer(), False, client.base_url.netloc.decode()
        async with response:
            while not answer.ended:
                with translated(host, model):
                    # The limit is set around each wait, as a generator must not be suspended inside of it.
                    async with asyncio.timeout_at(deadline):
                        event = await anext(response, None)
                if event is None and not begun:  # a page of a proxy, say
                    raise ModelError(f"{host} sent something that is not a Messages API answer.", retry=True)
                if event is None:
                    raise ModelError("The model's answer broke off before its end.", retry=True)
                begun = True
                if text := answer.take(event):
                    yield TextDelta(text)
        price = price_of(model)
        usage = answer.usage
        yield Finished(answer.text, answer.stop_reason, replace(usage, cost=price.of(usage) if price else 0.0))


def _sdk() -> Any:
    """The SDK, with what a client would import when it is first used."""
    importlib.import_module("anthropic.resources.messages")
    return importlib.import_module("anthropic")


class _Answer:
    """An answer as it grows with each event."""

    def __init__(self) -> None:
        self.text = ""
        self.stop_reason = ""
        self.ended = False
        self.usage = Usage(requests=1)

    def take(self, event: Any) -> str:
        """Note one event and return the text it adds.

        What is not known is passed over, and so is what is of another type than it should be: the SDK does not check.
        """
        text = ""
        match event.type:
            case "message_start":
                self._count(_told(event, "message", "usage"))
            case "content_block_delta":
                # A compatible endpoint may answer through a tool; the JSON is the same.
                found = _told(event, "delta", "text") or _told(event, "delta", "partial_json")
                text = found if isinstance(found, str) else ""
            case "message_delta":
                reason = _told(event, "delta", "stop_reason")
                self.stop_reason = reason if reason and isinstance(reason, str) else self.stop_reason
                self._count(_told(event, "usage"))
            case "message_stop":
                self.ended = True
        self.text += text
        return text

    def _count(self, usage: Any) -> None:
        """Take over counts; later events repeat them, grown."""

        def count(name: str, before: int) -> int:
            value = _told(usage, name)
            return value if value and isinstance(value, int) else before

        self.usage = replace(
            self.usage,
            input_tokens=count("input_tokens", self.usage.input_tokens),
            output_tokens=count("output_tokens", self.usage.output_tokens),
            cache_read_tokens=count("cache_read_input_tokens", self.usage.cache_read_tokens),
            cache_write_tokens=count("cache_creation_input_tokens", self.usage.cache_write_tokens),
        )


def _told(value: Any, *names: str) -> Any:
    """What stands under these names, one below the other; None where it is not there."""
    for name in names:
        value = getattr(value, name, None)
    return value


def _no_wait_beyond(deadline: float) -> Callable[[Any, Callable[[Any], Awaitable[Any]]], Awaitable[Any]]:
    """Middleware of the SDK: no retry where the server asks to wait longer than the request may take."""

    async def middleware(request: Any, call_next: Callable[[Any], Awaitable[Any]]) -> Any:
        response = await call_next(request)
        try:
            wait = float(response.headers.get("retry-after", 0))
        except ValueError:
            wait = 0.0
        if asyncio.get_running_loop().time() + wait > deadline:
            response.headers["x-should-retry"] = "false"
        return response

    return middleware
