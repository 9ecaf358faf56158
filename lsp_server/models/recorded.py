"""Answers that were recorded once are given again: for demonstrations, reports of mistakes and evaluations.

A recording is a file of JSON lines: what it is, then one line for each request with its answer. Requests are built
without secrets, and answers only know their stand-ins; keys are never part of either. A request is known by what it
says, not by how long its answer may be or which model it went to.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import AsyncGenerator
from pathlib import Path

import msgspec

from lsp_server.models.base import (
    Finished,
    Model,
    ModelEvent,
    ModelRequest,
    ModelUnavailable,
    Price,
    TextDelta,
    Usage,
    counted,
    estimated_input,
    priced,
)

log = logging.getLogger(__name__)

_FORM = 1
_PIECE = 40  # code points in a piece of an answer that is given again


class _Head(msgspec.Struct, frozen=True):
    lintel_recording: int = msgspec.field(name="lintelRecording")


class _Entry(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One request and its answer; `system` and `messages` are there for a person who reads the file."""

    key: str
    text: str
    stop_reason: str = "end_turn"
    model: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    cost: float = 0.0
    system: list[str] = []
    messages: list[dict[str, str]] = []

    @property
    def usage(self) -> Usage:
        """What the answer used when it was recorded."""
        return Usage(
            1,
            self.input_tokens,
            self.output_tokens,
            self.cache_read_tokens,
            self.cache_write_tokens,
            self.cost,
        )


class RecordedModel:
    """Gives the answers of the recording `path`; what it has none for is asked of `model` and added, if there is one.

    Nothing is sent for an answer that is given again, so it comes without Sent; it keeps the usage it once had.
    """

    def __init__(self, path: Path | None, model: Model | None = None) -> None:
        self.name = model.name if model is not None else "recorded"
        self._path = path
        self._model = model
        self._entries: dict[str, _Entry] | None = None

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """See `Model.stream`. Raises ModelUnavailable where there is neither an answer nor a model."""
        key = _key(request)
        if self._entries is None:
            self._entries = await asyncio.to_thread(self._load)
        if (entry := self._entries.get(key)) is not None:
            for at in range(0, len(entry.text), _PIECE):
                yield TextDelta(entry.text[at : at + _PIECE])
            yield Finished(entry.text, entry.stop_reason, entry.usage)
            return
        if self._model is None:
            raise ModelUnavailable(
                f"{self._name} has no answer to this request: it was recorded for another text, or by another version."
            )
        async with contextlib.aclosing(self._model.stream(request)) as events:
            async for event in events:
                if isinstance(event, Finished):
                    await asyncio.to_thread(self._add, _entry(key, request, event, self.name))
                yield event

    async def count(self, request: ModelRequest) -> int:
        """See `Counting.count`."""
        return await counted(self._model, request) if self._model is not None else estimated_input(request)

    def price(self, request: ModelRequest) -> Price | None:
        """See `Counting.price`."""
        return priced(self._model, request) if self._model is not None else None

    async def close(self) -> None:
        """Close the model."""
        if self._model is not None:
            await self._model.close()

    @property
    def _name(self) -> str:
        return self._path.name if self._path is not None else "the recording"

    def _load(self) -> dict[str, _Entry]:
        if self._path is None:
            raise ModelUnavailable("There is no recording: lintel.model.recording names no file.")
        try:
            lines = self._path.read_bytes().splitlines()
        except FileNotFoundError:
            if self._model is not None:
                return {}
            raise ModelUnavailable(f"{self._path} (lintel.model.recording) does not exist.") from None
        except OSError as error:
            raise ModelUnavailable(f"{self._path} (lintel.model.recording): {error.strerror}.") from error
        try:
            form = msgspec.json.decode(lines[0] if lines else b"", type=_Head).lintel_recording
        except msgspec.MsgspecError:
            raise ModelUnavailable(f"{self._path} (lintel.model.recording) is no recording of Lintel's.") from None
        if form != _FORM:
            raise ModelUnavailable(f"{self._path} was recorded by another version of Lintel.")
        entries: dict[str, _Entry] = {}
        for line in lines[1:]:
            with contextlib.suppress(msgspec.MsgspecError):  # one that was written by halves
                entry = msgspec.json.decode(line, type=_Entry)
                entries.setdefault(entry.key, entry)
        return entries

    def _add(self, entry: _Entry) -> None:
        assert self._path is not None
        assert self._entries is not None
        self._entries.setdefault(entry.key, entry)
        head = b"" if self._path.exists() else msgspec.json.encode(_Head(_FORM)) + b"\n"
        try:
            with self._path.open("ab", buffering=0) as file:
                file.write(head + msgspec.json.encode(entry) + b"\n")
        except OSError as error:
            log.warning("the answer could not be recorded: %s", error)


def _key(request: ModelRequest) -> str:
    said = [[part.text for part in request.system], [[message.role, message.text] for message in request.messages]]
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()[:32]


def _entry(key: str, request: ModelRequest, end: Finished, model: str) -> _Entry:
    usage = end.usage
    return _Entry(
        key,
        end.text,
        end.stop_reason,
        model,
        usage.input_tokens,
        usage.output_tokens,
        usage.cache_read_tokens,
        usage.cache_write_tokens,
        usage.cost,
        [part.text for part in request.system],
        [{"role": message.role, "text": message.text} for message in request.messages],
    )
