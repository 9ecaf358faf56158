"""Completions where a value is written: words, references by fitness, attributes at any depth, functions."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.dialects.base import Completion, CompletionKind
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.block_schema import BlockSchema, NestedBlock
from lsp_server.dialects.terraform.context import Context, Place
from lsp_server.dialects.terraform.functions import Function, functions
from lsp_server.dialects.terraform.inference import converts
from lsp_server.dialects.terraform.known_values import known_values
from lsp_server.dialects.terraform.module import Declaration, Module
from lsp_server.dialects.terraform.parse import read_piece
from lsp_server.dialects.terraform.references import Reference
from lsp_server.dialects.terraform.resolve import PATHS, Cursor, Resolver, walk
from lsp_server.dialects.terraform.schema import ProviderSchemas
from lsp_server.dialects.terraform.types import Type

_COMMON = ("id", "arn", "name")
_ADDRESSES = frozenset({"depends_on", "replace_triggered_by"})
_TYPE_WORDS = ("string", "number", "bool", "list(string)", "map(string)", "set(string)", "object({})", "any")


def values(
    context: Context, module: Module, schemas: ProviderSchemas, schema: BlockSchema | None, expected: Type | None
) -> Iterator[Completion]:
    """Words that the argument takes: true and false, allowed values, provider aliases, keywords."""
    if context.reference:
        return
    known = schema.attributes.get(context.argument) if schema else None
    resource_type = context.path[0].labels[0].text if context.path and context.path[0].labels else ""
    argument = context.fields[-1] if context.fields else context.argument
    words = (known.values if known and not context.fields else ()) or known_values(resource_type, argument)
    quoted = context.quoted or context.in_template
    for number, word in enumerate(words):
        bare = known is not None and known.type.kind == "dynamic"
        text = word if quoted or bare else f'"{word}"'
        yield Completion(word, CompletionKind.VALUE, context.word, text, "value", rank=2 + min(number, 7))
    if context.place is Place.STRING:
        return
    if expected and expected.kind == "bool":
        for word in ("true", "false"):
            yield Completion(word, CompletionKind.VALUE, context.word, word, "bool", rank=1)
    yield from _keywords(context, module, schema)


def _keywords(context: Context, module: Module, schema: BlockSchema | None) -> Iterator[Completion]:
    top = context.path[0].type if context.path else ""
    if context.argument == "provider" and top in {"resource", "data", "import"}:
        for declaration in module.providers.values():
            if len(declaration.name) == 2:
                text = ".".join(declaration.name)
                yield Completion(text, CompletionKind.REFERENCE, context.word, text, "provider", rank=1)
    elif top == "variable" and context.argument == "type":
        for number, text in enumerate(_TYPE_WORDS):
            yield Completion(text, CompletionKind.VALUE, context.word, text, "type", rank=1 + number)
    elif context.argument == "ignore_changes" and context.path[-1].type == "lifecycle":
        yield Completion("all", CompletionKind.VALUE, context.word, "all", "every argument", rank=1)


def references(
    context: Context, module: Module, schemas: ProviderSchemas, expected: Type | None
) -> Iterator[Completion]:
    """References and functions for what is typed."""
    if context.path and context.path[0].type == "variable" and context.argument in {"type", "default"}:
        return
    if context.argument == "ignore_changes" and context.path and context.path[-1].type == "lifecycle":
        yield from _own_arguments(context, schemas)
    elif context.reference:
        yield from _members(context, module, schemas, expected)
    else:
        yield from _whole_references(context, module, schemas, expected)
        if context.argument not in _ADDRESSES:
            yield from _functions(context, expected)


def _own_arguments(context: Context, schemas: ProviderSchemas) -> Iterator[Completion]:
    labels = context.path[0].labels
    schema = schemas.resource(labels[0].text) if labels else None
    for name in [*schema.attributes, *schema.blocks] if schema else ():
        yield Completion(name, CompletionKind.PROPERTY, context.word, name, "argument")


# -- `var.`, `aws_vpc.main.`


def _members(context: Context, module: Module, schemas: ProviderSchemas, expected: Type | None) -> Iterator[Completion]:
    traversal = _traversal(context.reference)
    if traversal is None:
        return
    names, parts = traversal.names, traversal.parts
    plain = len(names) == len(parts)
    simple: dict[str, dict[str, Declaration]] = {
        "var": module.variables,
        "local": module.locals,
        "module": module.module_calls,
    }
    if plain and len(parts) == 1 and names[0] in simple:
        for name in simple[names[0]]:
            yield Completion(name, CompletionKind.REFERENCE, context.word, name, names[0], rank=5)
    elif plain and len(parts) == 1 and (words := _words(names[0])):
        for word in words:
            yield Completion(word, CompletionKind.REFERENCE, context.word, word, names[0], rank=5)
    elif plain and names[0] == "data" and len(parts) < 3:
        yield from _next_names(context, [d.name for d in module.data.values()], names[1:], "data source")
    elif plain and len(parts) == 1 and any(key[0] == names[0] for key in module.resources):
        yield from _next_names(context, [d.name for d in module.resources.values()], names, "resource")
    else:
        resolved = Resolver(module, schemas).resolve(Reference(traversal, frozenset(), (), ""))
        if names[0] == "self" and context.path and context.path[0].labels:
            schema = schemas.resource(context.path[0].labels[0].text)
            resolved = walk(schema, parts, 1)
        yield from _attributes(context, resolved.cursor, expected)


def _words(root: str) -> tuple[str, ...]:
    return {"path": PATHS, "each": ("key", "value"), "count": ("index",), "terraform": ("workspace",)}.get(root, ())


def _traversal(text: str) -> t.Traversal | None:
    attributes = read_piece(f"x = {text}\n").body.attributes
    value = attributes[0].value if attributes else None
    return value if isinstance(value, t.Traversal) else None


def _next_names(
    context: Context, known: list[tuple[str, ...]], given: tuple[str, ...], detail: str
) -> Iterator[Completion]:
    found = {name[len(given)] for name in known if name[: len(given)] == given and len(name) > len(given)}
    for name in sorted(found):
        yield Completion(name, CompletionKind.REFERENCE, context.word, name, detail, rank=5)


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


def _whole_references(
    context: Context, module: Module, schemas: ProviderSchemas, expected: Type | None
) -> Iterator[Completion]:
    addresses = context.argument in _ADDRESSES
    named = [] if addresses else [*module.variables.values(), *module.locals.values()]
    for declaration in named:
        rank = 12 if declaration.name[0] != context.argument else 3
        yield _reference(context, declaration.address, declaration.kind, rank)
    own = context.path[0].address[1:] if context.path else ()
    for declaration in (*module.resources.values(), *module.data.values()):
        if declaration.name == own:
            continue
        yield _reference(context, declaration.address, declaration.kind, 15)
        if not addresses and (attribute := _meant(context.argument, declaration, schemas)):
            yield _reference(context, f"{declaration.address}.{attribute}", "fits the argument's name", 1)
    for declaration in module.module_calls.values():
        yield _reference(context, declaration.address, "module", 15)
    if not addresses:
        for text in _in_scope(context):
            yield _reference(context, text, "in scope", 25)


def _reference(context: Context, text: str, detail: str, rank: int) -> Completion:
    return Completion(text, CompletionKind.REFERENCE, context.word, text, detail, rank=rank)


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


def _in_scope(context: Context) -> Iterator[str]:
    yield from (f"path.{word}" for word in PATHS)
    yield "terraform.workspace"
    top = context.path[0].body if context.path else None
    if top and top.attribute("for_each"):
        yield from ("each.key", "each.value")
    if top and top.attribute("count"):
        yield "count.index"


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
