"""Measures the language server as an editor feels it, over real stdio, beside cfn-lint's own speed on this machine.

    python -m benchmarks.lsp                      the composed workloads
    python -m benchmarks.lsp --workload DIR       every .yaml and .tf of a folder
    python -m benchmarks.lsp --json               figures for a program

Targets: ready 0.6 s, first cfn-lint 2.5 s, change to fresh cfn-lint 1.0 s, change to a syntax error 20 ms, and for
completion, hover, definition and outline 10 ms at 2,600 lines; change to fresh Terraform check 100 ms at 769 lines;
280 MB for all processes of a template, 350 MB for those of a module.
Machines drift: the ratios are what to quote.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import workloads
from benchmarks.lsp_client import Client

BAD_TEMPLATE = "  BenchQueue:\n    Type: AWS::SQS::Queue\n    Properties:\n      NoSuchName: 1\n"
BAD_MODULE = '\nresource "aws_sqs_queue" "bench" {\n  no_such_name = 1\n}\n'
TYPED_TEMPLATE = ("      ", "DelaySeconds: ")
TYPED_MODULE = ("  ", "delay_seconds = ")
QUESTIONS = {
    "hover": "textDocument/hover",
    "definition": "textDocument/definition",
    "outline": "textDocument/documentSymbol",
}
ANSWERS = {
    "syntax": "change → syntax error",
    "completion": "completion while typing",
    "hover": "hover after a change",
    "definition": "definition after a change",
    "outline": "outline after a change",
}


@dataclass(frozen=True)
class Case:
    """One file, and where in it a mistake was put that can be changed: a line (from 0) and the mistaken name."""

    name: str
    language: str
    text: str
    line: int
    mistake: str

    @property
    def column(self) -> int:
        """Where the mistaken name starts in its line."""
        return self.text.splitlines()[self.line].index(self.mistake)

    @property
    def lines(self) -> int:
        """How long the file is."""
        return self.text.count("\n")


def read_case(path: Path) -> Case:
    """The file with a resource of a wrong name put into it: a template's first one, a module's last one."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".tf":
        text += BAD_MODULE
        return Case(path.name, "terraform", text, text.count("\n") - 2, "no_such_name")
    lines = text.splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if line.startswith("Resources:")) + 1
    text = "".join([*lines[:at], BAD_TEMPLATE, *lines[at:]])
    return Case(path.name, "yaml", text, at + 3, "NoSuchName")


async def measure(command: Sequence[str], case: Case, rounds: int) -> dict[str, float]:
    """All figures for one file, in seconds; `memory` in megabytes."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / case.name).write_text(case.text, encoding="utf-8")
        async with Client(command, root) as client:
            opened = time.perf_counter()
            client.open(case.name, case.language, case.text)
            figures = {"ready": client.ready, "first": await client.diagnostics(case.mistake) - opened}
            figures |= percentiles("fresh", await fresh(client, case, rounds))
            if case.language != "terraform":
                figures |= percentiles("syntax", await unreadable(client, case, rounds))
                for question, seconds in (await asked(client, case, rounds)).items():
                    figures |= percentiles(question, seconds)
            figures |= percentiles("completion", await typing(client, case, rounds))
            figures["memory"] = client.peak / 1024
    return figures


async def fresh(client: Client, case: Case, rounds: int) -> list[float]:
    """From a change to the diagnostics that show it: the mistaken name gets another last letter each time."""
    seconds, length = [], len(case.mistake)
    for number in range(rounds):
        letter = "abcdefghijklmnopqrstuvwxyz"[number % 26]
        changed = time.perf_counter()
        client.replace(case.line, case.column + length - 1, case.column + length, letter)
        seconds.append(await client.diagnostics(case.mistake[:-1] + letter) - changed)
    return seconds


async def unreadable(client: Client, case: Case, rounds: int) -> list[float]:
    """From a change to the diagnostics that tell of an unreadable text: a lost colon, a key that stands twice."""
    line, seconds = case.line - 2, []
    colon = case.text.splitlines()[line].index(":")
    slips = ((line, colon, ":", "", "mapping values"), (line + 1, 4, "Properties", "Type", "Duplicate found"))
    for row, column, right, wrong, told in slips * max(1, rounds // 2):
        changed = time.perf_counter()
        client.replace(row, column, column + len(right), wrong)
        seconds.append(await client.diagnostics(told) - changed)
        client.replace(row, column, column + len(wrong), right)
        await client.diagnostics(case.mistake[:-1])
    return seconds


async def asked(client: Client, case: Case, rounds: int) -> dict[str, list[float]]:
    """Hover and definition at the type and at the property, and the outline, each after another change."""
    document: dict[str, object] = {"textDocument": {"uri": client.uri}}
    places = [{"line": case.line - 2, "character": 16}, {"line": case.line, "character": case.column}]
    questions = [("outline", document)]
    questions += [(name, {**document, "position": place}) for name in ("hover", "definition") for place in places]
    seconds: dict[str, list[float]] = {name: [] for name in QUESTIONS}
    for number in range(rounds):
        for name, params in questions:
            letter = "abcdefghijklmnopqrstuvwxyz"[number % 26]
            client.replace(case.line, case.column + len(case.mistake) - 1, case.column + len(case.mistake), letter)
            since = time.perf_counter()
            await client.request(QUESTIONS[name], params)
            seconds[name].append(time.perf_counter() - since)
    return seconds


async def typing(client: Client, case: Case, rounds: int) -> list[float]:
    """Completion after each key of a property that is typed below the mistaken one."""
    margin, word = TYPED_MODULE if case.language == "terraform" else TYPED_TEMPLATE
    end = len(case.text.splitlines()[case.line])
    seconds = []
    for _ in range(max(1, rounds // 5)):
        client.replace(case.line, end, end, "\n" + margin)
        for number, key in enumerate(word):
            column = len(margin) + number
            client.replace(case.line + 1, column, column, key)
            asked = time.perf_counter()
            await client.complete(case.line + 1, column + 1)
            seconds.append(time.perf_counter() - asked)
        client.replace(case.line + 1, 0, len(margin) + len(word), margin)
    return seconds


def percentiles(name: str, seconds: Sequence[float]) -> dict[str, float]:
    """The 50th and 95th percentile."""
    ordered = sorted(seconds)
    return {f"{name}_p50": statistics.median(ordered), f"{name}_p95": ordered[round(0.95 * (len(ordered) - 1))]}


def cfn_lint_alone(case: Case) -> float:
    """Seconds that `cfn-lint FILE` takes: the better of two."""
    program = Path(sys.executable).with_name("cfn-lint")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / case.name
        file.write_text(case.text, encoding="utf-8")
        taken = []
        for _ in range(2):
            started = time.perf_counter()
            subprocess.run([program, file], capture_output=True, check=False)
            taken.append(time.perf_counter() - started)
    return min(taken)


def show(case: Case, figures: dict[str, float]) -> None:
    """One file's figures as lines that a person reads."""
    alone = figures.get("cfn_lint_alone")
    print(f"{case.name}: {case.lines} lines")
    print(f"  spawn → ready               {figures['ready']:7.3f} s")
    judge = "terraform-check" if case.language == "terraform" else "cfn-lint"
    for key, words in (("first", f"open → first {judge}"), ("fresh_p50", f"change → fresh {judge}")):
        ratio = f"   {figures[key] / alone:.2f} of `cfn-lint FILE` ({alone:.2f} s)" if alone else ""
        print(f"  {words:<27} {figures[key]:7.3f} s{ratio}")
    for key, words in ANSWERS.items():
        if f"{key}_p50" in figures:
            told = figures[f"{key}_p50"] * 1000, figures[f"{key}_p95"] * 1000
            print(f"  {words:<27} {told[0]:7.1f} ms, p95 {told[1]:.1f} ms")
    print(f"  peak of all processes       {figures['memory']:7.0f} MB", flush=True)


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workload", type=Path, help="a folder of files to measure instead of the composed ones")
    parser.add_argument("--only", default="", help="part of the names of the files to measure")
    parser.add_argument("--rounds", type=int, default=15, help="changes that are measured for each file")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    command = (sys.executable, "-m", "lsp_server", "serve", "--stdio")
    os.environ["PYTHONPATH"] = str(Path(__file__).parents[1])
    with tempfile.TemporaryDirectory() as folder:
        paths = sorted(given.workload.iterdir()) if given.workload else workloads.write(Path(folder))
        cases = [read_case(p) for p in paths if p.suffix in {".yaml", ".yml", ".tf"} and given.only in p.name]
    result = {}
    for case in cases:
        figures = asyncio.run(measure(command, case, given.rounds))
        if case.language != "terraform":
            figures["cfn_lint_alone"] = cfn_lint_alone(case)
        result[case.name] = figures
        if not given.json:
            show(case, figures)
    if given.json:
        print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
