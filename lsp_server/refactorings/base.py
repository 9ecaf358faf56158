"""What a refactoring is: offered at once by its title, worked out and verified when a person picks it."""

from __future__ import annotations

import enum
import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import Edit

log = logging.getLogger(__name__)


class Kind(enum.Enum):
    """What sort of change it is. IGNORE silences a finding; the others leave all findings as they are."""

    EXTRACT = "extract"
    INLINE = "inline"
    REWRITE = "rewrite"
    IGNORE = "ignore"


@dataclass(frozen=True)
class Selection:
    """The place that refactorings are asked for.

    `span` is what is selected, or where the cursor stands, in `document`, which is part of `unit`. `findings` are those
    at the place. `asked`: a person asks; else an editor that shows at each move whether there is anything, and then
    nothing is offered that may be done nearly everywhere. `new_file` gives the uri of a document of that name beside
    this one; None where the editor cannot make one, or where one is there already.
    """

    unit: Unit
    document: Document
    span: Span
    findings: tuple[Diagnostic, ...] = ()
    asked: bool = True
    new_file: Callable[[str], str | None] = field(default=lambda _: None, compare=False)


Differences = Callable[[Unit, Unit], Iterator[str]]
"""Compares a unit before and after, one part at a time: a sentence on what is not the same, or an empty string."""


def not_compared(before: Unit, after: Unit) -> Iterator[str]:
    """Compare nothing: for a refactoring of which the linter alone is the judge."""
    return iter(())


@dataclass(frozen=True)
class Refactoring:
    """One change of a unit, not yet worked out.

    `key` tells it from the others at a place. `title` is an imperative; it names what goes away. `edits` gives the
    edits, some milliseconds' work at a time; none where they cannot be made cleanly. It raises RefusedError where
    there is more to say. `differences` finds what would no longer be the same; the linters are asked besides.
    `removes` are ids, as the dialect gives them, and comments, as `("#", text)`, that go away on purpose. `clears` are
    findings that have to be gone. `creates` are uris of new documents: edits for one of them insert into an empty text.
    `moves`: what is found of a text that goes to another document is no new finding there. With `becomes` the edits are
    made to a copy of that uri, and the document stays.
    """

    key: str
    title: str
    kind: Kind
    edits: Callable[[], Iterable[Edit] | None]
    differences: Differences
    removes: frozenset[tuple[str, ...]] = frozenset()
    clears: tuple[Diagnostic, ...] = ()
    creates: tuple[str, ...] = ()
    moves: bool = False
    becomes: str = ""


@dataclass(frozen=True)
class Refactorer:
    """A family of refactorings, and the kinds that it offers. `offer` is pure and takes milliseconds at the most."""

    name: str
    kinds: frozenset[Kind]
    offer: Callable[[Selection], Iterable[Refactoring]]


class RefactoringTable:
    """All refactorings of one language."""

    def __init__(self, refactorers: Iterable[Refactorer]) -> None:
        self._refactorers = tuple(refactorers)

    def at(self, selection: Selection, kinds: Collection[Kind]) -> Iterator[Refactoring]:
        """All refactorings of the given kinds. A family that raises is dropped with a log line; the others go on."""
        for refactorer in self._refactorers:
            if refactorer.kinds.isdisjoint(kinds):
                continue
            try:
                yield from (found for found in refactorer.offer(selection) if found.kind in kinds)
            except Exception:
                log.exception("the refactorings of %s failed and were left out", refactorer.name)
