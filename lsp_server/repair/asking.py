"""One question to a model, whose answer is read while it arrives and no longer waited for than it is of use."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lsp_server.models.base import (
    CutShort,
    Finished,
    Model,
    ModelError,
    ModelRequest,
    Price,
    Sent,
    TextDelta,
    Usage,
    counted,
    priced,
)
from lsp_server.models.recording import estimated_usage, model_in
from lsp_server.repair.candidate import Candidate, Refused
from lsp_server.repair.proposer import Task, TooCostly
from lsp_server.repair.streaming import Reading

_SECONDS = 60.0
_LEAST_ANSWER = 500  # tokens
_CHARACTERS = 3  # in a token, or more: what is sent is rather estimated too dear
_MOST_BEHIND = 2_000  # code points, behind an answer that is there


@dataclass(frozen=True)
class Asker:
    """What puts a question to `model` once, about texts it may see; the options are those of `ModelProposer`."""

    model: Model
    exclude: Sequence[str] = ()
    timeout: float = _SECONDS
    hide_accounts: bool = False

    @property
    def name(self) -> str:
        """The name of the model's provider."""
        return self.model.name


async def ask(
    model: Model, request: ModelRequest, begin: Callable[[], Reading]
) -> tuple[Finished, Candidate | Refused]:
    """The answer of `model`, and what comes of it for a reading that `begin` gives.

    Where that was plain before the answer ended, the connection is closed by then, and the usage is estimated. Raises
    ModelError.
    """
    body, pieces, reading = "", list[str](), begin()
    async with contextlib.aclosing(model.stream(request)) as events:
        async for event in events:
            match event:
                case Finished():
                    if event.text != "".join(pieces):  # an answer need not come in pieces
                        reading = begin()
                        return event, _fed(reading, event.text) or _ended(reading)
                    return event, _ended(reading)
                case Sent():
                    body = event.body
                case TextDelta():
                    pieces.append(event.text)
                    decided: Candidate | Refused | None = _fed(reading, event.text)
                    if decided is None and reading.behind > _MOST_BEHIND:
                        decided = _ended(reading)
                    if decided is not None:
                        why = str(decided) if isinstance(decided, Refused) else "the answer is there"
                        with contextlib.suppress(CutShort):
                            await events.athrow(CutShort(why))
                        text = "".join(pieces)
                        return Finished(text, "cut_short", estimated_usage(body, text)), decided
    raise without_end(model)


async def answered(model: Model, request: ModelRequest) -> tuple[Finished, str]:
    """The whole answer of `model`, and the name of the model that was asked, as far as the request has it.

    Raises ModelError, also for an answer that was declined or is not whole.
    """
    name = ""
    async with contextlib.aclosing(model.stream(request)) as events:
        async for event in events:
            if isinstance(event, Sent):
                name = model_in(event.body)
            if isinstance(event, Finished):
                if event.stop_reason == "refusal":
                    raise declined(model, event)
                if event.stop_reason == "max_tokens":
                    raise ModelError("The answer was cut off at its greatest length.", usage=event.usage)
                return event, name
    raise without_end(model)


def declined(model: Model, answer: Finished) -> ModelError:
    """What to raise where a model refuses to answer."""
    return ModelError(f"{model.name} declined to answer this request.", usage=answer.usage)


def without_end(model: Model) -> ModelError:
    """What to raise where a stream has ended and its answer has not."""
    return ModelError(f"{model.name} ended without an answer.", retry=True)


async def affordable(model: Model, request: ModelRequest, task: Task) -> ModelRequest:
    """The request with an answer no longer than `task` may cost. Raises TooCostly.

    The provider is asked to count only where the estimate would forbid the request.
    """
    price = priced(model, request)
    texts = [part.text for part in request.system] + [message.text for message in request.messages]
    try:
        return _capped(request, sum(map(len, texts)) // _CHARACTERS, task, price)
    except TooCostly:
        return _capped(request, await counted(model, request), task, price)


def _capped(request: ModelRequest, sent: int, task: Task, price: Price | None) -> ModelRequest:
    """The request of `sent` tokens, with an answer no longer than may be paid for. Raises TooCostly."""
    left = task.tokens - sent
    if left < _LEAST_ANSWER:
        raise TooCostly(f"The next request would cost about {sent + _LEAST_ANSWER} tokens, and {task.tokens} are left.")
    if price is not None and task.dollars < math.inf:
        sending = price.of(Usage(cache_write_tokens=sent))
        least = sending + price.of(Usage(output_tokens=_LEAST_ANSWER))
        if least > task.dollars:
            raise TooCostly(f"The next request would cost about ${least:.3f}, and ${task.dollars:.3f} are left.")
        left = min(left, int((task.dollars - sending) * 1e6 / price.output))
    return replace(request, max_tokens=min(request.max_tokens, left))


def _fed(reading: Reading, piece: str) -> Refused | None:
    """Why an answer cannot be used any more, now that it has gone on by a piece."""
    try:
        reading.feed(piece)
    except Refused as refused:
        return refused
    return None


def _ended(reading: Reading) -> Candidate | Refused:
    try:
        return reading.finish()
    except Refused as refused:
        return refused
