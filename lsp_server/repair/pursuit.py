"""How one proposer is asked for what a person said in words, until it is there and clean, or no nearer can be come."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lsp_server.analysis import Analysis
from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.edit import unit_edits
from lsp_server.dialects.base import Language
from lsp_server.repair.explained import came_back, unjudged
from lsp_server.repair.loop import MOST_ROUNDS, Run
from lsp_server.repair.outcome import Stop, weight
from lsp_server.repair.policy import Streak
from lsp_server.repair.proposer import IntentTask, Place, Proposal, Proposer, Refusal, Task
from lsp_server.repair.reviewer import Remark, Reviewer
from lsp_server.repair.verify import Verdict, identity

if TYPE_CHECKING:
    from lsp_server.repair.wishes import Wish

Ids = frozenset[tuple[str, ...]]

_MOST_REVIEWS = 2  # the second tells whether what the first missed is there now


@dataclass(frozen=True)
class Clean:
    """What no linter has anything new against, and how far it does what was asked for."""

    analysis: Analysis
    proposal: Proposal
    missing: tuple[Wish, ...]
    remarks: tuple[Remark, ...] = ()

    @property
    def lacks(self) -> tuple[int, int]:
        """How much is missing: of what a text shows by itself, and of what a reader looked for."""
        return len(self.missing), len(self.undone)

    @property
    def undone(self) -> tuple[Remark, ...]:
        """What a reader does not find done."""
        return tuple(remark for remark in self.remarks if remark.met is False)


class Pursuit(ABC):
    """One proposer at work on an intent: the candidate so far, and what is wrong with it.

    `asked` is what the intent asks for and a text can show. With `asks_once`, clean text that lacks some of it is good
    enough. What has all of it is read once more by `reviewer`, if there is one.
    """

    def __init__(
        self,
        run: Run,
        intent: IntentTask,
        proposer: Proposer,
        asked: Sequence[Wish],
        *,
        asks_once: bool = False,
        reviewer: Reviewer | None = None,
    ) -> None:
        self.run = run
        self.intent = intent
        self.proposer = proposer
        self.candidate = run.before
        self.wrong: tuple[Diagnostic, ...] = ()
        self.kept: Clean | None = None
        self._asked = asked
        self._asks_once = asks_once or not proposer.metered
        self._reviewer = None if self._asks_once else reviewer
        self._reviews = 0

    async def pursue(self) -> Stop:
        """Ask until there is a clean text that does what was asked for, or as near to it as the proposer comes."""
        stop = await self._ask()
        run, kept = self.run, self.kept
        if kept is None:
            return stop
        run.take(await self._in_place(kept.analysis), kept.proposal)
        asked = len(self._asked) + sum(remark.met is not None for remark in kept.remarks)
        if asked:
            run.intent = asked - sum(kept.lacks), asked
        missing = [*(wish.words for wish in kept.missing), *map(str, kept.undone)]
        unsure = [str(remark) for remark in kept.remarks if remark.met is None]
        run.ledger.tell(f"Not found in what was written: {'; '.join(missing)}." if missing else "")
        run.ledger.tell(f"No text can show whether this is done: {'; '.join(unsure)}." if unsure else "")
        return Stop.CLEAN

    @abstractmethod
    def task(self) -> Task:
        """The next question."""

    @abstractmethod
    async def judge(self, proposal: Proposal) -> Verdict:
        """Verify a proposal, mend what fixers can, and go on from there where findings are left."""

    @abstractmethod
    def place(self) -> Place:
        """Where what is missing is told."""

    def selected(self) -> tuple[Place, ...]:
        """What a person selected, where it stands now, with what was written besides; nothing where nothing was."""
        return ()

    def refused(self, refusal: Refusal, started: float, streak: Streak) -> Stop | None:
        """Note an answer that was refused before it was linted, and say whether that is the end of it."""
        self.run.ledger.record_refusal(refusal, started)
        return streak.refuse(refusal.feedback)

    def since_before(self, candidate: Analysis, removes: Ids = frozenset()) -> Verdict:
        """Judge a candidate against the text as the person has it: all that is new counts, if it could be judged."""
        before = self.run.before
        edits = unit_edits(before.unit, candidate.unit)
        verdict = self.run.verifier.judge(before, candidate, edits, removes=removes)
        return replace(verdict, feedback=unjudged(candidate)) if verdict.accepted else verdict

    def is_better(self, candidate: Analysis) -> bool:
        """Whether to go on from a candidate: from the first, and then from those with which less is wrong."""
        return self.candidate is self.run.before or weight(candidate) < weight(self.candidate)

    def changes_nothing(self, candidate: Analysis) -> bool:
        """Whether a candidate is the text as the person has it."""
        return all(d.text == candidate.unit[d.uri].text for d in self.run.before.unit)

    async def _ask(self) -> Stop:
        ledger, proposer = self.run.ledger, self.proposer
        streak = Streak()
        for _ in range(MOST_ROUNDS):
            if ledger.exhausted(proposer):
                return Stop.BUDGET
            ledger.progress(proposer, len(self.wrong))
            started = time.monotonic()
            answer = await ledger.ask(proposer, self.task())
            if answer is None:
                return Stop.BUDGET if ledger.exhausted(proposer) else Stop.STALLED
            stop = await self._weigh(answer, started, streak)
            if stop is not None:
                return stop
        return Stop.STALLED

    async def _weigh(self, answer: Proposal | Refusal, started: float, streak: Streak) -> Stop | None:
        """Judge an answer, keep what is good of it, and say whether that is the end of it."""
        ledger = self.run.ledger
        if isinstance(answer, Refusal):
            return self.refused(answer, started, streak)
        verdict = await self.judge(answer)
        ledger.record(answer, verdict, started)
        if verdict.analysis is not None and verdict.accepted:
            if not await self._keep(verdict.analysis, answer) or self._asks_once:
                return Stop.CLEAN
            return streak.reject({identity(d) for d in self.wrong})
        if verdict.analysis is not None and not verdict.introduced and unjudged(verdict.analysis):
            return Stop.STALLED  # as it would be with any other answer
        if verdict.introduced and streak.reject({identity(d) for d in verdict.introduced}):
            ledger.tell(came_back(verdict.feedback))
            return Stop.STALLED
        return None

    async def _keep(self, analysis: Analysis, proposal: Proposal) -> bool:
        """Keep what is clean, if it does more of what was asked than what is kept; say whether to ask for the rest."""
        from lsp_server.repair.wishes import unmet

        before = self.run.before
        missing = unmet(self._asked, before.unit, analysis.unit, before.language, self.selected())
        found = Clean(analysis, proposal, missing, () if missing else await self._reviewed(analysis))
        if self.kept is None or found.lacks < self.kept.lacks:
            self.kept = found
        self.wrong = (
            *(_finding(wish, self.place()) for wish in missing),
            *(_objection(remark, self.place()) for remark in found.undone),
        )
        return bool(missing) or (bool(found.undone) and self._reviews < _MOST_REVIEWS)

    async def _in_place(self, analysis: Analysis) -> Analysis:
        """What was written, with its variables and outputs in the files where the module keeps them."""
        from lsp_server.repair.placement import to_their_files

        before = self.run.before
        edits = to_their_files(before.unit, analysis.unit) if before.language is Language.TERRAFORM else ()
        if not edits:
            return analysis
        verdict = await self.run.verifier.verify(analysis, edits)
        return verdict.analysis if verdict.accepted and verdict.analysis is not None else analysis

    async def _reviewed(self, analysis: Analysis) -> tuple[Remark, ...]:
        """What a reader says of a text that has all that it can show by itself."""
        if self._reviewer is None:
            return ()
        self._reviews += 1
        checked = [wish.words for wish in self._asked]
        task = replace(self.task(), analysis=analysis, targets=())
        reviewed = await self.run.ledger.consult(self._reviewer, task, self.run.before.unit, checked)
        if reviewed is None:  # nobody says that it is better than what is kept
            return self.kept.remarks if self.kept is not None else ()
        return reviewed.remarks


async def asked_by(words: str, before: Analysis) -> tuple[Wish, ...]:
    """What words ask for and a text can show."""
    return await asyncio.to_thread(_read, words, before)


def _read(words: str, before: Analysis) -> tuple[Wish, ...]:
    from lsp_server.repair.wishes import wishes  # what reads words is loaded when something is asked for, in a thread

    return wishes(words, before.unit, before.language)


def _finding(wish: Wish, place: Place) -> Diagnostic:
    """A wish that is not met, as a finding that goes through the loop."""
    message = f"The request asks for {wish.words}, which is not in what was written."
    return Diagnostic(
        place.uri, place.span, Severity.WARNING, "intent", wish.code, message, help=f"To do: {wish.hint}."
    )


def _objection(remark: Remark, place: Place) -> Diagnostic:
    """What a reader does not find done, as a finding that goes through the loop."""
    message = f"A review does not find done what the request asks for: {remark}."
    at = remark.place or place
    return Diagnostic(at.uri, at.span, Severity.WARNING, "intent", "not-met", message)
