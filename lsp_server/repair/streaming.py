"""Reads a model's answer while it arrives, so that one that cannot be used any more is not waited for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lsp_server.core.document import Unit
from lsp_server.core.edit import Edit
from lsp_server.repair.candidate import (
    NO_EDITS,
    UNCHANGED,
    Candidate,
    Guard,
    Refused,
    check_allowed,
    edits_of,
    new_type,
)
from lsp_server.repair.json_stream import JsonStream
from lsp_server.repair.proposer import Place
from lsp_server.repair.region import Region

_LONGEST = 120_000  # code points, and more than twice what a model is allowed to write
_ROOM = 60_000  # for what is new
_GROWTH = 4
_MOST_WORDS = 12_000  # before the JSON
_STRIDE = 1_024  # a period that is looked for, at most, and how often it is
_WINDOW = 8 * _STRIDE
_CLUE = 64
_NAME = re.compile(r"[\w-]+|\+")
_FORM = '{"edits": [{"region": …, "new_text": …}], "note": …}'


class Reading:
    """An answer as edits to `regions` of `unit`, as far as it has come; those outside of `allowed` are refused.

    Words around the JSON are passed over, and `guard` puts secrets back. Whether an answer is refused, and why, does
    not depend on the pieces in which it comes.
    """

    def __init__(
        self, unit: Unit, regions: Sequence[Region], allowed: Place | None = None, guard: Guard | None = None
    ) -> None:
        self._unit = unit
        self._allowed = allowed
        self._guard = guard or Guard()
        self._known = {region.name: region for region in regions}
        self._parts: dict[str, tuple[Region, tuple[Edit, ...]]] = {}
        self._retyped: dict[str, str] = {}
        self._json = JsonStream("edits", self._take, self._drop, _MOST_WORDS)
        self._length = 0
        self._room = min(_LONGEST, _ROOM + _GROWTH * sum(r.span.end - r.span.start for r in regions))
        self._recent = ""
        self._newest: list[str] = []
        self.behind = 0
        """How many code points have come since all that counts was there."""

    def feed(self, piece: str) -> None:
        """Read on. Raises Refused as soon as the answer cannot be used, whatever comes."""
        at = 0
        while at < len(piece):
            end = at + _STRIDE - self._length % _STRIDE
            part = piece[at:end]
            at = end
            self._length += len(part)
            if self._json.found is not None:
                self.behind += len(part)
                continue
            self._json.feed(part)
            if self._json.lost:
                raise Refused(f"the answer does not begin with a JSON object of the form {_FORM}")
            if self._json.found is None:
                self._check_flow(part)

    def finish(self) -> Candidate:
        """The edits, now that the answer is there. Raises Refused."""
        self._json.finish()
        data = self._json.found
        if data is None:
            raise Refused(f"the answer holds no JSON object of the form {_FORM}")
        note = data.get("note")
        note = self._guard.redaction.covered(note).strip() if isinstance(note, str) else ""
        if not self._parts:
            raise Refused(NO_EDITS, note)
        changed = tuple(part for part in self._parts.values() if part[1])
        if not changed:
            raise Refused(UNCHANGED, note)
        return Candidate(changed, note, self._retyped)

    def _take(self, edit: object) -> None:
        name, text = (edit.get("region"), edit.get("new_text")) if isinstance(edit, dict) else (None, None)
        if not isinstance(name, str) or not isinstance(text, str):
            raise Refused('each edit needs "region" and "new_text", both strings')
        redaction = self._guard.redaction
        region = self._called(redaction.restore(name))
        if region is None:
            names = ", ".join(map(redaction.replace, self._known))
            raise Refused(f'there is no region "{name}"; the regions are: {names}')
        if region.name in self._parts:
            raise Refused(f'region "{name}" is edited twice; give each region once')
        edits = tuple(edits_of(region, text, self._unit[region.uri], self._guard))
        if self._allowed is not None:
            check_allowed(edits, self._allowed)
        self._parts[region.name] = region, edits
        if found := new_type(region, text):
            self._retyped[region.declares] = found

    def _called(self, name: str) -> Region | None:
        """The region of a name, or the only one whose name is that but for quotes or what it begins with."""
        if name in self._known:
            return self._known[name]
        words = _NAME.findall(name)
        same = [r for r in self._known.values() if words and words == _NAME.findall(r.name)[-len(words) :]]
        return same[0] if len(same) == 1 else None

    def _drop(self) -> None:
        self._parts.clear()
        self._retyped.clear()

    def _check_flow(self, part: str) -> None:
        """Raise Refused where the answer is far too long, or goes round in circles."""
        self._newest.append(part)
        if self._length % _STRIDE:
            return
        if self._length > self._room:
            raise Refused(
                f"the answer is longer than {self._room:,} characters, which is far more than the regions allow"
            )
        self._recent = recent = (self._recent + "".join(self._newest))[-_WINDOW:]
        self._newest.clear()
        period = len(recent) - _CLUE - recent.rfind(recent[-_CLUE:], 0, -1)
        if len(recent) == _WINDOW and period <= _STRIDE and recent[period:] == recent[:-period]:
            raise Refused("the answer repeats the same words again and again; write each thing once")


def read_candidate(
    answer: str, unit: Unit, regions: Sequence[Region], allowed: Place | None = None, guard: Guard | None = None
) -> Candidate:
    """The edits of a whole answer; see `Reading`. Raises Refused."""
    reading = Reading(unit, regions, allowed, guard)
    reading.feed(answer)
    return reading.finish()
