"""What a run of the loop comes to, with the evidence that a person is shown."""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass

from lsp_server.analysis import Analysis
from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Unit
from lsp_server.core.edit import Edit, unit_edits
from lsp_server.core.fix import Applicability
from lsp_server.models.base import Usage


class Stop(enum.Enum):
    """Why the loop stopped."""

    CLEAN = "clean"
    STALLED = "stalled"
    REGRESSED = "regressed"
    BUDGET = "budget"
    UNCHANGED = "unchanged"
    """What was to be changed by a person's words is so already."""


@dataclass(frozen=True)
class Attempt:
    """One proposal and what came of it.

    `feedback` says why it was not taken (empty when it was); `analysis` is None where it was refused before linting.
    `introduces` says whether it would have brought new findings about.
    """

    proposer: str
    title: str
    edits: tuple[Edit, ...]
    analysis: Analysis | None
    accepted: bool
    feedback: str
    seconds: float
    usage: Usage = Usage()
    introduces: bool = False


@dataclass(frozen=True)
class Evidence:
    """The proof that goes with a suggestion: findings cleared, introduced and left, and which linters say so.

    `intent` tells how much of what was asked for is found in it, and of how much; None where that is not to be told.
    `clean` tells that the text has no finding at all afterwards.
    """

    cleared: tuple[Diagnostic, ...]
    introduced: tuple[Diagnostic, ...]
    left: tuple[Diagnostic, ...]
    attempts: int
    seconds: float
    ran: tuple[str, ...] = ()
    not_run: tuple[str, ...] = ()
    intent: tuple[int, int] | None = None
    clean: bool = False

    @property
    def brief(self) -> str:
        """What a menu has room for: `E3002 cleared · 0 introduced`, `lint clean · intent 5 of 5`."""
        intent = f" · intent {self.intent[0]} of {self.intent[1]}" if self.intent is not None else ""
        if intent and self.clean and not self.not_run:
            return f"lint clean{intent}"
        codes = Counter(d.code for d in self.cleared)
        cleared = ", ".join(code if n == 1 else f"{code} ×{n}" for code, n in codes.items())
        first = f"{cleared} cleared" if cleared else f"linted by {', '.join(self.ran) or 'nobody'}"
        return f"{first} · {len(self.introduced)} introduced{intent}"

    def __str__(self) -> str:
        """For example `E3002 cleared · 0 introduced · 2 attempts · 1.3 s`."""
        parts = [self.brief]
        if self.left:
            parts.append(f"{len(self.left)} left")
        parts += [f"{self.attempts} attempt{'' if self.attempts == 1 else 's'}", f"{self.seconds:.1f} s"]
        parts += [f"{name} not run" for name in self.not_run]
        return " · ".join(parts)


@dataclass(frozen=True)
class Outcome:
    """How a run ended. `after` is never worse than `before`; `after is before` when nothing could be bettered.

    `applicability` is the least trusted of all edits that were taken.
    """

    stop: Stop
    before: Analysis
    after: Analysis
    attempts: tuple[Attempt, ...]
    applicability: Applicability
    evidence: Evidence
    usage: Usage
    message: str

    @property
    def unit(self) -> Unit:
        """The repaired unit."""
        return self.after.unit

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The minimal edits from before to after."""
        return unit_edits(self.before.unit, self.after.unit)

    @property
    def changed(self) -> bool:
        """Whether there is anything to apply."""
        return any(d.text != self.after.unit[d.uri].text for d in self.before.unit)


def weight(analysis: Analysis, hidden: tuple[Diagnostic, ...] = ()) -> tuple[int, ...]:
    """How bad an analysis is, worst first: syntax errors, errors, warnings, information, hints.

    `hidden` ones do not count.
    """
    found = [d for d in analysis.diagnostics if d not in hidden]
    severities = Counter(d.severity for d in found)
    syntax = sum(d.syntax for d in found)
    return (syntax, *(severities[severity] for severity in Severity))
