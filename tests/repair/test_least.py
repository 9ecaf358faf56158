"""Edits by the lines they change, and as little of them as clears what is found."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from lsp_server.analysis import Toolchain
from lsp_server.core.document import Document, Unit
from lsp_server.core.edit import apply_edits, edit_unit, minimal_edits
from lsp_server.core.fix import Applicability
from lsp_server.repair.least import hunks_of, least
from lsp_server.repair.proposer import Proposal
from lsp_server.repair.verify import Verdict, Verifier

from .words import URI, WordLinter, Words, judged

TEXTS = st.lists(st.sampled_from(["", "one", "one two", "  two", "three, four", "\tfive"]), max_size=8).map("\n".join)


@given(TEXTS, TEXTS, st.data())
def test_hunks_are_all_edits_and_any_of_them_can_be_made(before: str, after: str, data: st.DataObject) -> None:
    unit = Unit((Document(URI, before),))
    edits = minimal_edits(URI, before, after)
    hunks = hunks_of(unit, edits)
    assert apply_edits(before, [edit for hunk in hunks for edit in hunk.edits]) == after
    chosen = data.draw(st.sets(st.sampled_from(hunks))) if hunks else set()
    made = apply_edits(before, [edit for hunk in hunks if hunk in chosen for edit in hunk.edits])
    changed = {line for hunk in chosen if not hunk.adds for line in range(hunk.first, hunk.last + 1)}
    left = [line for number, line in enumerate(before.split("\n")) if number not in changed]
    rest = iter(made.split("\n"))
    assert all(line in rest for line in left)


async def shrunk(before: str, after: str) -> tuple[str, int]:
    """What is taken of an answer, and how often the linter ran for that."""
    linter = WordLinter()
    analysis = await judged(before, linter)
    verifier = Verifier(Words(), Toolchain((linter,)))

    async def judge(proposal: Proposal) -> Verdict:
        return await verifier.verify(analysis, proposal.edits)

    proposal = Proposal("model", "Change it", minimal_edits(URI, before, after), Applicability.UNSAFE)
    verdict = await judge(proposal)
    runs = linter.runs
    taken, verdict = await least(judge, analysis.unit, proposal, verdict)
    assert verdict.accepted
    return edit_unit(analysis.unit, taken.edits).main.text, linter.runs - runs


WORDS = st.lists(st.sampled_from(["bad", "good", "fine", "odd"]), min_size=1, max_size=12)


@given(WORDS, st.data())
def test_only_lines_with_a_finding_change(words: list[str], data: st.DataObject) -> None:
    words = [f"{word}{number}" for number, word in enumerate(words)]
    new = [f"{data.draw(st.sampled_from(['well', 'so']))}{number}" for number in range(len(words))]
    least_of_it = [b if a.startswith(("bad", "odd")) else a for a, b in zip(words, new, strict=True)]
    if least_of_it == words:
        return
    text, runs = asyncio.run(shrunk("\n".join(words), "\n".join(new)))
    assert text == "\n".join(least_of_it)
    assert runs <= 1


async def test_a_line_is_held_against_its_own_form() -> None:
    text, _ = await shrunk('from: "22"\nbad: "22"\n', 'from: "22x"\ngood: "22"\n')
    assert text == 'from: "22"\ngood: "22"\n'


async def test_what_is_new_stays() -> None:
    text, _ = await shrunk("bad\nsome\n", "good\nother\nnew\n")
    assert text == "good\nsome\nnew\n"


async def test_a_line_that_is_moved_is_left_where_it_is() -> None:
    assert await shrunk("bad\none\ntwo\nthree\n", "good\ntwo\nthree\none\n") == ("good\none\ntwo\nthree\n", 1)


async def test_what_the_rest_needs_is_kept() -> None:
    text, runs = await shrunk("(\nfine\nkept\nbad\n", "()\nfine\nkept\ngood\n")
    assert text == "()\nfine\nkept\ngood\n"
    assert runs <= 6
