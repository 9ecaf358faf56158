"""What may go wrong with a model in the middle of its answer, and where a run may be cancelled: nothing is harmed."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from lsp_server.models.script import Step
from lsp_server.repair.outcome import Outcome, Stop

from .rig import EXPLAINED, TEXT, WAYS, Rig, good, interrupted, rigged

SOON = {"retry-after-ms": "1"}
FAULTS = {
    "cut": ({"fault": "cut"}, "broke off"),
    "overloaded": ({"fault": "break"}, "overloaded"),
    "garbage": ({"fault": "garbage"}, "not a Messages API answer"),
    "half a character": ({"fault": "half"}, ""),
    "no headers": ({"hold": "headers"}, "did not answer in time"),
    "no text": ({"hold": "start"}, "did not answer in time"),
    "half a text": ({"hold": "middle"}, "did not answer in time"),
    "429": ({"status": 429, "headers": SOON}, "takes no more requests"),
    "429, later": ({"status": 429, "headers": {"retry-after": "3600"}}, "asks to wait 3600 s"),
    "529": ({"status": 529, "headers": SOON}, "overloaded"),
    "500": ({"status": 500, "headers": SOON}, "failed (500)"),
    "401": ({"status": 401}, "does not accept the API key"),
    "another kind of content": ({"status": 203, "headers": {"content-type": "text/html"}}, ""),
    "cut off": ({"stop_reason": "max_tokens"}, "cut off"),
    "declined": ({"stop_reason": "refusal"}, "declined"),
}


def files() -> int:
    """How many files and sockets are open, where that can be known."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


@contextmanager
def little_to_collect() -> Iterator[None]:
    """Within, a collection looks at what was made since, and not at all that other tests have loaded."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


async def left(before: set[asyncio.Task[Any]]) -> list[str]:
    """The tasks that have begun since and are not the server's, once the SDK's forgotten generators are closed."""
    gc.collect()
    for _ in range(20):
        await asyncio.sleep(0)
    now = (str(task.get_coro()) for task in asyncio.all_tasks() - before)
    return [name for name in now if "ScriptedServer" not in name and "_accept_connection" not in name]


def untouched(outcome: Outcome, rig: Rig) -> None:
    assert outcome.unit.main.text == TEXT
    assert outcome.unit.main.version == rig.before.unit.main.version
    assert outcome.stop in (Stop.STALLED, Stop.BUDGET)
    assert outcome.message.endswith(".")
    assert len(outcome.message) > 20


async def works(rig: Rig, way: str) -> None:
    rig.plays(Step(text=good(way), chunk=30))
    outcome = await rig.run(way)
    assert (outcome.stop, outcome.message) == (Stop.CLEAN, "done")
    assert outcome.unit.main.text != TEXT


@pytest.mark.parametrize("way", WAYS)
async def test_a_fault_ends_in_a_sentence_and_the_next_run_works(way: str) -> None:
    async with rigged(stall=0.2, max_retries=1) as rig:
        await works(rig, way)
        for name, (fault, says) in FAULTS.items():
            rig.plays(Step(**{"text": good(way), "chunk": 7, "repeat": True, **fault}))
            outcome = await rig.run(way)
            await rig.server.until(lambda s: s.open == 0)
            untouched(outcome, rig)
            assert says in outcome.message, name
            await works(rig, way)


async def explains(rig: Rig) -> None:
    rig.plays(Step(text=good("explain"), chunk=30))
    told = await rig.explain()
    assert all(words in told for words in EXPLAINED.values())


def without_words(told: str) -> str:
    """The sentence that stands in the place of a model's words."""
    heading, _, sentence = told.partition("\n\n")
    assert heading == "## In this text"
    assert sentence.startswith("No model tells more: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence.replace("`", "").replace("\\", "")


async def test_a_fault_ends_an_explanation_with_a_sentence_and_the_next_one_works() -> None:
    async with rigged(stall=0.2, max_retries=1) as rig:
        await explains(rig)
        for name, (fault, says) in FAULTS.items():
            rig.plays(Step(**{"text": good("explain"), "chunk": 7, "repeat": True, **fault}))
            told = without_words(await rig.explain())
            await rig.server.until(lambda s: s.open == 0)
            assert says in told, name
            await explains(rig)


async def test_an_explanation_that_ends_anywhere_is_not_shown_by_halves() -> None:
    whole = good("explain")
    async with rigged() as rig:
        for end in range(len(whole)):
            rig.plays(Step(text=whole[:end], chunk=50))
            assert "could not be read" in without_words(await rig.explain())
        await explains(rig)


async def test_an_explanation_may_be_cancelled_wherever_it_waits() -> None:
    async with rigged() as rig:
        await explains(rig)
        rig.plays(Step(text=good("explain"), chunk=30))
        most, _ = await interrupted(rig.explain())
        assert most > 5
        gc.collect()
        tasks, open_files = asyncio.all_tasks(), files()
        cancelled = 0
        for at in range(1, 4 * most):
            rig.plays(Step(text=good("explain"), chunk=30))
            try:
                await asyncio.create_task(interrupted(rig.explain(), at))
            except asyncio.CancelledError:
                cancelled += 1
            else:
                break  # it had fewer places to wait
            await rig.server.until(lambda s: s.open == 0)
            assert await left(tasks) == []
            await explains(rig)
        assert cancelled >= most // 2
        gc.collect()
        assert files() <= open_files


@pytest.mark.parametrize("way", WAYS)
async def test_an_answer_that_ends_anywhere_harms_nothing(way: str) -> None:
    whole = good(way)
    async with rigged(attempts=1) as rig:
        for end in range(0, len(whole), 1 if way == "repair" else 7):
            rig.plays(Step(text=whole[:end], chunk=50))
            untouched(await rig.run(way), rig)
        await works(rig, way)


@pytest.mark.parametrize("way", WAYS)
async def test_an_answer_with_a_character_too_few_harms_nothing(way: str) -> None:
    whole = good(way)
    async with rigged(attempts=1) as rig:
        for at in range(0, len(whole), 3):
            rig.plays(Step(text=whole[:at] + whole[at + 1 :], chunk=50))
            outcome = await rig.run(way)
            if outcome.stop is not Stop.CLEAN:
                untouched(outcome, rig)
            assert outcome.unit.main.text.startswith("Resources:\n  Queue:\n ")
        await works(rig, way)


@pytest.mark.parametrize("way", WAYS)
async def test_a_run_may_be_cancelled_wherever_it_waits(way: str) -> None:
    async with rigged() as rig:
        await works(rig, way)
        rig.plays(Step(text=good(way), chunk=30))
        most, _ = await interrupted(rig.run(way))
        assert most > 5
        at = cancelled = 0
        with little_to_collect():
            tasks, open_files = asyncio.all_tasks(), files()
            while at < 4 * most:
                at += 1
                rig.plays(Step(text=good(way), chunk=30))
                try:
                    await asyncio.create_task(interrupted(rig.run(way), at))
                except asyncio.CancelledError:
                    cancelled += 1
                else:
                    break  # it had fewer places to wait
                await rig.server.until(lambda s: s.open == 0)
                assert rig.before.unit.main.text == TEXT
                assert await left(tasks) == []
                await works(rig, way)
            gc.collect()
            assert files() <= open_files
        assert cancelled >= most // 2
