"""As little of a model's edits as clears the findings: changes to other lines are left out."""

from __future__ import annotations

import itertools
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from lsp_server.core.alignment import changed_lines
from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Document, Unit
from lsp_server.core.edit import Edit, edit_unit, minimal_edits
from lsp_server.repair.outcome import weight
from lsp_server.repair.proposer import Proposal
from lsp_server.repair.verify import Verdict, identity

LEFT_OUT = "Changes that no finding needs were left out."
_MOST_RUNS = 6  # of the linters, for one answer
_MOST_SECONDS = 5.0
_ENDS = ("\n", "\r")
_WORD = re.compile(r"\w+")

Judge = Callable[[Proposal], Awaitable[Verdict]]


@dataclass(frozen=True)
class Hunk:
    """Edits that share lines of the text before, from `first` to `last`; with `adds`, whole lines that are new there.

    Lines are counted from 0.
    """

    uri: str
    edits: tuple[Edit, ...]
    first: int
    last: int
    adds: bool = False

    def touches(self, lines: Collection[tuple[str, int]]) -> bool:
        """Whether it changes one of the lines, given with their documents."""
        return not self.adds and any((self.uri, line) in lines for line in range(self.first, self.last + 1))


def hunks_of(unit: Unit, edits: Iterable[Edit]) -> tuple[Hunk, ...]:
    """What edits come to by the lines it changes, in the order of the text."""
    found: list[Hunk] = []
    for edit in _line_by_line(unit, edits):
        document = unit[edit.uri]
        first, last = document.position(edit.span.start).line, document.position(edit.span.end).line
        whole = edit.span.start == document.line_starts[first] and not edit.text
        if last > first and document.line_starts[last] == edit.span.end and (whole or edit.text.endswith(_ENDS)):
            last -= 1  # the next line is as it was
        if _adds_lines(document, edit):
            found.append(Hunk(edit.uri, (edit,), first, last, adds=True))
            continue
        own = next((h for h in reversed(found) if not h.adds), None)
        if own is not None and own.uri == edit.uri and first <= own.last:
            found[found.index(own)] = replace(own, edits=(*own.edits, edit), last=max(last, own.last))
        else:
            found.append(Hunk(edit.uri, (edit,), first, last))
    return tuple(found)


async def least(judge: Judge, unit: Unit, proposal: Proposal, verdict: Verdict) -> tuple[Proposal, Verdict]:
    """What of a proposal that was accepted for `unit` its findings need, judged; all of it where that is not plain.

    Lines that are new stay: what no linter asks for may make up for what is changed.
    """
    near, adding, far = _apart(unit, proposal, verdict.cleared)
    if not far or proposal.removes:
        return proposal, verdict
    trial = _Trial(judge, unit, proposal, verdict)
    if near and not _written(adding) - Counter(words for hunk in far for words in _replaced(unit, hunk)):
        await trial.passes(near)  # nothing of the rest is new: it was moved, or written otherwise
    if trial.best is None:
        await trial.narrow([*near, *adding], far)
    return trial.best or (proposal, verdict)


def around(unit: Unit, proposal: Proposal, found: Iterable[Diagnostic]) -> Proposal | None:
    """The proposal with what it changes on the lines of findings, and new lines; None where that is all or nothing."""
    near, adding, far = _apart(unit, proposal, found)
    if not near or not far or proposal.removes:
        return None
    edits = tuple(edit for hunk in (*near, *adding) for edit in hunk.edits)
    if not _words_lost(unit, edits) <= _words_lost(unit, proposal.edits):
        return None  # what it takes out here it has put elsewhere
    return replace(proposal.noting(LEFT_OUT), edits=edits, parts=())


def _apart(unit: Unit, proposal: Proposal, found: Iterable[Diagnostic]) -> tuple[list[Hunk], list[Hunk], list[Hunk]]:
    """The hunks on lines of findings, those that add lines, and the others; white space is about no finding."""
    hunks = hunks_of(unit, proposal.edits)
    lines = set(_lines_of(unit, found))
    near = [hunk for hunk in hunks if hunk.touches(lines) and not _is_blank(unit, hunk)]
    adding = [hunk for hunk in hunks if hunk.adds]
    return near, adding, _together(unit, [hunk for hunk in hunks if not hunk.adds and hunk not in near])


def _is_blank(unit: Unit, hunk: Hunk) -> bool:
    return not any(edit.text.strip() or unit[edit.uri].slice(edit.span).strip() for edit in hunk.edits)


def _together(unit: Unit, hunks: Sequence[Hunk]) -> list[Hunk]:
    """The hunks, with those that change white space alone as one: half of an indentation is none."""
    spaced = [hunk for hunk in hunks if _is_blank(unit, hunk)]
    if len(spaced) < 2:
        return list(hunks)
    one = replace(spaced[0], edits=tuple(edit for hunk in spaced for edit in hunk.edits))
    return [*(hunk for hunk in hunks if hunk not in spaced), one]


class _Trial:
    """Tries parts of an accepted proposal; `best` is the smallest that does as much, with its verdict."""

    def __init__(self, judge: Judge, unit: Unit, proposal: Proposal, verdict: Verdict) -> None:
        self.best: tuple[Proposal, Verdict] | None = None
        self._judge = judge
        self._unit = unit
        self._proposal = proposal
        self._verdict = verdict
        self._lost = _words_lost(unit, proposal.edits)
        self._left = _MOST_RUNS
        self._until = time.monotonic() + _MOST_SECONDS

    async def passes(self, hunks: Sequence[Hunk]) -> bool:
        """Whether these hunks alone clear as much, leave as little, and lose no more."""
        edits = tuple(edit for hunk in hunks for edit in hunk.edits)
        if not edits or not self._left or time.monotonic() > self._until:
            return False
        if not _words_lost(self._unit, edits) <= self._lost:
            return False
        self._left -= 1
        part = replace(self._proposal.noting(LEFT_OUT), edits=edits, parts=())
        verdict = await self._judge(part)
        if not verdict.accepted or not _as_good(verdict, self._verdict):
            return False
        self.best = part, verdict
        return True

    async def narrow(self, background: list[Hunk], undecided: list[Hunk], *, changed: bool = True) -> list[Hunk]:
        """Those of the undecided hunks that are needed besides the background: halves are left out as a whole."""
        if changed and await self.passes(background):
            return []
        if len(undecided) == 1:
            return undecided
        half = len(undecided) // 2
        first, second = undecided[:half], undecided[half:]
        needed = await self.narrow([*background, *first], second)
        return [*needed, *await self.narrow([*background, *needed], first, changed=bool(needed))]


def _words_lost(unit: Unit, edits: Iterable[Edit]) -> Counter[str]:
    made = tuple(edits)
    old = Counter(word for e in made for word in _WORD.findall(unit[e.uri].slice(e.span)))
    return old - Counter(word for e in made for word in _WORD.findall(e.text))


def _line_by_line(unit: Unit, edits: Iterable[Edit]) -> Iterable[Edit]:
    """The edits anew, none across lines where as many lines change as there were: each is then another line's form."""
    made = tuple(edits)
    after = edit_unit(unit, made)
    for uri in sorted({edit.uri for edit in made}):
        old, new = (one[uri].text.splitlines(keepends=True) for one in (unit, after))
        starts = list(itertools.accumulate(map(len, old), initial=0))
        for mine, its in changed_lines(old, new):
            lines, others = old[mine], new[its]
            pairs = (
                zip(lines, others, strict=True) if len(lines) == len(others) else [("".join(lines), "".join(others))]
            )
            at = starts[mine.start]
            for line, other in pairs:
                yield from (replace(e, span=e.span.shifted(at)) for e in minimal_edits(uri, line, other))
                at += len(line)


def _as_good(verdict: Verdict, other: Verdict) -> bool:
    """Whether as much is cleared as by another, and no more is wrong (what was hidden may have come to light)."""
    if verdict.analysis is None or other.analysis is None or weight(verdict.analysis) > weight(other.analysis):
        return False
    return Counter(map(identity, other.cleared)) <= Counter(map(identity, verdict.cleared))


def _adds_lines(document: Document, edit: Edit) -> bool:
    """Whether an edit does nothing but put whole lines between those that are there (in JSON, behind a comma)."""
    if edit.span.start != edit.span.end:
        return False
    start, end = document.line_span(document.position(edit.span.start).line)
    if edit.span.start == start and edit.text.endswith(_ENDS):
        return True
    behind = document.text[edit.span.start : end].strip()
    return not behind and edit.text.lstrip(",").startswith(_ENDS)


def _lines_of(unit: Unit, found: Iterable[Diagnostic]) -> Iterable[tuple[str, int]]:
    """The lines at which findings begin: one of a whole block says nothing of each of its lines."""
    for diagnostic in found:
        document = unit.get(diagnostic.uri)
        if document is not None:
            yield diagnostic.uri, document.position(diagnostic.span.start).line


def _written(hunks: Iterable[Hunk]) -> Counter[str]:
    return Counter(word for hunk in hunks for edit in hunk.edits for word in _WORD.findall(edit.text))


def _replaced(unit: Unit, hunk: Hunk) -> Iterable[str]:
    return (word for edit in hunk.edits for word in _WORD.findall(unit[edit.uri].slice(edit.span)))
