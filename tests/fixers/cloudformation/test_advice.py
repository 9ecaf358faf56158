"""What is said with a finding besides the linter's words, as data: a template, the rule that fires, the sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.core.document import Document, Unit
from lsp_server.fixers.base import FixContext, advised
from lsp_server.fixers.cloudformation.advice import advise
from lsp_server.linters.cfn_lint import CfnLint
from tests.fixers.cloudformation.cases import Case, all_cases

CASES = list(all_cases(Path(__file__).parent / "advice"))


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", CASES, ids=str)
async def test_advice(case: Case, cfn_lint: CfnLint, folder: Path) -> None:
    unit = Unit((Document((folder / case.name).as_uri(), case.template),))
    found = (await cfn_lint.lint(unit)).diagnostics
    said = {d.message: advise(FixContext(unit, unit.main, found), d) for d in found if d.code == case.head["rule"]}
    assert case.head.get("advice", "").strip() in said.values(), said or [(d.code, d.message) for d in found]


@pytest.mark.asyncio(loop_scope="module")
async def test_advice_makes_no_other_finding(cfn_lint: CfnLint, folder: Path) -> None:
    unit = Unit((Document((folder / "t.yaml").as_uri(), "Resources:\n  A:\n    Type: AWS::SNS::Topics\n"),))
    found = (await cfn_lint.lint(unit)).diagnostics
    told = advised(advise, unit, found, found[0])
    assert told.help
    assert told == found[0]
    assert advised(lambda *_: "another", unit, found, told).help == told.help
