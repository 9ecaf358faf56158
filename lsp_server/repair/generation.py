"""Generation is the repair of an empty candidate: write what was asked for, then repair what was written."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lsp_server.analysis import Analysis
from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Span, Unit
from lsp_server.core.edit import Edit, unit_edits
from lsp_server.repair.explained import refused_wish, unfulfilled
from lsp_server.repair.loop import MOST_ROUNDS, Run
from lsp_server.repair.outcome import Outcome, Stop, weight
from lsp_server.repair.policy import Streak
from lsp_server.repair.proposer import IntentTask, Place, Proposal, Proposer, Refusal, Task
from lsp_server.repair.verify import Verdict, identity, placed

if TYPE_CHECKING:
    from lsp_server.repair.wishes import Wish


async def generate(run: Run, intent: IntentTask, proposers: Sequence[Proposer], *, hurried: bool = False) -> Outcome:
    """Write what `intent` asks for. The outcome changes the text only when the result adds no finding at all.

    `hurried`: somebody waits while typing, and nothing is asked again because clean text lacks what was asked for.
    """
    if not run.before.ran:
        run.ledger.tell("; ".join(map(str, run.before.not_run)) + ". Nothing is shown that was not verified.")
        return run.outcome(Stop.STALLED, ())
    if refused := refused_wish(intent.words):
        run.ledger.tell(refused)
        return run.outcome(Stop.STALLED, ())
    asked = await asyncio.to_thread(_asked, intent.words, run.before)
    stop = Stop.STALLED
    for proposer in proposers:
        stop = await _Generation(run, intent, proposer, asked, hurried=hurried).write()
        if stop in (Stop.CLEAN, Stop.BUDGET):
            break
    if stop is not Stop.CLEAN and not run.ledger.message:
        run.ledger.tell(unfulfilled(run.ledger.attempts))
    return run.outcome(stop, ())


def _asked(words: str, before: Analysis) -> tuple[Wish, ...]:
    from lsp_server.repair.wishes import wishes  # what reads words is loaded when something is generated, in a thread

    return wishes(words, before.unit, before.language)


@dataclass(frozen=True)
class _Clean:
    """What no linter has anything against, and what of the intent is not found in it."""

    analysis: Analysis
    proposal: Proposal
    missing: tuple[Wish, ...]


class _Generation:
    """One proposer at work on an intent: the candidate so far, where in it the new text is, and what is wrong."""

    def __init__(
        self, run: Run, intent: IntentTask, proposer: Proposer, asked: Sequence[Wish], *, hurried: bool
    ) -> None:
        self._run = run
        self._intent = intent
        self._proposer = proposer
        self._candidate = run.before
        self._place: Place | None = None
        self._wrong: tuple[Diagnostic, ...] = ()
        self._asked = asked
        self._asks_once = hurried or not proposer.metered
        self._kept: _Clean | None = None

    async def write(self) -> Stop:
        """Ask until what is written is clean and does what was asked, or as near to it as the proposer comes."""
        stop = await self._write()
        if self._kept is None:
            return stop
        run, kept = self._run, self._kept
        run.take(kept.analysis, kept.proposal)
        if self._asked:
            run.intent = len(self._asked) - len(kept.missing), len(self._asked)
        if kept.missing:
            run.ledger.tell(f"Not found in what was written: {'; '.join(wish.words for wish in kept.missing)}.")
        return Stop.CLEAN

    async def _write(self) -> Stop:
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
        """Judge an answer, keep what is good of it, and say whether that is the end of it."""
        ledger = self._run.ledger
        if isinstance(answer, Refusal):
            ledger.record_refusal(answer, started)
            return streak.refuse(answer.feedback)
        verdict = await self._judge(answer)
        ledger.record(answer, verdict, started)
        if verdict.analysis is None:
            return None
        if verdict.accepted:
            if not self._keep(verdict.analysis, answer) or self._asks_once:
                return Stop.CLEAN
            return streak.reject({identity(d) for d in self._wrong})
        if verdict.introduced and streak.reject({identity(d) for d in verdict.introduced}):
            ledger.tell("The same findings came back.")
            return Stop.STALLED
        return None

    def _keep(self, analysis: Analysis, proposal: Proposal) -> bool:
        """Keep what is clean, if it does more of what was asked than what is kept; say whether anything is missing."""
        from lsp_server.repair.wishes import unmet

        before = self._run.before
        missing = unmet(self._asked, before.unit, analysis.unit, before.language)
        if self._kept is None or len(missing) < len(self._kept.missing):
            self._kept = _Clean(analysis, proposal, missing)
        place = self._place or Place(self._intent.uri, Span(self._intent.insert_at, self._intent.insert_at))
        self._wrong = tuple(finding_of(wish, place) for wish in missing)
        return bool(missing)

    def _task(self) -> Task:
        ledger = self._run.ledger
        return Task(
            self._candidate,
            self._wrong,
            ledger.attempts,
            self._intent,
            self._place,
            tokens=ledger.tokens_left,
        )

    async def _judge(self, proposal: Proposal) -> Verdict:
        """Verify a proposal, mend what fixers can, and go on from there where findings are left."""
        run = self._run
        verdict = await run.verifier.verify(self._candidate, proposal.edits, removes=self._own())
        if verdict.analysis is None or (not verdict.accepted and not verdict.introduced):
            return verdict
        place = grown(self._place, proposal.edits, self._intent)
        mended, place = await self._mended(verdict.analysis, place)
        verdict = self._since_before(mended)
        if verdict.accepted and all(d.text == mended.unit[d.uri].text for d in run.before.unit):
            return replace(verdict, feedback="it writes nothing but what is there already")
        if verdict.accepted or (verdict.introduced and self._is_better(mended)):
            self._candidate, self._place, self._wrong = mended, place, verdict.introduced
        return verdict

    def _own(self) -> frozenset[tuple[str, ...]]:
        """What was written in this run, which may go away again: ids, and comments as `("#", text)`."""
        dialect = self._run.verifier.dialect

        def said(unit: Unit) -> set[tuple[str, ...]]:
            comments = {("#", comment) for document in unit for comment in dialect.comments(document)}
            return comments.union(*(dialect.ids(document) for document in unit))

        return frozenset(said(self._candidate.unit) - said(self._run.before.unit))

    def _is_better(self, candidate: Analysis) -> bool:
        """Whether to go on from a candidate: from the first, and then from those with which less is wrong."""
        return self._place is None or weight(candidate) < weight(self._candidate)

    async def _mended(self, candidate: Analysis, place: Place) -> tuple[Analysis, Place]:
        wrong = self._since_before(candidate).introduced
        outcome = await self._run.mend(candidate, wrong) if wrong else None
        return (outcome.after, place.after(outcome.edits)) if outcome else (candidate, place)

    def _since_before(self, candidate: Analysis) -> Verdict:
        """Judge a candidate against the text as it was before anything was written: all that is new counts."""
        before = self._run.before
        return self._run.verifier.judge(before, candidate, unit_edits(before.unit, candidate.unit))


def finding_of(wish: Wish, place: Place) -> Diagnostic:
    """A wish that is not met, as a finding that goes through the loop."""
    message = f"The request asks for {wish.words}, which is not in what was written."
    return Diagnostic(
        place.uri, place.span, Severity.WARNING, "intent", wish.code, message, help=f"To do: {wish.hint}."
    )


def grown(place: Place | None, edits: Sequence[Edit], intent: IntentTask) -> Place:
    """Return the place of all that was generated, after `edits` were made."""
    own = [span for edit, span in placed(edits) if edit.uri == intent.uri]
    if place is not None:
        own.append(place.after(edits).span)
    if not own:
        return Place(intent.uri, Span(intent.insert_at, intent.insert_at))
    return Place(intent.uri, Span(min(s.start for s in own), max(s.end for s in own)))
