"""The seam between the loop and whatever suggests edits: a proposer looks at a task and proposes, or has nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from lsp_server.analysis import Analysis
from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span, Unit
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability
from lsp_server.dialects.base import Language
from lsp_server.models.base import Usage
from lsp_server.repair.outcome import Attempt


@dataclass(frozen=True)
class Place:
    """A span of one document."""

    uri: str
    span: Span

    def after(self, edits: Iterable[Edit]) -> Place:
        """Where the place lies once `edits` were made before, in or after it; what they write in it belongs to it."""
        start, end = self.span
        for edit in edits:
            if edit.uri == self.uri:
                growth = len(edit.text) - (edit.span.end - edit.span.start)
                if edit.span.end <= self.span.start:
                    start, end = start + growth, end + growth
                elif edit.span.start <= self.span.end:
                    end += growth
        return Place(self.uri, Span(start, max(start, end)))


@dataclass(frozen=True)
class IntentTask:
    """What a person asked for in words, and the offset in document `uri` where it should go.

    With `selected`, what stands at those places is to be changed; only what that needs besides goes to the offset.
    """

    words: str
    uri: str
    insert_at: int
    selected: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Task:
    """One question to a proposer.

    `analysis` judges the unit as it is now (the best candidate so far), `targets` are the findings in it to clear.
    With `intent`, something is to be generated: `generated` is None while nothing has been, and afterwards the place of
    what has been (then the task is to repair that and nothing else). `region` limits what may be edited; None is the
    whole unit. `attempts` are all attempts of this run, oldest first. `tokens` and `dollars` (US) are what an answer of
    a metered proposer may cost, in and out.
    """

    analysis: Analysis
    targets: tuple[Diagnostic, ...]
    attempts: tuple[Attempt, ...] = ()
    intent: IntentTask | None = None
    generated: Place | None = None
    region: Place | None = None
    tokens: int = 30_000
    dollars: float = math.inf

    @property
    def unit(self) -> Unit:
        """The documents as they are now."""
        return self.analysis.unit

    @property
    def language(self) -> Language:
        """The language of the unit."""
        return self.analysis.language


@dataclass(frozen=True)
class Proposal:
    """Edits to the task's unit, not yet verified. `clears` is what they claim; empty for a model's.

    `removes` names the ids (as `Dialect.ids` gives them) that the edits delete on purpose and say so in the title.
    `note` is what the proposer wants a person to know (what it did not understand, say). `parts` are the edits by the
    place that they are about, where any of them may be left out.
    """

    proposer: str
    title: str
    edits: tuple[Edit, ...]
    applicability: Applicability
    clears: tuple[Diagnostic, ...] = ()
    removes: frozenset[tuple[str, ...]] = frozenset()
    note: str = ""
    usage: Usage = Usage()
    parts: tuple[tuple[Place, tuple[Edit, ...]], ...] = ()

    def noting(self, *sentences: str) -> Proposal:
        """The same with sentences behind its note."""
        note = self.note if self.note.endswith((".", "!", "?")) or not self.note else f"{self.note}."
        return replace(self, note=" ".join(filter(None, (note, *sentences))))

    @property
    def certain(self) -> bool:
        """Whether all of it is safe: nothing in it was guessed."""
        return self.applicability is Applicability.SAFE


@dataclass(frozen=True)
class Refusal:
    """An answer that was refused before it was linted; `feedback` tells the next attempt why.

    `already` says that nothing is to be done: what was asked for is there. `note` is what the proposer said with it.
    """

    proposer: str
    feedback: str
    usage: Usage = Usage()
    already: bool = False
    note: str = ""


class TooCostly(Exception):
    """The next answer would cost more tokens or money than is left; `str()` is a sentence for a person."""


class Proposer(Protocol):
    """Suggests edits. One object serves one run of the loop and may keep what it has already tried.

    A `metered` one costs money or time: the budget of attempts, tokens and seconds is about those.
    """

    name: str
    metered: bool

    async def propose(self, task: Task) -> Proposal | Refusal | None:
        """Return the next proposal, or None when there is nothing (more) to suggest.

        Raises ModelError where a model could not be asked, TooCostly where it may cost too little; cancellation goes
        through.
        """
