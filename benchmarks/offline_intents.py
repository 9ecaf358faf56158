"""What the embedded proposer and Lintel's loop make of real requests, in an empty file, held against right programs.

    python -m benchmarks.offline_intents --terraform tasks.jsonl --cloudformation FOLDER
    python -m benchmarks.offline_intents --terraform tasks.jsonl --quick --misses

The files are those that `benchmarks.type_search` tells of. `--quick` asks the proposer alone and judges nothing;
without it Terraform's own check and `terraform validate`, or cfn-lint, judge each result. What was tuned was tuned on
the even lines, counted from 0; the odd ones say what it is worth.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath

from rich.progress import track

from lsp_server.analysis import Analysis
from lsp_server.bootstrap import build_engine
from lsp_server.core.document import Document, Unit
from lsp_server.core.edit import edit_unit
from lsp_server.dialects.base import Language
from lsp_server.engine import Engine
from lsp_server.repair.offline.proposer import OfflineProposer
from lsp_server.repair.proposer import IntentTask, Proposal, Task
from lsp_server.repair.regions import all_regions
from lsp_server.repair.wishes import unmet, wishes
from lsp_server.settings import read_settings

_PROMPTS = "iac_basic.csv"
_NAMES = {Language.CLOUDFORMATION: "template.yaml", Language.TERRAFORM: "main.tf"}
_LINTERS = {Language.CLOUDFORMATION: ["cfn-lint"], Language.TERRAFORM: ["terraform-check", "terraform-validate"]}


@dataclass(frozen=True)
class Program:
    """The resource types of a program, as often as they are declared, and which type refers to which."""

    types: Counter[str]
    wires: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Asked:
    """A prompt and what a right program for it has."""

    number: int
    language: Language
    prompt: str
    right: Program


@dataclass
class Row:
    """What came of one prompt. `clean` is unknown where nothing judged; `note` is what the proposer says of itself."""

    asked: Asked
    written: Program | None = None
    clean: bool | None = None
    wished: int = 0
    unmet: list[str] = field(default_factory=list)
    note: str = ""
    text: str = ""


def program(unit: Unit, language: Language) -> Program:
    """What a program declares and how it is wired."""
    own = [r for r in all_regions(unit, language) if r.type and not r.type.startswith("Custom::")]
    if language is Language.TERRAFORM:
        own = [r for r in own if not r.declares.startswith("data")]
    names = {r: _address(r.type, r.declares, language) for r in own}
    texts = {r: unit[r.uri].slice(r.span) for r in own}
    wires = {
        (one.type, other.type)
        for one in own
        for other in own
        if one is not other and re.search(rf"(?<![\w.]){re.escape(names[other])}(?!\w)", _inside(texts[one]))
    }
    return Program(Counter(r.type for r in own), frozenset(wires))


def _address(kind: str, declares: str, language: Language) -> str:
    name = re.split(r"[ .]", declares)[-1].strip('"')
    return f"{kind}.{name}" if language is Language.TERRAFORM else name


def _inside(text: str) -> str:
    return text.partition("\n")[2]


def terraform_tasks(path: Path) -> Iterator[Asked]:
    """The tasks of a file with a JSON object in each line."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        told = json.loads(line)
        unit = Unit((Document("file:///reference/main.tf", told["reference"]),))
        yield Asked(number, Language.TERRAFORM, told["prompt"], program(unit, Language.TERRAFORM))


def cloudformation_tasks(folder: Path) -> Iterator[Asked]:
    """The tasks of a folder."""
    with (folder / _PROMPTS).open(encoding="utf-8-sig", errors="replace", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            path = folder / "references" / PureWindowsPath(row["ground_truth_path"]).name
            text = path.read_text(encoding="utf-8", errors="replace")
            unit = Unit((Document(f"file:///reference/{path.name}", text),))
            yield Asked(number, Language.CLOUDFORMATION, row["prompt"], program(unit, Language.CLOUDFORMATION))


async def written(asked: Asked, engine: Engine | None) -> Row:
    """What is made of a prompt: by the loop of `engine`, or without one by the proposer alone."""
    unit = Unit((Document(f"file:///new/{_NAMES[asked.language]}", ""),))
    intent = IntentTask(asked.prompt, unit.main.uri, 0)
    wanted = wishes(asked.prompt, unit, asked.language)
    row = Row(asked, wished=len(wanted))
    after = unit
    if engine is None:
        found = await OfflineProposer().propose(Task(Analysis(unit, asked.language, (), (), ()), (), (), intent))
        if isinstance(found, Proposal):
            row.note, after = found.note, edit_unit(unit, found.edits)
    else:
        analysis = await engine.analyze(unit, asked.language)
        outcome = await engine.generate(analysis, intent)
        row.note, after = outcome.message, outcome.unit
        row.clean = outcome.changed and outcome.after.clean
    if after.main.text:
        row.written, row.text = program(after, asked.language), after.main.text
    row.unmet = [wish.words for wish in unmet(wanted, unit, after, asked.language)]
    return row


def report(title: str, rows: Sequence[Row]) -> None:
    """Print the shares of some rows."""
    count = max(1, len(rows))
    answered = [r for r in rows if r.written is not None]
    hits, wanted, all_written = Counter[str](), Counter[str](), Counter[str]()
    whole = right_wires = made_wires = 0
    for row in rows:
        right = row.asked.right
        wanted += right.types
        have = row.written or Program(Counter(), frozenset())
        hits += right.types & have.types
        all_written += have.types
        whole += row.written is not None and set(right.types) <= set(have.types)
        possible = {w for w in right.wires if set(w) <= set(have.types)}
        right_wires += len(possible)
        made_wires += len(possible & have.wires)
    met = sum(r.wished - len(r.unmet) for r in rows)
    clean = [r.clean for r in rows if r.clean is not None]
    parts = [
        f"answered {len(answered) / count:.1%}",
        f"clean {sum(clean) / count:.1%}" if clean else "not judged",
        f"all types {whole / count:.1%}",
        f"recall {hits.total() / max(1, wanted.total()):.1%}",
        f"precision {hits.total() / max(1, all_written.total()):.1%}",
        f"wired {made_wires / max(1, right_wires):.1%} of {right_wires}",
        f"wishes met {met / max(1, sum(r.wished for r in rows)):.1%} of {sum(r.wished for r in rows)}",
    ]
    print(f"{title:5} ({len(rows)}): " + ", ".join(parts))


def misses(rows: Sequence[Row], most: int = 30) -> None:
    """Print what is missing and what is written in vain most often, and the wishes that were not met."""
    missed, surplus, loose, words = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for row in rows:
        have = row.written or Program(Counter(), frozenset())
        missed += row.asked.right.types - have.types
        surplus += have.types - row.asked.right.types
        loose.update(" > ".join(w) for w in row.asked.right.wires - have.wires if set(w) <= set(have.types))
        words.update(w for w in row.unmet if not w.startswith('"'))
    for name, counted in (("missed", missed), ("surplus", surplus), ("not wired", loose), ("unmet", words)):
        print(f"{name}: " + ", ".join(f"{what} {number}" for what, number in counted.most_common(most)))


def show(rows: Sequence[Row]) -> None:
    """Print each prompt and what came of it."""
    for row in rows:
        have = row.written.types if row.written else Counter[str]()
        lacks, more = row.asked.right.types - have, have - row.asked.right.types
        print(f"--- {row.asked.number} {row.asked.prompt}\n{row.text}\n  note: {row.note}\n  unmet: {row.unmet}")
        print(f"  clean: {row.clean}; lacks {dict(lacks)}; surplus {dict(more)}")


async def measure(tasks: Sequence[Asked], *, quick: bool) -> list[Row]:
    """What came of all tasks, which are of one language."""
    if quick:
        return [await written(asked, None) for asked in tasks]
    settings, _ = read_settings({"linters": _LINTERS[tasks[0].language], "model": {"provider": "offline"}})
    engine = build_engine(settings)
    try:
        return [await written(asked, engine) for asked in track(tasks, transient=True)]
    finally:
        await engine.close()


async def main(command_line: Sequence[str]) -> int:
    """Measure both corpora, or the one that is given. Returns 1 where something was written that is not clean."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--terraform", type=Path, help="a file with a task in each line")
    parser.add_argument("--cloudformation", type=Path, help="a folder of tasks")
    parser.add_argument("--quick", action="store_true", help="the proposer alone, nothing is judged")
    parser.add_argument("--every", type=int, default=1, help="every so manieth task")
    parser.add_argument("--misses", action="store_true", help="also tell what is missed most often, in even lines")
    parser.add_argument("--show", action="store_true", help="also print what is written, for even lines")
    options = parser.parse_args(command_line)
    given = [(terraform_tasks, options.terraform), (cloudformation_tasks, options.cloudformation)]
    measured = [list(read(path))[:: options.every] for read, path in given if path is not None]
    if not measured:
        parser.error("name a corpus")
    wrong = 0
    for tasks in measured:
        rows = await measure(tasks, quick=options.quick)
        wrong += sum(r.written is not None and r.clean is False for r in rows)
        print(tasks[0].language.value)
        even = [r for r in rows if r.asked.number % 2 == 0]
        for title, some in (("all", rows), ("even", even), ("odd", [r for r in rows if r.asked.number % 2])):
            report(title, some)
        if options.misses:
            misses(even)
        if options.show:
            show(even)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
