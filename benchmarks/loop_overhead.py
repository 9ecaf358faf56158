"""Measures what the loop itself costs: of an attempt, the time that neither the model nor a linter takes.

    python -m benchmarks.loop_overhead

Templates and modules of three lengths are broken and repaired by a model that answers at once and is always right, in
pieces of 20 characters. Shares are of an attempt in which the model takes 3 s. Targets: 5 % at most, one run of each
linter for a candidate, no step above 50 ms while an answer of 100 kB comes, and ten times the text read in about ten
times the time.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import sys
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from benchmarks import workloads
from benchmarks.simulated_model import read_request
from lsp_server.analysis import Analysis, Toolchain
from lsp_server.bootstrap import build_engine
from lsp_server.core.document import Document, Unit
from lsp_server.dialects.base import Language
from lsp_server.engine import Engine
from lsp_server.linters.base import Linter, LintResult
from lsp_server.models.base import Finished, ModelEvent, ModelRequest, Purpose, Sent, TextDelta, Usage
from lsp_server.repair.json_stream import JsonStream
from lsp_server.repair.model_proposer import strategies
from lsp_server.repair.proposer import Proposer
from lsp_server.repair.regions import all_regions
from lsp_server.repair.streaming import Reading
from lsp_server.settings import read_settings

MODEL_SECONDS = 3.0
LINES = (131, 700, 2_500)
RUNS = 5
PIECE = 20
RIGHT = {Language.CLOUDFORMATION: "DelaySeconds: 5", Language.TERRAFORM: "delay_seconds = 5"}
WRONG = {Language.CLOUDFORMATION: "DelaySeconds: rather long", Language.TERRAFORM: 'delay_seconds = "rather long"'}
ADDED = {
    Language.CLOUDFORMATION: "  BenchQueue:\n    Type: AWS::SQS::Queue\n    Properties:\n      {}\n",
    Language.TERRAFORM: 'resource "aws_sqs_queue" "bench" {{\n  {}\n}}\n',
}


@dataclass
class Clock:
    """The time during which a model or a linter is at work; what overlaps counts once."""

    seconds: float = 0.0
    runs: dict[str, int] = field(default_factory=dict)
    _open: int = 0
    _since: float = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count the time until the end."""
        if not self._open:
            self._since = time.perf_counter()
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1
            if not self._open:
                self.seconds += time.perf_counter() - self._since


class Timed:
    """A linter whose runs are counted and timed."""

    def __init__(self, linter: Linter, clock: Clock) -> None:
        self.name, self.language, self.incremental = linter.name, linter.language, linter.incremental
        self._linter, self._clock = linter, clock

    async def lint(self, unit: Unit) -> LintResult:
        """See `Linter.lint`."""
        self._clock.runs[self.name] = self._clock.runs.get(self.name, 0) + 1
        with self._clock.running():
            return await self._linter.lint(unit)

    async def close(self) -> None:
        """See `Linter.close`."""
        await self._linter.close()


class RightModel:
    """Answers every region that it is shown with its right text."""

    name = "right"

    def __init__(self, language: Language) -> None:
        self._wrong, self._right = WRONG[language], RIGHT[language]

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """See `Model.stream`."""
        text = request.messages[-1].text
        yield Sent(text)
        shown = [(one.name, "\n".join(one.lines)) for one in read_request(text)[0]]
        edits = [
            {"region": name, "new_text": old.replace(self._wrong, self._right)}
            for name, old in shown
            if self._wrong in old
        ]
        answer = json.dumps({"edits": edits, "note": ""})
        for at in range(0, len(answer), PIECE):
            yield TextDelta(answer[at : at + PIECE])
        yield Finished(answer, "end_turn", Usage(1, len(text) // 4, len(answer) // 4))

    async def close(self) -> None:
        """Nothing to close."""


@dataclass
class Overhead:
    """What the attempts on one document took beside model and linters, in seconds, and linter runs per candidate."""

    seconds: list[float] = field(default_factory=list)
    linters: list[float] = field(default_factory=list)
    runs: float = 0.0
    unclean: int = 0


def _composed(language: Language, lines: int) -> str:
    template = language is Language.CLOUDFORMATION
    return workloads.cloudformation(lines) if template else workloads.terraform(lines) + "\n"


async def _judged(engine: Engine, language: Language, text: str) -> Analysis:
    name = "template.yaml" if language is Language.CLOUDFORMATION else "main.tf"
    return await engine.analyze(Unit((Document(f"file:///benchmark/{name}", text),)), language)


async def overhead(engine: Engine, language: Language, lines: int) -> Overhead:
    """Repair the same mistake several times, each in a text that was not seen before."""
    found, model = Overhead(), RightModel(language)
    advisers = engine.advisers

    def proposers(purpose: Purpose) -> Sequence[Proposer]:
        return strategies(model, purpose, advisers=advisers)

    for number in range(RUNS + 1):
        text = _composed(language, lines) + ADDED[language].format(WRONG[language]) + f"# {number}\n"
        clock = Clock()
        timed = tuple(Timed(linter, clock) for linter in engine.toolchain.linters)
        tested = replace(engine, toolchain=Toolchain(timed), proposers=proposers)
        before = await _judged(engine, language, text)
        began = time.perf_counter()
        outcome = await tested.repair(before, unsafe=True, model=True)
        seconds = time.perf_counter() - began
        found.unclean += not outcome.after.clean
        attempts = max(1, len(outcome.attempts))
        if number:  # the first loads what is loaded when first used
            found.seconds.append((seconds - clock.seconds) / attempts)
            found.linters.append(clock.seconds / attempts)
            candidates = max(1, sum(a.analysis is not None for a in outcome.attempts))
            found.runs = max(found.runs, *(count / candidates for count in clock.runs.values()), 0.0)
    return found


def streamed(size: int) -> float:
    """The processor's seconds that JsonStream takes for an answer of so many characters in small pieces."""
    answer = json.dumps({"edits": [{"region": "a", "new_text": "x" * 70 + "\n"}] * (size // 110), "note": ""})
    stream = JsonStream("edits", lambda _: None, lambda: None, 12_000)
    began = time.process_time()
    for at in range(0, len(answer), PIECE):
        stream.feed(answer[at : at + PIECE])
    return time.process_time() - began


def longest_step(engine: Engine, language: Language) -> float:
    """The longest that one piece of a 100 kB answer to 2,500 lines takes, or its end, in seconds.

    It is the longest gap of the event loop, since each piece comes by itself.
    """
    text = _composed(language, LINES[-1])
    name = "template.yaml" if language is Language.CLOUDFORMATION else "main.tf"
    unit = Unit((Document(f"file:///benchmark/{name}", text),))
    engine.dialect(language).ids(unit.main)
    regions = [r for r in all_regions(unit, language) if r.span.end > r.span.start]
    dice, edits, length = random.Random(7), [], 0
    for region in regions:
        new = unit.main.slice(region.span)
        edits.append({"region": region.name, "new_text": new + f"\n{' ' * region.child_indent}# {dice.random()}"})
        length += len(new)
        if length > 100_000:
            break
    answer = json.dumps({"edits": edits, "note": ""})
    reading, longest = Reading(unit, regions), 0.0
    for at in range(0, len(answer), PIECE):
        began = time.perf_counter()
        reading.feed(answer[at : at + PIECE])
        longest = max(longest, time.perf_counter() - began)
    began = time.perf_counter()
    reading.finish()
    return max(longest, time.perf_counter() - began)


async def main() -> int:
    """Measure and print. Returns 1 where a target is missed."""
    settings, _ = read_settings({"model": {"provider": "none"}})
    engine = build_engine(settings)
    good = True
    try:
        for language in (Language.CLOUDFORMATION, Language.TERRAFORM):
            for lines in LINES:
                found = await overhead(engine, language, lines)
                times = sorted(found.seconds)
                pairs = zip(found.seconds, found.linters, strict=True)
                shares = [own / (own + linters + MODEL_SECONDS) for own, linters in pairs]
                good &= max(shares) <= 0.05 and found.runs <= 1 and not found.unclean
                print(
                    f"{language.value:14} {lines:5} lines: p50 {1000 * statistics.median(times):6.0f} ms "
                    f"({statistics.median(shares):.1%}), max {1000 * times[-1]:6.0f} ms ({max(shares):.1%}); "
                    f"linters {1000 * statistics.median(found.linters):.0f} ms, {found.runs:.1f} runs a candidate"
                    f"{f', {found.unclean} not clean' if found.unclean else ''}",
                    flush=True,
                )
            step = longest_step(engine, language)
            good &= step <= 0.05
            print(f"{language.value:14} longest step while 100 kB come: {1000 * step:.1f} ms", flush=True)
    finally:
        await engine.close()
    short, long = (min(streamed(size) for _ in range(3)) for size in (100_000, 1_000_000))
    good &= long / short < 15
    print(f"reading 100 kB: {1000 * short:.0f} ms, 1 MB: {1000 * long:.0f} ms, ratio {long / short:.1f}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
