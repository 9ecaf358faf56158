"""What a fixer is, and the table that finds the fixers of a rule."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Document, Unit
from lsp_server.core.edit import consistent
from lsp_server.core.fix import Fix

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FixContext:
    """What a fixer sees: the unit, the document the finding is in, and all findings of the unit."""

    unit: Unit
    document: Document
    diagnostics: tuple[Diagnostic, ...]


Fixer = Callable[[FixContext, Diagnostic], Iterable[Fix | None]]
"""Given a finding, yield fixes, best first; nothing where it is not sure what was meant. Pure and quick.

One that has to search yields None every few milliseconds, so that others may work meanwhile, or end it.
"""


Review = Callable[[FixContext, Fix], Fix]
"""Given any fix, say what a person has to know of it besides: the same fix, or one that is trusted less."""


Adviser = Callable[[FixContext, Diagnostic], str]
"""Given a finding, say what helps with it and its message leaves out, in one sentence; empty for nothing."""


def advised(adviser: Adviser | None, unit: Unit, found: tuple[Diagnostic, ...], diagnostic: Diagnostic) -> Diagnostic:
    """The finding, one of those `found` in `unit`, with what `adviser` has to say of it."""
    document = unit.get(diagnostic.uri)
    if adviser is None or document is None or diagnostic.help:
        return diagnostic
    said = adviser(FixContext(unit, document, found), diagnostic)
    return replace(diagnostic, help=said) if said else diagnostic


Grounder = Callable[[FixContext, Diagnostic], tuple[str, ...]]
"""Given a finding, say what the schema and the text around it allow at its place: paragraphs of Markdown.

The first is a sentence or two that may be told alone; empty where nothing is known.
"""

_LISTED = 40  # names in one sentence


def first_told(parts: Iterable[Iterator[str]], diagnostic: Diagnostic) -> tuple[str, ...]:
    """What the first of `parts` says that says anything; one that fails on a finding is left out with a log line."""
    for part in parts:
        try:
            said = tuple(paragraph for paragraph in part if paragraph)
        except Exception:
            log.exception("what is known of %s %s could not be told", diagnostic.source, diagnostic.code)
            continue
        if said:
            return said
    return ()


def code(name: str) -> str:
    """A name in Markdown, whatever it is made of."""
    return "`" + name.replace("`", "'") + "`"


def quoted(names: Iterable[str], marked: Container[str] = ()) -> str:
    """Names in Markdown, one behind the other; those that are `marked` are said to be required."""
    told = [f"{code(name)}{' (required)' if name in marked else ''}" for name in islice(names, _LISTED + 1)]
    return ", ".join(told[:_LISTED]) + (" …" if len(told) > _LISTED else "")


@dataclass(frozen=True)
class RuleFixer:
    """A fixer and the findings it answers: those of linter `source` with one of `codes`."""

    source: str
    codes: frozenset[str]
    fix: Fixer


def unreviewed(_: FixContext, fix: Fix) -> Fix:
    """Leave a fix as it is."""
    return fix


class FixerTable:
    """All fixers, by linter and rule. What each of them comes up with goes through one review."""

    def __init__(self, fixers: Iterable[RuleFixer], review: Review = unreviewed) -> None:
        self.review = review
        self._by_kind: defaultdict[tuple[str, str], list[Fixer]] = defaultdict(list)
        for fixer in fixers:
            for code in fixer.codes:
                self._by_kind[fixer.source, code].append(fixer.fix)

    def answers(self, diagnostic: Diagnostic) -> bool:
        """Whether any fixer knows the finding's rule."""
        return diagnostic.kind in self._by_kind

    def fixes(self, context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
        """All fixes for one finding, best first."""
        return (fix for fix in self.steps(context, diagnostic) if fix is not None)

    def steps(self, context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix | None]:
        """The same with None where a fixer is still searching. One that raises is dropped with a log line.

        So is a fix whose own edits contradict each other (in broken text, a thing may be moved into itself).
        """
        for fixer in self._by_kind.get(diagnostic.kind, ()):
            try:
                for fix in fixer(context, diagnostic):
                    if fix is None:
                        yield None
                    elif consistent(fix.edits):
                        yield self.review(context, fix)
            except Exception:
                log.exception("a fixer for %s %s failed and was left out", diagnostic.source, diagnostic.code)
