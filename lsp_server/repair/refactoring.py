"""A refactoring that a person picked: worked out, compared with what was there, and judged by the linters."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from lsp_server.analysis import Analysis
from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Document, Unit
from lsp_server.core.edit import Edit, EditConflict, apply_edits, edit_unit
from lsp_server.dialects.service import RefusedError
from lsp_server.refactorings.base import Refactoring
from lsp_server.repair.outcome import Evidence
from lsp_server.repair.verify import Verdict, Verifier

T = TypeVar("T")
_TURN = 0.004  # seconds after which others have their turn


@dataclass(frozen=True)
class Refactored:
    """A refactoring that was verified: `edits` to documents of `before`, and new documents, `created`, with their text.

    `after` is what comes of it.
    """

    before: Unit
    edits: tuple[Edit, ...]
    created: tuple[Document, ...]
    after: Unit
    evidence: Evidence


async def refactored(verifier: Verifier, before: Analysis, document: Document, refactoring: Refactoring) -> Refactored:
    """Work a refactoring of `document` out and verify it. Raises RefusedError."""
    started = time.monotonic()
    edits = tuple([edit async for edit in _in_turns(refactoring.edits() or ())])
    if not edits:
        raise RefusedError("it cannot be made cleanly here")
    try:
        after = edited(before.unit, document, refactoring, edits)
    except EditConflict as conflict:
        raise RefusedError(f"its edits cannot be made: {conflict}") from None
    async for difference in _in_turns(refactoring.differences(before.unit, after)):
        if difference:
            raise RefusedError(difference)
    verdict = await _judged(verifier, before, after, edits, refactoring)
    if not verdict.accepted or verdict.analysis is None:
        raise RefusedError(verdict.feedback)
    judged = verdict.analysis
    if not judged.ran:
        raise RefusedError(f"no linter judged it: {'; '.join(map(str, judged.not_run))}")
    new = {*refactoring.creates, refactoring.becomes}
    created = tuple(made for made in after if made.uri in new)
    kept = () if refactoring.becomes else tuple(edit for edit in edits if edit.uri not in new)
    seconds, not_run = time.monotonic() - started, tuple(n.linter for n in judged.not_run)
    evidence = Evidence(verdict.cleared, verdict.introduced, (), 1, seconds, judged.ran, not_run)
    return Refactored(before.unit, kept, created, after, evidence)


def edited(unit: Unit, document: Document, refactoring: Refactoring, edits: Iterable[Edit]) -> Unit:
    """What a unit is with the edits of a refactoring of one of its documents. Raises EditConflict."""
    if refactoring.becomes:
        return Unit((Document(refactoring.becomes, apply_edits(document.text, edits)),))
    return edit_unit(unit.replacing(Document(uri, "") for uri in refactoring.creates), edits)


async def _judged(
    verifier: Verifier, before: Analysis, after: Unit, edits: tuple[Edit, ...], refactoring: Refactoring
) -> Verdict:
    if refactoring.becomes:
        there = tuple(replace(d, uri=after.main.uri) for d in before.diagnostics)  # the same text by another name
        before, edits = replace(before, diagnostics=there), ()
    if feedback := verifier.losses(before.unit, after, refactoring.removes):
        return Verdict(None, feedback=feedback)
    analysis = await verifier.analyze(after)
    if refactoring.moves:
        before = replace(before, diagnostics=_moved(before.diagnostics, analysis.diagnostics))
    return verifier.judge(before, analysis, edits, refactoring.clears, refactoring.removes)


def _moved(before: tuple[Diagnostic, ...], after: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """The findings, each in the document in which the same one is found afterwards, if it is no longer in its own."""

    def said(finding: Diagnostic) -> tuple[str, str, str]:
        return finding.source, finding.code, finding.message

    left = Counter((finding.uri, *said(finding)) for finding in after)
    stay = [left[finding.uri, *said(finding)] > 0 for finding in before]
    left -= Counter((finding.uri, *said(finding)) for finding in before)
    found = []
    for finding, stays in zip(before, stay, strict=True):
        at = next((key for key, number in left.items() if number > 0 and key[1:] == said(finding)), None)
        if stays or at is None:
            found.append(finding)
        else:
            left[at] -= 1
            found.append(replace(finding, uri=at[0]))
    return tuple(found)


async def _in_turns(steps: Iterable[T]) -> AsyncIterator[T]:
    """Yield all steps, and let others have their turn meanwhile."""
    began = time.monotonic()
    for step in steps:
        yield step
        if time.monotonic() - began > _TURN:
            await asyncio.sleep(0)
            began = time.monotonic()
