"""A model that plays a script without a network, for tests, demonstrations and those who extend Lintel."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from pathlib import Path

from lsp_server.models.base import (
    Finished,
    ModelError,
    ModelEvent,
    ModelRequest,
    ModelUnavailable,
    Sent,
    TextDelta,
    Usage,
)
from lsp_server.models.script import Script, Step


class ScriptedModel:
    """Answers each request with the next step of a script; `requests` are those it was asked."""

    name = "scripted"

    def __init__(self, *steps: Step, script: Script | None = None) -> None:
        self._script = script or Script(steps)
        self.requests: list[ModelRequest] = []

    @classmethod
    def from_file(cls, path: Path) -> ScriptedModel:
        """The model that plays a file of steps. Raises OSError and msgspec.MsgspecError."""
        return cls(script=Script.from_file(path))

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Play one step; see `Model.stream`. A step that holds waits until it is cancelled."""
        self.requests.append(request)
        body = _body(request)
        yield Sent(body)
        step = self._script.take(body)
        if step is None:
            raise ModelError("The script has no answer for this request.")
        if step.status != 200:
            kind = ModelUnavailable if step.status in {401, 402, 403, 404} else ModelError
            raise kind(step.message or f"The scripted model failed ({step.status}).")
        for piece in step.pieces:
            if step.fault:
                raise ModelError("The model's answer broke off before its end.", retry=True)
            if step.hold:
                await asyncio.Event().wait()
            yield TextDelta(piece)
            await asyncio.sleep(step.drip)
        yield Finished(step.body, step.stop_reason, _usage(step))

    async def close(self) -> None:
        """Nothing to close."""


def _body(request: ModelRequest) -> str:
    body = {
        "system": [part.text for part in request.system],
        "messages": [{"role": message.role, "content": message.text} for message in request.messages],
        "max_tokens": request.max_tokens,
    }
    return json.dumps(body, ensure_ascii=False)


def _usage(step: Step) -> Usage:
    return Usage(1, step.usage.get("input_tokens", 0), step.usage.get("output_tokens", 0))
