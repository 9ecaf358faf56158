"""Many findings get their verified fixes in few linter runs, and one that fails does not spoil the others."""

from __future__ import annotations

import pytest

from lsp_server.analysis import Toolchain
from lsp_server.fixers.base import FixerTable, RuleFixer
from lsp_server.repair.fixing import UNATTENDED, FixerProposer, all_fixes
from lsp_server.repair.ledger import Budget
from lsp_server.repair.loop import Run
from lsp_server.repair.together import verify_together
from lsp_server.repair.verify import Verifier

from .words import WordLinter, Words, judged, replace_by


@pytest.mark.parametrize(
    ("text", "fixed", "runs"),
    [
        ("bad1 bad2 bad3 bad4", ["bad1", "bad2", "bad3", "bad4"], 2),
        ("bad1 bad2 bad9 bad4", ["bad1", "bad2", "bad4"], 6),
        ("bad9", [], 2),
        ("fine", [], 1),
    ],
)
async def test_fixes_are_verified_together(text: str, fixed: list[str], runs: int) -> None:
    """`bad9` has a fix that introduces something."""

    def fixer(context, diagnostic):
        return replace_by("odd1" if diagnostic.message == "bad9" else "good")(context, diagnostic)

    linter = WordLinter()
    analysis = await judged(text, linter)
    table = FixerTable([RuleFixer("words", frozenset({"bad"}), fixer)])
    verifier = Verifier(Words(), Toolchain((linter,)))
    run = Run(verifier, analysis, Budget(), lambda: [FixerProposer(table, UNATTENDED)])
    choices = [
        (d, [fix async for fix in all_fixes(table, analysis.unit, analysis.diagnostics, (d,))])
        for d in analysis.diagnostics
    ]
    found = await verify_together(verifier, run, analysis, choices)
    assert [d.message for d in found] == fixed
    assert linter.runs == runs
