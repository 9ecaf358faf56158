"""The cases of the refactorings as data: the files of a module with a marked place, what is picked, what it makes.

A case is a file `cases/FAMILY/NAME.case`: lines of `key: value`, then the files (`=== before NAME`), one of which has
the cursor marked by `‸` or the selection by `«` and `»`, then those that are changed or new (`=== after NAME`).
`pick` is the title that is picked, which has to be offered; `refused` is a part of the reason why it may not be made
(then no file follows). `none` is a word that no title offered may have. `rule` names a rule of tflint that is taken for
found on the line of the mark. `files: no` is for an editor that cannot make files, `asked: no` for one that shows at
each move whether there is anything. What a person sees that is only offered, and not made, is `only: yes`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lsp_server.core.document import Document, Span, Unit
from tests.refactorings.cloudformation.cases import marked

CASES = Path(__file__).parent / "cases"
FOLDER = "file:///no/such/module"


@dataclass(frozen=True)
class Case:
    """One case: the module, the document with the mark and what is marked in it, and the texts that are expected."""

    where: Path
    head: dict[str, str]
    unit: Unit
    document: Document
    span: Span
    after: dict[str, str]

    def __str__(self) -> str:
        return f"{self.where.parent.name}/{self.where.stem}"


def read_case(where: Path, rewritten: str = "\n", start: str = "") -> Case:
    """The case in a file, with other line endings and something at the start of each file."""
    head, *files = where.read_bytes().decode().split("=== ")
    facts = dict(line.split(": ", 1) for line in head.splitlines() if line)
    texts: dict[str, dict[str, str]] = {"before": {}, "after": {}}
    for file in files:
        title, _, text = file.partition("\n")
        when, name = title.split()
        texts[when][name] = start + text.replace("\n", rewritten)
    (name,) = [name for name, text in texts["before"].items() if "‸" in text or "«" in text]
    texts["before"][name], span = marked(texts["before"][name])
    unit = Unit(tuple(Document(f"{FOLDER}/{n}", text) for n, text in texts["before"].items()))
    return Case(where, facts, unit, unit[f"{FOLDER}/{name}"], span, texts["before"] | texts["after"])


def all_cases() -> Iterator[Path]:
    """The files of all cases, in the order of their names."""
    yield from sorted(CASES.rglob("*.case"))
