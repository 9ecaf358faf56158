"""Propose, verify, keep the best, and stop for a typed reason. The loop trusts no proposer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lsp_server.analysis import Analysis
from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit, unit_edits
from lsp_server.core.fix import Applicability, Fix
from lsp_server.models.base import ModelError, Usage
from lsp_server.repair.outcome import Attempt, Evidence, Outcome, Stop, weight
from lsp_server.repair.proposer import IntentTask, Place, Proposal, Proposer, Refusal, Task
from lsp_server.repair.verify import Verdict, Verifier, compare, identity, placed

MOST_ROUNDS = 60
DEEPEST = 3  # mending what mending brought to light


@dataclass(frozen=True)
class Budget:
    """What metered proposers may spend in one run: answers, tokens in and out, seconds."""

    attempts: int = 3
    tokens: int = 30_000
    seconds: float = 60.0


@dataclass(frozen=True)
class Progress:
    """How far a run is: who is asked, the metered attempt under way (0: none), how many there may be, findings left."""

    proposer: str
    attempt: int
    most: int
    left: int

    def __str__(self) -> str:
        what = f"attempt {self.attempt} of {self.most}" if self.attempt else self.proposer
        return f"{what} · {self.left} finding{'' if self.left == 1 else 's'} left"


Report = Callable[[Progress], None]


class Run:
    """One run of the loop over one unit. `menders` makes fresh fixers for what a proposal brought to light."""

    def __init__(
        self,
        verifier: Verifier,
        before: Analysis,
        budget: Budget,
        menders: Callable[[], Sequence[Proposer]],
        report: Report = lambda _: None,
        *,
        depth: int = 0,
    ) -> None:
        self._verifier = verifier
        self._before = before
        self._best = before
        self._budget = budget
        self._menders = menders
        self._report = report
        self._depth = depth
        self._attempts: list[Attempt] = []
        self._edits_trust = Applicability.SAFE
        self._usage = Usage()
        self._metered = 0
        self._started = time.monotonic()
        self._messages: list[str] = []

    # -- repair -------------------------------------------------------------------------------------------------

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
        return self._outcome(stop, wanted)

    async def _repair_with(
        self, proposer: Proposer, wanted: set[tuple[str, str, str, str]] | None, region: Place | None
    ) -> Stop:
        previous: set[tuple[str, str, str, str]] | None = None
        worse_only = True
        for _ in range(MOST_ROUNDS):
            targets = self._targets(wanted)
            if not targets:
                return Stop.CLEAN
            if proposer.metered and self._exhausted():
                return Stop.BUDGET
            self._progress(proposer, len(targets))
            task = Task(self._best, targets, tuple(self._attempts), region=region)
            started = time.monotonic()
            answer = await self._ask(proposer, task)
            if not isinstance(answer, Proposal):
                if answer is None:
                    return Stop.BUDGET if proposer.metered and self._exhausted() else Stop.STALLED
                self._record_refusal(answer, started)
                continue
            verdict = await self._judge(answer)
            if not verdict.accepted and verdict.introduced:
                answer, verdict = await self._mended(answer, verdict)
            self._record(answer, verdict, started)
            if verdict.accepted and verdict.analysis is not None:
                worse_only = False
                self._take(verdict.analysis, answer)
            elif proposer.metered and verdict.analysis is not None:
                found = {identity(d) for d in verdict.analysis.diagnostics}
                if found == previous:
                    self._messages.append("The same findings came back.")
                    return Stop.REGRESSED if worse_only else Stop.STALLED
                previous = found
        return Stop.STALLED

    async def _judge(self, proposal: Proposal) -> Verdict:
        verdict = await self._verifier.verify(self._best, proposal.edits, proposal.clears, proposal.removes)
        if verdict.accepted and verdict.analysis is not None and weight(verdict.analysis) >= weight(self._best):
            return replace(verdict, feedback="it clears nothing")
        return verdict

    async def _mended(self, proposal: Proposal, verdict: Verdict) -> tuple[Proposal, Verdict]:
        """Let fixers mend what came to light (a misspelled property hid what it holds), and judge the whole again."""
        assert verdict.analysis is not None
        outcome = await self._mend(verdict.analysis, verdict.introduced)
        if outcome is None or not outcome.changed:
            return proposal, verdict
        edits = unit_edits(self._best.unit, outcome.unit)
        again = self._verifier.judge(self._best, outcome.after, edits, proposal.clears, proposal.removes)
        if not again.accepted or weight(outcome.after) >= weight(self._best):
            return proposal, verdict
        titles = [proposal.title, *(a.title for a in outcome.attempts if a.accepted)]
        trust = proposal.applicability if outcome.applicability is Applicability.SAFE else Applicability.UNSAFE
        return replace(proposal, title="; ".join(titles), edits=edits, applicability=trust), again

    async def _mend(self, candidate: Analysis, wrong: Sequence[Diagnostic]) -> Outcome | None:
        if self._depth >= DEEPEST:
            return None
        run = Run(self._verifier, candidate, Budget(0, 0, 0), self._menders, depth=self._depth + 1)
        return await run.repair(self._menders(), wrong)

    async def try_fix(self, fix: Fix) -> tuple[Fix, Evidence] | None:
        """Verify one fix alone, with what it brings to light mended. Returns it as it may be applied, or None."""
        started = time.monotonic()
        proposal = Proposal(fix.proposer, fix.title, fix.edits, fix.applicability, fix.clears, fix.removes)
        verdict = await self._verifier.verify(self._before, fix.edits, fix.clears, fix.removes)
        if not verdict.accepted and verdict.introduced:
            proposal, verdict = await self._mended(proposal, verdict)
        if not verdict.accepted or verdict.analysis is None:
            return None
        seconds = time.monotonic() - started
        after = verdict.analysis
        not_run = tuple(n.linter for n in after.not_run)
        evidence = Evidence(verdict.cleared, verdict.introduced, (), 1, seconds, after.ran, not_run)
        return replace(fix, title=proposal.title, edits=proposal.edits, applicability=proposal.applicability), evidence

    # -- generation ---------------------------------------------------------------------------------------------

    async def generate(self, intent: IntentTask, proposers: Sequence[Proposer]) -> Outcome:
        """Write what `intent` asks for. The outcome changes the text only when the result adds no finding at all."""
        stop = Stop.STALLED
        for proposer in proposers:
            stop = await self._generate_with(proposer, intent)
            if stop in (Stop.CLEAN, Stop.BUDGET):
                break
        return self._outcome(stop, set())

    async def _generate_with(self, proposer: Proposer, intent: IntentTask) -> Stop:
        candidate, place = self._before, None
        wrong: tuple[Diagnostic, ...] = ()
        previous: set[tuple[str, str, str, str]] | None = None
        for _ in range(MOST_ROUNDS):
            if proposer.metered and self._exhausted():
                return Stop.BUDGET
            self._progress(proposer, len(wrong))
            task = Task(candidate, wrong, tuple(self._attempts), intent, place)
            started = time.monotonic()
            answer = await self._ask(proposer, task)
            if answer is None:
                return Stop.BUDGET if proposer.metered and self._exhausted() else Stop.STALLED
            if isinstance(answer, Refusal):
                self._record_refusal(answer, started)
                continue
            verdict = await self._verifier.verify(candidate, answer.edits)
            if verdict.analysis is None or (not verdict.accepted and not verdict.introduced):
                self._record(answer, verdict, started)
                continue
            place = grown(place, answer.edits, intent)
            mended, place = await self._mend_generated(verdict.analysis, place)
            cleared, wrong = compare(self._before, mended, ())
            complaint = "; ".join(f"{d.code} {d.message}" for d in wrong[:5])
            verdict = Verdict(mended, cleared, wrong, f"it has findings: {complaint}" if wrong else "")
            self._record(answer, verdict, started)
            if not wrong:
                self._take(mended, answer)
                return Stop.CLEAN
            found = {identity(d) for d in wrong}
            if found == previous:
                self._messages.append("The same findings came back.")
                return Stop.STALLED
            candidate, previous = mended, found
        return Stop.STALLED

    async def _mend_generated(self, candidate: Analysis, place: Place) -> tuple[Analysis, Place]:
        _, wrong = compare(self._before, candidate, ())
        if not wrong:
            return candidate, place
        outcome = await self._mend(candidate, wrong)
        return (outcome.after, shifted(place, outcome.edits)) if outcome else (candidate, place)

    # -- bookkeeping --------------------------------------------------------------------------------------------

    async def _ask(self, proposer: Proposer, task: Task) -> Proposal | Refusal | None:
        if not proposer.metered:
            return await proposer.propose(task)
        self._metered += 1
        try:
            async with asyncio.timeout(self._seconds_left()):
                answer = await proposer.propose(task)
        except TimeoutError:
            self._messages.append(f"{proposer.name} gave no answer within {self._budget.seconds:.0f} s.")
            return None
        except ModelError as error:
            self._messages.append(str(error))
            return None
        if answer is not None:
            self._usage += answer.usage
        return answer

    def _targets(self, wanted: set[tuple[str, str, str, str]] | None) -> tuple[Diagnostic, ...]:
        found = self._best.diagnostics
        return found if wanted is None else tuple(d for d in found if identity(d) in wanted)

    def _exhausted(self) -> bool:
        spent = self._metered >= self._budget.attempts or self._usage.tokens >= self._budget.tokens
        return spent or self._seconds_left() <= 0

    def _seconds_left(self) -> float:
        return self._budget.seconds - (time.monotonic() - self._started)

    def _progress(self, proposer: Proposer, left: int) -> None:
        attempt = self._metered + 1 if proposer.metered else 0
        self._report(Progress(proposer.name, attempt, self._budget.attempts, left))

    def _take(self, analysis: Analysis, proposal: Proposal) -> None:
        self._best = analysis
        if proposal.applicability is not Applicability.SAFE:
            self._edits_trust = Applicability.UNSAFE
        if proposal.note:
            self._messages.append(proposal.note)

    def _record(self, proposal: Proposal, verdict: Verdict, started: float) -> None:
        self._attempts.append(
            Attempt(
                proposal.proposer,
                proposal.title,
                proposal.edits,
                verdict.analysis,
                verdict.accepted,
                verdict.feedback,
                time.monotonic() - started,
                proposal.usage,
            )
        )

    def _record_refusal(self, refusal: Refusal, started: float) -> None:
        seconds = time.monotonic() - started
        self._attempts.append(
            Attempt(refusal.proposer, "refused", (), None, False, refusal.feedback, seconds, refusal.usage)
        )

    def _outcome(self, stop: Stop, wanted: set[tuple[str, str, str, str]] | None) -> Outcome:
        cleared, introduced = compare(self._before, self._best, ())
        if stop is Stop.STALLED and wanted != set() and not self._messages:
            codes = dict.fromkeys(d.code for d in self._targets(wanted))
            self._messages.append(f"No fix is known that verifies for {', '.join(codes)}.")
        left = self._targets(wanted)
        evidence = Evidence(
            cleared,
            introduced,
            left,
            len(self._attempts),
            time.monotonic() - self._started,
            self._best.ran,
            tuple(n.linter for n in self._best.not_run),
        )
        return Outcome(
            stop,
            self._before,
            self._best,
            tuple(self._attempts),
            self._edits_trust,
            evidence,
            self._usage,
            " ".join(dict.fromkeys(self._messages)),
        )


def grown(place: Place | None, edits: Sequence[Edit], intent: IntentTask) -> Place:
    """Return the place of all that was generated, after `edits` were made."""
    own = [span for edit, span in placed(edits) if edit.uri == intent.uri]
    if place is not None:
        own.append(shifted(place, edits).span)
    if not own:
        return Place(intent.uri, Span(intent.insert_at, intent.insert_at))
    return Place(intent.uri, Span(min(s.start for s in own), max(s.end for s in own)))


def shifted(place: Place, edits: Sequence[Edit]) -> Place:
    """Return where a place lies after edits were made before, in or after it."""
    start, end = place.span
    for edit in edits:
        if edit.uri == place.uri:
            growth = len(edit.text) - (edit.span.end - edit.span.start)
            if edit.span.end <= place.span.start:
                start, end = start + growth, end + growth
            elif edit.span.start <= place.span.end:
                end += growth
    return Place(place.uri, Span(start, max(start, end)))
