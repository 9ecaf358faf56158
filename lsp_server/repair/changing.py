"""Editing by words: what a person selected becomes what a sentence asks for, and loses nothing else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace

from lsp_server.analysis import Analysis
from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit, unit_edits
from lsp_server.repair.candidate import NO_EDITS, UNCHANGED
from lsp_server.repair.explained import unbegun, unchanged
from lsp_server.repair.generation import finding_of
from lsp_server.repair.loop import MOST_ROUNDS, Run
from lsp_server.repair.outcome import Outcome, Stop, weight
from lsp_server.repair.policy import Streak
from lsp_server.repair.proposer import IntentTask, Place, Proposal, Proposer, Refusal, Task
from lsp_server.repair.selected import may_go, selected_regions
from lsp_server.repair.verify import Verdict, identity, placed
from lsp_server.repair.wishes import Wish, unmet, wishes


async def change(run: Run, intent: IntentTask, proposers: Sequence[Proposer]) -> Outcome:
    """Change what is selected as `intent` asks. The outcome changes the text only when it adds no finding at all.

    What is found there already may stay: nobody asked for it to be mended. UNCHANGED is how it stops where what is
    asked for is so already.
    """
    if why_not := unbegun(run.before, intent.words):
        run.ledger.tell(why_not)
        return run.outcome(Stop.STALLED, ())
    intent, asked = await asyncio.to_thread(_understood, run.before, intent)
    stop = Stop.STALLED
    for proposer in proposers:
        stop = await _Change(run, intent, proposer, asked).make()
        if stop in (Stop.CLEAN, Stop.BUDGET, Stop.UNCHANGED):
            break
    if stop is not Stop.CLEAN and not run.ledger.message:
        run.ledger.tell(unchanged(run.ledger.attempts))
    return run.outcome(stop, ())


def _understood(before: Analysis, intent: IntentTask) -> tuple[IntentTask, tuple[Wish, ...]]:
    """The intent with all of the blocks selected of which a part is, and what it asks of them that a text can show."""
    regions = selected_regions(before.unit, before.language, intent)
    types = dict.fromkeys(region.type for region in regions if region.type)
    asked: list[Wish] = []
    for said in (f"{kind} {intent.words}" for kind in types):
        for wish in wishes(said, before.unit, before.language):
            is_there = wish.set is None and set(wish.types) & set(types) and wish.count == 1
            asked += [wish] if wish not in asked and not is_there else []
    if regions:
        intent = replace(intent, selected=tuple(Place(r.uri, r.span) for r in regions))
    return intent, tuple(asked)


class _Change:
    """One proposer at work: the candidate so far, where what may be changed is in it, and what is wrong with it."""

    def __init__(self, run: Run, intent: IntentTask, proposer: Proposer, asked: Sequence[Wish]) -> None:
        self._run = run
        self._intent = intent
        self._proposer = proposer
        self._candidate = run.before
        self._selected = intent.selected
        self._wrong: tuple[Diagnostic, ...] = ()
        self._may_go = may_go(run.before.unit, run.verifier.dialect, intent)
        self._said_unchanged = 0
        self._asked = asked
        self._mended: list[str] = []
        self._kept: tuple[Analysis, Proposal, tuple[Wish, ...]] | None = None

    async def make(self) -> Stop:
        """Ask until a change is clean and does what was asked, or there is no more to ask."""
        stop = await self._make()
        if self._kept is None:
            return stop
        analysis, proposal, missing = self._kept
        self._run.take(analysis, proposal)
        for sentence in (self._gone(analysis), *self._mended):
            self._run.ledger.tell(sentence)
        if self._asked:
            self._run.intent = len(self._asked) - len(missing), len(self._asked)
        if missing:
            self._run.ledger.tell(f"Not found in what was written: {'; '.join(wish.words for wish in missing)}.")
        return Stop.CLEAN

    async def _make(self) -> Stop:
        ledger, proposer = self._run.ledger, self._proposer
        streak = Streak()
        for _ in range(MOST_ROUNDS):
            if ledger.exhausted(proposer):
                return Stop.BUDGET
            ledger.progress(proposer, len(self._wrong))
            started = time.monotonic()
            answer = await ledger.ask(proposer, self._task())
            if answer is None:
                return Stop.BUDGET if ledger.exhausted(proposer) else Stop.STALLED
            stop = await self._weigh(answer, started, streak)
            if stop is not None:
                return stop
        return Stop.STALLED

    async def _weigh(self, answer: Proposal | Refusal, started: float, streak: Streak) -> Stop | None:
        """Judge an answer, take it if it is good, and say whether that is the end of it."""
        ledger = self._run.ledger
        if isinstance(answer, Refusal):
            if ledger.attempts and not self._proposer.metered and not answer.already:
                return Stop.STALLED  # why a model's answers were not taken is more to the point
            ledger.record_refusal(answer, started)
            return self._refused(answer, streak)
        verdict = await self._judge(answer)
        ledger.record(answer, verdict, started)
        if verdict.analysis is not None and verdict.accepted:
            if not self._keep(verdict.analysis, answer) or not self._proposer.metered:
                return Stop.CLEAN
            return streak.reject({identity(d) for d in self._wrong})
        if verdict.introduced and streak.reject({identity(d) for d in verdict.introduced}):
            ledger.tell("The same findings came back.")
            return Stop.STALLED
        return None

    def _keep(self, analysis: Analysis, proposal: Proposal) -> bool:
        """Keep what is clean, if it does more of what was asked than what is kept; say whether anything is missing."""
        before = self._run.before
        missing = unmet(self._asked, before.unit, analysis.unit, before.language)
        if self._kept is None or len(missing) < len(self._kept[2]):
            self._kept = analysis, proposal, missing
        place = self._selected[0] if self._selected else Place(self._intent.uri, Span(0, 0))
        self._wrong = tuple(finding_of(wish, place) for wish in missing)
        return bool(missing)

    def _refused(self, refusal: Refusal, streak: Streak) -> Stop | None:
        """A model that changes nothing is asked again, once: it may have been lazy."""
        if refusal.feedback in (UNCHANGED, NO_EDITS) and not self._wrong:
            self._said_unchanged += 1
            if self._said_unchanged > 1:
                self._run.ledger.tell(f"{refusal.proposer} finds that it is so already: nothing was changed.")
                return Stop.UNCHANGED
            return None
        if self._proposer.metered:
            return streak.refuse(refusal.feedback)
        self._run.ledger.tell(refusal.feedback)
        return Stop.UNCHANGED if refusal.already else Stop.STALLED

    def _task(self) -> Task:
        ledger = self._run.ledger
        intent = replace(self._intent, selected=self._selected)
        return Task(self._candidate, self._wrong, ledger.attempts, intent, tokens=ledger.tokens_left)

    async def _judge(self, proposal: Proposal) -> Verdict:
        """Verify a proposal, mend what fixers can, and go on from there where findings are left."""
        run = self._run
        verdict = await run.verifier.verify(self._candidate, proposal.edits, (), self._may_go | proposal.removes)
        if verdict.analysis is None or (not verdict.accepted and not verdict.introduced):
            return verdict
        selected = _grown(self._selected, proposal.edits)
        mended, besides = verdict.analysis, ""
        if wrong := self._since_before(mended, proposal).introduced:
            outcome = await run.mend(mended, wrong)
            if outcome is not None:
                mended, selected = outcome.after, _grown(selected, outcome.edits)
                titles = "; ".join(a.title for a in outcome.attempts if a.accepted)
                besides = f"Fixed besides: {titles}." if titles else ""
        verdict = self._since_before(mended, proposal)
        if verdict.accepted and all(d.text == mended.unit[d.uri].text for d in run.before.unit):
            return replace(verdict, feedback="it changes nothing")
        if verdict.accepted or (verdict.introduced and self._is_better(mended)):
            self._candidate, self._selected, self._wrong = mended, selected, verdict.introduced
            self._mended += [besides] if besides else []
        return verdict

    def _is_better(self, candidate: Analysis) -> bool:
        """Whether to go on from a candidate: from the first, and then from those with which less is wrong."""
        return self._candidate is self._run.before or weight(candidate) < weight(self._candidate)

    def _since_before(self, candidate: Analysis, proposal: Proposal) -> Verdict:
        """Judge a candidate against the text as the person has it: all that is new counts."""
        before = self._run.before
        removes = self._may_go | proposal.removes
        return self._run.verifier.judge(before, candidate, unit_edits(before.unit, candidate.unit), (), removes)

    def _gone(self, after: Analysis) -> str:
        """What was deleted, as it was asked, in a sentence; empty where nothing was."""
        dialect = self._run.verifier.dialect
        old, new = ({i for document in one.unit for i in dialect.ids(document)} for one in (self._run.before, after))
        gone = sorted(".".join(i) for i in old - new)
        return f"It deletes {', '.join(gone)}." if gone else ""


def _grown(selected: tuple[Place, ...], edits: Sequence[Edit]) -> tuple[Place, ...]:
    """Where what may be changed is after `edits`; what they wrote elsewhere belongs to it."""
    moved = [place.after(edits) for place in selected]
    for edit, span in placed(edits):
        if edit.text.strip() and not any(place.uri == edit.uri and place.span.overlaps(span) for place in moved):
            moved.append(Place(edit.uri, span))
    return tuple(moved)
