"""A script of answers, so that tests, demonstrations and extensions run against a model that costs nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec


def _some_usage() -> dict[str, int]:
    return {"input_tokens": 100, "output_tokens": 20}


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the model does with one request.

    `text` is streamed as it is, or `answer` as JSON (`{"edits": [{"region": …, "new_text": …}], "note": …}`), in pieces
    of `chunk` code points with `drip` seconds between them. A `status` other than 200 is an error with `headers` and
    `message`. `hold` makes the server wait for a release before the headers, after the first event (`start`), or
    half-way through the text; `cut` ends the stream half-way, `break` sends an error event (`overloaded_error`) there,
    `garbage` what is no event, and `half` ends it in the middle of a character.
    A step with `when` is taken only by a request whose body contains that text; `repeat` keeps a step from being used
    up.
    """

    text: str = ""
    answer: Any = None
    status: int = 200
    headers: dict[str, str] = {}
    message: str = ""
    hold: Literal["", "headers", "start", "middle"] = ""
    fault: Literal["", "cut", "break", "garbage", "half"] = ""
    stop_reason: str = "end_turn"
    usage: dict[str, int] = msgspec.field(default_factory=_some_usage)
    chunk: int = 40
    drip: float = 0.0
    when: str = ""
    repeat: bool = False

    @property
    def body(self) -> str:
        """The whole text of the answer."""
        return self.text if self.answer is None else json.dumps(self.answer, ensure_ascii=False)

    @property
    def pieces(self) -> list[str]:
        """The text in the pieces in which it is streamed."""
        body, size = self.body, max(1, self.chunk)
        return [body[at : at + size] for at in range(0, len(body), size)]


class Script:
    """The steps that are left. Not shared between event loops."""

    def __init__(self, steps: Sequence[Step] = ()) -> None:
        self._steps = list(steps)

    @classmethod
    def from_json(cls, raw: bytes | str) -> Script:
        """The script in a JSON array of steps. Raises msgspec.ValidationError or DecodeError."""
        return cls(msgspec.json.decode(raw, type=list[Step]))

    @classmethod
    def from_file(cls, path: Path) -> Script:
        """The script in a file. Raises OSError as well."""
        return cls.from_json(path.read_bytes())

    def take(self, body: str) -> Step | None:
        """The next step for a request with this body, or None where the script has come to its end."""
        for number, step in enumerate(self._steps):
            if step.when in body:
                return step if step.repeat else self._steps.pop(number)
        return None

    def replace(self, steps: Sequence[Step]) -> None:
        """Play these steps from now on."""
        self._steps = list(steps)
