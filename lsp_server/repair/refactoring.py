"""A refactoring that a person picked: worked out, compared with what was there, and judged by the linters."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from lsp_server.analysis import Analysis
from lsp_server.core.document import Document, Unit
from lsp_server.core.edit import Edit, EditConflict, apply_edits
from lsp_server.dialects.service import RefusedError
from lsp_server.refactorings.base import Refactoring
from lsp_server.repair.outcome import Evidence
from lsp_server.repair.verify import Verdict, Verifier

T = TypeVar("T")
_TURN = 0.004  # seconds after which others have their turn


@dataclass(frozen=True)
class Refactored:
    """A refactoring that was verified. `document` is what it makes: the same one, or a new one beside it."""

    edits: tuple[Edit, ...]
    document: Document
    evidence: Evidence


async def refactored(verifier: Verifier, before: Analysis, document: Document, refactoring: Refactoring) -> Refactored:
    """Work a refactoring of `document` out and verify it. Raises RefusedError."""
    started = time.monotonic()
    edits = tuple([edit async for edit in _in_turns(refactoring.edits() or ())])
    if not edits:
        raise RefusedError("it cannot be made cleanly here")
    try:
        text = apply_edits(document.text, edits)
    except EditConflict as conflict:
        raise RefusedError(f"its edits cannot be made: {conflict}") from None
    after = document.with_text(text)
    if refactoring.becomes:
        after = Document(refactoring.becomes, text)
    async for difference in _in_turns(refactoring.differences(document, after)):
        if difference:
            raise RefusedError(difference)
    verdict = await _judged(verifier, before, after, edits, refactoring)
    if not verdict.accepted or verdict.analysis is None:
        raise RefusedError(verdict.feedback)
    judged = verdict.analysis
    if not judged.ran:
        raise RefusedError(f"no linter judged it: {'; '.join(map(str, judged.not_run))}")
    seconds, not_run = time.monotonic() - started, tuple(n.linter for n in judged.not_run)
    return Refactored(edits, after, Evidence(verdict.cleared, verdict.introduced, (), 1, seconds, judged.ran, not_run))


async def _judged(
    verifier: Verifier, before: Analysis, after: Document, edits: tuple[Edit, ...], refactoring: Refactoring
) -> Verdict:
    if not refactoring.becomes:
        return await verifier.verify(before, edits, refactoring.clears, refactoring.removes)
    moved = tuple(replace(d, uri=after.uri) for d in before.diagnostics)  # the same text, as if it had that name
    there = replace(before, diagnostics=moved)
    return verifier.judge(there, await verifier.analyze(Unit((after,))), (), removes=refactoring.removes)


async def _in_turns(steps: Iterable[T]) -> AsyncIterator[T]:
    """Yield all steps, and let others have their turn meanwhile."""
    began = time.monotonic()
    for step in steps:
        yield step
        if time.monotonic() - began > _TURN:
            await asyncio.sleep(0)
            began = time.monotonic()
