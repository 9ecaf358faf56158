"""The loop's policy: what it takes, in which order it asks, and why it stops."""

from __future__ import annotations

import asyncio
import re

import pytest

from lsp_server.analysis import Toolchain
from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability, Fix
from lsp_server.fixers.base import FixerTable, RuleFixer
from lsp_server.linters.base import LintResult
from lsp_server.models.base import ModelError, Usage
from lsp_server.repair.fixing import SAFE_ONLY, UNATTENDED, FixerProposer
from lsp_server.repair.ledger import Budget, Progress
from lsp_server.repair.loop import Run
from lsp_server.repair.outcome import Outcome, Stop
from lsp_server.repair.proposer import Place, Proposal, Refusal, Task, TooCostly
from lsp_server.repair.verify import Verifier

from .words import URI, Speaker, WordLinter, Words, judged, replace_by

PLENTY = Budget()


class Silent(Speaker):
    """A proposer that never answers."""

    async def propose(self, task: Task) -> Proposal | Refusal | None:
        await asyncio.Event().wait()
        return None


def fixers(applicability: Applicability = Applicability.SAFE) -> FixerTable:
    return FixerTable([RuleFixer("words", frozenset({"bad"}), replace_by("good", applicability))])


async def repair(
    text: str,
    *proposers: object,
    budget: Budget = PLENTY,
    table: FixerTable | None = None,
    reports: list[Progress] | None = None,
    linter: WordLinter | None = None,
) -> Outcome:
    linter = linter or WordLinter()
    before = await judged(text, linter)
    seen = [] if reports is None else reports
    run = Run(
        Verifier(Words(), Toolchain((linter,))),
        before,
        budget,
        lambda: [FixerProposer(table, UNATTENDED)] if table else [],
        seen.append,
    )
    return await run.repair(proposers)  # type: ignore[arg-type]  # stand-ins of the test


async def test_fixes_that_go_together_cost_one_linter_run() -> None:
    linter = WordLinter()
    outcome = await repair("bad1 bad2 fine bad3", FixerProposer(fixers(), SAFE_ONLY), linter=linter)
    assert (outcome.stop, outcome.unit.main.text) == (Stop.CLEAN, "good good fine good")
    assert linter.runs == 2
    assert outcome.applicability is Applicability.SAFE


async def test_a_fix_that_fails_does_not_hold_up_the_others() -> None:
    def good_or_worse(context, diagnostic):
        return replace_by("odd1" if diagnostic.message == "bad2" else "good")(context, diagnostic)

    table = FixerTable([RuleFixer("words", frozenset({"bad"}), good_or_worse)])
    outcome = await repair("bad1 bad2 bad3", FixerProposer(table, SAFE_ONLY))
    assert (outcome.stop, outcome.unit.main.text) == (Stop.STALLED, "good bad2 good")
    assert not outcome.evidence.introduced
    assert [d.message for d in outcome.evidence.left] == ["bad2"]


async def test_the_same_mistake_in_many_places_costs_one_linter_run() -> None:
    linter = WordLinter()
    outcome = await repair(" ".join(["bad1"] * 80), FixerProposer(fixers(), SAFE_ONLY), linter=linter)
    assert (outcome.stop, linter.runs) == (Stop.CLEAN, 2)


@pytest.mark.parametrize("broken", [{0}, {3}, {1, 4}, {0, 1, 2}, {2, 3, 4}, {0, 1, 2, 3, 4}])
async def test_where_fixes_look_alike_those_that_fail_are_told_from_the_others(broken: set[int]) -> None:
    """The fix of a word behind `no` introduces something; all of them say the same."""

    def fixer(context, diagnostic):
        behind_no = context.document.text[: diagnostic.span.start].endswith("no ")
        edits = (Edit(URI, diagnostic.span, "good"), Edit(URI, Span(diagnostic.span.end, diagnostic.span.end), "!"))
        if behind_no:
            edits = (Edit(URI, Span(diagnostic.span.start - 1, diagnostic.span.end), "good"), *edits[1:])
        return [Fix("Replace", edits, Applicability.SAFE, (diagnostic,), "words")]

    class NoNogood(WordLinter):
        async def lint(self, unit):
            result = await super().lint(unit)
            text = unit.main.text
            more = [
                Diagnostic(URI, Span(*m.span()), Severity.ERROR, "words", "nogood", m[0])
                for m in re.finditer("nogood", text)
            ]
            return LintResult((*result.diagnostics, *more))

    text = "; ".join("no bad1" if n in broken else "so bad1" for n in range(5))
    table = FixerTable([RuleFixer("words", frozenset({"bad"}), fixer)])
    outcome = await repair(text, FixerProposer(table, SAFE_ONLY), linter=NoNogood())
    assert outcome.unit.main.text == "; ".join("no bad1" if n in broken else "so good!" for n in range(5))


async def test_the_next_best_fix_is_tried_when_the_first_fails() -> None:
    def two(context, diagnostic):
        return [*replace_by("odd1")(context, diagnostic), *replace_by("good")(context, diagnostic)]

    outcome = await repair("bad1", FixerProposer(FixerTable([RuleFixer("words", frozenset({"bad"}), two)]), SAFE_ONLY))
    assert (outcome.stop, outcome.unit.main.text) == (Stop.CLEAN, "good")
    assert [a.accepted for a in outcome.attempts] == [False, True]


@pytest.mark.parametrize("applicability", [Applicability.UNSAFE, Applicability.DISPLAY_ONLY])
async def test_only_what_is_allowed_is_made(applicability: Applicability) -> None:
    outcome = await repair("bad1", FixerProposer(fixers(applicability), SAFE_ONLY))
    assert (outcome.stop, outcome.changed) == (Stop.STALLED, False)
    if applicability is Applicability.UNSAFE:
        outcome = await repair("bad1", FixerProposer(fixers(applicability), UNATTENDED))
        assert (outcome.stop, outcome.applicability) == (Stop.CLEAN, Applicability.UNSAFE)


async def test_a_fixer_that_raises_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    def broken(context, diagnostic):
        raise KeyError("no such thing")

    table = FixerTable(
        [RuleFixer("words", frozenset({"bad"}), broken), RuleFixer("words", frozenset({"bad"}), replace_by("good"))]
    )
    outcome = await repair("bad1", FixerProposer(table, SAFE_ONLY))
    assert outcome.stop is Stop.CLEAN
    assert "was left out" in caplog.text


async def test_a_model_sees_only_what_fixers_left() -> None:
    speaker = Speaker("good fine")
    outcome = await repair("bad1 odd1", FixerProposer(fixers(), SAFE_ONLY), speaker)
    assert outcome.stop is Stop.CLEAN
    assert [d.message for d in speaker.tasks[0].targets] == ["odd1"]
    assert speaker.tasks[0].unit.main.text == "good odd1"
    assert outcome.applicability is Applicability.UNSAFE


async def test_a_clean_document_is_never_sent() -> None:
    speaker = Speaker("better")
    outcome = await repair("good", speaker)
    assert (outcome.stop, outcome.changed, speaker.tasks) == (Stop.CLEAN, False, [])


async def test_the_next_attempt_is_told_why_the_last_failed() -> None:
    speaker = Speaker("bad1 odd2", Refusal("speaker", "no such region"), "good")
    outcome = await repair("bad1", speaker)
    assert outcome.stop is Stop.CLEAN
    assert [a.feedback for a in speaker.tasks[-1].attempts] == ["it would introduce odd odd2", "no such region"]


async def test_fixers_mend_what_a_model_wrote_before_it_is_judged() -> None:
    table = FixerTable([RuleFixer("words", frozenset({"bad"}), replace_by("good"))])
    outcome = await repair("odd1", Speaker("bad7"), table=table)
    assert (outcome.stop, outcome.unit.main.text, len(outcome.attempts)) == (Stop.CLEAN, "good", 1)


async def test_the_best_candidate_is_kept_and_a_worse_one_never_shown() -> None:
    outcome = await repair("bad1 bad2 odd1", Speaker("bad1 fine odd1", "bad1 bad2 bad3 odd1", "bad1 fine odd1"))
    assert outcome.unit.main.text == "bad1 fine odd1"
    assert outcome.stop in (Stop.STALLED, Stop.BUDGET)


class Sentences(Speaker):
    """A proposer that answers with other texts for lines by their numbers, each of which may be left out."""

    def __init__(self, *answers: dict[int, str]) -> None:
        super().__init__()
        self._answers = list(answers)

    async def propose(self, task: Task) -> Proposal | Refusal | None:
        self.tasks.append(task)
        if not self._answers:
            return None
        document = task.unit.main
        spans = {n: document.line_span(n) for n in self._answers[0]}
        edits = {n: Edit(URI, spans[n], text) for n, text in self._answers.pop(0).items()}
        parts = tuple((Place(URI, spans[n]), (edit,)) for n, edit in edits.items())
        usage = Usage(1, 10)
        return Proposal(self.name, "Say it anew", tuple(edits.values()), Applicability.UNSAFE, usage=usage, parts=parts)


@pytest.mark.parametrize(
    ("second", "why"),
    [
        ("odd9", "it would introduce odd odd9"),
        ("", "it would delete id.b"),
        ("id b bad2 odd9", "it would introduce odd odd9"),
    ],
)
async def test_what_is_good_of_an_answer_is_taken_and_the_rest_told(second: str, why: str) -> None:
    speaker = Sentences({0: "id a fine", 1: second if why.startswith("it would delete") else f"id b {second}"})
    outcome = await repair("id a bad1\nid b bad2\n", speaker)
    assert outcome.unit.main.text == "id a fine\nid b bad2\n"
    assert [(a.accepted, a.feedback) for a in speaker.tasks[1].attempts] == [(False, why), (True, "")]
    assert outcome.usage.requests == 1


async def test_an_answer_that_does_harm_elsewhere_is_left_as_a_whole() -> None:
    outcome = await repair("( )\nid a bad1\nid b bad2\n", Sentences({1: "id a fine (", 2: "id b fine"}))
    assert not outcome.changed


async def test_worse_and_worse_is_regressed() -> None:
    outcome = await repair("bad1", Speaker("bad1 odd1", "bad1 odd1"))
    assert (outcome.stop, outcome.changed) == (Stop.REGRESSED, False)


@pytest.mark.parametrize(
    ("budget", "asked"),
    [
        (Budget(attempts=2), 2),
        (Budget(attempts=9, tokens=15), 2),
        (Budget(attempts=9, seconds=0), 0),
        (Budget(attempts=9, dollars=0.05), 3),
    ],
)
async def test_the_budget_stops(budget: Budget, asked: int) -> None:
    speaker = Speaker(*[f"bad1 odd{n}" for n in range(9)], cost=0.02)
    outcome = await repair("bad1", speaker, budget=budget)
    assert (outcome.stop, len(speaker.tasks)) == (Stop.BUDGET, asked)


async def test_a_model_that_never_answers_costs_its_seconds_and_no_more() -> None:
    outcome = await repair("bad1", Silent(), budget=Budget(seconds=0.05))
    assert outcome.stop is Stop.BUDGET
    assert "gave no answer" in outcome.message


async def test_a_request_that_costs_too_much_is_not_made() -> None:
    outcome = await repair("bad1", Speaker(TooCostly("It would cost 900 tokens.")))
    assert (outcome.stop, outcome.message) == (Stop.BUDGET, "It would cost 900 tokens.")


async def test_a_proposer_is_told_what_is_left_of_its_tokens_and_its_money() -> None:
    speaker = Speaker("bad1 odd1", "bad1 odd2", tokens=40, cost=0.02)
    await repair("bad1", speaker, budget=Budget(tokens=100, dollars=0.05))
    assert [task.tokens for task in speaker.tasks] == [100, 60, 20]
    assert [task.dollars for task in speaker.tasks] == pytest.approx([0.05, 0.03, 0.01])


async def test_where_one_way_stalls_the_next_is_tried_once() -> None:
    first, second = Speaker("bad1 odd1", "bad1 odd1", "good"), Speaker("good")
    outcome = await repair("bad1", first, second)
    assert (outcome.stop, len(first.tasks), len(second.tasks)) == (Stop.CLEAN, 2, 1)


async def test_an_answer_refused_twice_in_the_same_words_is_not_asked_for_again() -> None:
    first = Speaker(*[Refusal("speaker", "no such region")] * 3)
    outcome = await repair("bad1", first)
    assert (outcome.stop, len(first.tasks)) == (Stop.STALLED, 2)
    assert "refused twice: no such region" in outcome.message


async def test_a_model_that_cannot_be_reached_is_not_asked_in_another_way() -> None:
    second, reports = Speaker("good"), list[Progress]()
    outcome = await repair("bad1", Speaker(ModelError("No network.")), second, reports=reports)
    assert (outcome.stop, outcome.message, second.tasks) == (Stop.STALLED, "No network.", [])
    assert [str(report) for report in reports] == ["attempt 1 of 3 · 1 finding left"]


async def test_what_no_linter_judged_is_not_called_clean() -> None:
    outcome = await repair("bad1", FixerProposer(fixers(), SAFE_ONLY), linter=WordLinter(dead_after=0))
    assert (outcome.stop, outcome.changed, outcome.message) == (Stop.STALLED, False, "words not run: it died.")


async def test_a_model_that_fails_is_told_in_a_sentence() -> None:
    outcome = await repair("bad1", FixerProposer(fixers(), SAFE_ONLY), Speaker(ModelError("The key is wrong.")))
    assert outcome.stop is Stop.CLEAN
    outcome = await repair("odd1", Speaker(ModelError("The key is wrong.")))
    assert (outcome.stop, outcome.message) == (Stop.STALLED, "The key is wrong.")


async def test_cancellation_is_cancellation() -> None:
    task = asyncio.ensure_future(repair("bad1", Silent()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_progress_tells_the_attempt_and_what_is_left() -> None:
    reports: list[Progress] = []
    await repair("bad1 odd1", FixerProposer(fixers(), SAFE_ONLY), Speaker("good fine"), reports=reports)
    assert [str(r) for r in reports] == [
        "fixers · 2 findings left",
        "fixers · 1 finding left",
        "attempt 1 of 3 · 1 finding left",
    ]


async def test_what_a_fix_brings_to_light_is_mended_with_it() -> None:
    """`veiled` hides a `bad` in it until it is written `open`: neither fix verifies without the other."""

    def unveil(context, diagnostic):
        edit = Edit(URI, Span(diagnostic.span.start, diagnostic.span.start + len("lost_")), "")
        return [Fix("Unveil", (edit,), Applicability.SAFE, (diagnostic,), "words")]

    table = FixerTable(
        [RuleFixer("words", frozenset({"lost"}), unveil), RuleFixer("words", frozenset({"bad"}), replace_by("good"))]
    )
    outcome = await repair("lost_bad1", FixerProposer(table, SAFE_ONLY), table=table)
    assert (outcome.stop, outcome.unit.main.text, len(outcome.attempts)) == (Stop.CLEAN, "good", 1)
    assert outcome.attempts[0].title == "Unveil; Replace by 'good'"
    assert outcome.applicability is Applicability.SAFE
