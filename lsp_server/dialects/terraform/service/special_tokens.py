"""What the words are where they refer to nothing: labels, types, addresses, names of providers and of arguments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lsp_server.core.document import Span
from lsp_server.dialects.service import Token, TokenKind, TokenTrait
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.service.expression_tokens import TYPES, expression, lexemes, reference, steps


def unquoted(text: str, span: Span) -> Span:
    """The span of a label without the quotes that it has."""
    start = span.start + text.startswith('"', span.start)
    quoted = start > span.start and span.end > start and text[span.end - 1] == '"'
    return Span(start, span.end - quoted)


def type_expression(text: str, node: Any) -> Iterator[Token]:
    """The words of a type, as `list(object({ name = string }))`."""
    match node:
        case t.Traversal(parts=(part,)):
            yield _type(part.name, part.span)
        case t.Call():
            yield _type(node.name, node.name_span)
            kinds = 1 if node.name == "optional" else len(node.args)
            for argument in node.args[:kinds]:
                yield from type_expression(text, argument)
            for default in node.args[kinds:]:
                yield from expression(text, default, frozenset())
        case t.ObjectItem():
            yield Token(unquoted(text, node.key.span), TokenKind.PROPERTY)
            yield from type_expression(text, node.value)
        case t.Broken():
            yield from lexemes(text, node.span, frozenset(), types=True)
        case t.ObjectExpression() | t.TupleExpression():
            for child in node.items:
                yield from type_expression(text, child)


def _type(name: str, span: Span) -> Token:
    return Token(span, TokenKind.TYPE, TokenTrait.BUILT_IN if name in TYPES else TokenTrait.NONE)


def address(text: str, node: Any) -> Iterator[Token]:
    """The words of a resource's address, which may go through modules: `module.net.aws_vpc.main["x"]`."""
    if not isinstance(node, t.Traversal):
        yield from expression(text, node, frozenset())
        return
    parts = list(node.parts)
    while len(parts) > 1 and parts[0].name == "module" and parts[1].kind == "attr":
        end = next((n for n, part in enumerate(parts[2:], 2) if part.kind == "attr"), len(parts))
        yield from reference(text, parts[:end], frozenset())
        parts = parts[end:]
    if parts:
        yield from reference(text, parts, frozenset())


def providers(node: Any) -> Iterator[Token]:
    """The words that name configurations of providers: `aws.west`, or an object of such."""
    if isinstance(node, t.Traversal):
        yield from (Token(part.span, TokenKind.NAMESPACE) for part in node.parts if part.kind in {"name", "attr"})
        return
    for child in t.children(node):
        yield from providers(child)


def words(text: str, node: Any) -> Iterator[Token]:
    """The words that name arguments or are chosen from a list: `[tags["x"], ami]`, `all`."""
    match node:
        case t.Traversal(parts=(t.Part(name="all" | "destroy" | "create" | "continue" | "fail", span=span),)):
            yield Token(span, TokenKind.KEYWORD)
        case t.Traversal(parts=(first, *rest)):
            yield Token(first.span, TokenKind.PROPERTY)
            yield from steps(text, rest, frozenset())
        case _:
            for child in t.children(node):
                yield from words(text, child)
