"""What is asked for beside a block that cannot be read is written and judged without that block.

cfn-lint judges nothing of a template that it cannot read, and somebody who types leaves blocks unfinished. So the
linters get a text in which those have given way (`Dialect.readable`); they stay in the document as they are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace

from lsp_server.analysis import Analysis
from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit, edit_unit, unit_edits
from lsp_server.dialects.base import Readable
from lsp_server.repair.explained import unjudged
from lsp_server.repair.outcome import Outcome, Stop
from lsp_server.repair.proposer import IntentTask
from lsp_server.repair.verify import Verifier

_MOST_READINGS = 3


@dataclass(frozen=True)
class _Aside:
    """A text that cannot be read, and what the linters say of what can be read of it."""

    verifier: Verifier
    before: Analysis
    uri: str
    found: Readable
    seen: Analysis

    async def put_back(self, outcome: Outcome) -> Outcome:
        """An outcome for what could be read, as one for the whole text, if that is none the worse for it."""
        edits = [self._outside(edit) for edit in unit_edits(self.seen.unit, outcome.unit)]
        if not edits:
            return replace(outcome, before=self.before, after=self.before)
        names = ", ".join(self.found.names) or "a block"
        if any(_meets(edit.span, gap) for edit in edits if edit.uri == self.uri for gap in self.found.gaps):
            return self._nothing(outcome, f"It would change {names}, which cannot be read yet.")
        after = await self.verifier.analyze(edit_unit(self.before.unit, edits))
        gone = self.verifier.said(self.seen.unit) - self.verifier.said(outcome.unit)  # on purpose, or it is refused
        verdict = self.verifier.judge(self.before, after, tuple(edits), removes=gone)
        if not verdict.accepted:
            return self._nothing(outcome, f"Beside {names}, which cannot be read yet, {verdict.feedback}.")
        told = f"Left out when this was verified, as it cannot be read yet: {names}."
        return replace(
            outcome,
            before=self.before,
            after=after,
            evidence=replace(outcome.evidence, clean=False),
            message=f"{outcome.message} {told}".lstrip(),
        )

    def _outside(self, edit: Edit) -> Edit:
        """An insertion behind the gap in which it is told, where that comes to the same: nothing follows in there.

        A stand-in ends before the block does, in lines of white space.
        """
        start, end = edit.span
        gap = next((gap for gap in self.found.gaps if _meets(edit.span, gap)), None)
        if gap is None or edit.uri != self.uri or end > start:
            return edit
        passed, written = self.found.text[start : gap.end], edit.text
        behind = Span(gap.end, gap.end)
        if (written + passed).startswith(passed):  # what the text repeats
            return Edit(edit.uri, behind, (written + passed)[len(passed) :])
        line_end = written[len(written.rstrip("\r\n")) :]
        if passed.strip() or not line_end or self.found.text[start - 1 : start] not in ("\n", "\r"):
            return edit
        return Edit(edit.uri, behind, line_end + written.removesuffix(line_end))

    def _nothing(self, outcome: Outcome, why: str) -> Outcome:
        return replace(
            outcome,
            stop=Stop.STALLED,
            before=self.before,
            after=self.before,
            evidence=replace(outcome.evidence, cleared=(), introduced=(), clean=False, intent=None),
            message=f"{why} Nothing was written.",
        )


async def beside_unread(
    verifier: Verifier, before: Analysis, intent: IntentTask, pursue: Callable[[Analysis], Awaitable[Outcome]]
) -> Outcome:
    """Pursue an intent in the text that was judged so, or in what can be read of it.

    Where the intent is about the very block that cannot be read, or nothing helps, `pursue` gets the text as it is.
    """
    aside = await _set_aside(verifier, before, intent) if unjudged(before) else None
    return await pursue(before) if aside is None else await aside.put_back(await pursue(aside.seen))


async def _set_aside(verifier: Verifier, before: Analysis, intent: IntentTask) -> _Aside | None:
    document, seen = before.unit[intent.uri], before
    troubles: list[list[int]] = []
    for _ in range(_MOST_READINGS):
        found = await asyncio.to_thread(verifier.dialect.readable, document, troubles)
        if found is not None:
            text = seen.unit[intent.uri].text
            if found.text == text or _is_about(intent, found.gaps):
                return None
            seen = await verifier.analyze(before.unit.replacing([document.with_text(found.text)]))
            if not unjudged(seen):
                return _Aside(verifier, before, intent.uri, found, seen)
        troubles.append(list(_stops(seen.diagnostics)))
    return None


def _stops(diagnostics: Iterable[Diagnostic]) -> Iterable[int]:
    """Where readers stopped; of keys that stand twice, the first is no trouble."""
    first = set[object]()
    for diagnostic in diagnostics:
        if diagnostic.syntax:
            twice = diagnostic.data.get("twice")
            if twice is None or twice in first:
                yield diagnostic.span.start
            first.add(twice)


def _is_about(intent: IntentTask, gaps: Iterable[Span]) -> bool:
    places = [place.span for place in intent.selected if place.uri == intent.uri]
    places.append(Span(intent.insert_at, intent.insert_at))
    return any(_meets(place, gap) for place in places for gap in gaps)


def _meets(span: Span, gap: Span) -> bool:
    """Whether a span lies in part within a gap; one that is empty does if it is inside."""
    return span.start < gap.end and gap.start < span.end
