"""One question to a model, whose answer is read while it arrives and no longer waited for than it is of use."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from lsp_server.models.base import CutShort, Finished, Model, ModelError, ModelRequest, Sent, TextDelta
from lsp_server.models.recording import estimated_usage
from lsp_server.repair.candidate import Candidate, Refused
from lsp_server.repair.streaming import Reading

_MOST_BEHIND = 2_000  # code points, behind an answer that is there


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
    raise ModelError(f"{model.name} ended without an answer.", retry=True)


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
