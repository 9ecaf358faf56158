"""A model that is simulated: it knows the right program, and errs as language models do, by a seeded generator.

What it is shown it sends back with the mistakes mended that it was told of and can mend, and with new ones. It can
mend some mistakes only where it is told what would be right (allowed values, near names, the schema); those are what a
loop stalls on that feeds the linter's bare words back. It also changes what nobody asked it to change, and loses
declarations and comments, the more the longer the text is that it has to repeat.
"""

from __future__ import annotations

import json
import random
import re
import zlib
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from benchmarks.mistakes import make_mistake
from lsp_server.models.base import Finished, ModelEvent, ModelRequest, Sent, Usage

_SHOWN = re.compile(r'^Region "([^"]+)" of [^\n]*:\n<(text-\w+)>\n(.*?)\n</\2>', re.MULTILINE | re.DOTALL)
_NUMBERED = re.compile(r"^ *(\d+) \| ?(.*)$")
_TOLD = re.compile(r"^(\S+?):(\d+) \w+ ([\w-]+): (.*(?:\n    .*)*)", re.MULTILINE)
_WORD = re.compile(r"\w{3,}")
_HEAD = re.compile(r"^\w+ .*\{\s*$")


@dataclass(frozen=True)
class Rates:
    """How well the simulated model does, as probabilities.

    `mends` a told mistake; one of `hard` only with `mends_hard`, unless it is told what would be right: then with
    `knows`. `mends_untold` what it was not told. Per line that it writes: `errs` (with the schema before it only the
    part `with_schema` of that), `alters` a value, `loses` a declaration. A mistake that it failed to mend it mends
    with the part `stuck` of the probability while it sees its earlier attempts' text again and nothing new.
    """

    mends: float = 0.8
    hard: float = 0.3
    mends_hard: float = 0.12
    knows: float = 0.8
    mends_untold: float = 0.1
    errs: float = 0.0018
    with_schema: float = 0.5
    alters: float = 0.006
    loses: float = 0.0006
    stuck: float = 0.8


@dataclass(frozen=True)
class Told:
    """A finding as the model reads it: its line (from 1), its words, and whether more than the linter's are told."""

    line: int
    words: str
    enriched: bool


@dataclass(frozen=True)
class Shown:
    """A text that the model may rewrite: its name, its lines, and the number (from 1) of the first."""

    name: str
    lines: tuple[str, ...]
    first: int


class SimulatedModel:
    """Answers requests for one task, whose right text is `reference`. `name` is as a `Model` has it."""

    name = "simulated"

    def __init__(self, reference: str, seed: int, rates: Rates = Rates()) -> None:
        self._reference = reference.splitlines()
        self._rng = random.Random(seed)
        self._seed = seed
        self._rates = rates
        self._failed: dict[str, int] = {}
        self.asked = 0

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Answer a request of Lintel; see `Model.stream`."""
        text = request.messages[-1].text
        yield Sent(text)
        schema = any("Schemas of the resource types" in part.text for part in request.system)
        shown, told = read_request(text)
        yield written_answer(text, shown, [self.rewritten(one, told, schema=schema) for one in shown])

    async def close(self) -> None:
        """Nothing to close."""

    def rewritten(self, shown: Shown, told: Sequence[Told], *, schema: bool) -> list[str]:
        """The lines of a text as the model sends them back."""
        self.asked += 1
        rates, rng = self._rates, self._rng
        lines, right = list(shown.lines), self._right(shown.lines)
        new: list[str] = []
        for tag, a, b, c, d in SequenceMatcher(a=lines, b=right, autojunk=False).get_opcodes():
            if tag == "equal":
                new += lines[a:b]
                continue
            chance = self._chance(lines[a:b], right[c:d], (a + shown.first, b + shown.first), told, schema=schema)
            mends = rng.random() < chance
            new += right[c:d] if mends else lines[a:b]
            if not mends:
                self._failed[_key(lines[a:b], right[c:d])] = self._failed.get(_key(lines[a:b], right[c:d]), 0) + 1
        errs = rates.errs * (rates.with_schema if schema else 1.0)
        for _ in range(len(new)):
            if rng.random() < errs:
                new = make_mistake(rng, new) or new
            if rng.random() < rates.alters:
                new = _altered(rng, new)
            if rng.random() < rates.loses:
                new = _lost(rng, new)
        return new

    def _chance(
        self, wrong: Sequence[str], right: Sequence[str], lines: tuple[int, int], told: Sequence[Told], *, schema: bool
    ) -> float:
        """How likely a difference to the right text is mended, by what is told of it."""
        rates = self._rates
        words = {word for line in (*wrong, *right) for word in _WORD.findall(line)}
        own = [
            finding
            for finding in told
            if lines[0] - 1 <= finding.line <= lines[1] + 1 or words & set(_WORD.findall(finding.words))
        ]
        if not own:
            return rates.mends_untold
        key = _key(wrong, right)
        hard = random.Random(zlib.crc32(f"{self._seed} {key}".encode())).random() < rates.hard
        knows = any(finding.enriched for finding in own) or schema
        if hard:
            chance = rates.knows if knows else rates.mends_hard
        else:
            chance = max(rates.mends, rates.knows if knows else 0.0)
        return chance * rates.stuck ** self._failed.get(key, 0)

    def _right(self, lines: Sequence[str]) -> list[str]:
        """The part of the right text that these lines are a version of."""
        head = lines[0].strip() if lines else ""
        heads = {n: line for n, line in enumerate(self._reference) if _HEAD.match(line) and _name(line) == _name(head)}
        if heads and len(lines) < len(self._reference):
            start = max(heads, key=lambda n: SequenceMatcher(a=heads[n], b=head).ratio())
            behind = (n for n in range(start + 1, len(self._reference)) if _HEAD.match(self._reference[n]))
            end = next(behind, len(self._reference))
            while not self._reference[end - 1].endswith("}"):  # comments of the next block
                end -= 1
            return self._reference[start:end]
        blocks = SequenceMatcher(a=lines, b=self._reference, autojunk=False).get_matching_blocks()[:-1]
        if not blocks:
            return list(lines)
        first, last = blocks[0], blocks[-1]
        end = last.b + last.size + (len(lines) - last.a - last.size)
        return self._reference[max(0, first.b - first.a) : end]


def _name(head: str) -> tuple[str, ...]:
    """What a block is and is called, by its first line: `resource`, `logs`; its type may be the mistake."""
    words = re.findall(r"[\w-]+", head)
    return tuple(words[:1] + words[-1:])


def read_request(text: str) -> tuple[list[Shown], list[Told]]:
    """The regions that a request of Lintel shows, and the findings that it tells."""
    shown = [Shown(name, *_lines(body)) for name, _, body in _SHOWN.findall(text)]
    told = [Told(int(line), f"{code} {words}", "\n    " in words) for _, line, code, words in _TOLD.findall(text)]
    return shown, told


def written_answer(request: str, shown: Sequence[Shown], texts: Sequence[Sequence[str]]) -> Finished:
    """The answer that gives each region its text; those that are as they were are left out, unless all of them are."""
    pairs = list(zip(shown, texts, strict=True))
    changed = [pair for pair in pairs if list(pair[1]) != list(pair[0].lines)] or pairs[:1]
    edits = [{"region": one.name, "new_text": "\n".join(lines)} for one, lines in changed]
    answer = json.dumps({"edits": edits, "note": ""})
    return Finished(answer, "end_turn", Usage(1, len(request) // 4, len(answer) // 4))


def _lines(body: str) -> tuple[tuple[str, ...], int]:
    matches = [match for line in body.split("\n") if (match := _NUMBERED.match(line))]
    return tuple(match[2] for match in matches), int(matches[0][1]) if matches else 1


def _key(wrong: Sequence[str], right: Sequence[str]) -> str:
    return "\n".join(("|".join(wrong), "|".join(right)))


def _altered(rng: random.Random, lines: list[str]) -> list[str]:
    """The lines with a number or a switch changed that nobody asked to change."""
    places = [n for n, line in enumerate(lines) if re.search(r"= (?:\d+|true|false)\s*$", line)]
    if not places:
        return lines
    number = rng.choice(places)
    head, _, value = lines[number].rpartition(" ")
    other = {"true": "false", "false": "true"}.get(value.strip(), str(rng.randrange(1, 100)))
    return [*lines[:number], f"{head} {other}", *lines[number + 1 :]]


def _lost(rng: random.Random, lines: list[str]) -> list[str]:
    """The lines without one of the declarations in them, or without a comment where there is but one declaration."""
    blocks = list(_blocks(lines))
    if len(blocks) > 1:
        start, end = rng.choice(blocks)
        return lines[:start] + lines[end + 1 :]
    comments = [n for n, line in enumerate(lines) if line.lstrip().startswith("#")]
    return [line for n, line in enumerate(lines) if n not in comments[:1]]


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    start = -1
    for number, line in enumerate(lines):
        if _HEAD.match(line):
            start = number
        elif line.startswith("}") and start >= 0:
            yield start, number
            start = -1
