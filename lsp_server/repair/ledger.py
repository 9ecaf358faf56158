"""What a run has tried and what that has cost, held against its budget."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from lsp_server.core.document import Unit
from lsp_server.models.base import ModelError, Usage
from lsp_server.repair.explainer import Describe, Explainer, Interpretation
from lsp_server.repair.explanation import Explanation
from lsp_server.repair.outcome import Attempt
from lsp_server.repair.proposer import Proposal, Proposer, Refusal, Task, TooCostly
from lsp_server.repair.reviewer import Reviewed, Reviewer
from lsp_server.repair.verify import Verdict


@dataclass(frozen=True)
class Budget:
    """What metered proposers may spend in one run: answers, tokens in and out, seconds, US dollars (0: any)."""

    attempts: int = 3
    tokens: int = 30_000
    seconds: float = 60.0
    dollars: float = 0.0


NOTHING = Budget(0, 0, 0.0)


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
_Told = TypeVar("_Told", Reviewed, Interpretation)


class Ledger:
    """The attempts of one run, what they used, what a person is to be told, and what may still be spent."""

    def __init__(self, budget: Budget, report: Report) -> None:
        self.usage = Usage()
        self._budget = budget
        self._report = report
        self._attempts: list[Attempt] = []
        self._messages: list[str] = []
        self._metered = 0
        self._too_costly = False
        self._unreachable: set[str] = set()
        self._started = time.monotonic()

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """All attempts, oldest first."""
        return tuple(self._attempts)

    @property
    def message(self) -> str:
        """What a person is to be told of the run, sentence by sentence; empty where there is nothing."""
        *said, last = dict.fromkeys(self._messages) or [""]
        return " ".join([*(s if s.endswith((".", "!", "?", "…")) else f"{s}." for s in said), last])

    @property
    def seconds(self) -> float:
        """How long the run has taken so far."""
        return time.monotonic() - self._started

    def exhausted(self, proposer: Proposer) -> bool:
        """Whether `proposer` may not be asked again; one that is not metered always may."""
        if not proposer.metered:
            return False
        spent = self._metered >= self._budget.attempts or self._tokens_left <= 0 or self._dollars_left <= 0
        return spent or self._too_costly or self._seconds_left <= 0

    def tell(self, sentence: str) -> None:
        """Add a sentence to what a person is told; an empty one is none."""
        if sentence:
            self._messages.append(sentence)

    def progress(self, proposer: Proposer, left: int) -> None:
        """Report that `proposer` is about to be asked about `left` findings."""
        if proposer.name in self._unreachable:
            return
        attempt = self._metered + 1 if proposer.metered else 0
        self._report(Progress(proposer.name, attempt, self._budget.attempts, left))

    async def ask(self, proposer: Proposer, task: Task) -> Proposal | Refusal | None:
        """Ask within the budget; None when there is no answer, and then the message says why if that is not plain."""
        if not proposer.metered:
            return await proposer.propose(task)
        if proposer.name in self._unreachable:
            return None
        self._metered += 1
        try:
            async with asyncio.timeout(self._seconds_left):
                answer = await proposer.propose(self._limited(task))
        except TimeoutError:
            self.tell(f"{proposer.name} gave no answer within {self._budget.seconds:.0f} s.")
            self._unreachable.add(proposer.name)
            return None
        except TooCostly as cost:
            self._too_costly = True
            self.tell(str(cost))
            return None
        except ModelError as error:
            self.usage += error.usage
            self.tell(str(error))
            self._unreachable.add(proposer.name)
            return None
        if answer is not None:
            self.usage += answer.usage
        return answer

    async def consult(self, reviewer: Reviewer, task: Task, before: Unit, checked: Sequence[str]) -> Reviewed | None:
        """Have what was written reviewed within the budget; where it cannot be, None, and the message says why."""
        return await self._told("No review", reviewer.name, reviewer.review(self._limited(task), before, checked))

    async def interpret(
        self, explainer: Explainer, task: Task, told: Sequence[Explanation], describe: Describe
    ) -> Interpretation | None:
        """Have findings explained within the budget; where they cannot be, None, and the message says why."""
        answer = explainer.explain(self._limited(task), told, describe)
        return await self._told("No model tells more", explainer.name, answer)

    async def _told(self, failed: str, name: str, answer: Awaitable[_Told]) -> _Told | None:
        """An answer within the budget; where there is none, the message says that it `failed` and why."""
        try:
            async with asyncio.timeout(self._seconds_left):
                told = await answer
        except TimeoutError:
            self.tell(f"{failed}: {name} gave no answer within {self._budget.seconds:.0f} s.")
        except ModelError as error:
            self.usage += error.usage
            self.tell(f"{failed}: {error}")
        except TooCostly as cost:
            self.tell(f"{failed}: {cost}")
        else:
            self.usage += told.usage
            return told
        return None

    def record(self, proposal: Proposal, verdict: Verdict, started: float) -> None:
        """Note what came of a proposal that was asked for at `started`, by the monotonic clock."""
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
                bool(verdict.introduced),
            )
        )

    def record_refusal(self, refusal: Refusal, started: float) -> None:
        """Note an answer that was refused before it was linted."""
        seconds = time.monotonic() - started
        self._attempts.append(
            Attempt(refusal.proposer, "refused", (), None, False, refusal.feedback, seconds, refusal.usage)
        )

    def _limited(self, task: Task) -> Task:
        """The task with what its answer may cost."""
        return replace(task, tokens=self._tokens_left, dollars=self._dollars_left)

    @property
    def _tokens_left(self) -> int:
        return max(0, self._budget.tokens - self.usage.tokens)

    @property
    def _dollars_left(self) -> float:
        return max(0.0, self._budget.dollars - self.usage.cost) if self._budget.dollars > 0 else math.inf

    @property
    def _seconds_left(self) -> float:
        return self._budget.seconds - self.seconds
