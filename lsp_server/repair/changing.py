"""Editing by words: what a person selected becomes what a sentence asks for, and loses nothing else."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace

from lsp_server.analysis import Analysis
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit, unit_edits
from lsp_server.repair.candidate import NO_EDITS, UNCHANGED
from lsp_server.repair.comments import with_comments_kept
from lsp_server.repair.doubts import settings_lost
from lsp_server.repair.explained import unbegun, unchanged
from lsp_server.repair.loop import Run
from lsp_server.repair.outcome import Outcome, Stop
from lsp_server.repair.policy import Streak
from lsp_server.repair.proposer import IntentTask, Place, Proposal, Proposer, Refusal, Task
from lsp_server.repair.pursuit import Pursuit
from lsp_server.repair.reviewer import Reviewer
from lsp_server.repair.selected import may_go, selected_regions
from lsp_server.repair.verify import Verdict, placed
from lsp_server.repair.wishes import Wish, wishes

_MOST_LOST = 3
_NOTHING = "There is nothing at the selection that could be changed: select a block, or put the cursor in it."
_RENAME = re.compile(r"\brenam\w*", re.IGNORECASE)
_BY_RENAME = "What is declared is renamed by the editor's own Rename Symbol, which takes what refers to it along."


async def change(
    run: Run, intent: IntentTask, proposers: Sequence[Proposer], reviewer: Reviewer | None = None
) -> Outcome:
    """Change what is selected as `intent` asks. The outcome changes the text only when it adds no finding at all.

    What is found there already may stay: nobody asked for it to be mended. UNCHANGED is how it stops where what is
    asked for is so already.
    """
    if why_not := unbegun(run.before, intent):
        run.ledger.tell(why_not)
        return run.outcome(Stop.STALLED, ())
    intent, asked = await asyncio.to_thread(_understood, run.before, intent)
    if not intent.selected:
        run.ledger.tell(_NOTHING)
        return run.outcome(Stop.STALLED, ())
    stop = Stop.STALLED
    for proposer in proposers:
        stop = await _Change(run, intent, proposer, asked, reviewer).pursue()
        if stop in (Stop.CLEAN, Stop.BUDGET, Stop.UNCHANGED):
            break
    if stop is not Stop.CLEAN and not run.ledger.message:
        run.ledger.tell(unchanged(run.ledger.attempts))
        run.ledger.tell(_BY_RENAME if _RENAME.search(intent.words) else "")
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
    intent = replace(intent, selected=tuple(Place(r.uri, r.span) for r in regions))
    return intent, tuple(asked)


class _Change(Pursuit):
    """One proposer at work, and where in the candidate what may be changed is."""

    def __init__(
        self, run: Run, intent: IntentTask, proposer: Proposer, asked: Sequence[Wish], reviewer: Reviewer | None
    ) -> None:
        super().__init__(run, intent, proposer, asked, reviewer=reviewer)
        self._selected = intent.selected
        self._may_go = may_go(run.before.unit, run.verifier.dialect, intent)
        self._said_unchanged = 0
        self._mended: list[str] = []

    async def pursue(self) -> Stop:
        """See Pursuit; what was deleted and mended besides is told."""
        stop = await super().pursue()
        for sentence in (self._gone(self.kept.analysis), *self._mended) if self.kept else ():
            self.run.ledger.tell(sentence)
        return stop

    def task(self) -> Task:
        """See Pursuit."""
        intent = replace(self.intent, selected=self._selected)
        return Task(self.candidate, self.wrong, self.run.ledger.attempts, intent)

    def selected(self) -> tuple[Place, ...]:
        """See Pursuit."""
        return self._selected

    def place(self) -> Place:
        """See Pursuit."""
        return self._selected[0] if self._selected else Place(self.intent.uri, Span(0, 0))

    def refused(self, refusal: Refusal, started: float, streak: Streak) -> Stop | None:
        """See Pursuit. A model that changes nothing is asked again, once: it may have been lazy."""
        ledger, metered = self.run.ledger, self.proposer.metered
        if ledger.attempts and not metered and not refusal.already:
            return Stop.STALLED  # why a model's answers were not taken is more to the point
        if refusal.feedback in (UNCHANGED, NO_EDITS) and not self.wrong:
            ledger.record_refusal(refusal, started)
            self._said_unchanged += 1
            if self._said_unchanged > 1:
                said = f" It says: {refusal.note}" if refusal.note else ""
                ledger.tell(f"{refusal.proposer} finds that it is so already: nothing was changed.{said}")
                return Stop.UNCHANGED
            return None
        stop = super().refused(refusal, started, streak)
        if metered:
            return stop
        ledger.tell(refusal.feedback)
        return Stop.UNCHANGED if refusal.already else Stop.STALLED

    async def judge(self, proposal: Proposal) -> Verdict:
        """See Pursuit."""
        run, removes = self.run, self._may_go | proposal.removes
        verdict = await run.verifier.verify(self.candidate, proposal.edits, removes=removes)
        if verdict.analysis is None and (
            kept := with_comments_kept(self.candidate.unit, run.verifier.dialect, proposal, removes)
        ):
            proposal = kept
            verdict = await run.verifier.verify(self.candidate, kept.edits, removes=removes)
        if verdict.analysis is None or (not verdict.accepted and not verdict.introduced):
            return verdict
        selected = _grown(self._selected, proposal.edits)
        mended, besides = verdict.analysis, ""
        if wrong := self.since_before(mended, removes).introduced:
            outcome = await run.mend(mended, wrong)
            if outcome is not None:
                mended, selected = outcome.after, _grown(selected, outcome.edits)
                titles = "; ".join(a.title for a in outcome.attempts if a.accepted)
                besides = f"Fixed besides: {titles}." if titles else ""
        verdict = self.since_before(mended, removes)
        if verdict.accepted and self.changes_nothing(mended):
            return replace(verdict, feedback="it changes nothing")
        if verdict.accepted or (verdict.introduced and self.is_better(mended)):
            self.candidate, self._selected, self.wrong = mended, selected, verdict.introduced
            self._mended += [besides] if besides else []
        return verdict

    def _gone(self, after: Analysis) -> str:
        """What was deleted or taken out, in a sentence; empty where nothing was."""
        dialect = self.run.verifier.dialect
        old, new = ({i for document in one.unit for i in dialect.ids(document)} for one in (self.run.before, after))
        gone = sorted(".".join(i) for i in old - new)
        if gone:
            return f"It deletes {', '.join(gone)}."
        lost = list(settings_lost(self.run.before.unit, unit_edits(self.run.before.unit, after.unit)))
        more = f" and {len(lost) - _MOST_LOST} more" if len(lost) > _MOST_LOST else ""
        return f"It takes out {', '.join(lost[:_MOST_LOST])}{more}." if lost else ""


def _grown(selected: tuple[Place, ...], edits: Sequence[Edit]) -> tuple[Place, ...]:
    """Where what may be changed is after `edits`; what they wrote elsewhere belongs to it."""
    moved = [place.after(edits) for place in selected]
    for edit, span in placed(edits):
        if edit.text.strip() and not any(place.uri == edit.uri and place.span.overlaps(span) for place in moved):
            moved.append(Place(edit.uri, span))
    return tuple(moved)
