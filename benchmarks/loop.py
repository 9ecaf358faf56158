"""Draws the curve "clean after pass n" for the loop of the literature, each measure against its plateau, and Lintel's.

    python -m benchmarks.loop TASKS.jsonl                  every task whose reference is clean, five passes
    python -m benchmarks.loop TASKS.jsonl --every 5        every fifth
    python -m benchmarks.loop TASKS.jsonl --validate       judged by `terraform validate` as well
    python -m benchmarks.loop TEMPLATES                    CloudFormation, judged by cfn-lint

TASKS is a file of JSON lines with a `reference` program each, TEMPLATES a folder of right templates. A simulated model
(benchmarks/simulated_model.py) drafts and repairs; pass 1 is the draft. Its rates are set so that the raw loop (the
whole file and the linter's words are sent back, five times) does about as arXiv 2411.19043 reports of templates: 41,
66, 73, 78, 80 %. Nothing is set for the other rows.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.mistakes import draft
from benchmarks.notation import TEMPLATES, TERRAFORM, Notation
from benchmarks.simulated_model import Shown, SimulatedModel, Told
from lsp_server.analysis import Analysis
from lsp_server.bootstrap import build_engine
from lsp_server.core.document import Document, Unit
from lsp_server.engine import Engine
from lsp_server.repair.ledger import Budget
from lsp_server.repair.model_proposer import strategies
from lsp_server.repair.outcome import weight
from lsp_server.repair.regions import all_regions, regions_at
from lsp_server.settings import read_settings

PASSES = 5
MEASURES = ("stop at clean", "regions", "facts", "fixers", "keep the best")


@dataclass(frozen=True)
class Sample:
    """A task: its right program, the draft of it, and what the simulated model's luck begins with."""

    notation: Notation
    reference: str
    draft: str
    seed: int


@dataclass
class Row:
    """What came of all samples in one loop. `clean` counts those that are clean after each pass."""

    clean: list[int] = field(default_factory=lambda: [0] * PASSES)
    lost_ids: int = 0
    spoilt: int = 0
    collateral: int = 0
    asked: int = 0

    def add(self, sample: Sample, clean: Sequence[bool], final: Analysis, engine: Engine, asked: int) -> None:
        """Count one sample: whether it was clean after each pass, and what it ended as."""
        for number in range(PASSES):
            self.clean[number] += clean[min(number, len(clean) - 1)]
        dialect, after = engine.dialect(sample.notation.language), final.unit.main
        meant, drafted, left = (
            {names[-1] for names in dialect.ids(document)}
            for document in (*(Document(after.uri, text) for text in (sample.reference, sample.draft)), after)
        )
        self.lost_ids += bool(meant & drafted - left)
        self.spoilt += sample.draft == sample.reference and after.text != sample.draft
        kept = set(sample.draft.splitlines()) & set(sample.reference.splitlines())
        self.collateral += len(kept - set(after.text.splitlines()))
        self.asked += asked


def engine_for(notation: Notation, *, slow: bool) -> Engine:
    """An engine without a model whose judges are those of the language, with `slow` all of them."""
    linters = notation.linters + (notation.slow if slow else ())
    settings, _ = read_settings({"linters": linters, "model": {"provider": "none"}})
    return build_engine(settings, workers=2)


async def judged(engine: Engine, notation: Notation, text: str) -> Analysis:
    """The analysis of a unit of one file."""
    return await engine.analyze(Unit((Document(notation.uri, text),)), notation.language)


async def plain_loop(engine: Engine, sample: Sample, now: Analysis, measures: frozenset[str], row: Row) -> None:
    """The loop of the literature, with some of the measures, from the analysis `now` of the draft on."""
    model = SimulatedModel(sample.notation, sample.reference, sample.seed)
    clean: list[bool] = []
    for _ in range(PASSES):
        if "fixers" in measures:
            now = (await engine.repair(now, unsafe=True, model=False)).after
        clean.append(now.clean)
        if len(clean) == PASSES or (now.clean and "stop at clean" in measures):
            break
        after = await judged(engine, sample.notation, _rewritten(model, now, measures))
        lost = "keep the best" in measures and _lost(engine, now, after)
        if "keep the best" not in measures or (not lost and weight(after) <= weight(now)):
            now = after
    row.add(sample, clean, now, engine, model.asked)


def _lost(engine: Engine, before: Analysis, after: Analysis) -> bool:
    ids = engine.dialect(before.language).ids
    return bool(set(ids(before.unit.main)) - set(ids(after.unit.main)))


def _rewritten(model: SimulatedModel, now: Analysis, measures: frozenset[str]) -> str:
    """The text after one answer of the model."""
    document, facts = now.unit.main, "facts" in measures
    told = [Told(document.position(d.span.start).line + 1, f"{d.code} {d.message}", facts) for d in now.wrong]
    if "regions" not in measures:
        shown = Shown("all", tuple(document.text.splitlines()), 1)
        return "\n".join(model.rewritten(shown, told, schema=facts)) + "\n"
    regions = regions_at(now.unit, all_regions(now.unit, now.language), [(d.uri, d.span) for d in now.wrong])
    text = document.text
    for region in sorted(regions, key=lambda r: r.span, reverse=True):
        first = document.position(region.span.start).line + 1
        pad = " " * region.indent
        shown = Shown(region.name, tuple((pad + document.slice(region.span)).splitlines()), first)
        new = "\n".join(model.rewritten(shown, told, schema=facts)).removeprefix(pad)
        text = text[: region.span.start] + new + text[region.span.end :]
    return text


async def lintel_loop(engine: Engine, sample: Sample, now: Analysis, row: Row) -> None:
    """Lintel's own loop, with everything that it does, from the analysis `now` of the draft on."""
    model = SimulatedModel(sample.notation, sample.reference, sample.seed)
    engine = replace(
        engine,
        proposers=lambda purpose: strategies(model, purpose, advisers=engine.advisers),
        budget=Budget(PASSES - 1, 1_000_000, 600.0),
    )
    outcome = await engine.repair(now, unsafe=True, model=True)
    best, clean = outcome.before, []
    for attempt in outcome.attempts:
        if attempt.proposer == model.name:
            clean.append(best.clean)
        best = attempt.analysis if attempt.accepted and attempt.analysis is not None else best
    row.add(sample, [*clean, best.clean], outcome.after, engine, model.asked)


async def measure(engine: Engine, samples: Sequence[Sample]) -> dict[str, Row]:
    """The rows of the table."""
    variants = {"raw": frozenset[str](), **{f"raw + {name}": frozenset({name}) for name in MEASURES}}
    variants["raw + all of these"] = frozenset(MEASURES)
    rows = {name: Row() for name in (*variants, "Lintel")}
    for sample in track(samples, "tasks", console=Console(stderr=True)):
        first = await judged(engine, sample.notation, sample.draft)
        await asyncio.gather(
            lintel_loop(engine, sample, first, rows["Lintel"]),
            *(plain_loop(engine, sample, first, measures, rows[name]) for name, measures in variants.items()),
        )
    return rows


def references(path: Path) -> list[str]:
    """The right programs of a file of tasks or of a folder of templates, with plain line ends."""
    if path.is_dir():
        texts = [file.read_text(encoding="utf-8") for file in sorted(path.glob("*.yaml"))]
    else:
        tasks = filter(str.strip, path.read_text(encoding="utf-8").splitlines())
        texts = [json.loads(task)["reference"] for task in tasks]
    return ["\n".join(text.splitlines()) + "\n" for text in texts]


async def samples_of(
    engine: Engine, notation: Notation, texts: Sequence[str], every: int, seed: int
) -> AsyncIterator[Sample]:
    """Those of the right programs that are clean, each with a draft."""
    for number, text in list(enumerate(texts))[::every]:
        if (await judged(engine, notation, text)).clean:
            rng = random.Random(seed * 100_003 + number)
            first = draft(rng, text, notation.kinds, clean=0.41, more=0.6)
            yield Sample(notation, text, first, rng.randrange(1 << 30))


def printed(rows: dict[str, Row], samples: int) -> Table:
    """The rows as a table; shares in per cent."""
    table = Table(title=f"clean after pass n, {samples} tasks")
    for heading in ("loop", *map(str, range(1, PASSES + 1)), "ids lost", "clean spoilt", "lines hurt", "asked"):
        table.add_column(heading, justify="left" if heading == "loop" else "right")
    for name, row in rows.items():
        shares = [f"{100 * count / max(1, samples):.1f}" for count in row.clean]
        table.add_row(name, *shares, *map(str, (row.lost_ids, row.spoilt, row.collateral, row.asked)))
    return table


async def main(arguments: Sequence[str]) -> int:
    """Measure and print. Returns 1 where Lintel's loop does not dominate the raw one or lost or spoilt something."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasks", type=Path)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--validate", action="store_true")
    options = parser.parse_args(arguments)
    notation = TEMPLATES if options.tasks.is_dir() else TERRAFORM
    engine = engine_for(notation, slow=options.validate)
    try:
        texts = references(options.tasks)
        samples = [sample async for sample in samples_of(engine, notation, texts, options.every, options.seed)]
        rows = await measure(engine, samples)
    finally:
        await engine.close()
    Console(width=120).print(printed(rows, len(samples)))
    own, raw = rows["Lintel"], rows["raw"]
    dominates = all(a >= b for a, b in zip(own.clean, raw.clean, strict=True))
    return 0 if dominates and not own.lost_ids and not own.spoilt else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
