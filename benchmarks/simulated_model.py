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
from benchmarks.notation import Notation
from lsp_server.models.base import Finished, ModelEvent, ModelRequest, Sent, Usage

_SHOWN = re.compile(r'^Region "([^"]+)" of [^\n]*:\n<(text-\w+)>\n(.*?)\n</\2>', re.MULTILINE | re.DOTALL)
_NUMBERED = re.compile(r"^ *(\d+) \| ?(.*)$")
_TOLD = re.compile(r"^(\S+?):(\d+) \w+ ([\w-]+): (.*(?:\n    .*)*)", re.MULTILINE)
_WORD = re.compile(r"\w{3,}")
_PLACE = re.compile(r'^Region "((\w+)/\+)": a place', re.MULTILINE)


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

    def __init__(self, notation: Notation, reference: str, seed: int) -> None:
        self._notation = notation
        self._reference = reference.splitlines()
        self._rng = random.Random(seed)
        self._seed = seed
        self._rates = notation.rates
        self._failed: dict[str, int] = {}
        self.asked = 0

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Answer a request of Lintel; see `Model.stream`."""
        text = request.messages[-1].text
        yield Sent(text)
        schema = any("Schemas of the resource types" in part.text for part in request.system)
        shown, told = read_request(text)
        texts = [self.rewritten(one, told, schema=schema) for one in shown]
        new = [(name, lines) for name, section in _PLACE.findall(text) for lines in self._missing(section, text, told)]
        yield written_answer(text, shown, texts, new[:1])

    async def close(self) -> None:
        """Nothing to close."""

    def rewritten(self, shown: Shown, told: Sequence[Told], *, schema: bool) -> list[str]:
        """The lines of a text as the model sends them back."""
        self.asked += 1
        rates, rng = self._rates, self._rng
        lines, right = list(shown.lines), self._right(shown)
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
                new = make_mistake(rng, new, self._notation.kinds) or new
            if rng.random() < rates.alters:
                new = self._altered(new)
            if rng.random() < rates.loses:
                new = self._lost(new)
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

    def _right(self, shown: Shown) -> list[str]:
        """The part of the right text that what is shown is a version of."""
        lines = shown.lines
        head = lines[0].strip() if lines else ""
        blocks = list(self._notation.blocks(self._reference))
        name = self._notation.shown(shown.name, head)
        same = [block for block in blocks if block.name == name]
        if self._notation.sections and len(name) > 1 and not same:
            return list(lines)  # it should not be there, and nothing may be deleted
        if same and len(lines) < len(self._reference):
            own = max(same, key=lambda block: SequenceMatcher(a=self._reference[block.start], b=head).ratio())
            return self._reference[own.start : own.end]
        parts = SequenceMatcher(a=lines, b=self._reference, autojunk=False).get_matching_blocks()[:-1]
        if not parts:
            return list(lines)
        first, last = parts[0], parts[-1]
        end = last.b + last.size + (len(lines) - last.a - last.size)
        return self._reference[max(0, first.b - first.a) : end]

    def _missing(self, section: str, request: str, told: Sequence[Told]) -> Iterator[list[str]]:
        """What the right text declares in a section, a finding names, and the request does not tell to be there."""
        for block in self._notation.blocks(self._reference) if self._notation.sections else ():
            kind, name = block.name
            named = any(name in _WORD.findall(finding.words) for finding in told)
            there = re.search(rf"^{kind}/{name}\b", request, re.MULTILINE)
            if kind == section and named and not there and self._rng.random() < self._rates.knows:
                yield self._reference[block.start : block.end]

    def _altered(self, lines: list[str]) -> list[str]:
        """The lines with a number or a switch changed that nobody asked to change."""
        value = re.compile(rf"{self._notation.assigns} (?:\d+|true|false)\s*$")
        places = [n for n, line in enumerate(lines) if value.search(line)]
        if not places:
            return lines
        number = self._rng.choice(places)
        head, _, word = lines[number].rpartition(" ")
        other = {"true": "false", "false": "true"}.get(word.strip(), str(self._rng.randrange(1, 100)))
        return [*lines[:number], f"{head} {other}", *lines[number + 1 :]]

    def _lost(self, lines: list[str]) -> list[str]:
        """The lines without one of the declarations in them, or without a comment where there is but one of those."""
        blocks = list(self._notation.blocks(lines))
        if len(blocks) > 1:
            block = self._rng.choice(blocks)
            return lines[: block.start] + lines[block.end :]
        comments = [n for n, line in enumerate(lines) if line.lstrip().startswith("#")]
        return [line for n, line in enumerate(lines) if n not in comments[:1]]


def read_request(text: str) -> tuple[list[Shown], list[Told]]:
    """The regions that a request of Lintel shows, and the findings that it tells."""
    shown = [Shown(name, *_lines(body)) for name, _, body in _SHOWN.findall(text)]
    told = [Told(int(line), f"{code} {words}", "\n    " in words) for _, line, code, words in _TOLD.findall(text)]
    return shown, told


def written_answer(
    request: str, shown: Sequence[Shown], texts: Sequence[Sequence[str]], new: Sequence[tuple[str, Sequence[str]]] = ()
) -> Finished:
    """The answer that gives each region its text; those that are as they were are left out, unless all of them are.

    `new` is what is written in places for something new, with their names.
    """
    pairs = list(zip(shown, texts, strict=True))
    changed = [pair for pair in pairs if list(pair[1]) != list(pair[0].lines)] or pairs[: not new]
    written = [*((one.name, lines) for one, lines in changed), *new]
    edits = [{"region": name, "new_text": "\n".join(lines)} for name, lines in written]
    answer = json.dumps({"edits": edits, "note": ""})
    return Finished(answer, "end_turn", Usage(1, len(request) // 4, len(answer) // 4))


def _lines(body: str) -> tuple[tuple[str, ...], int]:
    matches = [match for line in body.split("\n") if (match := _NUMBERED.match(line))]
    return tuple(match[2] for match in matches), int(matches[0][1]) if matches else 1


def _key(wrong: Sequence[str], right: Sequence[str]) -> str:
    return "\n".join(("|".join(wrong), "|".join(right)))
