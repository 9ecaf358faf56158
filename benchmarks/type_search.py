"""Whether the resource types that a reference uses are among the first found for its prompt, and how soon.

    python -m benchmarks.type_search --terraform tasks.jsonl --cloudformation FOLDER
    python -m benchmarks.type_search --terraform tasks.jsonl --misses

`tasks.jsonl` has `prompt` and `reference` (a program) in each line, as IaC-Eval's; FOLDER a CSV file of prompts, the
names of the reference templates beside them, and the templates in `references`, as DPIaC-Eval's. What was tuned was
tuned on the even lines, counted from 0; the odd ones say what it is worth.
"""

from __future__ import annotations

import argparse
import csv
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from lsp_server.core.document import Document, Unit
from lsp_server.dialects.base import Language
from lsp_server.dialects.cloudformation.template import parse_template
from lsp_server.dialects.terraform.module import module_of
from lsp_server.repair.search.ranking import MOST, candidates

_PROMPTS = "iac_basic.csv"


@dataclass(frozen=True)
class Asked:
    """A prompt and the resource types that its reference uses."""

    number: int
    language: Language
    prompt: str
    types: frozenset[str]


@dataclass(frozen=True)
class Found:
    """What was found for a prompt, best first, in how many milliseconds, and in how many of the processor's."""

    asked: Asked
    types: tuple[str, ...]
    milliseconds: float
    worked: float

    @property
    def hits(self) -> int:
        """How many of the reference's types are among the first."""
        return len(self.asked.types & {*self.types})


def terraform_tasks(path: Path) -> Iterator[Asked]:
    """The tasks of a file with a JSON object in each line."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        told = json.loads(line)
        module = module_of(Unit((Document("file:///reference/main.tf", told["reference"]),)))
        types = frozenset(kind for kind, _ in module.resources)
        yield Asked(number, Language.TERRAFORM, told["prompt"], types)


def cloudformation_tasks(folder: Path) -> Iterator[Asked]:
    """The tasks of a folder; types that each template makes up for itself are left out."""
    with (folder / _PROMPTS).open(encoding="utf-8-sig", errors="replace", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            path = folder / "references" / PureWindowsPath(row["ground_truth_path"]).name
            text = path.read_text(encoding="utf-8", errors="replace")
            template = parse_template(Document(f"file:///reference/{path.name}", text))
            types = {one.type for one in template.resources.values() if one.type}
            own = {name for name in types if name.startswith("Custom::")}
            yield Asked(number, Language.CLOUDFORMATION, row["prompt"], frozenset(types - own))


def search(asked: Asked) -> Found:
    """What is found for a prompt in an empty file."""
    name = "template.yaml" if asked.language is Language.CLOUDFORMATION else "main.tf"
    unit = Unit((Document(f"file:///new/{name}", ""),))
    started, worked = time.perf_counter(), time.thread_time()
    types = [one.type for one in candidates(asked.prompt, unit, asked.language)]
    took, worked = time.perf_counter() - started, time.thread_time() - worked
    return Found(asked, tuple(types), 1000 * took, 1000 * worked)


def recall(found: Sequence[Found]) -> str:
    """Of all types of all references, and the mean over the references, in percent."""
    of_any = [one for one in found if one.asked.types]
    if not of_any:
        return "nothing to find"
    whole = sum(len(one.asked.types) for one in of_any)
    micro = sum(one.hits for one in of_any) / whole
    macro = statistics.fmean(one.hits / len(one.asked.types) for one in of_any)
    most = sum(min(MOST, len(one.asked.types)) for one in of_any) / whole
    return f"micro {micro:6.1%}  macro {macro:6.1%}  ({len(of_any)} prompts; at best {most:.1%} micro)"


def report(title: str, found: Sequence[Found], *, misses: bool) -> None:
    """Print the figures of one corpus."""
    print(f"{title}, recall among the first {MOST}")
    for name, some in (("all", found), ("even", found[::2]), ("odd", found[1::2])):
        print(f"  {name:5} {recall(some)}")
    for name, took in (("by the clock", [f.milliseconds for f in found]), ("processor", [f.worked for f in found])):
        cuts = statistics.quantiles(took, n=20, method="inclusive")
        print(f"  a query, {name}: p50 {cuts[9]:.1f} ms, p95 {cuts[18]:.1f} ms, at most {max(took):.1f} ms")
    if misses:
        missed = Counter(name for one in found for name in one.asked.types - {*one.types})
        wanted = Counter(name for one in found for name in one.asked.types)
        for name, count in missed.most_common(40):
            print(f"  missed {count:3} of {wanted[name]:3}  {name}")


def main(command_line: Sequence[str] | None = None) -> int:
    """Measure both corpora, or the one that is given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--terraform", type=Path, help="a file with a task in each line")
    parser.add_argument("--cloudformation", type=Path, help="a folder of tasks")
    parser.add_argument("--misses", action="store_true", help="also tell the types missed most often")
    arguments = parser.parse_args(command_line)
    measured = [
        (language.value, list(read(path)))
        for language, read, path in (
            (Language.TERRAFORM, terraform_tasks, arguments.terraform),
            (Language.CLOUDFORMATION, cloudformation_tasks, arguments.cloudformation),
        )
        if path is not None
    ]
    if not measured:
        parser.error("name a corpus")
    for title, tasks in measured:
        first = search(tasks[0])  # loads what is loaded once
        print(f"{title}: the first query {first.milliseconds:.0f} ms, {first.worked:.0f} ms of the processor")
        report(title, [search(asked) for asked in tasks], misses=arguments.misses)
    return 0


if __name__ == "__main__":
    sys.exit(main())
