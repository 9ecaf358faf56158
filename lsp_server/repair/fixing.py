"""The fixers as a proposer: as many fixes at once as go together, safe ones first, halved where a batch fails."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Unit
from lsp_server.core.edit import Edit, compatible
from lsp_server.core.fix import Applicability, Fix
from lsp_server.fixers.base import FixContext, FixerTable
from lsp_server.repair.outcome import Attempt
from lsp_server.repair.proposer import Proposal, Task
from lsp_server.repair.verify import identity, placed

Signature = tuple[object, ...]
Key = tuple[Signature, int]
"""A fix, told from others that say the same of another place: which one it is, from the top."""

SAFE_ONLY = frozenset({Applicability.SAFE})
UNATTENDED = frozenset({Applicability.SAFE, Applicability.UNSAFE})


async def all_fixes(
    table: FixerTable, unit: Unit, found: tuple[Diagnostic, ...], wanted: Iterable[Diagnostic]
) -> AsyncIterator[Fix]:
    """Every fix for each of `wanted`, in order; `found` are all findings of the unit. Others may work in between."""
    for diagnostic in wanted:
        document = unit.get(diagnostic.uri)
        if document is not None:
            for fix in table.steps(FixContext(unit, document, found), diagnostic):
                if fix is None:
                    await asyncio.sleep(0)
                else:
                    yield fix
            await asyncio.sleep(0)


class FixerProposer:
    """Proposes batches of fixes of the allowed kinds, until no fix is left that has not failed.

    Safe ones come first: what then is left to choose is seen in a text that is otherwise right. Those that failed alone
    because of what they would bring about are tried together in the end, since one may need the other.
    """

    name = "fixers"
    metered = False

    def __init__(self, table: FixerTable, allowed: frozenset[Applicability]) -> None:
        self._table = table
        self._allowed = allowed
        self._failed: set[Key] = set()
        self._in_need: set[Key] = set()
        """Of those that failed alone, the ones that would have brought something else about."""
        self._together = False
        """Whether the batch is of these."""
        self._groups: list[set[Key]] = []
        self._batch: dict[Key, Fix] = {}

    async def propose(self, task: Task) -> Proposal | None:
        """Return the next batch as one proposal, or None."""
        self._learn(task.attempts)
        candidates = await self._candidates(task, self._failed)
        safe = {key: fix for key, fix in candidates.items() if fix.applicability is Applicability.SAFE}
        self._batch = self._next_batch(safe or candidates) or await self._last_resort(task)
        if not self._batch:
            return None
        batch = self._batch.values()
        unsafe = any(fix.applicability is not Applicability.SAFE for fix in batch)
        return Proposal(
            self.name,
            "; ".join(fix.title for fix in batch),
            tuple(edit for fix in batch for edit in fix.edits),
            Applicability.UNSAFE if unsafe else Applicability.SAFE,
            tuple(claim for fix in batch for claim in fix.clears),
            frozenset(address for fix in batch for address in fix.removes),
        )

    async def _last_resort(self, task: Task) -> dict[Key, Fix]:
        """Return all at once those that failed alone and may need each other; only once until one is taken."""
        if self._together or len(self._in_need) < 2:
            return {}
        self._together = True
        self._groups = [set(self._in_need)]
        batch = self._next_batch(await self._candidates(task, self._failed - self._in_need))
        return batch if len(batch) > 1 else {}

    async def _candidates(self, task: Task, failed: set[Key]) -> dict[Key, Fix]:
        """Return the best fix that is not among the `failed`, for each target; two targets may share one."""
        found: dict[Key, Fix] = {}
        alike: defaultdict[Signature, list[tuple[Edit, ...]]] = defaultdict(list)
        for target in task.targets:
            async for fix in all_fixes(self._table, task.unit, task.analysis.diagnostics, (target,)):
                if fix.applicability not in self._allowed or not fix.edits:
                    continue
                if task.region and not all(
                    e.uri == task.region.uri and task.region.span.encloses(e.span) for e in fix.edits
                ):
                    continue
                places = alike[signature(fix)]
                if fix.edits not in places:
                    places.append(fix.edits)
                key = signature(fix), places.index(fix.edits)
                if key not in failed:
                    found.setdefault(key, fix)
                    break
        return found

    def _next_batch(self, candidates: dict[Key, Fix]) -> dict[Key, Fix]:
        while candidates:
            group = self._groups.pop() if self._groups else set(candidates)
            batch: dict[Key, Fix] = {}
            for key, fix in candidates.items():
                if key in group and compatible((e for other in batch.values() for e in other.edits), fix.edits):
                    batch[key] = fix
            if batch:
                return batch
        return {}

    def _learn(self, attempts: tuple[Attempt, ...]) -> None:
        """Take what came of the last batch into account: a fix that failed alone is not tried again."""
        batch, self._batch = self._batch, {}
        if not batch or not attempts:
            return
        if attempts[-1].accepted:
            self._failed = moved_up(self._failed - set(batch), batch)
            self._in_need = moved_up(self._in_need - set(batch), batch)
            self._groups = [moved_up(group, batch) for group in self._groups]
            self._together = False
            return
        if self._together:
            return
        if len(batch) == 1:
            self._failed.update(batch)
            self._in_need.update(batch if attempts[-1].introduces else ())
            return
        plainly = culprits(list(batch.values()), attempts[-1])
        guilty = [key for key, fix in batch.items() if fix in plainly]
        innocent = set(batch) - set(guilty)
        if guilty and innocent:
            self._groups += [{key} for key in guilty]
            self._groups.append(innocent)
            return
        keys, half = list(batch), len(batch) // 2
        self._groups += [set(keys[half:]), set(keys[:half])]


def signature(fix: Fix) -> Signature:
    """What makes a fix the same one after the text around it moved."""
    return fix.title, tuple((edit.uri, edit.text) for edit in fix.edits), tuple(identity(c) for c in fix.clears)


def moved_up(keys: Iterable[Key], gone: Iterable[Key]) -> set[Key]:
    """Return `keys` as they are called when the fixes `gone`, which were counted with them, are made."""
    made: defaultdict[Signature, list[int]] = defaultdict(list)
    for what, number in gone:
        made[what].append(number)
    return {(what, number - sum(other < number for other in made[what])) for what, number in keys}


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
