"""Version constraints as Terraform writes them: `~> 5.0`, `>= 4.9, < 6.0`, `1.2.3`."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass

Version = tuple[int, ...]
_TERM = re.compile(r"\s*(=|!=|>=|<=|>|<|~>)?\s*v?(\d+(?:\.\d+){0,3})(?:-[\w.]+)?\s*$")
_COMPARE = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def version(text: str) -> Version:
    """The numbers of a version; empty where there are none. What follows a `-` does not count."""
    match = re.match(r"v?(\d+(?:\.\d+)*)", text.strip())
    return tuple(int(n) for n in match[1].split(".")) if match else ()


@dataclass(frozen=True)
class Constraint:
    """All terms have to hold. `valid` is False where the text is no constraint: then everything is allowed."""

    terms: tuple[tuple[str, Version], ...]
    valid: bool = True

    @classmethod
    def parse(cls, text: str) -> Constraint:
        """Read a constraint; empty text allows everything."""
        if not text.strip():
            return cls(())
        matches = [_TERM.match(term) for term in text.split(",")]
        if any(match is None for match in matches):
            return cls((), valid=False)
        return cls(tuple((m[1] or "=", version(m[2])) for m in matches if m))

    def allows(self, candidate: Version) -> bool:
        """Whether a version fits."""
        return all(_holds(sign, bound, candidate) for sign, bound in self.terms)

    def allows_major(self, major: int, up_to: Version = ()) -> bool:
        """Whether any version of a major version may fit; with `up_to`, any that is not newer than that."""
        fitting = (sample for sample in self._samples(major) if self.allows(sample))
        return any(not up_to or sample <= up_to for sample in fitting) or bool(up_to and self.allows(up_to))

    def _samples(self, major: int) -> list[Version]:
        bounds = [bound for _, bound in self.terms if bound[0] == major]
        samples: list[Version] = [(major, 0, 0), (major, 9999, 9999)]
        for bound in bounds:
            full = (*bound, 0, 0)[:3]
            samples += [full, (*full[:2], full[2] + 1), (*full[:2], max(0, full[2] - 1)), (full[0], full[1], 9999)]
            samples += [(full[0], max(0, full[1] - 1), 9999)]
        return samples


def _holds(sign: str, bound: Version, candidate: Version) -> bool:
    width = max(len(bound), len(candidate))
    low, have = (bound + (0,) * width)[:width], (candidate + (0,) * width)[:width]
    if sign == "~>":  # only the last number given may grow
        keep = max(1, len(bound) - 1)
        return have >= low and have[:keep] == low[:keep]
    return bool(_COMPARE[sign](have, low))
