"""Completions that are words: true and false, allowed values, types, provider configurations."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.dialects.base import Completion, CompletionKind
from lsp_server.dialects.terraform.block_schema import BlockSchema
from lsp_server.dialects.terraform.context import Context, Place
from lsp_server.dialects.terraform.known_values import known_values
from lsp_server.dialects.terraform.module import Module
from lsp_server.dialects.terraform.schema import ProviderSchemas
from lsp_server.dialects.terraform.terraform_block import provider_words
from lsp_server.dialects.terraform.types import Type
from lsp_server.dialects.terraform.wanted import Wanted, wanted

_TYPE_WORDS = ("string", "number", "bool", "list(string)", "map(string)", "set(string)", "object({})", "any")


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
    known = schema.attributes.get(context.argument) if schema else None
    resource_type = context.path[0].labels[0].text if context.path and context.path[0].labels else ""
    argument = context.fields[-1] if context.fields else context.argument
    words = (known.values if known and not context.fields else ()) or known_values(resource_type, argument)
    if context.path and context.path[-1].type == "required_providers":
        choice = schemas.provider(context.argument)
        words = provider_words(choice, argument) if choice else ()
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


def keys(context: Context, kind: Type | None) -> Iterator[Completion]:
    """The keys of an object, also of one in a list."""
    while kind and kind.is_list:
        kind = kind.element
    for name, field in kind.fields if kind else ():
        yield Completion(name, CompletionKind.PROPERTY, context.word, f"{name} = ", str(field))


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
        for number, text in enumerate(_TYPE_WORDS):
            yield Completion(text, CompletionKind.VALUE, context.word, text, "type", rank=1 + number)
    elif what is Wanted.OWN_ARGUMENT and not context.in_list:
        yield Completion("all", CompletionKind.VALUE, context.word, "all", "every argument", rank=1)
