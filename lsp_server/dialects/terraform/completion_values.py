"""Completions that are words: true and false, allowed values, types, provider configurations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lsp_server.dialects.base import Completion, CompletionKind
from lsp_server.dialects.terraform import snippets
from lsp_server.dialects.terraform.block_schema import AttributeSchema, BlockSchema
from lsp_server.dialects.terraform.constraints import allowed_words
from lsp_server.dialects.terraform.context import Context, Place
from lsp_server.dialects.terraform.known_values import known_values
from lsp_server.dialects.terraform.module import Module
from lsp_server.dialects.terraform.module_inputs import folders
from lsp_server.dialects.terraform.recovered import place, recovered
from lsp_server.dialects.terraform.schema import ProviderSchemas
from lsp_server.dialects.terraform.terraform_block import provider_words
from lsp_server.dialects.terraform.types import Type
from lsp_server.dialects.terraform.wanted import Wanted, wanted

_TYPES: Mapping[str, str] = {
    "string": "string",
    "number": "number",
    "bool": "bool",
    "list(string)": "list(string)",
    "map(string)": "map(string)",
    "set(string)": "set(string)",
    "object({…})": "object({\n  ${1:name} = ${2:string}\n})",
    "list(object({…}))": "list(object({\n  ${1:name} = ${2:string}\n}))",
    "map(object({…}))": "map(object({\n  ${1:name} = ${2:string}\n}))",
    "list": "list(${1:string})",
    "map": "map(${1:string})",
    "set": "set(${1:string})",
    "object": "object({ ${1:name} = ${2:string} })",
    "tuple": "tuple([${1:string}])",
    "any": "any",
}


def values(
    context: Context, module: Module, schemas: ProviderSchemas, schema: BlockSchema | None, expected: Type | None
) -> Iterator[Completion]:
    """Words that the argument takes: true and false, allowed values, provider aliases, keywords."""
    if context.place is Place.VALUE and wanted(context) is Wanted.PROVIDER:
        yield from _providers(context, module)
    if context.place is Place.VALUE and not context.reference:
        yield from _keywords(context)
    if context.reference or context.in_call:
        return
    yield from _sources(context, module)
    known = schema.attributes.get(context.argument) if schema else None
    resource_type = _of(context)
    argument = context.fields[-1] if context.fields else context.argument
    words = known.values if known and not context.fields else ()
    told = () if words or context.fields else _recovered(context)
    words = words or _best_first(known_values(resource_type, argument), told) or _allowed(context)
    if context.path and context.path[-1].type == "required_providers":
        choice = schemas.provider(context.argument)
        words = provider_words(choice, argument) if choice else ()
    quoted = context.quoted or context.in_template
    for number, word in enumerate(words):
        bare = known is not None and bool(known.values) and known.type.kind == "dynamic"
        text = word if quoted or bare else f'"{word}"'
        detail = "from CloudFormation's schema" if word in told else "value"
        yield Completion(word, CompletionKind.VALUE, context.word, text, detail, rank=2 + min(number, 7))
    if context.place is Place.STRING:
        return
    if expected and expected.kind == "bool":
        for word in ("true", "false"):
            yield Completion(word, CompletionKind.VALUE, context.word, word, "bool", rank=1)


def _recovered(context: Context) -> tuple[str, ...]:
    """The words that CloudFormation's schema has for an argument of a resource."""
    path = context.path
    if not path or path[0].type != "resource" or not path[0].labels:
        return ()
    return recovered(path[0].labels[0].text, place(path, context.argument)).words


def _best_first(often: tuple[str, ...], told: tuple[str, ...]) -> tuple[str, ...]:
    """The words that are often meant, then the others that are told; what is told decides which there are."""
    if not told:
        return often
    first = [word for word in often if word in told]
    return (*first, *(word for word in told if word not in first))


def _of(context: Context) -> str:
    """The resource type or provider that an argument belongs to; AWS for what Terraform keeps its state with there."""
    path = context.path
    if len(path) > 1 and path[1].address == ("backend", "s3"):
        return "aws"
    labels = path[0].labels if path and path[0].type in {"resource", "data", "ephemeral", "provider"} else ()
    return labels[0].text if labels else ""


def _sources(context: Context, module: Module) -> Iterator[Completion]:
    """The folders of modules that are known, for the source of a call."""
    if [block.type for block in context.path] == ["module"] and context.argument == "source":
        for path in folders(module):
            text = path if context.quoted else f'"{path}"'
            yield Completion(path, CompletionKind.VALUE, context.word, text, "module in a folder", rank=1)


def _allowed(context: Context) -> tuple[str, ...]:
    """The words that a variable's validation lets through, for its own default."""
    block = context.path[-1] if context.path else None
    return allowed_words(block) if block and block.type == "variable" and context.argument == "default" else ()


def keys(context: Context, kind: Type | None) -> Iterator[Completion]:
    """The keys of an object that it has not yet, also of one in a list; those that it has to have come first."""
    while kind and kind.is_list:
        kind = kind.element
    for name, field in kind.fields if kind else ():
        if name not in context.given:
            needed = kind is not None and name not in kind.may_lack
            detail = f"{field}" if needed else f"optional, {field}"
            yield _key(context, name, field, detail, 10 if needed else 20)


def _key(context: Context, name: str, kind: Type, detail: str, rank: int) -> Completion:
    text = snippets.argument(name, AttributeSchema(kind), snippets.Stops(), context.indent)
    return Completion(name, CompletionKind.PROPERTY, context.word, text, detail, True, rank)


def provider_keys(context: Context, names: Iterable[str]) -> Iterator[Completion]:
    """The names of providers that a module call may pass on."""
    for name in names:
        if name not in context.given:
            yield Completion(name, CompletionKind.PROPERTY, context.word, f"{name} = $1", "provider", True, 10)


def _providers(context: Context, module: Module) -> Iterator[Completion]:
    """Configurations of providers: the default one, and those with an alias."""
    for name in sorted({(name[0],) for name in module.providers} | set(module.providers)):
        given = tuple(context.reference.split(".")) if context.reference else ()
        if name[: len(given)] == given and len(name) > len(given):
            text = ".".join(name[len(given) :])
            yield Completion(text, CompletionKind.REFERENCE, context.word, text, "provider", rank=1 + (len(name) < 2))


def _keywords(context: Context) -> Iterator[Completion]:
    what = wanted(context)
    if what is Wanted.TYPE:
        for number, (label, written) in enumerate(_types(context).items()):
            text = written.replace("\n", f"\n{context.indent}")
            yield Completion(label, CompletionKind.VALUE, context.word, text, "type", "$" in text, 1 + number)
    elif what is Wanted.OWN_ARGUMENT and not context.in_list:
        yield Completion("all", CompletionKind.VALUE, context.word, "all", "every argument", rank=1)


def _types(context: Context) -> Mapping[str, str]:
    """Type constraints; only a field of an object may be optional, and nothing stands around that."""
    field = context.fields or (context.in_call and context.assigned)
    return {**_TYPES, "optional": "optional(${1:string})"} if field else _TYPES
