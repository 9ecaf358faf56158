"""Lets the real server run for long over a model that fails in every way, and looks at what it leaves behind.

    python -m benchmarks.soak                     1,000 cycles
    python -m benchmarks.soak --cycles 100 --seed 3

Each cycle repairs, generates, changes by words, explains or asks for ghost text, in either language. The model (a real
HTTP server on a loopback port) answers well or with a fault; some runs are cancelled, or their text edited, at a moment
chosen by the seed. Tasks, open files, processes, memory and temporary folders are counted after a tenth of the cycles
and at the end. Linux only.

Targets: no growth of tasks, files, sockets, processes and temporary folders; memory grows by 5 % at most; a cancelled
request is answered within 100 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import runpy
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.lsp_client import Client
from lsp_server.models.script import Step
from lsp_server.models.scripted_server import ScriptedServer

WAYS = ("repair", "generate", "change", "ghost text", "explain")
FAULTS: dict[str, dict[str, Any]] = {
    "reset": {"fault": "cut"},
    "error event": {"fault": "break"},
    "garbage": {"fault": "garbage"},
    "half a character": {"fault": "half"},
    "slow": {"chunk": 5, "drip": 0.005},
    "429": {"status": 429, "headers": {"retry-after-ms": "1"}},
    "529": {"status": 529, "headers": {"retry-after-ms": "1"}},
    "cut off": {"stop_reason": "max_tokens"},
    "declined": {"stop_reason": "refusal"},
    "malformed": {"text": '{"edits": [{"region": "Resources/Queue", "new_text": }], ]'},
    "empty": {"text": ""},
    "enormous": {"text": '{"edits": [' + " " * 400_000, "chunk": 2_000},
    "another language": {"text": json.dumps({"edits": [{"region": "x", "new_text": "def main(): pass"}], "note": ""})},
    "hangs before the headers": {"hold": "headers"},
    "hangs in the middle": {"hold": "middle"},
}
"""What the model may do wrong, as changes to the step of a good answer."""

EXPLAINED = {"cause": "It is no number.", "consequence": "It is refused.", "remedy": "Write a number."}
_YAML = "Queue:\n  Type: AWS::SQS::Queue\n  Properties:\n    DelaySeconds: {}\n"
_HCL = 'resource "aws_sqs_queue" "jobs" {{\n  delay_seconds = {}\n}}\n'
_TOPIC = "Topic:\n  Type: AWS::SNS::Topic\n"
_TOPIC_HCL = 'resource "aws_sns_topic" "news" {\n}\n'


@dataclass(frozen=True)
class Language:
    """One file, the texts of it, and what a good answer to each way of asking is."""

    name: str
    identifier: str
    comment: str
    wrong: str
    right: str
    answers: dict[str, dict[str, str]]


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())


LANGUAGES = (
    Language(
        "template.yaml",
        "yaml",
        "  # a topic that tells news",
        "Resources:\n" + _indented(_YAML.format("rather long")),
        "Resources:\n" + _indented(_YAML.format(5)),
        {
            "fixed": {"region": "Resources/Queue", "new_text": _YAML.format(5)},
            "changed": {"region": "Resources/Queue", "new_text": _YAML.format(9)},
            "new": {"region": "Resources/+", "new_text": _TOPIC},
        },
    ),
    Language(
        "main.tf",
        "terraform",
        "# a topic that tells news",
        _HCL.format('"rather long"'),
        _HCL.format(5),
        {
            "fixed": {"region": "resource aws_sqs_queue.jobs", "new_text": _HCL.format(5)},
            "changed": {"region": "resource aws_sqs_queue.jobs", "new_text": _HCL.format(9)},
            "new": {"region": "+", "new_text": _TOPIC_HCL},
        },
    ),
)


@dataclass(frozen=True)
class State:
    """What the server holds at one moment; memory in kilobytes, of the server and of all its descendants."""

    tasks: int
    files: int
    sockets: int
    children: int
    folders: int
    server_memory: int
    children_memory: int


@dataclass
class Result:
    """What a soak came to. `cancels` are the seconds until a cancelled request was answered, and what it was."""

    states: list[State] = field(default_factory=list)
    cancels: list[tuple[float, str]] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
    should_ask: int = 0
    asked: int = 0
    broken: list[str] = field(default_factory=list)
    """Cycles with a good answer, left alone, that did not end well."""


class Soak:
    """One server, its model and the dice."""

    def __init__(self, client: Client, model: ScriptedServer, root: Path, seed: int) -> None:
        self._client, self._model, self._root = client, model, root
        self._dice = random.Random(seed)
        self._versions: dict[str, int] = {}
        self.result = Result()

    async def cycle(self, number: int) -> None:
        """Ask once, in a way and with what goes wrong by the dice."""
        dice, asked = self._dice, len(self._model.exchanges)
        language, way = dice.choice(LANGUAGES), dice.choice(WAYS)
        fault = dice.choice([*FAULTS, *[""] * 5])
        holds = "hold" in FAULTS.get(fault, {})
        disturbance = dice.choice(["cancel", "edit"] if holds else ["cancel", "edit", "", "", ""])
        method, params, answer = self._question(language, way, number)
        text = json.dumps({"edits": [language.answers[answer]], "note": ""} if answer else EXPLAINED)
        step = {"text": text, "chunk": 10, "repeat": True, **FAULTS.get(fault, {})}
        self._model.script.replace([Step(**step)])
        request, answered = self._client.begin(method, params)
        if disturbance:
            await asyncio.wait({answered}, timeout=dice.uniform(0, 0.6))
            if disturbance == "cancel" and not answered.done():
                started = time.perf_counter()
                self._client.notify("$/cancelRequest", {"id": request})
                await asyncio.wait({answered}, timeout=60)
                what = f"{way} in {language.name}, cycle {number}"
                self.result.cancels.append((time.perf_counter() - started, what))
            elif disturbance == "edit":
                self._write(language, language.right + language.comment + f" and more {number}\n")
        end = await _end(answered)
        self.result.ends[end] += 1
        await self._model.until(lambda model: model.open == 0)
        if not disturbance:
            self.result.should_ask += 1
            self.result.asked += len(self._model.exchanges) > asked
            if len(self._model.exchanges) == asked:
                self.result.broken.append(
                    f"cycle {number}: {way} in {language.name} ended with {end}, nobody was asked"
                )
            if not fault and end not in ("clean", "an answer"):
                self.result.broken.append(f"cycle {number}: {way} in {language.name} ended with {end}")

    async def state(self) -> State:
        """What the server holds once it has come to rest."""
        told = self._root / "tasks"
        await asyncio.sleep(3)
        told.unlink(missing_ok=True)
        os.kill(self._client.pid, signal.SIGUSR1)
        while not told.exists():  # noqa: ASYNC110 - a signal's handler tells nobody
            await asyncio.sleep(0.01)
        server = self._client.pid
        children = descendants(server)
        links = _open_files(server)
        return State(
            int(told.read_text()),
            len(links),
            sum(link.startswith("socket:") for link in links),
            len(children),
            len(list((self._root / "temporary").iterdir())),
            memory(server),
            sum(map(memory, children)),
        )

    def _question(self, language: Language, way: str, number: int) -> tuple[str, dict[str, Any], str]:
        """A method, its parameters and the name of a good answer of edits, for a text that no cycle had before."""
        text = (language.wrong if way in ("repair", "explain") else language.right) + f"# cycle {number}\n"
        if way == "ghost text":
            text += f"{language.comment} of cycle {number}\n"
        version = self._write(language, text)
        document: dict[str, Any] = {"uri": self._uri(language), "version": version}
        end = {"line": text.count("\n"), "character": 0}
        match way:
            case "repair":
                return "lintel/repair", {"textDocument": document}, "fixed"
            case "generate":
                return "lintel/generate", {"textDocument": document, "position": end, "intent": "a topic"}, "new"
            case "change":
                whole = {"start": {"line": 0, "character": 0}, "end": {"line": 4, "character": 0}}
                words = "wait 9 seconds before each delivery"
                return "lintel/change", {"textDocument": document, "range": whole, "words": words}, "changed"
            case "explain":
                whole = {"start": {"line": 0, "character": 0}, "end": end}
                return "lintel/explain", {"textDocument": document, "range": whole, "model": True}, ""
            case _:
                context = {"triggerKind": 1}
                params = {"textDocument": {"uri": document["uri"]}, "position": end, "context": context}
                return "textDocument/inlineCompletion", params, "new"

    def _uri(self, language: Language) -> str:
        return (self._root / "workspace" / language.name).as_uri()

    def _write(self, language: Language, text: str) -> int:
        """Make this the text of the file in the editor; returns its version."""
        uri = self._uri(language)
        version = self._versions[uri] = self._versions.get(uri, 0) + 1
        if version == 1:
            item = {"uri": uri, "languageId": language.identifier, "version": 1, "text": text}
            self._client.notify("textDocument/didOpen", {"textDocument": item})
        else:
            document, changes = {"uri": uri, "version": version}, [{"text": text}]
            self._client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": changes})
        return version


async def soak(cycles: int, seed: int) -> Result:
    """Run so many cycles. Leaves nothing behind."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("workspace", "temporary", "state"):
            (root / name).mkdir()
        command = (sys.executable, "-m", "benchmarks.soak", "--serve", str(root / "tasks"))
        here = str(Path(__file__).parents[1])
        environment = {"TMPDIR": str(root / "temporary"), "XDG_STATE_HOME": str(root / "state"), "PYTHONPATH": here}
        async with ScriptedServer() as model:
            settings = {"model": {"provider": "anthropic", "baseUrl": model.url, "retries": 0}}
            async with Client(command, root / "workspace", settings=settings, environment=environment) as client:
                client.notify("lintel/key", {"key": "sk-ant-of-a-soak"})
                run = Soak(client, model, root, seed)
                warm = max(1, cycles // 10)
                for number in range(cycles):
                    if number == warm:
                        run.result.states.append(await run.state())
                    await run.cycle(number)
                run.result.states.append(await run.state())
                return run.result


async def _end(answered: asyncio.Future[Any]) -> str:
    try:
        answer = await asyncio.wait_for(answered, 120)
    except RuntimeError as error:
        return str(error)[:60]
    except TimeoutError:
        return "no answer in 120 s"
    if isinstance(answer, dict):
        return str(answer.get("stop", "an answer"))
    return "nothing" if answer is None else "an answer"


def descendants(pid: int) -> list[int]:
    """The processes that a process has begun, and those that they have (Linux)."""
    found, todo = list[int](), [pid]
    while todo:
        with contextlib.suppress(OSError):  # it ended meanwhile
            for task in Path(f"/proc/{todo.pop()}/task").iterdir():
                begun = [int(child) for child in (task / "children").read_text().split()]
                found += begun
                todo += begun
    return found


def memory(pid: int) -> int:
    """The kilobytes of a process, of shared pages its share (Linux)."""
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return 0


def _open_files(pid: int) -> list[str]:
    links = []
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            links.append(str(link.readlink()))
    return links


def serve(told: Path) -> None:
    """Be the server, which writes the number of its tasks to a file at each SIGUSR1."""

    def tell(*_: object) -> None:
        new = told.with_suffix(".new")
        new.write_text(str(len(asyncio.all_tasks(asyncio.get_running_loop()))))
        new.rename(told)

    signal.signal(signal.SIGUSR1, tell)
    sys.argv = ["lintel", "serve", "--stdio"]
    runpy.run_module("lsp_server", run_name="__main__")


def missed(result: Result) -> list[str]:
    """The targets that were missed, but for those of time."""
    warm, end = result.states
    counted = ("tasks", "files", "sockets", "children", "folders")
    found = [
        f"{name}: {getattr(warm, name)} → {getattr(end, name)}"
        for name in counted
        if getattr(end, name) > getattr(warm, name)
    ]
    if result.asked < result.should_ask:
        found.append(f"only {result.asked} of {result.should_ask} cycles asked the model")
    return found + result.broken


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print. Returns 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cycles", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.serve is not None:
        serve(options.serve)
        return 0
    began = time.perf_counter()
    result = asyncio.run(soak(options.cycles, options.seed))
    warm, end = result.states
    print(
        f"{options.cycles} cycles in {time.perf_counter() - began:.0f} s; {result.asked} of {result.should_ask} asked"
    )
    bad = missed(result)
    for name in State.__dataclass_fields__:
        before, after = getattr(warm, name), getattr(end, name)
        print(f"{name:16} {before:9,} → {after:9,}  {100 * (after - before) / max(1, before):+.1f} %")
    grown = (end.server_memory + end.children_memory) / (warm.server_memory + warm.children_memory) - 1
    if grown > 0.05:
        bad.append(f"memory grew by {grown:.1%}")
    if result.cancels:
        times = sorted(1_000 * seconds for seconds, _ in result.cancels)
        late = times[int(0.95 * (len(times) - 1))]
        print(f"{len(times)} cancels: p50 {statistics.median(times):.0f}, p95 {late:.0f}, max {times[-1]:.0f} ms")
        if times[-1] > 100:
            late_ones = (f"{what}: {1_000 * seconds:.0f} ms" for seconds, what in result.cancels if seconds > 0.1)
            bad.append(f"cancelled requests were answered late: {'; '.join(late_ones)}")
    for name, count in result.ends.most_common():
        print(f"{count:6} × {name}")
    for sentence in bad:
        print(f"missed: {sentence}")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
