"""Generation is the repair of an empty candidate: write what was asked for, then repair what was written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lsp_server.analysis import Analysis
from lsp_server.core.document import Span, Unit
from lsp_server.core.edit import Edit
from lsp_server.repair.explained import unbegun, unfulfilled, unjudged
from lsp_server.repair.loop import Run
from lsp_server.repair.outcome import Outcome, Stop
from lsp_server.repair.proposer import IntentTask, Place, Proposal, Proposer, Task
from lsp_server.repair.pursuit import Ids, Pursuit, asked_by
from lsp_server.repair.reviewer import Reviewer
from lsp_server.repair.verify import Verdict, placed


async def generate(
    run: Run,
    intent: IntentTask,
    proposers: Sequence[Proposer],
    *,
    hurried: bool = False,
    reviewer: Reviewer | None = None,
) -> Outcome:
    """Write what `intent` asks for. The outcome changes the text only when the result adds no finding at all.

    `hurried`: somebody waits while typing, and nothing is asked again because clean text lacks what was asked for.
    """
    if why_not := unbegun(run.before, intent) or _unreadable(run):
        run.ledger.tell(why_not)
        return run.outcome(Stop.STALLED, ())
    asked = await asked_by(intent.words, run.before)
    stop = Stop.STALLED
    for proposer in proposers:
        stop = await _Generation(run, intent, proposer, asked, asks_once=hurried, reviewer=reviewer).pursue()
        if stop in (Stop.CLEAN, Stop.BUDGET):
            break
    if stop is not Stop.CLEAN and not run.ledger.message:
        run.ledger.tell(unfulfilled(run.ledger.attempts))
    return run.outcome(stop, ())


def _unreadable(run: Run) -> str:
    """Why nothing can be written beside what a text holds; empty where it can be judged."""
    why, dialect = unjudged(run.before), run.verifier.dialect
    held = any(dialect.ids(document) or dialect.unread(document) for document in run.before.unit)
    return f"Nothing was written: {why}." if why and held else ""


class _Generation(Pursuit):
    """One proposer at work, and where in the candidate the new text is."""

    _generated: Place | None = None

    def task(self) -> Task:
        """See Pursuit."""
        return Task(self.candidate, self.wrong, self.run.ledger.attempts, self.intent, self._generated)

    def place(self) -> Place:
        """See Pursuit."""
        at = self.intent.insert_at
        return self._generated or Place(self.intent.uri, Span(at, at))

    async def judge(self, proposal: Proposal) -> Verdict:
        """See Pursuit."""
        verdict = await self.run.verifier.verify(self.candidate, proposal.edits, removes=self._own())
        if verdict.analysis is None or (not verdict.accepted and not verdict.introduced):
            return verdict
        generated = grown(self._generated, proposal.edits, self.intent)
        mended, generated = await self._mended(verdict.analysis, generated)
        verdict = self.since_before(mended)
        if verdict.accepted and self.changes_nothing(mended):
            return replace(verdict, feedback="it writes nothing but what is there already")
        if verdict.accepted or (verdict.introduced and self.is_better(mended)):
            self.candidate, self._generated, self.wrong = mended, generated, verdict.introduced
        return verdict

    def _own(self) -> Ids:
        """What was written in this run, which may go away again: ids, and comments as `("#", text)`."""
        said = self.run.verifier.said
        return said(self.candidate.unit) - said(self.run.before.unit)

    async def _mended(self, candidate: Analysis, place: Place) -> tuple[Analysis, Place]:
        wrong = self.since_before(candidate).introduced
        outcome = await self.run.mend(candidate, wrong) if wrong else None
        if outcome is None or not self._leaves_the_rest(candidate.unit, outcome.edits, place):
            return candidate, place
        return outcome.after, place.after(outcome.edits)

    def _leaves_the_rest(self, unit: Unit, edits: Sequence[Edit], place: Place) -> bool:
        """Whether edits change what was generated alone, or add a block: nobody asked for other text to be mended."""
        from lsp_server.repair.regions import all_regions  # a session that generates nothing needs none of it

        blocks = all_regions(unit, self.run.before.language)

        def within(edit: Edit) -> bool:
            if edit.uri == place.uri and place.span.encloses(edit.span):
                return True
            start, end = edit.span
            return start == end and not any(
                block.uri == edit.uri and block.span.start < start < block.span.end for block in blocks
            )

        return all(within(edit) for edit in edits)


def grown(place: Place | None, edits: Sequence[Edit], intent: IntentTask) -> Place:
    """Return the place of all that was generated, after `edits` were made."""
    own = [span for edit, span in placed(edits) if edit.uri == intent.uri]
    if place is not None:
        own.append(place.after(edits).span)
    if not own:
        return Place(intent.uri, Span(intent.insert_at, intent.insert_at))
    return Place(intent.uri, Span(min(s.start for s in own), max(s.end for s in own)))
