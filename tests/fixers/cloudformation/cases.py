"""The cases of the fixers as data: a template, the rule that fires, and the diff that the fix makes.

A case is a file `cases/FAMILY/NAME.case`: lines of `key: value` (rule; fix, the title; applicability; reveals, rules
whose findings were hidden before), a line `--- NAME.yaml` or `--- NAME.json`, the template, a line `--- diff` and the
expected diff. Where `fix` is `none`, nothing may be offered for the rule.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    """One case."""

    where: Path
    head: dict[str, str]
    name: str
    template: str
    diff: str

    def __str__(self) -> str:
        return f"{self.where.parent.name}/{self.where.stem}"


def read_case(where: Path) -> Case:
    """The case in a file."""
    head, _, rest = where.read_bytes().decode().partition("--- ")
    name, _, rest = rest.partition("\n")
    template, _, diff = rest.partition("--- diff\n")
    keys = dict(line.split(": ", 1) for line in head.splitlines() if line)
    return Case(where, keys, name.strip(), template, diff)


def all_cases(folder: Path = CASES) -> Iterator[Case]:
    """All cases in a folder, in the order of their names."""
    for where in sorted(folder.rglob("*.case")):
        yield read_case(where)


def diff_of(before: str, after: str) -> str:
    """The changed lines, with one line around them; line endings shown only where they are not LF."""
    old, new = before.split("\n"), after.split("\n")
    lines = list(difflib.unified_diff(old, new, lineterm="", n=1))[2:]
    return "".join(f"{'@@' if line.startswith('@@') else line.replace(chr(13), '␍')}\n" for line in lines)
