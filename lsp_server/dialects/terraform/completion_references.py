"""Completions that refer to something: what is declared, its attributes at any depth, names in scope, functions."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.dialects.base import Completion, CompletionKind
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.block_schema import BlockSchema, NestedBlock
from lsp_server.dialects.terraform.context import Context
from lsp_server.dialects.terraform.functions import Function, functions
from lsp_server.dialects.terraform.inference import converts
from lsp_server.dialects.terraform.module import Declaration, Module
from lsp_server.dialects.terraform.resolve import PATHS, Cursor, Resolver
from lsp_server.dialects.terraform.schema import ProviderSchemas
from lsp_server.dialects.terraform.scope import Scope, expression
from lsp_server.dialects.terraform.types import Type
from lsp_server.dialects.terraform.wanted import Wanted, wanted

_COMMON = ("id", "arn", "name")


def references(
    context: Context, module: Module, schemas: ProviderSchemas, expected: Type | None
) -> Iterator[Completion]:
    """References and functions for what is typed."""
    what = wanted(context)
    if what is Wanted.OWN_ARGUMENT:
        yield from () if context.reference else _own_arguments(context, schemas)
    elif what in {Wanted.CONSTANT, Wanted.PROVIDER, Wanted.TYPE}:
        return
    elif context.reference:
        scope = Scope(context, Resolver(module, schemas))
        yield from _members(context, module, scope, expected)
    else:
        yield from _declared(context, module, schemas, what)
        if what is Wanted.ANYTHING:
            scope = Scope(context, Resolver(module, schemas))
            words = (*(f"path.{word}" for word in PATHS), "terraform.workspace")
            yield from (_reference(context, text, "", 25) for text in words)
            yield from (_reference(context, text, "in scope", 4) for text in scope.words)
            yield from _functions(context, expected)


def _reference(context: Context, text: str, detail: str, rank: int) -> Completion:
    return Completion(text, CompletionKind.REFERENCE, context.word, text, detail, rank=rank)


def _own_arguments(context: Context, schemas: ProviderSchemas) -> Iterator[Completion]:
    labels = context.path[0].labels
    schema = schemas.resource(labels[0].text) if labels else None
    settable = [name for name, known in schema.attributes.items() if known.settable] if schema else []
    for name in [*settable, *(schema.blocks if schema else ())]:
        yield Completion(name, CompletionKind.PROPERTY, context.word, name, "argument")


# -- `var.`, `aws_vpc.main.`


def _members(context: Context, module: Module, scope: Scope, expected: Type | None) -> Iterator[Completion]:
    value = expression(context.reference)
    if value is None:
        return
    names = value.names if isinstance(value, t.Traversal) and len(value.names) == len(value.parts) else ()
    known = list(_next(module, names))
    if len(names) == 1 and (words := scope.members(names[0]) or _words(names[0])):
        known = [(word, names[0]) for word in words]
    if known:
        yield from (_reference(context, name, detail, 5) for name, detail in known)
    else:
        yield from _attributes(context, scope.cursor(value), expected)


def _next(module: Module, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The next part of an address that begins with `names`, and what it is."""
    if not names:
        return
    simple = {"var": module.variables, "local": module.locals, "module": module.module_calls}
    if len(names) == 1 and names[0] in simple:
        yield from ((name, names[0]) for name in simple[names[0]])
    table = {"data": module.data, "ephemeral": module.ephemeral}.get(names[0], module.resources)
    given = names if table is module.resources else names[1:]
    if len(given) < 2:
        found = {name[len(given)] for name in table if name[: len(given)] == given}
        detail = "data source" if names[0] == "data" else "resource"
        yield from ((name, detail) for name in sorted(found) if names != ("data",) or table is module.data)


def _words(root: str) -> tuple[str, ...]:
    return {"path": PATHS, "count": ("index",), "each": ("key", "value"), "terraform": ("workspace",)}.get(root, ())


def _attributes(context: Context, cursor: Cursor, expected: Type | None) -> Iterator[Completion]:
    if isinstance(cursor, NestedBlock):
        cursor = cursor.block if cursor.nesting in {"single", "map"} else None
    if isinstance(cursor, BlockSchema):
        for name, known in cursor.attributes.items():
            yield _attribute(context, name, known.type, expected)
        for name, nested in cursor.blocks.items():
            detail = f"{nested.nesting} of blocks" if nested.nesting != "single" else "block"
            yield Completion(name, CompletionKind.ATTRIBUTE, context.word, name, detail, rank=60)
    elif isinstance(cursor, Type) and cursor.kind == "object":
        for name, kind in cursor.fields:
            yield _attribute(context, name, kind, expected)


def _attribute(context: Context, name: str, kind: Type, expected: Type | None) -> Completion:
    fits = expected is None or converts(kind, expected)
    rank = (10 + _COMMON.index(name)) if fits and name in _COMMON else 20 if fits else 50
    return Completion(name, CompletionKind.ATTRIBUTE, context.word, name, str(kind), rank=rank)


# -- a word without a dot


def _declared(context: Context, module: Module, schemas: ProviderSchemas, what: Wanted) -> Iterator[Completion]:
    for declaration in [*module.variables.values(), *module.locals.values()] if what is Wanted.ANYTHING else ():
        rank = 12 if declaration.name[0] != context.argument else 3
        yield _reference(context, declaration.address, declaration.kind, rank)
    own = context.path[0].address[1:] if context.path else ()
    own_data = bool(context.path) and context.path[0].type == "data"
    data = () if what in {Wanted.RESOURCE, Wanted.MOVABLE} else module.data.values()
    for declaration in (*module.resources.values(), *data):
        if declaration.name == own and (declaration.kind == "data") == own_data:
            continue
        yield _reference(context, declaration.address, declaration.kind, 15)
        if what is Wanted.ANYTHING and (attribute := _meant(context.argument, declaration, schemas)):
            yield _reference(context, f"{declaration.address}.{attribute}", "fits the argument's name", 1)
    for declaration in module.module_calls.values() if what is not Wanted.RESOURCE else ():
        yield _reference(context, declaration.address, "module", 15)


def _meant(argument: str, declaration: Declaration, schemas: ProviderSchemas) -> str:
    """The attribute that an argument asks for by its name: `vpc_id` wants the `id` of an `aws_vpc`."""
    stem, _, attribute = argument.rpartition("_")
    if attribute not in {"id", "arn", "name"} or not stem:
        return ""
    kind = declaration.name[0].partition("_")[2]
    if not (kind == stem or kind.endswith(f"_{stem}") or stem.endswith(f"_{kind}")):
        return ""
    data = declaration.kind == "data"
    schema = schemas.data_source(declaration.name[0]) if data else schemas.resource(declaration.name[0])
    node = declaration.declared.node
    repeated = isinstance(node, t.Block) and (node.body.attribute("count") or node.body.attribute("for_each"))
    return attribute if schema and attribute in schema.attributes and not repeated else ""


def _functions(context: Context, expected: Type | None) -> Iterator[Completion]:
    for function in functions().values():
        fits = expected is None or converts(function.returns, expected)
        yield Completion(
            function.name, CompletionKind.FUNCTION, context.word, _call(function), function.signature, True,
            30 if fits else 60, key=f"function:{function.name}",
        )  # fmt: skip


def _call(function: Function) -> str:
    names = [parameter.name for parameter in function.parameters] or (["…"] if function.variadic else [])
    places = ", ".join(f"${{{number}:{name}}}" for number, name in enumerate(names, 1))
    return f"{function.name}({places})$0"
