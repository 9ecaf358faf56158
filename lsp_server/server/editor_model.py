"""Asks the editor's own model: the request `lintel/model`, whose answer comes in pieces and which can be taken back."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator
from concurrent.futures import Future
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcMethodNotFound, JsonRpcRequestCancelled

from lsp_server.models.base import ModelError, ModelUnavailable
from lsp_server.models.editor import Answer, Question
from lsp_server.server.session import LintelServer

MODEL, MODELS = "lintel/model", "lintel/models"

_REASONS = {
    "NoPermissions": "You have not allowed Lintel to use the editor's language model",
    "Blocked": "The editor lets no more requests through to its language model for now (its quota may be used up)",
    "NotFound": "The editor has no such language model",
    "TooLarge": "The request is too large for the editor's language model",
}
"""What an editor's refusals mean, by the `reason` in the error's data."""
_HOPELESS = {"NoPermissions", "NotFound"}


class EditorModels:
    """The editor at the other end, as an `Editor` of `lsp_server.models`; knows what it last told of its models."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server
        self._names: tuple[str, ...] = ()
        self._allowed = False
        self._pieces: dict[str, asyncio.Queue[str | Future[Any]]] = {}

    @property
    def has_models(self) -> bool:
        """See `Editor.has_models`."""
        return bool(self._names)

    @property
    def allowed(self) -> bool:
        """See `Editor.allowed`."""
        return self._allowed

    def told(self, params: Any) -> None:
        """Take over which models the editor has and whether requests are agreed to (`lintel/models`)."""
        told = params if isinstance(params, dict) else {}
        names = told.get("models")
        self._names = tuple(map(str, names)) if isinstance(names, list) else ()
        self._allowed = told.get("allowed") is True
        self._server.configuration.set_editor(self)

    def piece(self, params: types.ProgressParams) -> None:
        """Hand a piece of an answer (`$/progress`) to whoever waits for it; one that comes too late is dropped."""
        queue = self._pieces.get(str(params.token))
        if queue is not None and isinstance(params.value, str):
            queue.put_nowait(params.value)

    async def ask(self, question: Question) -> AsyncGenerator[str | Answer, None]:
        """See `Editor.ask`."""
        name = f"lintel-model-{uuid.uuid4()}"
        queue: asyncio.Queue[str | Future[Any]] = asyncio.Queue()
        self._pieces[name] = queue
        answered = False
        try:
            future = self._server.protocol.send_request(MODEL, _params(question, name), msg_id=name)
            future.add_done_callback(queue.put_nowait)
            while not answered:
                match await queue.get():
                    case str(piece):
                        yield piece
                    case end:
                        answered = True
                        yield _answer(end)
        finally:
            del self._pieces[name]
            if not answered:
                self._server.cancel_request(types.CancelParams(name))


def _params(question: Question, token: str) -> dict[str, Any]:
    return {
        "model": question.model,
        "messages": [{"role": message.role, "content": message.text} for message in question.messages],
        "byPerson": question.by_person,
        "partialResultToken": token,
    }


def _answer(end: Future[Any]) -> Answer:
    """What the editor answered. Raises ModelError for a refusal, and for something that is no answer."""
    try:
        told = end.result()
    except JsonRpcMethodNotFound:
        raise ModelUnavailable("This editor lends no model.") from None
    except JsonRpcRequestCancelled:
        raise ModelError("The editor took the request to its language model back.") from None
    except JsonRpcException as error:
        raise _refusal(error) from None
    told = told._asdict() if hasattr(told, "_asdict") else told
    if not isinstance(told, dict) or not isinstance(told.get("text"), str):
        raise ModelError("The editor sent something that is not an answer of a language model.")
    counts = _count(told.get("inputTokens")), _count(told.get("outputTokens"))
    return Answer(told["text"], str(told.get("model") or ""), *counts)


def _refusal(error: JsonRpcException) -> ModelError:
    data = error.data
    reason = data.get("reason") if isinstance(data, dict) else getattr(data, "reason", None)
    said = error.message.strip().rstrip(".")
    sentence = _REASONS.get(str(reason), "The editor's language model failed")
    sentence = f"{sentence}: {said}." if said else f"{sentence}."
    return ModelUnavailable(sentence) if reason in _HOPELESS else ModelError(sentence, retry=True)


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def register(server: LintelServer) -> None:
    """Register the handlers."""
    models = EditorModels(server)
    server.on(MODELS, models.told)
    server.on(types.PROGRESS, models.piece)

    def greeted() -> None:
        if server.client.lends_model:
            server.configuration.set_editor(models)

    server.on_greeting.append(greeted)
