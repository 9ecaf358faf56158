"""What may stand at the cursor of a `.tftest.hcl` file: runs, mocks, and the names of the module that is tested."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from lsp_server.core.document import Document
from lsp_server.dialects.base import Completion, CompletionKind
from lsp_server.dialects.terraform import completion_items as items
from lsp_server.dialects.terraform import core_schema
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.block_context import nested_schema
from lsp_server.dialects.terraform.block_schema import AttributeSchema, BlockSchema
from lsp_server.dialects.terraform.children import interfaces
from lsp_server.dialects.terraform.completion_references import references
from lsp_server.dialects.terraform.completion_values import keys, provider_keys, values
from lsp_server.dialects.terraform.constraints import variable_type
from lsp_server.dialects.terraform.context import Context, Place
from lsp_server.dialects.terraform.expected import expected
from lsp_server.dialects.terraform.module import Module
from lsp_server.dialects.terraform.schema import ProviderSchemas
from lsp_server.dialects.terraform.test_files import TestFile, test_file
from lsp_server.dialects.terraform.types import DYNAMIC, Type

_TARGETS = {"override_resource": "resource", "override_data": "data", "override_module": "module"}
_FAILING = frozenset({"resource", "data", "variable", "output"})
_MOCKED = {"mock_resource": "resource", "mock_data": "data"}


def in_test(context: Context, module: Module, schemas: ProviderSchemas, document: Document) -> Iterator[Completion]:
    """Completions for a cursor in a test file of a module."""
    tests = test_file(module, document.uri)
    tested = _tested(context, module, tests)
    schema = _schema(context, tested, schemas)
    match context.place:
        case Place.ITEM if not context.path:
            yield from items.top_level(context, tested, document, core_schema.OF_TESTS)
        case Place.ITEM if schema:
            yield from items.body_items(context, schema, tested, schemas, document)
        case Place.LABEL if context.label_of in _MOCKED:
            yield from items.type_names(context, tested, schemas, _MOCKED[context.label_of])
        case Place.LABEL if context.label_of in {"provider", "mock_provider"}:
            yield from items.provider_labels(context, tested, schemas)
        case Place.KEY if context.argument == "providers":
            yield from provider_keys(context, dict.fromkeys(name[0] for name in tested.providers))
        case Place.KEY if not context.in_call:
            yield from keys(context, _object(context, schema, tested, schemas))
        case Place.VALUE | Place.STRING:
            yield from _values(context, schema, tested, _before(context, tests), schemas)


def _tested(context: Context, module: Module, tests: TestFile) -> Module:
    """The module that the run around the cursor judges."""
    top = context.path[0] if context.path else None
    run = tests.runs.get(top.labels[0].text) if top and top.type == "run" and top.labels else None
    return (run.module if run else None) or module


def _before(context: Context, tests: TestFile) -> TestFile:
    """The file with the runs that are over before the one around the cursor."""
    top = context.path[0] if context.path else None
    own = top.labels[0].text if top and top.type == "run" and top.labels else ""
    runs = dict(takewhile(lambda item: item[0] != own, tests.runs.items()))
    return TestFile(runs, tests.variables)


def _schema(context: Context, tested: Module, schemas: ProviderSchemas) -> BlockSchema | None:
    path = context.path
    if not path:
        return None
    if path[-1].type == "variables":
        return _variables(tested)
    if path[0].type == "provider" and path[0].labels:
        config = schemas.provider_config(path[0].labels[0].text) or BlockSchema()
        schema: BlockSchema | None = core_schema.joined(config, core_schema.PROVIDER_META)
    else:
        schema = core_schema.OF_TESTS.get(path[0].type)
    for block in path[1:]:
        schema = nested_schema(schema, block.type) if schema else None
    return schema


def _variables(module: Module) -> BlockSchema:
    """The variables of a module as the content of a block."""
    attributes = {}
    for name, declared in module.variables.items():
        optional = declared.argument("default") is not None
        attributes[name] = AttributeSchema(variable_type(declared) or DYNAMIC, not optional, optional)
    return BlockSchema(attributes)


def _object(context: Context, schema: BlockSchema | None, tested: Module, schemas: ProviderSchemas) -> Type | None:
    """The type of the object in which a key is written: what is made up of a resource or module is none of a schema."""
    block = context.path[-1] if context.path else None
    if block is None or context.fields or context.argument not in {"values", "defaults", "outputs"}:
        return expected(context, schema)
    names: tuple[str, ...] = ()
    if block.type in _MOCKED and block.labels:
        names = (("data",) if block.type == "mock_data" else ()) + (block.labels[0].text,)
    else:
        target = block.body.attribute("target")
        names = target.value.names if target and isinstance(target.value, t.Traversal) else ()
    if names[:1] == ("module",):
        child = interfaces(tested.unit).get(names[1]) if len(names) > 1 else None
        return child.result if child else None
    found = schemas.data_source(names[1]) if names[:1] == ("data",) and len(names) > 1 else None
    found = found or (schemas.resource(names[0]) if names else None)
    fields = tuple((name, known.type) for name, known in found.attributes.items()) if found else ()
    return Type("object", fields=fields, may_lack=frozenset(name for name, _ in fields))


def _values(
    context: Context, schema: BlockSchema | None, tested: Module, tests: TestFile, schemas: ProviderSchemas
) -> Iterator[Completion]:
    kind = expected(context, schema)
    inner = context.path[-1].type if context.path else ""
    yield from values(context, tested, schemas, schema, kind)
    known = schema.attributes.get(context.argument) if schema else None
    if context.place is Place.STRING or (known and known.values):
        return
    if context.reference and (names := _members(context.reference, tested, tests)):
        yield from (_reference(context, name, context.reference) for name in names)
    elif inner in _TARGETS and context.argument == "target":
        yield from _addresses(context, tested, frozenset({_TARGETS[inner]}))
    elif context.argument == "expect_failures":
        yield from _addresses(context, tested, _FAILING)
    else:
        yield from references(context, tested, schemas, kind)
        if not context.reference:
            yield from (_reference(context, f"output.{name}", "output") for name in tested.outputs)
            yield from (_reference(context, f"run.{name}", "run") for name in tests.runs)


def _members(reference: str, tested: Module, tests: TestFile) -> tuple[str, ...]:
    """What may follow a dot behind words that only tests have."""
    match reference.split("."):
        case ["output"]:
            return tuple(tested.outputs)
        case ["run"]:
            return tuple(tests.runs)
        case ["run", name] if (run := tests.runs.get(name)) and run.module:
            return tuple(run.module.outputs)
    return ()


def _addresses(context: Context, tested: Module, kinds: frozenset[str]) -> Iterator[Completion]:
    """The addresses of what a module declares; behind a dot the rest of them."""
    given = f"{context.reference}." if context.reference else ""
    for kind in sorted(kinds):
        for declaration in tested.of_kind(kind).values():
            if declaration.address.startswith(given):
                yield _reference(context, declaration.address.removeprefix(given), kind)


def _reference(context: Context, text: str, detail: str) -> Completion:
    return Completion(text, CompletionKind.REFERENCE, context.word, text, detail, rank=10)
