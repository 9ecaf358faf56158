"""Every case of every refactoring of modules, judged by Lintel's own check and by the real `terraform validate`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lsp_server.analysis import Toolchain
from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.edit import apply_edits
from lsp_server.dialects.service import RefusedError
from lsp_server.dialects.terraform.dialect import Terraform
from lsp_server.linters.base import Linter
from lsp_server.linters.terraform_check import TerraformCheck
from lsp_server.linters.terraform_validate import TerraformValidate
from lsp_server.refactorings.base import Kind, Refactoring, RefactoringTable, Selection
from lsp_server.refactorings.terraform import REFACTORERS
from lsp_server.repair.refactoring import edited, refactored
from lsp_server.repair.verify import Verifier
from tests.refactorings.terraform.cases import CASES, FOLDER, Case, all_cases, read_case

TABLE = RefactoringTable(REFACTORERS)
REAL: tuple[Linter, ...] = (TerraformValidate(),) if shutil.which("terraform") else ()
VERIFIER = Verifier(Terraform(), Toolchain((TerraformCheck(), *REAL)))


def named(where: Path) -> str:
    return str(where.relative_to(CASES).with_suffix(""))


def selected(case: Case) -> Selection:
    taken = {document.name for document in case.unit}

    def new_file(name: str) -> str | None:
        return None if name in taken or case.head.get("files") == "no" else f"{FOLDER}/{name}"

    found = ()
    if rule := case.head.get("rule"):
        line = case.document.line_span(case.document.position(case.span.start).line)
        found = (Diagnostic(case.document.uri, line, Severity.WARNING, "tflint", rule, "It is so."),)
    asked = case.head.get("asked") != "no"
    return Selection(case.unit, case.document, case.span, found, asked=asked, new_file=new_file)


def offered(case: Case) -> dict[str, Refactoring]:
    return {one.title: one for one in TABLE.at(selected(case), frozenset(Kind))}


@pytest.mark.asyncio
@pytest.mark.parametrize("where", list(all_cases()), ids=named)
async def test_case(where: Path) -> None:
    case = read_case(where)
    titles = offered(case)
    if "none" in case.head:
        assert not [title for title in titles if case.head["none"] in title]
        return
    assert case.head["pick"] in titles
    picked = titles[case.head["pick"]]
    if picked.kind is Kind.IGNORE:  # what is silenced is for tflint to say, which is not here
        after = edited(case.unit, case.document, picked, tuple(picked.edits() or ()))
        assert not [reason for reason in picked.differences(case.unit, after) if reason]
        assert {document.name: document.text for document in after} == case.after
        return
    before = await VERIFIER.analyze(case.unit)
    if "refused" in case.head:
        with pytest.raises(RefusedError) as refusal:
            await refactored(VERIFIER, before, case.document, picked)
        assert case.head["refused"] in str(refusal.value)
        return
    made = await refactored(VERIFIER, before, case.document, picked)
    assert {document.name: document.text for document in made.after} == case.after
    assert {document.uri for document in made.created} == set(picked.creates)
    assert {edit.uri for edit in made.edits} <= {document.uri for document in case.unit}


@pytest.mark.parametrize("where", [c for c in all_cases() if "=== after" in c.read_text("utf-8")], ids=named)
def test_other_line_endings_and_a_mark_at_the_start_change_nothing(where: Path) -> None:
    case = read_case(where, "\r\n", "\ufeff")
    picked = offered(case).get(case.head["pick"])
    edits = tuple(picked.edits() or ()) if picked is not None else ()
    if picked is None or not edits:
        assert "<<" in where.read_text("utf-8")  # a heredoc, whose line endings are part of its value
        return
    for document in edited(case.unit, case.document, picked, edits):
        new = document.uri in picked.creates
        assert document.text == case.after[document.name][1 if new else 0 :]


def test_every_family_has_cases() -> None:
    assert {family.name for family in REFACTORERS} == {where.parent.name for where in all_cases()}


def test_nothing_is_offered_where_something_cannot_be_read() -> None:
    for where in all_cases():
        case = read_case(where)
        broken = case.document.with_text(apply_edits(case.document.text, ()) + '\nresource "aws_s3_bucket" "open {\n')
        selection = Selection(case.unit.replacing([broken]), broken, case.span)
        assert not list(TABLE.at(selection, frozenset(Kind)))
