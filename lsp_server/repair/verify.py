"""Judge a candidate by what the linters say before and after, and by what may never be lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA

from lsp_server.analysis import Analysis, Toolchain, analyze
from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Span, Unit
from lsp_server.core.edit import Edit, EditConflict, edit_unit
from lsp_server.dialects.base import Dialect

Identity = tuple[str, str, str, str]
_CHOICES = re.compile(
    r"(?<!: )\[[^\]]*\]|\bDid you mean [^?]*\?|\bat '?(?:Resources|Outputs|Conditions)/\S+|\bline \d+, column \d+"
)
_NAME = re.compile(r"[A-Za-z][\w.:-]{3,}")
_INDENTED = re.compile(r" *[^\s:]+")
_SLIP = 2  # letters by which two spellings of one name differ


@dataclass(frozen=True)
class Verdict:
    """What verification found. `feedback` is empty when the candidate may be taken, else it says why it may not.

    `analysis` is None where the candidate was refused before it was linted. `revealed` is what was there all along
    behind what was cleared.
    """

    analysis: Analysis | None
    cleared: tuple[Diagnostic, ...] = ()
    introduced: tuple[Diagnostic, ...] = ()
    revealed: tuple[Diagnostic, ...] = ()
    feedback: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the candidate may be taken."""
        return not self.feedback


@dataclass(frozen=True)
class Verifier:
    """Verifies with one toolchain and one dialect: the same linters and the same configuration before and after."""

    dialect: Dialect
    toolchain: Toolchain

    async def analyze(self, unit: Unit) -> Analysis:
        """Lint a unit."""
        return await analyze(unit, self.dialect.language, self.toolchain)

    async def verify(
        self,
        before: Analysis,
        edits: tuple[Edit, ...],
        claims: Iterable[Diagnostic] = (),
        removes: frozenset[tuple[str, ...]] = frozenset(),
        *,
        certain: bool = False,
    ) -> Verdict:
        """Apply `edits` in memory, lint, and compare: `claims` have to be gone, nothing may be new or lost.

        `certain`: the edits are those of safe fixes; see `compare`.
        """
        try:
            after_unit = edit_unit(before.unit, edits)
        except EditConflict as conflict:
            return Verdict(None, feedback=f"the edits cannot be made: {conflict}")
        if feedback := self.losses(before.unit, after_unit, removes):
            return Verdict(None, feedback=feedback)
        return self._compared(before, await self.analyze(after_unit), edits, claims, certain=certain)

    def judge(
        self,
        before: Analysis,
        after: Analysis,
        edits: tuple[Edit, ...],
        claims: Iterable[Diagnostic] = (),
        removes: frozenset[tuple[str, ...]] = frozenset(),
        *,
        certain: bool = False,
    ) -> Verdict:
        """Compare two analyses of which `edits` lead from one to the other; see `verify`."""
        verdict = self._compared(before, after, edits, claims, certain=certain)
        feedback = self.losses(before.unit, after.unit, removes)
        return replace(verdict, feedback=feedback) if feedback else verdict

    def _compared(
        self,
        before: Analysis,
        after: Analysis,
        edits: tuple[Edit, ...],
        claims: Iterable[Diagnostic],
        *,
        certain: bool,
    ) -> Verdict:
        """What the linters say of a candidate that loses nothing."""
        cleared, new = _differences(before, after, edits)
        introduced = _introduced(before, after, edits, cleared, new, certain=certain)
        introduced = tuple(d for d in introduced if not self.stood_elsewhere(before, after, d))
        revealed = tuple(d for d in new if d not in introduced)
        return Verdict(after, cleared, introduced, revealed, _complaint(before, after, claims, cleared, introduced))

    def stood_elsewhere(self, before: Analysis, after: Analysis, found: Diagnostic) -> bool:
        """Whether a finding says that a text cannot be read, for blocks alone that could not be read before.

        A reader of the whole tells its first mistake only: when that is mended, the next is new. Or it goes on and
        takes all that follows for what it is not. It stops in the first of these blocks or behind; what it finds before
        them is a mistake that the edits have made.
        """
        if not found.syntax:
            return False
        then, now = before.unit.get(found.uri), after.unit.get(found.uri)
        if then is None or now is None:
            return False
        still = self.dialect.unread(now)
        was = Counter(map(then.slice, self.dialect.unread(then)))
        return bool(still) and still[0].start <= found.span.start and Counter(map(now.slice, still)) <= was

    def said(self, unit: Unit) -> frozenset[tuple[str, ...]]:
        """What `removes` may name of a unit: all ids, and the comments as `("#", text)`."""
        comments = {("#", comment) for document in unit for comment in self.dialect.comments(document)}
        return frozenset(comments.union(*(self.dialect.ids(document) for document in unit)))

    def losses(self, before: Unit, after: Unit, removes: frozenset[tuple[str, ...]] = frozenset()) -> str:
        """A sentence that names what would be lost, or empty. An id may move to another document of the unit.

        `removes` are the ids, and the comments as `("#", text)`, that go away on purpose.
        """
        old_ids = {i for document in before for i in self.dialect.ids(document)}
        new_ids = {i for document in after for i in self.dialect.ids(document)}
        if gone := old_ids - new_ids - removes:
            return "it would delete " + ", ".join(sorted(".".join(i) for i in gone))
        old = Counter(comment for document in before for comment in self.dialect.comments(document))
        new = Counter(comment for document in after for comment in self.dialect.comments(document))
        text, new_text = (" ".join(document.text for document in unit) for unit in (before, after))
        # what a broken quote made look like a comment is not lost while it stands in the text as often as before
        lost = [comment for comment in old - new if new_text.count(comment) < text.count(comment)]
        if lost := [comment for comment in lost if ("#", comment) not in removes]:
            return "it would delete the comment " + lost[0]
        return ""


def identity(diagnostic: Diagnostic) -> Identity:
    """What makes a finding the same one when the text around it changes; what would be right and where is left out.

    A list behind a colon is what was found.
    """
    return diagnostic.uri, diagnostic.source, diagnostic.code, _CHOICES.sub("", diagnostic.message)


def compare(
    before: Analysis, after: Analysis, edits: tuple[Edit, ...] = (), *, certain: bool = False
) -> tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...]]:
    """Return what was cleared and what was introduced.

    Some findings hide others: a text that could not be read, a name that is not known (`data["hides"]`).
    Some linters stop at their first errors (`data["late"]`). When a finding goes away, what then comes to light in text
    the edits did not touch was there all along and is not introduced. But errors below a name that was unknown count
    all the same: they tell that the name was guessed wrongly. So does what still cannot be read (unless it stands in
    other blocks that could not be read before; see `Verifier.stood_elsewhere`); but keys that stood twice are seen only
    in a text that is whole otherwise (`data["twice"]`).

    Where the edits are `certain`, which only safe fixes are, and spell a name right, neither a warning at the name
    itself counts, nor an error below it that says nothing of the name (`data["alone"]`): the misspelling hid them.
    """
    cleared, new = _differences(before, after, edits)
    return cleared, _introduced(before, after, edits, cleared, new, certain=certain)


def _differences(
    before: Analysis, after: Analysis, edits: tuple[Edit, ...]
) -> tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...]]:
    """The findings that went away and those that are new; a new hint is nothing that went wrong."""
    old, new = Counter(map(identity, before.diagnostics)), Counter(map(identity, after.diagnostics))
    stopped = _stops_elsewhere(before, after, edits)
    return _pick(before.diagnostics, old - new + stopped), _pick(after.wrong, new - old + stopped)


def _introduced(
    before: Analysis,
    after: Analysis,
    edits: tuple[Edit, ...],
    cleared: tuple[Diagnostic, ...],
    new: tuple[Diagnostic, ...],
    *,
    certain: bool,
) -> tuple[Diagnostic, ...]:
    """The new findings that were not there all along; see `compare`."""
    if not new or not cleared:
        return new
    unread = any(d.syntax or d.data.get("hides") == "all" for d in cleared)
    hiding = [d for d in cleared if d.data.get("hides")]
    hidden = unread or any(d.data["hides"] != "inside" for d in hiding)
    written = _touched(after.unit, edits)
    guessed = [pair for pair in written if not (certain and hidden and _respelled(before.unit, pair[0]))]

    def counts(d: Diagnostic) -> bool:
        alone = certain and bool(d.data.get("alone")) and any(_inside(d, other) for other in hiding)
        there = unread or d.data.get("late") or alone or (d.severity is not Severity.ERROR and _behind(d, hiding))
        inside = certain and unread and d.path and not d.data.get("property")  # of the moved text, not of its place
        places = guessed if alone or d.severity is not Severity.ERROR else () if inside else written
        if d.syntax:
            return not (unread and _stood_twice(d, new, written))
        return not there or any(d.uri == e.uri and d.span.overlaps(span) for e, span in places)

    return tuple(d for d in new if counts(d))


def _stood_twice(found: Diagnostic, new: tuple[Diagnostic, ...], written: list[tuple[Edit, Span]]) -> bool:
    """Whether a finding is of a key that already stood twice when the text could not be read.

    It did where nothing was written from the first to the last place where it is found: they are in one mapping still.
    """
    spans = [d.span for d in new if d.uri == found.uri and d.data.get("twice") == found.data.get("twice")]
    reach = Span(min(span.start for span in spans), max(span.end for span in spans))
    untouched = not any(edit.uri == found.uri and reach.overlaps(span) for edit, span in written)
    return "twice" in found.data and untouched


def _inside(found: Diagnostic, other: Diagnostic) -> bool:
    """Whether a finding lies in what another is about: the value of a key, what a key stands beside."""
    holder = other.path[:-1]
    return found.uri == other.uri and bool(holder) and found.path[: len(holder)] == holder


def _behind(found: Diagnostic, hiding: list[Diagnostic]) -> bool:
    """Whether one of the findings `hiding` others may have hidden a warning: `data["hides"]` tells where they do."""
    section, near = found.path[:1], found.path[:2]
    return any(
        h.data["hides"] is True or (h.data["hides"] == "here" and (near == h.path[:2] or section == ("Parameters",)))
        for h in hiding
    )


def _touched(after: Unit, edits: tuple[Edit, ...]) -> list[tuple[Edit, Span]]:
    """The text the edits wrote; where that is an indentation, the word behind it, which the edit put there."""
    result: list[tuple[Edit, Span]] = []
    last = ("", -2)
    for edit, span in placed(edits):
        document = after.get(edit.uri)
        if document is None:
            continue
        line = document.position(span.start).line
        above = (edit.uri, line - 1) == last  # the lines of a block move with its first
        if not edit.text.strip(" ") and not document.text[document.line_starts[line] : span.start].strip(" "):
            last = (edit.uri, line)
            word = _INDENTED.match(document.text, span.end)
            if word is not None and not above:
                result.append((edit, Span(span.start, word.end())))
                continue
        result.append((edit, span))
    return result


def _stops_elsewhere(before: Analysis, after: Analysis, edits: tuple[Edit, ...]) -> Counter[Identity]:
    """The one finding at which a reader stopped, where it reads the same before and after but is another: further on.

    A reader tells its first mistake only, and the next of the same kind in the same words.
    """
    found: Counter[Identity] = Counter()
    for diagnostic in before.diagnostics:
        same = [d for d in after.diagnostics if d.syntax and identity(d) == identity(diagnostic)]
        if not diagnostic.syntax or len(same) != 1 or sum(d.syntax for d in before.of(diagnostic.uri)) != 1:
            continue
        own = [e for e in edits if e.uri == diagnostic.uri and e.span.start <= diagnostic.span.start]
        moved = diagnostic.span.start + sum(len(e.text) - (e.span.end - e.span.start) for e in own)
        if own and same[0].span.start > max(moved, *(span.end for e, span in placed(edits) if e in own)):
            found[identity(diagnostic)] = 1
    return found


def _respelled(unit: Unit, edit: Edit) -> bool:
    """Whether an edit puts one spelling of a name in the place of another, and does nothing else."""
    document = unit.get(edit.uri)
    written = document.slice(edit.span) if document is not None else ""
    if not _NAME.fullmatch(written) or not _NAME.fullmatch(edit.text):
        return False
    return OSA.distance(written.lower(), edit.text.lower(), score_cutoff=_SLIP) <= _SLIP


def _complaint(
    before: Analysis,
    after: Analysis,
    claims: Iterable[Diagnostic],
    cleared: tuple[Diagnostic, ...],
    introduced: tuple[Diagnostic, ...],
) -> str:
    if lost := set(before.ran) - set(after.ran):
        reasons = "; ".join(str(n) for n in after.not_run if n.linter in lost)
        return f"it could not be verified: {reasons or ', '.join(sorted(lost))}"
    if introduced:
        return "it would introduce " + "; ".join(f"{d.code} {d.message}" for d in introduced[:5])
    gone = Counter(map(identity, cleared))
    return next((f"{c.code} is still there: {c.message}" for c in claims if not gone[identity(c)]), "")


def placed(edits: Iterable[Edit]) -> list[tuple[Edit, Span]]:
    """Each edit with the span its text has after all of them are made."""
    result: list[tuple[Edit, Span]] = []
    shift: Counter[str] = Counter()
    for edit in sorted(edits, key=lambda e: e.span):
        start = edit.span.start + shift[edit.uri]
        result.append((edit, Span(start, start + len(edit.text))))
        shift[edit.uri] += len(edit.text) - (edit.span.end - edit.span.start)
    return result


def _pick(diagnostics: Iterable[Diagnostic], wanted: Counter[Identity]) -> tuple[Diagnostic, ...]:
    left, picked = Counter(wanted), []
    for diagnostic in diagnostics:
        if left[identity(diagnostic)] > 0:
            left[identity(diagnostic)] -= 1
            picked.append(diagnostic)
    return tuple(picked)
