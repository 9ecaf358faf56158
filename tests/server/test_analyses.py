"""Whose turn it is: what an editor asks right after a key press is answered before the text is judged."""

import asyncio

import pytest

from lsp_server.analysis import Toolchain
from lsp_server.core.document import Document, Unit
from lsp_server.dialects.base import Language
from lsp_server.linters.base import LintResult
from lsp_server.server import analyses
from lsp_server.server.analyses import Lane, pause_before
from lsp_server.server.turns import Turns

TURNS = 20  # of the event loop: an answer takes a few


class Quick:
    """A linter for every key press that notes when it is asked."""

    name, language, incremental = "quick", Language.TERRAFORM, True

    def __init__(self):
        self.asked = []

    async def lint(self, unit):
        self.asked.append(unit)
        return LintResult()

    async def close(self):
        pass


def unit(text):
    return Unit((Document("untitled:/m/main.tf", text),))


async def test_what_is_asked_with_a_key_press_is_answered_before_the_module_is_judged():
    quick = Quick()
    lane = Lane(Language.TERRAFORM, Toolchain((quick,)), lambda *_: None, lambda _: None, lambda _, found: found)
    opened, changed = unit("a"), unit("ab")
    lane.start(opened)
    await lane.verdict(opened.documents[0])
    lane.start(changed)
    for _ in range(TURNS):
        await asyncio.sleep(0)
    assert quick.asked == [opened]
    await lane.verdict(changed.documents[0])
    assert quick.asked == [opened, changed]


@pytest.mark.parametrize(
    ("language", "since", "duration", "expected"),
    [
        (Language.TERRAFORM, 5.0, 1.0, 0.1),
        (Language.TERRAFORM, 0.2, 0.1, 0.25),
        (Language.TERRAFORM, 0.2, 1.0, 0.3),
        (Language.CLOUDFORMATION, 5.0, 0.1, 0.1),
        (Language.CLOUDFORMATION, 5.0, 1.0, 0.3),
        (Language.CLOUDFORMATION, 0.2, 9.0, 0.6),
    ],
)
def test_who_types_is_waited_for_and_what_cannot_be_stopped_is_not_started_in_vain(language, since, duration, expected):
    assert pause_before(language, since, duration) == expected


async def some_turns():
    for _ in range(TURNS):
        await asyncio.sleep(0)


class Noting:
    """A linter that notes the texts it judges, in turns of the event loop."""

    language = Language.TERRAFORM

    def __init__(self, name, judged, *, incremental):
        self.name, self.judged, self.incremental = name, judged, incremental

    async def lint(self, unit):
        self.judged.append((self.name, unit.main.text))
        await asyncio.sleep(0)
        return LintResult()

    async def close(self):
        pass


async def test_of_many_modules_that_wait_the_one_that_somebody_types_in_is_judged_next(monkeypatch):
    for pause in ("_ASKING", "_SHORT_PAUSE", "_LONG_PAUSE"):
        monkeypatch.setattr(analyses, pause, 0)
    judged = []
    linters = Toolchain(tuple(Noting(name, judged, incremental=name == "quick") for name in ("quick", "slow")))
    turns = (Turns(), Turns())

    def lane():
        return Lane(Language.TERRAFORM, linters, lambda *_: None, lambda _: None, lambda _, found: found, turns)

    opened = {f"{number}": (lane(), unit(f"{number}")) for number in range(5)}
    async with turns[0], turns[1]:  # something is judged when they are opened
        for one, its in opened.values():
            one.start(its)
        await some_turns()
        opened["1"][0].start(unit("1 typed"))
        opened["3"][0].stop()
        await some_turns()
        assert judged == []
    for name in ("0", "2", "4"):
        await opened[name][0].verdict(opened[name][1].main)
    await opened["1"][0].verdict(opened["1"][0].unit.main)
    for linter in ("quick", "slow"):
        assert next(text for name, text in judged if name == linter) == "1 typed"
    assert sorted(text for _, text in judged) == sorted(["0", "1 typed", "2", "4"] * 2)


async def test_a_turn_that_was_given_to_one_that_ends_goes_to_the_next():
    turns, had = Turns(), []

    async def have(name):
        async with turns:
            had.append(name)

    await turns.__aenter__()
    tasks = [asyncio.create_task(have(name)) for name in ("first", "last")]
    await asyncio.sleep(0)
    await turns.__aexit__()
    tasks[1].cancel()
    await asyncio.wait(tasks)
    assert had == ["first"]
    async with turns:
        had.append("again")
    assert had == ["first", "again"]
