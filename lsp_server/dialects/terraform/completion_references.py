"""Completions that refer to something: what is declared, its attributes at any depth, names in scope."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.document import Span
from lsp_server.core.letters import has_letters
from lsp_server.dialects.base import Completion, CompletionKind
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.block_schema import BlockSchema, NestedBlock
from lsp_server.dialects.terraform.completion_functions import calls
from lsp_server.dialects.terraform.constraints import variable_type
from lsp_server.dialects.terraform.context import Context
from lsp_server.dialects.terraform.fitting import Asked, fits, fitting, misfit, similar
from lsp_server.dialects.terraform.module import Declaration, Module
from lsp_server.dialects.terraform.resolve import PATHS, Cursor, Resolver
from lsp_server.dialects.terraform.schema import ProviderSchemas
from lsp_server.dialects.terraform.scope import Scope, expression
from lsp_server.dialects.terraform.types import DYNAMIC, STRING, Type
from lsp_server.dialects.terraform.wanted import Wanted, wanted

_COMMON = ("id", "arn", "name")
_WHOLE = frozenset({Wanted.ADDRESS, Wanted.MOVABLE})


def references(
    context: Context, module: Module, schemas: ProviderSchemas, expected: Type | None
) -> Iterator[Completion]:
    """References and functions for what is typed."""
    what = wanted(context)
    kind = expected if context.in_call or not context.in_template else STRING
    if what is Wanted.OWN_ARGUMENT:
        yield from _own_arguments(context, schemas)
    elif what in {Wanted.CONSTANT, Wanted.PROVIDER, Wanted.TYPE}:
        return
    elif context.reference:
        yield from _members(context, module, Scope(context, Resolver(module, schemas)), kind)
    elif context.namespace:
        yield from calls(context, schemas, kind) if what is Wanted.ANYTHING else ()
    elif what is Wanted.ANYTHING:
        resolver = Resolver(module, schemas)
        yield from _fitting(context, module, schemas, kind)
        yield from _values(context, module, resolver, kind)
        yield from _addresses(context, module, what)
        yield from _words(context, Scope(context, resolver))
        yield from calls(context, schemas, kind)
    else:
        yield from _addresses(context, module, what)


def _reference(context: Context, text: str, detail: str, rank: int) -> Completion:
    return Completion(text, CompletionKind.REFERENCE, context.word, text, detail, rank=rank)


def _own_arguments(context: Context, schemas: ProviderSchemas) -> Iterator[Completion]:
    """Arguments of the resource around; behind a dot the keys that one of them has."""
    top = context.path[0]
    if context.reference:
        value = top.body.attribute(context.reference)
        items = value.value.items if value and isinstance(value.value, t.ObjectExpression) else ()
        for name in filter(None, (item.name for item in items)):
            yield Completion(name, CompletionKind.PROPERTY, context.word, name, "key")
        return
    schema = schemas.block_of(top) if top.labels else None
    settable = [name for name, known in schema.attributes.items() if known.settable] if schema else []
    for name in [*settable, *(schema.blocks if schema else ())]:
        if name != "id":
            rank = 40 if top.body.attribute(name) or top.body.blocks_of(name) else 50
            yield Completion(name, CompletionKind.PROPERTY, context.word, name, "argument", rank=rank)


# -- `var.`, `aws_vpc.main.`


def _members(context: Context, module: Module, scope: Scope, expected: Type | None) -> Iterator[Completion]:
    value = expression(context.reference)
    if value is None:
        return
    names = value.names if isinstance(value, t.Traversal) and len(value.names) == len(value.parts) else ()
    known = list(_next(module, names))
    if len(names) == 1 and (words := scope.members(names[0]) or _members_of(names[0])):
        known = [(word, names[0]) for word in words]
    if known:
        yield from (_reference(context, name, detail, 5) for name, detail in known)
    elif wanted(context) not in _WHOLE:
        repeated = _repeated(module, names)
        if repeated is None:
            yield from _attributes(context, scope.cursor(value), expected)
        else:
            yield from _instances(context, repeated, scope, expected)


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


def _members_of(root: str) -> tuple[str, ...]:
    return {"path": PATHS, "count": ("index",), "each": ("key", "value"), "terraform": ("workspace",)}.get(root, ())


def _attributes(context: Context, cursor: Cursor, expected: Type | None) -> Iterator[Completion]:
    for name, kind, detail in _content(cursor):
        yield _attribute(context, name, kind, detail, expected)


def _content(cursor: Cursor) -> Iterator[tuple[str, Type | None, str]]:
    """Name, type and what a person is told of each attribute; a nested block has no type."""
    if isinstance(cursor, NestedBlock):
        cursor = cursor.block if cursor.nesting in {"single", "map"} else None
    if isinstance(cursor, BlockSchema):
        for name, known in cursor.attributes.items():
            yield name, known.type, str(known.type)
        for name, nested in cursor.blocks.items():
            yield name, None, f"{nested.nesting} of blocks" if nested.nesting != "single" else "block"
    elif isinstance(cursor, Type) and cursor.kind == "object":
        yield from ((name, kind, str(kind)) for name, kind in cursor.fields)


def _attribute(context: Context, name: str, kind: Type | None, detail: str, expected: Type | None) -> Completion:
    return Completion(
        name, CompletionKind.ATTRIBUTE, context.word, name, detail, rank=_rank(context, name, kind, expected)
    )


def _rank(context: Context, name: str, kind: Type | None, expected: Type | None) -> int:
    if kind is None:
        return 60
    if not fits(kind, expected):
        return 50
    worse = misfit(kind, expected)
    alike = name == context.argument or context.argument.endswith(f"_{name}")
    return worse + (9 if alike else 10 + _COMMON.index(name) if name in _COMMON else 20)


# -- instances of what is repeated: `aws_vpc.main.id` has to be `aws_vpc.main[0].id`


def _repeated(module: Module, names: tuple[str, ...]) -> Declaration | None:
    """The resource or data source with `count` or `for_each` that the names are the address of."""
    table = module.data if names[:1] == ("data",) else module.resources
    found = table.get(names[1:] if names[:1] == ("data",) else names) if 1 < len(names) < 4 else None
    return found if found and found.repeated else None


def _instances(context: Context, repeated: Declaration, scope: Scope, expected: Type | None) -> Iterator[Completion]:
    """References to an attribute of an instance, in the place of one that names none."""
    address, own = repeated.address, _own_repetition(context)
    many = expected is not None and expected.is_list and not context.in_list
    index = {
        "count": "[count.index]" if own == "count" else "[0]",
        "for_each": "[each.key]" if own == "for_each" else "",
    }
    instance = f"{address}[*]" if many and repeated.repeated == "count" else f"{address}{index[repeated.repeated]}"
    if many and repeated.repeated == "for_each":
        instance = f"values({address})[*]"
    if instance == address:
        return
    word = Span(context.word.start - 1 - len(context.reference), context.word.end)
    wanted_kind = expected.element if many and expected else expected
    one = expression(f"{address}[0]")
    for name, kind, detail in _content(scope.cursor(one) if one else None):
        text = f"{instance}.{name}"
        rank = _rank(context, name, kind, wanted_kind)
        yield Completion(text, CompletionKind.ATTRIBUTE, word, text, detail, rank=rank)


def _own_repetition(context: Context) -> str:
    """`count` or `for_each`, where the block around has one."""
    body = context.path[0].body if context.path else t.Body((), ())
    return next((name for name in ("count", "for_each") if body.attribute(name) and context.argument != name), "")


# -- a word without a dot


def _fitting(context: Context, module: Module, schemas: ProviderSchemas, expected: Type | None) -> Iterator[Completion]:
    """What the argument's name asks for."""
    top = context.path[0] if context.path else None
    address = top.address if top and top.type in {"resource", "data", "module"} else ()
    own = ".".join(address[1:] if address[:1] == ("resource",) else address)
    argument = context.fields[-1] if context.fields else context.argument
    resource_type = address[1] if len(address) > 2 else ""
    asked = Asked(argument, expected, resource_type, own, _own_repetition(context))
    for one in fitting(asked, module, schemas) if not context.in_call and not context.in_template else ():
        label = one.text[1:-1] if one.text.startswith("[") else one.text
        detail = "fits the argument's name"
        yield Completion(label, CompletionKind.REFERENCE, context.word, one.text, detail, rank=1 + one.doubt)


def _values(context: Context, module: Module, resolver: Resolver, expected: Type | None) -> Iterator[Completion]:
    """Variables and local values, those of the argument's name and type first."""
    typed = context.prefix.lower()
    concrete = expected is not None and expected.kind != "dynamic"
    for declaration in (*module.variables.values(), *module.locals.values()):
        name, variable = declaration.name[0], declaration.kind == "variable"
        if not has_letters(f"{'var' if variable else 'local'}.{name}".lower(), typed) or _is_own(context, declaration):
            continue
        kind: Type | None = None
        if concrete:
            kind = variable_type(declaration) if variable else resolver.local_type(name) or _shape(declaration.value)
        rank = (3, 6, 12)[similar(name, context.argument)] + misfit(kind, expected)
        detail = f"{declaration.kind}, {kind}" if kind else declaration.kind
        yield _reference(context, declaration.address, detail, rank)


def _shape(value: t.Expression | None) -> Type | None:
    """The kind of collection that an expression plainly is."""
    match value:
        case t.TupleExpression() | t.ForExpression(makes_object=False):
            return Type("list", DYNAMIC)
        case t.ObjectExpression() | t.ForExpression():
            return Type("map", DYNAMIC)
    return None


def _is_own(context: Context, local: Declaration) -> bool:
    """Whether a local value is the one that is being written."""
    in_locals = bool(context.path) and context.path[0].type == "locals"
    return local.kind == "local" and in_locals and local.name[0] == context.argument


def _addresses(context: Context, module: Module, what: Wanted) -> Iterator[Completion]:
    """Resources, data sources and module calls."""
    typed = context.prefix.lower()
    own = context.path[0].address[1:] if context.path else ()
    own_kind = context.path[0].type if context.path else ""
    data = () if what in {Wanted.RESOURCE, Wanted.MOVABLE} else module.data.values()
    ephemeral = module.ephemeral.values() if what is Wanted.ANYTHING else ()
    modules = module.module_calls.values() if what is not Wanted.RESOURCE else ()
    for declaration in (*module.resources.values(), *data, *ephemeral, *modules):
        address = declaration.address
        if has_letters(address.lower(), typed) and (declaration.name != own or declaration.kind != own_kind):
            yield _reference(context, address, declaration.kind, 15)


def _words(context: Context, scope: Scope) -> Iterator[Completion]:
    """Names that hold here and no declaration brings."""
    words = (*(f"path.{word}" for word in PATHS), "terraform.workspace")
    yield from (_reference(context, text, "", 25) for text in words)
    yield _reference(context, "provider::", "functions of providers", 65)
    repeating = len(context.path) == 1 and context.argument in {"count", "for_each"}
    for text in scope.words:
        if not (repeating and text.partition(".")[0] in {"count", "each"}):
            yield _reference(context, text, "in scope", 4)
