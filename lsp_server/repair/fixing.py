"""The fixers as a proposer: as many fixes at once as go together, halved where a batch fails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Unit
from lsp_server.core.edit import compatible
from lsp_server.core.fix import Applicability, Fix
from lsp_server.fixers.base import FixContext, FixerTable
from lsp_server.repair.outcome import Attempt
from lsp_server.repair.proposer import Proposal, Task
from lsp_server.repair.verify import identity, placed

Signature = tuple[object, ...]

SAFE_ONLY = frozenset({Applicability.SAFE})
UNATTENDED = frozenset({Applicability.SAFE, Applicability.UNSAFE})


def all_fixes(
    table: FixerTable, unit: Unit, found: tuple[Diagnostic, ...], wanted: Iterable[Diagnostic]
) -> Iterator[Fix]:
    """Every fix for each of `wanted`, in order; `found` are all findings of the unit."""
    for diagnostic in wanted:
        document = unit.get(diagnostic.uri)
        if document is not None:
            yield from table.fixes(FixContext(unit, document, found), diagnostic)


class FixerProposer:
    """Proposes batches of fixes of the allowed kinds, until no fix is left that has not failed."""

    name = "fixers"
    metered = False

    def __init__(self, table: FixerTable, allowed: frozenset[Applicability]) -> None:
        self._table = table
        self._allowed = allowed
        self._failed: set[Signature] = set()
        self._groups: list[set[Signature]] = []
        self._batch: list[Fix] = []

    async def propose(self, task: Task) -> Proposal | None:
        """Return the next batch as one proposal, or None."""
        self._learn(task.attempts)
        self._batch = self._next_batch(self._candidates(task))
        if not self._batch:
            return None
        unsafe = any(fix.applicability is not Applicability.SAFE for fix in self._batch)
        return Proposal(
            self.name,
            "; ".join(fix.title for fix in self._batch),
            tuple(edit for fix in self._batch for edit in fix.edits),
            Applicability.UNSAFE if unsafe else Applicability.SAFE,
            tuple(claim for fix in self._batch for claim in fix.clears),
            frozenset(address for fix in self._batch for address in fix.removes),
        )

    def _candidates(self, task: Task) -> dict[Signature, Fix]:
        """Return the best fix that has not failed, for each target; two targets may share one."""
        found: dict[Signature, Fix] = {}
        for target in task.targets:
            for fix in all_fixes(self._table, task.unit, task.analysis.diagnostics, (target,)):
                if fix.applicability not in self._allowed or not fix.edits:
                    continue
                if task.region and not all(
                    e.uri == task.region.uri and task.region.span.encloses(e.span) for e in fix.edits
                ):
                    continue
                if signature(fix) not in self._failed:
                    found.setdefault(signature(fix), fix)
                    break
        return found

    def _next_batch(self, candidates: dict[Signature, Fix]) -> list[Fix]:
        while candidates:
            group = self._groups.pop() if self._groups else set(candidates)
            batch: list[Fix] = []
            for key, fix in candidates.items():
                if key in group and compatible((e for other in batch for e in other.edits), fix.edits):
                    batch.append(fix)
            if batch:
                return batch
        return []

    def _learn(self, attempts: tuple[Attempt, ...]) -> None:
        """Take what came of the last batch into account: a fix that failed alone is not tried again."""
        batch, self._batch = self._batch, []
        if not batch or not attempts or attempts[-1].accepted:
            return
        if len(batch) == 1:
            self._failed.add(signature(batch[0]))
            return
        guilty = culprits(batch, attempts[-1])
        innocent = [fix for fix in batch if fix not in guilty]
        if guilty and innocent:
            self._groups += [{signature(fix)} for fix in guilty]
            self._groups.append({signature(fix) for fix in innocent})
            return
        half = len(batch) // 2
        self._groups += [{signature(fix) for fix in part} for part in (batch[half:], batch[:half])]


def signature(fix: Fix) -> Signature:
    """What makes a fix the same one after the text around it moved."""
    return fix.title, tuple((edit.uri, edit.text) for edit in fix.edits), tuple(identity(c) for c in fix.clears)


def culprits(batch: list[Fix], attempt: Attempt) -> list[Fix]:
    """Return the fixes that plainly failed: their finding is still there, or a finding lies in what they wrote."""
    if attempt.analysis is None:
        return []
    after = attempt.analysis.diagnostics
    there = set(map(identity, after))
    hurt = {e for e, span in placed(attempt.edits) for d in after if d.uri == e.uri and d.span.overlaps(span)}
    return [
        fix for fix in batch if any(identity(c) in there for c in fix.clears) or any(edit in hurt for edit in fix.edits)
    ]
