"""Every case of every refactoring, judged by the real cfn-lint."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.service import RefusedError
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, RefactoringTable, Selection
from lsp_server.refactorings.cloudformation import refactorers
from lsp_server.repair.refactoring import refactored
from lsp_server.repair.verify import Verifier
from tests.fixers.cloudformation.cases import diff_of
from tests.refactorings.cloudformation.cases import Case, all_cases

FAMILIES: tuple[Refactorer, ...] = refactorers(("eu-west-1",))
TABLE = RefactoringTable(FAMILIES)


def new_file(name: str) -> str:
    return f"file:///beside/new.{name.rpartition('.')[2]}"


def offered(case: Case, document: Document, found: tuple[Diagnostic, ...]) -> list[Refactoring]:
    unit = Unit((document,))
    line = document.position(case.span.start).line
    there = [d for d in found if d.code == case.head.get("rule") and document.position(d.span.start).line == line]
    assert bool(there) is ("rule" in case.head), [(d.code, d.span, d.message) for d in found]
    return list(TABLE.at(Selection(unit, document, case.span, tuple(there), new_file=new_file), frozenset(Kind)))


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("case", list(all_cases()), ids=str)
async def test_case(case: Case, verifier: Verifier, folder: Path) -> None:
    document = Document((folder / case.name).as_uri(), case.template)
    before = await verifier.analyze(Unit((document,)))
    titles = {one.title: one for one in offered(case, document, before.diagnostics)}
    if "none" in case.head:
        assert not [title for title in titles if case.head["none"] in title]
        return
    assert case.head["pick"] in titles
    picked = titles[case.head["pick"]]
    if "refused" in case.head:
        with pytest.raises(RefusedError) as refusal:
            await refactored(verifier, before, document, picked)
        assert case.head["refused"] in str(refusal.value)
        return
    made = await refactored(verifier, before, document, picked)
    if picked.becomes:
        (created,) = made.created
        assert created.uri == picked.becomes
        assert created.text == case.diff
    else:
        assert diff_of(document.text, made.after.main.text) == case.diff


def test_every_family_has_cases() -> None:
    assert {family.name for family in FAMILIES} == {case.where.parent.name for case in all_cases()}


def test_what_may_be_done_nearly_everywhere_is_offered_to_a_person_who_asks() -> None:
    text = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n    Properties:\n      TopicName: !Ref AWS::Region\n"
    document = Document("file:///topic.yaml", text)
    for words in ("Topic:", "TopicName"):
        place = Span(text.index(words), text.index(words))
        for asked in (True, False):
            selection = Selection(Unit((document,)), document, place, asked=asked, new_file=new_file)
            keys = {one.key for one in TABLE.at(selection, frozenset(Kind))}
            everywhere = {"conditional", "convert.json", "long.all"}
            assert keys & everywhere == (everywhere if asked else set())


def test_without_regions_no_mapping_of_regions_is_offered() -> None:
    text = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n    Properties:\n      TopicName: orders\n"
    document = Document("file:///topic.yaml", text)
    place = Selection(Unit((document,)), document, Span(text.index("orders"), text.index("orders")))
    families = (((), []), (("eu-west-1",), ["mapping.region"]))
    for regions, expected in families:
        found = RefactoringTable(refactorers(regions)).at(place, frozenset({Kind.EXTRACT}))
        assert [one.key for one in found if one.key.startswith("mapping")] == expected
