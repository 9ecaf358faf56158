"""What a test file of a module holds, and what the references in it lead to.

Each `run` judges the module that the file belongs to, or the one that its `module` block names.
Format: https://developer.hashicorp.com/terraform/language/tests
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lsp_server.core.document import Span
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.children import module_called, source_of
from lsp_server.dialects.terraform.module import Module
from lsp_server.dialects.terraform.references import Reference
from lsp_server.dialects.terraform.resolve import Resolver
from lsp_server.dialects.terraform.schema import schema_for
from lsp_server.dialects.terraform.walk import UNKNOWN, Problem, Resolved


@dataclass(frozen=True)
class Run:
    """One `run` block: its name, the module that it judges (None where that is not known), and its variables."""

    name: str
    module: Module | None
    variables: frozenset[str]


@dataclass(frozen=True)
class TestFile:
    """The runs of a test file by name, and the names of the variables that stand at its top."""

    __test__ = False  # no test of ours

    runs: Mapping[str, Run]
    variables: frozenset[str]


def test_file(module: Module, uri: str) -> TestFile:
    """What the test file at `uri` of a module holds."""
    runs: dict[str, Run] = {}
    variables: set[str] = set()
    for placed in module.tests[uri].placed:
        for block in placed.piece.body.blocks:
            if block.type == "variables":
                variables |= {attribute.name for attribute in block.body.attributes}
            elif block.type == "run" and block.labels:
                runs.setdefault(block.labels[0].text, _run(module, uri, block))
    return TestFile(runs, frozenset(variables))


def _run(module: Module, uri: str, block: t.Block) -> Run:
    names = (a.name for inner in block.body.blocks_of("variables") for a in inner.body.attributes)
    called = block.body.blocks_of("module")
    judged: Module | None = module
    if called:
        source = source_of(called[0])
        judged = module_called(module.unit, uri, source) if source else None
    return Run(block.labels[0].text, judged, frozenset(names))


class RunResolver(Resolver):
    """Resolves the references that stand in one run, or with `run` None those at the top of a test file."""

    def __init__(self, module: Module, test: TestFile, run: Run | None) -> None:
        judged = module if run is None else run.module
        super().__init__(judged or module, schema_for(judged or module))
        self._test, self._run = test, run
        self._known = judged is not None

    def resolve(self, reference: Reference) -> Resolved:
        """What the reference leads to."""
        parts = reference.traversal.parts
        names = reference.traversal.names
        match names[:2]:
            case ("run", name):
                return self._of_run(parts, name)
            case ("output", name) if self._known and self._run is not None:
                known = list(self.module.outputs)
                detail = f'An output value with the name "{name}" has not been declared.'
                return UNKNOWN if name in known else _undeclared(parts, 1, "output value", "output", detail, known)
            case ("var", name) if name in self._given:
                return UNKNOWN
            case ("run" | "output" | "check", *_):
                return UNKNOWN
        return super().resolve(reference) if self._known else UNKNOWN

    @property
    def _given(self) -> frozenset[str]:
        return self._test.variables | (self._run.variables if self._run else frozenset())

    def _of_run(self, parts: tuple[t.Part, ...], name: str) -> Resolved:
        found = self._test.runs.get(name)
        if found is None:
            known = list(self._test.runs)
            detail = f'There is no run "{name}" declared in this test suite.'
            return _undeclared(parts, 1, "run block", "run", detail, known)
        runs = list(self._test.runs)
        if self._run is not None and runs.index(name) > (own := runs.index(self._run.name)):
            detail = f'The run block "{name}" has not executed yet. Only an earlier run can be referred to.'
            return _undeclared(parts, 1, "run block", "run", detail, runs[:own])
        if found.module is None or found.module.partial or len(parts) < 3 or parts[2].kind != "attr":
            return UNKNOWN
        outputs = list(found.module.outputs)
        if parts[2].name in outputs:
            return UNKNOWN
        detail = f'The run "{name}" has no output named "{parts[2].name}".'
        data = {"name": parts[2].name, "kind": "attribute", "candidates": outputs, "address": f"run.{name}"}
        return Resolved(problem=Problem("unknown-attribute", parts[2].span, "Unsupported attribute", detail, data))


def _undeclared(parts: tuple[t.Part, ...], at: int, noun: str, kind: str, detail: str, known: list[str]) -> Resolved:
    span = Span(parts[0].span.start, parts[at].span.end)
    name = parts[at].name
    data = {"name": name, "kind": kind, "address": (name,), "candidates": known}
    return Resolved(problem=Problem("undeclared-reference", span, f"Reference to undeclared {noun}", detail, data))
