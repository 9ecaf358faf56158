"""How many first drafts of real models are valid: as they are, after fixers, and after one simulated repair more.

    python -m benchmarks.drafts PROGRAMS.jsonl [--every 4] [--validate]

PROGRAMS is a file of JSON lines with a `program` each, as language models wrote them. There is no right text of them,
so the simulated model mends by rule what it is told: it deletes what is not expected, and writes what is missing with a
value of the type that the schema in its prompt tells. Each told finding it mends with a probability of 0.8; in each
line it makes a new mistake with one of 0.0009. Valid is what has no error by the own check (and `terraform validate`).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import sys
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import track

from benchmarks.loop import engine_for, judged
from benchmarks.mistakes import make_mistake
from benchmarks.notation import TERRAFORM
from benchmarks.simulated_model import Shown, Told, read_request, written_answer
from lsp_server.analysis import Analysis
from lsp_server.core.diagnostic import Severity
from lsp_server.engine import Engine
from lsp_server.models.base import ModelEvent, ModelRequest, Purpose, Sent
from lsp_server.repair.ledger import Budget
from lsp_server.repair.model_proposer import strategies
from lsp_server.repair.proposer import Proposer

_MENDS, _ERRS = 0.8, 0.0009
_NAMED = re.compile(r'"([\w.-]+)"')
_VALUES = {
    "string": '"example"',
    "number": "1",
    "bool": "true",
    "list": '["example"]',
    "set": '["example"]',
    "map": "{}",
}


class MendingModel:
    """Mends by rule what it is told of; see the module. `name` is as a `Model` has it."""

    name = "simulated"

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Answer a request of Lintel; see `Model.stream`."""
        text = request.messages[-1].text
        yield Sent(text)
        schema = "\n".join(part.text for part in request.system)
        shown, told = read_request(text)
        yield written_answer(text, shown, [self._mended(one, told, schema) for one in shown])

    async def close(self) -> None:
        """Nothing to close."""

    def _mended(self, shown: Shown, told: Sequence[Told], schema: str) -> list[str]:
        lines = list(shown.lines)
        for finding in sorted(told, key=lambda f: f.line, reverse=True):
            at = finding.line - shown.first
            if 0 <= at < len(lines) and self._rng.random() < _MENDS:
                lines = _without(lines, at) if "not expected" in finding.words else _with(lines, at, finding, schema)
        for _ in lines:
            if self._rng.random() < _ERRS:
                lines = make_mistake(self._rng, lines, TERRAFORM.kinds) or lines
        return lines


def _without(lines: list[str], at: int) -> list[str]:
    """The lines without the argument or block that begins at one of them."""
    depth, end = 0, at
    for end in range(at, len(lines)):
        depth += sum(lines[end].count(c) for c in "{[(") - sum(lines[end].count(c) for c in "}])")
        if depth <= 0:
            break
    return lines[:at] + lines[end + 1 :] if at else lines


def _with(lines: list[str], at: int, finding: Told, schema: str) -> list[str]:
    """The lines with what is missing of the block that begins at one of them, or with the name that is near."""
    names = _NAMED.findall(finding.words)
    if not names or "{" not in lines[at]:
        return lines
    pad = " " * (len(lines[at]) - len(lines[at].lstrip()) + 2)
    if "missing-required-argument" in finding.words:
        kind = re.search(rf"^\s*{re.escape(names[0])}\*? = (\w+)", schema, re.MULTILINE)
        value = _VALUES.get(kind[1] if kind else "", '"example"')
        return [*lines[: at + 1], f"{pad}{names[0]} = {value}", *lines[at + 1 :]]
    if "block" in finding.words and "missing" in finding.words:
        return [*lines[: at + 1], f"{pad}{names[0]} {{", f"{pad}}}", *lines[at + 1 :]]
    if "Did you mean" in finding.words:
        return [*lines[:at], lines[at].replace(names[0], names[-1], 1), *lines[at + 1 :]]
    return lines


def valid(analysis: Analysis) -> bool:
    """Whether no judge has an error, and all of them ran."""
    return not analysis.failed and not any(d.severity is Severity.ERROR for d in analysis.diagnostics)


def asking_of(engine: Engine, model: MendingModel) -> Engine:
    """The engine with a model that is asked once."""

    def proposers(purpose: Purpose) -> Sequence[Proposer]:
        return strategies(model, purpose, advisers=engine.advisers)

    return replace(engine, proposers=proposers, budget=Budget(1, 1_000_000, 600.0))


async def measure(engine: Engine, programs: Sequence[str]) -> Counter[str]:
    """How many are valid after what."""
    counts: Counter[str] = Counter(programs=len(programs))
    for number, program in enumerate(track(programs, "programs", console=Console(stderr=True))):
        before = await judged(engine, TERRAFORM, program)
        counts["as they are"] += valid(before)
        fixed = (await engine.repair(before, unsafe=True, model=False)).after
        counts["after fixers"] += valid(fixed)
        asking = asking_of(engine, MendingModel(number))
        outcome = fixed if fixed.clean else (await asking.repair(fixed, unsafe=True, model=True)).after
        counts["after fixers and one simulated repair"] += valid(outcome)
        counts["made worse"] += valid(before) and not valid(outcome)
    return counts


async def main(arguments: Sequence[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", type=Path)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--validate", action="store_true")
    options = parser.parse_args(arguments)
    lines = options.programs.read_text(encoding="utf-8").splitlines()
    programs = [json.loads(line)["program"] for line in lines][:: options.every]
    engine = engine_for(TERRAFORM, slow=options.validate)
    try:
        counts = await measure(engine, programs)
    finally:
        await engine.close()
    for name, count in counts.items():
        print(f"{name:40} {count:5}  {100 * count / max(1, len(programs)):5.1f} %")
    return 1 if counts["made worse"] else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
