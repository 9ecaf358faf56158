"""Completion in a `.tfvars` file: the module's variables, the keys of their objects, and values that they accept."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.document import Document, Span
from lsp_server.dialects.base import Completion, CompletionKind
from lsp_server.dialects.terraform import snippets
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.block_context import field_type
from lsp_server.dialects.terraform.block_schema import AttributeSchema
from lsp_server.dialects.terraform.completion_values import keys
from lsp_server.dialects.terraform.constraints import allowed_words, variable_type
from lsp_server.dialects.terraform.context import Context, Place, context_at
from lsp_server.dialects.terraform.module import Declaration, Module
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.dialects.terraform.types import DYNAMIC, Type


def variable_values(module: Module, document: Document, offset: int) -> Iterator[Completion]:
    """What may stand at `offset` of a variables file."""
    context = context_at(document, offset)
    if context.path or context.in_call or context.reference:
        return
    if context.place is Place.ITEM:
        yield from _assignments(module, document, context.word)
    elif context.place is not Place.NOTHING:
        declared = module.variables.get(context.argument)
        kind = field_type(variable_type(declared) if declared else None, context.fields)
        if context.place is Place.KEY:
            yield from keys(context, kind)
        else:
            allowed = allowed_values(declared) if declared and not context.fields else ()
            yield from _values(context, kind.element if kind and context.in_list and kind.is_list else kind, allowed)


def _values(context: Context, kind: Type | None, allowed: tuple[str, ...]) -> Iterator[Completion]:
    quoted = context.place is Place.STRING
    for text in allowed:
        yield Completion(text, CompletionKind.VALUE, context.word, text if quoted else f'"{text}"', "allowed", rank=1)
    for text in ("true", "false") if kind and kind.kind == "bool" and not quoted else ():
        yield Completion(text, CompletionKind.VALUE, context.word, text, "bool", rank=1)


def _assignments(module: Module, document: Document, word: Span) -> Iterator[Completion]:
    given = {a.name for a in parse_document(document).body.attributes if not a.name_span.touches(word.end)}
    for name, declaration in module.variables.items():
        if name not in given:
            yield _assignment(declaration, document, word)


def _assignment(declaration: Declaration, document: Document, word: Span) -> Completion:
    """A variable with a place for its value; only the name where the line goes on."""
    name = declaration.name[0]
    required = declaration.argument("default") is None
    kind = variable_type(declaration) or DYNAMIC
    line, column = document.position(word.end)
    bare = bool(document.line_text(line)[column:].strip())
    text = name if bare else snippets.argument(name, AttributeSchema(kind), snippets.Stops(), "")
    detail = f"{'required ' if required else ''}variable, {kind}"
    return Completion(name, CompletionKind.PROPERTY, word, text, detail, not bare, 1 if required else 30, required)


def allowed_values(declaration: Declaration) -> tuple[str, ...]:
    """The words that a variable's validation lets through."""
    node = declaration.declared.node
    return allowed_words(node) if isinstance(node, t.Block) else ()
