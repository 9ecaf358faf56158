"""The model that the editor itself has and lends, so that a person without a key has one too.

How an editor is asked is told by `Editor`, which whoever speaks to one fulfils.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

from lsp_server.models.base import (
    Finished,
    Message,
    ModelError,
    ModelEvent,
    ModelRequest,
    ModelUnavailable,
    Purpose,
    Sent,
    TextDelta,
    Usage,
    estimated_tokens,
)

_STALL_SECONDS = (
    45.0  # without a piece; a person who is asked for consent is waited for as long as the request may take
)


@dataclass(frozen=True)
class Question:
    """One request to an editor. `model` names the one that is wanted, by id, family or name; empty: any.

    An editor may ask a person for consent only where the request came `by_person`, not from typing.
    """

    messages: tuple[Message, ...]
    model: str
    by_person: bool


@dataclass(frozen=True)
class Answer:
    """The end of an editor's answer: all its text, which model gave it, and its tokens where the editor counts them."""

    text: str
    model: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None


class Editor(Protocol):
    """An editor that lends its model."""

    @property
    def has_models(self) -> bool:
        """Whether it has any at the moment."""

    @property
    def allowed(self) -> bool:
        """Whether a person has agreed to requests, so that one may be made that nobody asked for."""

    def ask(self, question: Question) -> AsyncGenerator[str | Answer, None]:
        """Yield the answer in pieces and at last as Answer. Raises ModelError. Closing it takes the request back."""


class EditorModel:
    """The model of `editor`, or of none: then each request says that there is none. `model` is the one wanted."""

    name = "editor"

    def __init__(self, editor: Editor | None, model: str = "", *, stall: float = _STALL_SECONDS) -> None:
        self._editor = editor
        self._model = model
        self._stall = stall

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Have the editor send `request`; see `Model.stream`. An answer longer than it may be is cut off."""
        if self._editor is None:
            raise ModelUnavailable("This editor lends no model: set an API key, or use lintel.model.provider offline.")
        question = Question(_messages(request), self._model, request.purpose is not Purpose.GHOST_TEXT)
        yield Sent(_body(question))
        text = ""
        async with contextlib.aclosing(self._editor.ask(question)) as pieces:
            async for piece in self._in_time(pieces, request.timeout):
                if isinstance(piece, Answer):
                    yield Finished(piece.text, "end_turn", _usage(question, piece))
                    return
                text += piece
                yield TextDelta(piece)
                if estimated_tokens(text) > request.max_tokens:
                    break
        yield Finished(text, "max_tokens", _usage(question, Answer(text)))

    async def close(self) -> None:
        """Nothing to close: the editor outlives its model."""

    async def _in_time(
        self, pieces: AsyncGenerator[str | Answer, None], seconds: float
    ) -> AsyncGenerator[str | Answer, None]:
        now = asyncio.get_running_loop().time
        deadline = until = now() + seconds
        while True:
            try:
                # The limit is set around each wait, as a generator must not be suspended inside of it.
                async with asyncio.timeout_at(until):
                    piece = await anext(pieces, None)
            except TimeoutError:
                raise ModelError("The editor's model did not answer in time.", retry=True) from None
            if piece is None:
                raise ModelError("The answer of the editor's model broke off before its end.", retry=True)
            yield piece
            until = min(deadline, now() + self._stall)


def _messages(request: ModelRequest) -> tuple[Message, ...]:
    """The request as turns alone: editors know neither a system prompt nor a form that an answer has to have."""
    rules = "\n\n".join(part.text for part in request.system)
    if request.answer_schema:
        rules += (
            f"\n\nThe answer is one JSON object of this schema, with nothing around it:\n{_json(request.answer_schema)}"
        )
    return Message("user", rules), *request.messages


def _body(question: Question) -> str:
    messages = [{"role": message.role, "content": message.text} for message in question.messages]
    return _json({"model": question.model, "messages": messages})


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _usage(question: Question, answer: Answer) -> Usage:
    counted, given = answer.input_tokens, answer.output_tokens
    if counted is None:
        counted = sum(estimated_tokens(message.text) for message in question.messages)
    return Usage(1, counted, estimated_tokens(answer.text) if given is None else given, estimated=True)
