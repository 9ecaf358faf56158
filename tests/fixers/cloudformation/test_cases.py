"""Every case of every fixer, judged by the real cfn-lint."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Document, Unit
from lsp_server.core.edit import apply_edits
from lsp_server.core.fix import Fix
from lsp_server.fixers.base import FixContext, FixerTable
from lsp_server.fixers.cloudformation import FIXERS
from lsp_server.fixers.cloudformation.replacement import with_warning
from lsp_server.linters.cfn_lint import CfnLint
from lsp_server.repair.verify import identity
from tests.fixers.cloudformation.cases import Case, all_cases, diff_of

TABLE = FixerTable(FIXERS, with_warning)


async def findings(cfn_lint: CfnLint, document: Document) -> tuple[Diagnostic, ...]:
    result = await cfn_lint.lint(Unit((document,)))
    assert not result.not_run
    return result.diagnostics


def offered(case: Case, document: Document, found: tuple[Diagnostic, ...]) -> list[Fix]:
    context = FixContext(Unit((document,)), document, found)
    return [fix for d in found if d.code == case.head["rule"] for fix in TABLE.fixes(context, d)]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", list(all_cases()), ids=str)
async def test_case(case: Case, cfn_lint: CfnLint, folder: Path) -> None:
    document = Document((folder / case.name).as_uri(), case.template)
    before = await findings(cfn_lint, document)
    assert case.head["rule"] in {d.code for d in before}, [(d.code, d.message) for d in before]
    fixes = offered(case, document, before)
    if case.head["fix"] == "none":
        assert [fix.title for fix in fixes] == []
        return
    assert case.head["fix"] in [fix.title for fix in fixes]
    fix = next(fix for fix in fixes if fix.title == case.head["fix"])
    assert fix.applicability.value == case.head["applicability"]
    changed = apply_edits(case.template, fix.edits)
    assert diff_of(case.template, changed) == case.diff
    after = await findings(cfn_lint, document.with_text(changed))
    assert not set(map(identity, fix.clears)) & set(map(identity, after)) or _fewer(before, after, fix)
    grown = Counter(d.code for d in after) - Counter(d.code for d in before)
    assert set(grown) <= set(case.head.get("reveals", "").split())


def _fewer(before: tuple[Diagnostic, ...], after: tuple[Diagnostic, ...], fix: Fix) -> bool:
    """Of several findings that read the same, one is gone."""
    old, new = Counter(map(identity, before)), Counter(map(identity, after))
    return all(new[identity(d)] < old[identity(d)] for d in fix.clears)


def test_every_family_has_cases() -> None:
    families = {fixer.fix.__module__.rsplit(".", 1)[-1] for fixer in FIXERS}
    assert families == {case.where.parent.name for case in all_cases()}


@pytest.mark.asyncio(loop_scope="module")
async def test_the_name_of_a_condition_is_called_before_what_holds_it_goes(cfn_lint: CfnLint, folder: Path) -> None:
    template = (
        'Conditions:\n  Here: !Equals [!Ref "AWS::Region", eu-west-1]\n  Both: !And [Here]\n'
        "Resources:\n  Topic: { Type: AWS::SNS::Topic, Condition: Both }\n"
    )
    document = Document((folder / "name.yaml").as_uri(), template)
    found = await findings(cfn_lint, document)
    titles = {fix.title for d in found for fix in TABLE.fixes(FixContext(Unit((document,)), document, found), d)}
    assert titles == {"Use the condition 'Here'", "Delete the unused condition 'Here'"}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("name", "way"),
    [("unheeded/another_parameter_may_be_meant", "Use the"), ("placeholders/ids_of_two_things", "Refer to 'Network'")],
)
async def test_what_may_be_about_something_else_is_not_offered(
    cfn_lint: CfnLint, folder: Path, name: str, way: str
) -> None:
    case = next(case for case in all_cases() if str(case) == name)
    document = Document((folder / case.name).as_uri(), case.template)
    fixes = offered(case, document, await findings(cfn_lint, document))
    assert fixes
    assert not [fix.title for fix in fixes if fix.title.startswith(way)]
