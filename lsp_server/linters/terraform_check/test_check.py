"""Judges the test files of a module: what may stand in them, and what their runs refer to."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.document import Span
from lsp_server.dialects.terraform import core_schema
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.inference import Types
from lsp_server.dialects.terraform.module import Module
from lsp_server.dialects.terraform.nearness import near
from lsp_server.dialects.terraform.references import Reference
from lsp_server.dialects.terraform.schema import ProviderSchemas
from lsp_server.dialects.terraform.test_files import Run, RunResolver, TestFile
from lsp_server.linters.terraform_check import calls, core_check, operands
from lsp_server.linters.terraform_check.finding import Finding
from lsp_server.linters.terraform_check.names import check_references
from lsp_server.linters.terraform_check.schema_check import BlockCheck
from lsp_server.linters.terraform_check.values import check_values

_CHECKED = frozenset({"output", "var", "check", "data", "ephemeral", "module", "local", "run", "path", "terraform"})


class Tested:
    """A module and one of its test files."""

    def __init__(self, module: Module, test: TestFile) -> None:
        self.module, self.test = module, test

    def resolver(self, block: t.Block) -> tuple[Run | None, RunResolver]:
        """The run that a block at the top of the file is, and what resolves the references in it."""
        run = self.test.runs.get(block.labels[0].text) if block.type == "run" and block.labels else None
        return run, RunResolver(self.module, self.test, run)


def shape(piece: t.Piece, schemas: ProviderSchemas) -> Iterator[Finding]:
    """What a piece's own text decides: syntax, and what may stand in each block."""
    for p in piece.problems:
        facts = {"name": "", "kind": "syntax", "missing": p.missing}
        yield Finding("syntax", p.span, p.summary, p.detail, facts)
    yield from core_check.check_file_body(piece.body, core_schema.OF_TESTS)
    for block in piece.body.blocks:
        schema = core_schema.OF_TESTS.get(block.type)
        if schema is None:
            continue
        if block.type == "provider" and block.labels:
            config = schemas.provider_config(block.labels[0].text)
            schema = core_schema.joined(config, core_schema.PROVIDER_META) if config else schema
        yield from BlockCheck({"block": block.type}).check(block, schema)
        for word, at in _words(block):
            wanted = core_schema.OF_TESTS["run"].attributes["command"].values
            if word not in wanted:
                detail = (
                    'The "command" argument requires one of the following keywords without quotes: '
                    f"{' or '.join(sorted(wanted))}."
                )
                data = {"name": "command", "kind": "value", "candidates": list(wanted)}
                yield Finding("invalid-value", at, 'Invalid "command" keyword', detail, data)


def _words(block: t.Block) -> Iterator[tuple[str, Span]]:
    """The keyword that a run's `command` is; empty for what is no keyword."""
    given = block.body.attribute("command") if block.type == "run" else None
    if given and not isinstance(given.value, t.Broken):
        value = given.value
        word = value.root if isinstance(value, t.Traversal) and len(value.parts) == 1 else ""
        yield word, value.span


def meaning(piece: t.Piece, tested: Tested) -> Iterator[Finding]:
    """What the module and the other runs decide: references, functions, values."""
    for block in piece.body.blocks:
        run, resolver = tested.resolver(block)
        part = t.Piece(piece.text, t.Body((), (block,)), (), ())
        types = Types(resolver)
        found = list(check_references(part, resolver))
        broken = {finding.span for finding in found}
        found += [f for f in calls.check_calls(part.body, types) if f.span not in broken]
        found += [f for f in operands.check_operands(part.body, types) if f.span not in broken]
        schema = core_schema.OF_TESTS.get(block.type)
        if block.type != "provider" and schema is not None:
            found += [f for f in check_values(block, schema, types, "") if f.span not in broken]
        yield from found
        if run is not None:
            yield from _expected(block, resolver)
            yield from _assigned(block, run)


def _expected(block: t.Block, resolver: RunResolver) -> Iterator[Finding]:
    """What `expect_failures` names has to be declared, and to be something that can be checked."""
    given = block.body.attribute("expect_failures")
    items = given.value.items if given and isinstance(given.value, t.TupleExpression) else ()
    for item in items:
        if isinstance(item, t.Traversal) and len(item.parts) > 1 and item.root != "check":
            problem = resolver.resolve(Reference(item, frozenset(), (block.address,), "expect_failures")).problem
            if problem and problem.code == "undeclared-reference" and not resolver.module.partial:
                yield Finding(problem.code, problem.span, problem.summary, problem.detail, problem.data)


def _assigned(block: t.Block, run: Run) -> Iterator[Finding]:
    """Variables that a run sets and its module does not declare."""
    if run.module is None or run.module.partial:
        return
    declared = list(run.module.variables)
    for inner in block.body.blocks_of("variables"):
        for attribute in inner.body.attributes:
            if attribute.name not in declared:
                detail = (
                    f'The module under test does not declare a variable named "{attribute.name}", but it is set in '
                    f'run block "{run.name}".'
                )
                data = {"name": attribute.name, "kind": "argument", "path": ("variables",)}
                data["candidates"] = near(attribute.name, declared)
                summary = "Value for undeclared variable"
                yield Finding("unsupported-argument", attribute.name_span, summary, detail, data, weaker=True)


def duplicates(tree: t.Tree) -> Iterator[tuple[int, Finding]]:
    """Each run whose name another has already, with the offset that its span counts from."""
    seen: set[str] = set()
    for placed in tree.placed:
        for block in placed.piece.body.blocks_of("run"):
            name = block.labels[0].text if block.labels else ""
            if name in seen:
                detail = f"This test file already has a run named {name}."
                facts = {"name": name, "kind": "run"}
                yield (
                    placed.start,
                    Finding("duplicate", block.header_span, 'Duplicate "run" block names', detail, facts),
                )
            if name:
                seen.add(name)
