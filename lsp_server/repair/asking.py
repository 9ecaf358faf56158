"""One question to a model, whose answer is read while it arrives and no longer waited for than it is of use."""

from __future__ import annotations

import contextlib

from lsp_server.models.base import CutShort, Finished, Model, ModelError, ModelRequest, Sent, TextDelta
from lsp_server.models.recording import estimated_usage
from lsp_server.repair.candidate import Candidate, Refused
from lsp_server.repair.streaming import Reading

_MOST_BEHIND = 2_000  # code points, behind an answer that is there


async def ask(model: Model, request: ModelRequest, reading: Reading) -> tuple[Finished, Candidate | Refused | None]:
    """The answer of `model`, and what comes of it where that was plain before it ended; then its usage is estimated.

    The connection is closed by then. Raises ModelError.
    """
    body, pieces = "", list[str]()
    async with contextlib.aclosing(model.stream(request)) as events:
        async for event in events:
            match event:
                case Finished():
                    return event, None
                case Sent():
                    body = event.body
                case TextDelta():
                    pieces.append(event.text)
                    if decided := _decided(reading, event.text):
                        why = str(decided) if isinstance(decided, Refused) else "the answer is there"
                        with contextlib.suppress(CutShort):
                            await events.athrow(CutShort(why))
                        text = "".join(pieces)
                        return Finished(text, "cut_short", estimated_usage(body, text)), decided
    raise ModelError(f"{model.name} ended without an answer.", retry=True)


def _decided(reading: Reading, piece: str) -> Candidate | Refused | None:
    """What comes of an answer once nothing behind `piece` can change that, unless its end seems to be near."""
    try:
        reading.feed(piece)
        return reading.finish() if reading.behind > _MOST_BEHIND else None
    except Refused as refused:
        return refused
