"""Whose turn it is: what an editor asks right after a key press is answered before the text is judged."""

import asyncio

import pytest

from lsp_server.analysis import Toolchain
from lsp_server.core.document import Document, Unit
from lsp_server.dialects.base import Language
from lsp_server.linters.base import LintResult
from lsp_server.server.analyses import Lane, pause_before

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
