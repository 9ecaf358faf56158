"""Propose, verify, keep the best, and stop for a typed reason. The loop trusts no proposer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from lsp_server.analysis import Analysis
from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.edit import Edit, EditConflict, edit_unit, unit_edits
from lsp_server.core.fix import Applicability, Fix
from lsp_server.fixers.base import FixContext, Review, unreviewed
from lsp_server.models.base import Usage
from lsp_server.repair.comments import with_comments_kept
from lsp_server.repair.doubts import doubts_of
from lsp_server.repair.explained import came_back, unusable
from lsp_server.repair.least import around, least
from lsp_server.repair.ledger import NOTHING, Budget, Ledger, Report
from lsp_server.repair.outcome import Evidence, Outcome, Stop, weight
from lsp_server.repair.policy import Streak
from lsp_server.repair.proposer import Place, Proposal, Proposer, Refusal, Task
from lsp_server.repair.verify import Identity, Verdict, Verifier, compare, identity

MOST_ROUNDS = 60
DEEPEST = 3  # mending what mending brought to light
_THINK = "correct what is written and keep what it is for; only where nothing else clears the finding, answer the same"


class Run:
    """One run of the loop over one unit. `menders` makes fresh fixers for what a proposal brought to light.

    `fixes` are what the proposers offer, in words. `review` says what a person has to know of a model's proposal; fixes
    have been reviewed. `best` is the best candidate so far; `take` replaces it.
    """

    def __init__(
        self,
        verifier: Verifier,
        before: Analysis,
        budget: Budget,
        menders: Callable[[], Sequence[Proposer]],
        report: Report = lambda _: None,
        *,
        fixes: str = "fix",
        review: Review = unreviewed,
        depth: int = 0,
    ) -> None:
        self.verifier = verifier
        self.before = before
        self.best = before
        self.ledger = Ledger(budget, report)
        self.intent: tuple[int, int] | None = None
        """How much of what was asked for is found in what was written, of how much; None where nothing was asked."""
        self._menders = menders
        self._fixes = fixes
        self._review = review
        self._depth = depth
        self._trust = Applicability.SAFE
        self._revealed: set[Identity] = set()
        self._doubted: tuple[Analysis, Proposal, Verdict] | None = None
        """The answer that a model was asked to think over, with what it was for."""

    async def repair(
        self, proposers: Sequence[Proposer], targets: Sequence[Diagnostic] | None = None, region: Place | None = None
    ) -> Outcome:
        """Clear `targets` (None: all findings), editing within `region` only. Raises nothing but cancellation."""
        wanted = None if targets is None else {identity(t) for t in targets}
        stop = Stop.CLEAN
        for proposer in proposers:
            stop = await self._repair_with(proposer, wanted, region)
            if stop in (Stop.CLEAN, Stop.BUDGET):
                break
        if stop is not Stop.CLEAN and self._fall_back() and not self._targets(wanted):
            stop = Stop.CLEAN
        left = self._targets(wanted)
        if stop is Stop.CLEAN and (unjudged := self._unjudged(wanted)):
            stop = Stop.STALLED
            self.ledger.tell(unjudged)
        if stop is Stop.STALLED and not self.ledger.message:
            codes = ", ".join(dict.fromkeys(d.code for d in left))
            self.ledger.tell(f"No {self._fixes} is known that verifies for {codes}.")
        if stop is not Stop.CLEAN and left and not self.ledger.message:
            self.ledger.tell(unusable(self.ledger.attempts))
        return self.outcome(stop, left)

    async def _repair_with(self, proposer: Proposer, wanted: set[Identity] | None, region: Place | None) -> Stop:
        streak = Streak()
        for _ in range(MOST_ROUNDS):
            targets = self._targets(wanted)
            if not targets:
                return Stop.CLEAN
            if self.ledger.exhausted(proposer):
                return Stop.BUDGET
            self.ledger.progress(proposer, len(targets))
            task = Task(self.best, targets, self.ledger.attempts, region=region)
            started = time.monotonic()
            answer = await self.ledger.ask(proposer, task)
            if answer is None:
                return Stop.BUDGET if self.ledger.exhausted(proposer) else Stop.STALLED
            stop = await self._take_or_tell(answer, started, streak, wanted, proposer)
            if stop is not None:
                return stop
        return Stop.STALLED

    async def _take_or_tell(
        self,
        answer: Proposal | Refusal,
        started: float,
        streak: Streak,
        wanted: set[Identity] | None,
        proposer: Proposer,
    ) -> Stop | None:
        """Take what is good of an answer, note why the rest is not, and say whether that is the end of it."""
        if isinstance(answer, Refusal):
            self.ledger.record_refusal(answer, started)
            stop = streak.refuse(answer.feedback)
            self.ledger.tell(f"The model's answer was refused twice: {answer.feedback}." if stop else "")
            return stop
        verdict = await self._judge(answer)
        if verdict.analysis is None and (kept := with_comments_kept(self.best.unit, self.verifier.dialect, answer)):
            answer, verdict = kept, await self._judge(kept)
        if not verdict.accepted and verdict.introduced:
            answer, verdict = await self._mended(answer, verdict)
        if not verdict.accepted:
            for good in self._parts(answer, verdict):
                rest = await self._judge(good)
                if rest.accepted:
                    self.ledger.record(answer, verdict, started)
                    answer, verdict, started = good, rest, time.monotonic()
                    break
        if proposer.metered and verdict.accepted:
            answer, verdict = await least(self._judge, self.best.unit, answer, verdict)
            answer, verdict = self._thought_over(self._reviewed(answer, verdict), verdict, proposer)
        self.ledger.record(answer, verdict, started)
        if verdict.accepted and verdict.analysis is not None:
            streak.take()
            self._note_revealed(verdict, wanted)
            self.take(verdict.analysis, answer)
        elif proposer.metered and verdict.analysis is not None:
            stop = streak.reject({identity(d) for d in verdict.analysis.diagnostics})
            self.ledger.tell(came_back(verdict.feedback) if stop else "")
            return stop
        return None

    def _thought_over(self, answer: Proposal, verdict: Verdict, proposer: Proposer) -> tuple[Proposal, Verdict]:
        """An accepted answer with what a person would doubt of it in its note; once, a model has to think that over."""
        doubts = tuple(doubts_of(self.best.unit, answer.edits))
        if not doubts:
            return answer, verdict
        answer = answer.noting(*(f"{doubt[0].upper()}{doubt[1:]}." for doubt in doubts))
        if self._doubted is not None or self.ledger.exhausted(proposer):
            return answer, verdict
        self._doubted = self.best, answer, verdict
        return answer, replace(verdict, feedback=f"no linter objects, but {'; '.join(doubts)}: {_THINK}")

    def _fall_back(self) -> bool:
        """Take the answer that a model was asked to think over, where nothing better has come since."""
        if self._doubted is None or self._doubted[0] is not self.best:
            return False
        _, answer, verdict = self._doubted
        assert verdict.analysis is not None
        self.ledger.record(replace(answer, usage=Usage()), verdict, time.monotonic())
        self._note_revealed(verdict, None)
        self.take(verdict.analysis, answer)
        return True

    def _note_revealed(self, verdict: Verdict, wanted: set[Identity] | None) -> None:
        revealed = {identity(d) for d in verdict.revealed}
        self._revealed |= revealed
        if wanted is not None and self._depth:
            wanted |= revealed  # to whoever asked for this to be mended, it is new

    async def _judge(self, proposal: Proposal) -> Verdict:
        verdict = await self.verifier.verify(
            self.best, proposal.edits, proposal.clears, proposal.removes, certain=proposal.certain
        )
        if verdict.accepted and not self._gains(verdict):
            return replace(verdict, feedback="it clears nothing")
        return verdict

    def _parts(self, answer: Proposal, verdict: Verdict) -> Iterator[Proposal]:
        """What may be good of a rejected answer: its harmless parts, and what it does on lines with findings."""
        if good := self._harmless(answer, verdict):
            yield good
        if answer.parts and verdict.introduced and (good := around(self.best.unit, answer, self.best.wrong)):
            yield good

    def _harmless(self, proposal: Proposal, verdict: Verdict) -> Proposal | None:
        """What is left of a rejected proposal without the parts that would lose something or bring findings about."""
        kept = tuple(
            (place, edits) for place, edits in proposal.parts if not self._harms(place, edits, proposal, verdict)
        )
        if not kept or len(kept) == len(proposal.parts):
            return None
        edits = tuple(edit for _, own in kept for edit in own)
        return replace(proposal, edits=edits, parts=kept, usage=Usage(), note="")

    def _harms(self, place: Place, edits: tuple[Edit, ...], proposal: Proposal, verdict: Verdict) -> bool:
        if verdict.analysis is None:
            try:
                return bool(self.verifier.losses(self.best.unit, edit_unit(self.best.unit, edits), proposal.removes))
            except EditConflict:
                return True
        now = place.after(proposal.edits)
        return any(d.uri == now.uri and d.span.overlaps(now.span) for d in verdict.introduced)

    def _reviewed(self, proposal: Proposal, verdict: Verdict) -> Proposal:
        """The proposal with what the review of its edits says, in the title and as a note."""
        fix = Fix(proposal.title, proposal.edits, proposal.applicability, verdict.cleared, proposal.proposer)
        for document in self.best.unit:
            fix = self._review(FixContext(self.best.unit, document, self.best.diagnostics), fix)
        if fix.title == proposal.title:
            return proposal
        return replace(proposal.noting(f"{fix.title}."), title=fix.title, applicability=fix.applicability)

    def _gains(self, verdict: Verdict) -> bool:
        """Whether less is wrong than before, what was hidden left out."""
        after = verdict.analysis
        return after is not None and weight(after, verdict.revealed) < weight(self.best)

    async def _mended(self, proposal: Proposal, verdict: Verdict) -> tuple[Proposal, Verdict]:
        """Let fixers mend what came to light (a misspelled property hid what it holds), and judge the whole again."""
        for wrong in (verdict.introduced, (*verdict.introduced, *verdict.revealed))[: 1 + bool(verdict.revealed)]:
            if (mended := await self._mended_of(proposal, verdict, wrong)) is not None:
                return mended
        return proposal, verdict

    async def _mended_of(
        self, proposal: Proposal, verdict: Verdict, wrong: Sequence[Diagnostic]
    ) -> tuple[Proposal, Verdict] | None:
        assert verdict.analysis is not None
        outcome = await self.mend(verdict.analysis, wrong)
        if outcome is None or not outcome.changed:
            return None
        edits = unit_edits(self.best.unit, outcome.unit)
        again = self.verifier.judge(
            self.best, outcome.after, edits, proposal.clears, proposal.removes, certain=proposal.certain
        )
        if not again.accepted or not self._gains(again):
            return None
        titles = [proposal.title, *(a.title for a in outcome.attempts if a.accepted)]
        trust = proposal.applicability.least(outcome.applicability)
        return replace(proposal, title="; ".join(titles), edits=edits, applicability=trust), again

    async def mend(self, candidate: Analysis, wrong: Sequence[Diagnostic]) -> Outcome | None:
        """Let fixers clear the findings `wrong` of a candidate; None where mending has gone deep enough."""
        if self._depth >= DEEPEST:
            return None
        run = Run(self.verifier, candidate, NOTHING, self._menders, depth=self._depth + 1)
        return await run.repair(self._menders(), wrong)

    async def try_fix(self, fix: Fix) -> tuple[Fix, Evidence] | None:
        """Verify one fix alone, with what it brings to light mended. Returns it as it may be applied, or None."""
        started = time.monotonic()
        proposal = Proposal(fix.proposer, fix.title, fix.edits, fix.applicability, fix.clears, fix.removes)
        verdict = await self.verifier.verify(self.before, fix.edits, fix.clears, fix.removes, certain=proposal.certain)
        if not verdict.accepted and verdict.introduced:
            proposal, verdict = await self._mended(proposal, verdict)
        if not verdict.accepted or verdict.analysis is None:
            return None
        seconds = time.monotonic() - started
        after = verdict.analysis
        not_run = tuple(n.linter for n in after.not_run)
        evidence = Evidence(verdict.cleared, verdict.introduced, (), 1, seconds, after.ran, not_run)
        return replace(fix, title=proposal.title, edits=proposal.edits, applicability=proposal.applicability), evidence

    def take(self, analysis: Analysis, proposal: Proposal) -> None:
        """Keep a verified candidate as the best so far."""
        self.best = analysis
        if proposal.applicability is not Applicability.SAFE:
            self._trust = Applicability.UNSAFE
        self.ledger.tell(proposal.note)

    def outcome(self, stop: Stop, left: tuple[Diagnostic, ...]) -> Outcome:
        """Sum the run up; `left` are the findings that should have been cleared and are still there."""
        cleared, new = compare(self.before, self.best)
        new = tuple(d for d in new if identity(d) not in self._revealed)
        introduced = tuple(d for d in new if not self.verifier.stood_elsewhere(self.before, self.best, d))
        ledger = self.ledger
        not_run = tuple(n.linter for n in self.best.not_run)
        attempts = ledger.attempts
        evidence = Evidence(
            cleared,
            introduced,
            left,
            len(attempts),
            ledger.seconds,
            self.best.ran,
            not_run,
            self.intent,
            self.best.clean,
        )
        return Outcome(stop, self.before, self.best, attempts, self._trust, evidence, ledger.usage, ledger.message)

    def _targets(self, wanted: set[Identity] | None) -> tuple[Diagnostic, ...]:
        if wanted is None:
            return self.best.wrong
        return tuple(d for d in self.best.diagnostics if identity(d) in wanted)

    def _unjudged(self, wanted: set[Identity] | None) -> str:
        """Why nothing may be called clean although no finding is left; empty where it may."""
        if self.best.clean or (self.best.ran and wanted is not None):
            return ""
        return "; ".join(map(str, self.best.failed)) + "." if self.best.failed else "No linter judged this."
