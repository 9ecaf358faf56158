"""What verification takes and what it refuses."""

from dataclasses import replace

import pytest

from lsp_server.analysis import Toolchain
from lsp_server.core.diagnostic import Severity
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit, edit_unit
from lsp_server.repair.verify import Verdict, Verifier, identity, placed

from .words import URI, WordLinter, Words, finding, judged


async def verdict(
    before: str, after: str, claims: str = "", removes: frozenset[tuple[str, ...]] = frozenset()
) -> Verdict:
    linter = WordLinter()
    analysis = await judged(before, linter)
    edits = (Edit(URI, Span(0, len(before)), after),)
    wanted = [d for d in analysis.diagnostics if d.message in claims.split()]
    return await Verifier(Words(), Toolchain((linter,))).verify(analysis, edits, wanted, removes)


@pytest.mark.parametrize(
    ("before", "after", "claims", "feedback"),
    [
        ("bad1 good", "good good", "bad1", ""),
        ("bad1 good", "bad1 better", "bad1", "bad is still there: bad1"),
        ("bad1 bad1", "good bad1", "bad1", ""),
        ("bad1", "odd1", "bad1", "it would introduce odd odd1"),
        ("id a\nbad1", "good", "bad1", "it would delete id.a"),
        ("# why\nbad1", "good", "bad1", "it would delete the comment # why"),
        ("# why\n# why\nbad1", "# why\ngood", "bad1", "it would delete the comment # why"),
        ("# why\n# why not\nbad1", "# why not\ngood", "bad1", "it would delete the comment # why"),
        ("# why\nbad1", "good '# why'", "bad1", ""),
    ],
)
async def test_a_candidate_is_judged_by_before_and_after(before: str, after: str, claims: str, feedback: str) -> None:
    assert (await verdict(before, after, claims)).feedback == feedback


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("'a' is not one of ['b', 'c']", "'a' is not one of ['b']", True),
        ("'a' is not one of ['b']", "'x' is not one of ['b']", False),
        ("found another document, line 4, column 1", "found another document, line 12, column 1", True),
        ("The set of attributes: ['a'] and keys: ['a', 'b']", "The set of attributes: [] and keys: ['a', 'b']", False),
    ],
)
def test_a_finding_is_another_where_what_was_found_changes(one: str, other: str, same: bool) -> None:
    first, second = (
        replace(finding(URI, Span(0, 1), "bad", Severity.ERROR), message=message) for message in (one, other)
    )
    assert (identity(first) == identity(second)) is same


async def test_an_id_may_go_only_when_the_fix_says_so() -> None:
    assert (await verdict("id a\nbad1", "good", "bad1", frozenset({("id", "a")}))).accepted


@pytest.mark.parametrize(
    ("before", "edit", "introduced"),
    [
        # what a syntax error hid was there all along …
        ("bad1 (", Edit(URI, Span(5, 6), ""), []),
        # … but what the repair itself wrote was not
        ("fine (", Edit(URI, Span(5, 6), "bad2"), ["bad2"]),
    ],
)
async def test_what_a_syntax_error_hid_is_not_introduced(before: str, edit: Edit, introduced: list[str]) -> None:
    linter = WordLinter()
    analysis = await judged(before, linter)
    result = await Verifier(Words(), Toolchain((linter,))).verify(analysis, (edit,), analysis.diagnostics)
    assert [d.message for d in result.introduced] == introduced


async def test_a_line_that_was_moved_may_not_be_wrong_where_it_now_stands() -> None:
    linter = WordLinter()
    before = "fine (\n  bad1 bad2\n    bad3\n\n  bad4"
    analysis = await judged(before, linter)
    indents = [Edit(URI, Span(at, at + 2), "") for at in (7, 19)]
    edits = (Edit(URI, Span(5, 6), ""), *indents)
    result = await Verifier(Words(), Toolchain((linter,))).verify(analysis, edits, analysis.diagnostics)
    assert [d.message for d in result.introduced] == ["bad1"]  # the rest was hidden all along


@pytest.mark.parametrize(
    ("before", "edits", "introduced", "feedback"),
    [
        # the reader goes on to the next mistake of the same kind: one is cleared, and another shows
        ("( fine (", [Edit(URI, Span(0, 1), "")], 1, "it would introduce syntax syntax"),
        # it is the same one, further on only by what was written before it
        ("fine (", [Edit(URI, Span(0, 0), "very ")], 0, "syntax is still there: syntax"),
        ("( fine", [Edit(URI, Span(1, 1), " odd")], 0, "syntax is still there: syntax"),
    ],
)
async def test_a_reader_that_stops_further_on_found_another_mistake(
    before: str, edits: list[Edit], introduced: int, feedback: str
) -> None:
    linter = WordLinter()
    analysis = await judged(before, linter)
    result = await Verifier(Words(), Toolchain((linter,))).verify(analysis, tuple(edits), analysis.diagnostics)
    assert (len(result.introduced), result.feedback) == (introduced, feedback)


async def test_what_cannot_be_read_before_the_blocks_that_are_left_was_brought_about() -> None:
    before = await judged("fine (\n( good", WordLinter())
    edits = (Edit(URI, Span(4, 6), ""),)
    found = replace(before.diagnostics[0], span=Span(2, 3), message="a mistake of the edit")
    after = replace(before, unit=edit_unit(before.unit, edits), diagnostics=(found,))
    assert Verifier(Words(), Toolchain(())).judge(before, after, edits).introduced == (found,)


@pytest.mark.parametrize(
    ("before", "edits", "accepted"),
    [
        # another block that could not be read before still cannot
        ("fine (\n( good", [Edit(URI, Span(4, 6), "")], True),
        # no block is mended
        ("fine (\n( good", [Edit(URI, Span(7, 7), "very ")], False),
        # the one that was mended is broken in another way, or another is broken by it
        ("fine (\n( good", [Edit(URI, Span(4, 6), " ((")], False),
        ("fine (\ngood", [Edit(URI, Span(4, 6), ""), Edit(URI, Span(7, 7), "(")], False),
        ("fine (\n( good\nfar", [Edit(URI, Span(4, 6), ""), Edit(URI, Span(14, 14), "(")], False),
    ],
)
async def test_what_cannot_be_read_in_other_blocks_is_not_introduced(
    before: str, edits: list[Edit], accepted: bool
) -> None:
    linter = WordLinter()
    analysis = await judged(before, linter)
    result = await Verifier(Words(), Toolchain((linter,))).verify(analysis, tuple(edits), analysis.diagnostics)
    assert result.accepted is accepted
    assert not accepted or [d.code for d in result.revealed] == ["syntax"]


@pytest.mark.parametrize(
    ("code", "text", "certain", "accepted"),
    [
        ("odd", "Office", True, True),  # the same name, spelled right: what is odd about its value was always there
        ("odd", "Office", False, False),  # a guess
        ("odd", "Warehouse", True, False),  # another name
        ("odd", "12.6", True, False),  # no name
        ("bad", "Office", True, False),  # an error tells of a wrong name
    ],
)
async def test_a_warning_at_a_name_that_was_only_misspelled_is_not_introduced(
    code: str, text: str, certain: bool, accepted: bool
) -> None:
    before = await judged("lostOfice", WordLinter())
    edit = Edit(URI, Span(4, 9), text)
    severity = Severity.ERROR if code == "bad" else Severity.WARNING
    after = replace(
        before, unit=edit_unit(before.unit, (edit,)), diagnostics=(finding(URI, Span(4, 9), code, severity),)
    )
    verdict = Verifier(Words(), Toolchain(())).judge(before, after, (edit,), before.diagnostics, certain=certain)
    assert verdict.accepted is accepted


async def test_what_a_failed_transform_hid_is_not_introduced() -> None:
    linter = WordLinter()
    before = await judged("lost bad", linter)
    hiding = replace(before.diagnostics[0], data={"hides": "all"})
    before = replace(before, diagnostics=(hiding,))
    edits = (Edit(URI, Span(0, 4), "good"),)
    assert (await Verifier(Words(), Toolchain((linter,))).verify(before, edits, (hiding,))).accepted


@pytest.mark.parametrize(
    ("path", "accepted"),
    [
        (("Resources", "A", "Properties", "Name"), True),  # in the resource whose name was not known
        (("Parameters", "P", "Default"), True),  # of what it refers to
        (("Resources", "B"), False),  # has nothing to do with it
    ],
)
async def test_what_an_unknown_name_hid_lies_near(path: tuple[str, ...], accepted: bool) -> None:
    before = await judged("lost fine", WordLinter())
    hiding = replace(before.diagnostics[0], data={"hides": "here"}, path=("Resources", "A", "Properties"))
    before = replace(before, diagnostics=(hiding,))
    edit = Edit(URI, Span(0, 4), "good")
    shown = replace(finding(URI, Span(5, 9), "odd", Severity.WARNING), path=path)
    after = replace(before, unit=edit_unit(before.unit, (edit,)), diagnostics=(shown,))
    verdict = Verifier(Words(), Toolchain(())).judge(before, after, (edit,), (hiding,))
    assert verdict.accepted is accepted


async def test_a_linter_that_stops_running_verifies_nothing() -> None:
    linter = WordLinter(dead_after=1)
    analysis = await judged("bad1", linter)
    edits = (Edit(URI, Span(0, 4), "good"),)
    result = await Verifier(Words(), Toolchain((linter,))).verify(analysis, edits, analysis.diagnostics)
    assert result.feedback == "it could not be verified: words not run: it died"


async def test_edits_that_overlap_are_refused_before_linting() -> None:
    linter = WordLinter()
    analysis = await judged("bad1", linter)
    edits = (Edit(URI, Span(0, 3), "x"), Edit(URI, Span(2, 4), "y"))
    result = await Verifier(Words(), Toolchain((linter,))).verify(analysis, edits)
    assert "cannot be made" in result.feedback
    assert linter.runs == 1


def test_placed_gives_the_spans_after_all_edits() -> None:
    edits = [Edit(URI, Span(5, 6), "zz"), Edit(URI, Span(0, 2), "abcd")]
    assert [span for _, span in placed(edits)] == [Span(0, 4), Span(7, 9)]
