"""The cases of the refactorings as data: a template with a marked place, what is picked there, and the diff it makes.

A case is a file `cases/FAMILY/NAME.case`: lines of `key: value`, a line `--- NAME.yaml` or `--- NAME.json`, the
template with the cursor marked by `‸` or the selection by `«` and `»`, a line `--- diff` and the expected diff.
`pick` is the title that is picked, which has to be offered; `refused` is a part of the reason why it may not be made
(then there is no diff). `none` is a word that no title offered may have. `rule` names a rule that has to be found at
the place. `lint: no` is for templates that cfn-lint cannot judge the way it is meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lsp_server.core.document import Span
from tests.fixers.cloudformation import cases

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case(cases.Case):
    """One case, and what is marked in its template."""

    span: Span


def marked(text: str) -> tuple[str, Span]:
    """A text without its marks, and what they mark."""
    if "‸" in text:
        at = text.index("‸")
        return text.replace("‸", ""), Span(at, at)
    start = text.index("«")
    end = text.index("»") - 1
    return text.replace("«", "").replace("»", ""), Span(start, end)


def all_cases() -> Iterator[Case]:
    """All cases, in the order of their names."""
    for case in cases.all_cases(CASES):
        template, span = marked(case.template)
        yield Case(case.where, case.head, case.name, template, case.diff, span)
