"""Which known names may have been meant by one that is not known."""

from __future__ import annotations

from rapidfuzz import process
from rapidfuzz.distance import OSA

_CANDIDATES = 5


def near(name: str, known: list[str] | tuple[str, ...]) -> list[str]:
    """The known names most like `name`, nearest first."""
    cutoff = max(1, len(name) // 2)
    found = process.extract(name, known, scorer=OSA.distance, limit=_CANDIDATES, score_cutoff=cutoff)
    return [match for match, _, _ in found]
