"""One verified fix for each of many findings, without a linter run for each: verify together, halve what fails."""

from __future__ import annotations

from collections.abc import Sequence

from lsp_server.analysis import Analysis
from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.edit import Edit, compatible
from lsp_server.core.fix import Applicability, Fix
from lsp_server.repair.loop import Run
from lsp_server.repair.verify import Verifier

Choices = tuple[Diagnostic, Sequence[Fix]]


async def verify_together(
    verifier: Verifier, run: Run, analysis: Analysis, choices: Sequence[Choices]
) -> dict[Diagnostic, Fix]:
    """Return a verified fix for each finding that has one.

    `choices` are findings of `analysis` with their fixes, best first. Best fixes that do not overlap are verified in
    one run; where that fails, each half is, and a single one with its alternatives and what it brings to light.
    """
    if not choices:
        return {}
    if len(choices) == 1:
        diagnostic, fixes = choices[0]
        for fix in fixes:
            if verified := await run.try_fix(fix):
                return {diagnostic: verified[0]}
        return {}
    batch, rest = _apart(choices)
    edits = tuple(edit for _, fixes in batch for edit in fixes[0].edits)
    claims = [claim for _, fixes in batch for claim in fixes[0].clears]
    removes = frozenset(name for _, fixes in batch for name in fixes[0].removes)
    certain = all(fixes[0].applicability is Applicability.SAFE for _, fixes in batch)
    verdict = await verifier.verify(analysis, edits, claims, removes, certain=certain)
    if verdict.accepted:
        found = {diagnostic: fixes[0] for diagnostic, fixes in batch}
    else:
        half = len(batch) // 2
        found = await verify_together(verifier, run, analysis, batch[:half])
        found |= await verify_together(verifier, run, analysis, batch[half:])
    return found | await verify_together(verifier, run, analysis, rest)


def _apart(choices: Sequence[Choices]) -> tuple[list[Choices], list[Choices]]:
    """Split into those whose best fixes go together, the same fix for two findings counted once, and the others."""
    batch: list[Choices] = []
    rest: list[Choices] = []
    taken: list[Edit] = []
    for choice in choices:
        edits = choice[1][0].edits
        if compatible(taken, edits):
            batch.append(choice)
            taken += edits
        else:
            rest.append(choice)
    return batch, rest
