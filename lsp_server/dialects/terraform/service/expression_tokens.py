"""What the words of an expression are; of one that cannot be read, as far as single words tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from lsp_server.core.document import Span
from lsp_server.dialects.service import Token, TokenKind, TokenTrait
from lsp_server.dialects.terraform import scanner
from lsp_server.dialects.terraform import tree as t

BUILT_IN = TokenTrait.BUILT_IN
_GROUPS = {
    "var": (TokenKind.PARAMETER, TokenTrait.NONE),
    "local": (TokenKind.VARIABLE, TokenTrait.READONLY),
    "module": (TokenKind.NAMESPACE, TokenTrait.NONE),
    "path": (TokenKind.PROPERTY, BUILT_IN),
    "terraform": (TokenKind.PROPERTY, BUILT_IN),
}
"""What follows the words that all references of a kind begin with."""
_VALUES = frozenset({"each", "count", "self"})
_OF_TYPES = frozenset({"data", "ephemeral"})
TYPES = frozenset({"string", "number", "bool", "any", "list", "map", "set", "object", "tuple", "optional"})
_KEYWORDS = frozenset({"for", "in", "if", "true", "false", "null", "else", "endif", "endfor"})
_NAME = re.compile(r"[^\W\d][\w-]*")
_FOR = re.compile(r"[\[{]\s*(for)\b")
_DIRECTIVE = re.compile(r"(?<!%)%\{~?\s*(if|for|else|endif|endfor)\b")
_LEXEME = re.compile(
    r"(?P<names>(?<![\w-])[^\W\d][\w-]*(?:(?:\.|::)[^\W\d][\w-]*)*)|(?P<number>(?<![\w.-])\d+(?:\.\d+)?)"
)
_CALLS = re.compile(r"[ \t]*\(")
_ASSIGNS = re.compile(r"[ \t]*=(?![=>])")
_OPENS = re.compile(r"(?<!\$)\$\{|(?<!%)%\{")
_DEEPEST = 20  # strings within strings

Scope = frozenset[str]


def expression(text: str, node: Any, scope: Scope) -> Iterator[Token]:
    """The words in and below a node, with the names that `for` and `dynamic` bring."""
    read = _READERS.get(type(node))
    if read is not None:
        yield from read(text, node, scope)
        return
    for child in t.children(node):
        yield from expression(text, child, scope)


def _literal(text: str, node: t.Literal, scope: Scope) -> Iterator[Token]:
    word = node.value is None or isinstance(node.value, bool)
    yield Token(node.span, TokenKind.KEYWORD if word else TokenKind.NUMBER)


def _access(text: str, node: t.Access, scope: Scope) -> Iterator[Token]:
    yield from expression(text, node.source, scope)
    yield from steps(text, node.parts, scope)


def _call(text: str, node: t.Call, scope: Scope) -> Iterator[Token]:
    yield from _function(text, node.name_span)
    for argument in node.args:
        yield from expression(text, argument, scope)


def _item(text: str, node: t.ObjectItem, scope: Scope) -> Iterator[Token]:
    if isinstance(node.key, t.Traversal) and len(node.key.parts) == 1:
        yield Token(node.key.span, TokenKind.PROPERTY)
    else:
        yield from expression(text, node.key, scope)
    yield from expression(text, node.value, scope)


def _broken(text: str, node: t.Broken, scope: Scope) -> Iterator[Token]:
    if not node.inner:
        yield from lexemes(text, node.span, scope)
    for child in node.inner:
        yield from expression(text, child, scope)


def reference(text: str, parts: Sequence[t.Part], scope: Scope) -> Iterator[Token]:
    """The words of a reference, by what it leads to; a name of `scope` is a variable."""
    root, *rest = parts
    leading = next((n for n, part in enumerate(rest) if part.kind != "attr"), len(rest))
    if root.name in scope:
        yield Token(root.span, TokenKind.VARIABLE)
    elif root.name in _VALUES:
        yield Token(root.span, TokenKind.VARIABLE, BUILT_IN)
        if leading and root.name != "self":
            yield Token(rest[0].span, TokenKind.PROPERTY, BUILT_IN)
            rest = rest[1:]
    elif root.name in _GROUPS and (leading or root.name != "terraform"):
        yield Token(root.span, TokenKind.NAMESPACE, BUILT_IN)
        if leading:
            yield Token(rest[0].span, *_GROUPS[root.name])
            rest = rest[1:]
    elif root.name in _OF_TYPES:
        yield Token(root.span, TokenKind.NAMESPACE, BUILT_IN)
        kinds = (TokenKind.CLASS, TokenKind.VARIABLE)[:leading]
        yield from (Token(part.span, kind) for part, kind in zip(rest, kinds, strict=False))
        rest = rest[len(kinds) :]
    elif leading:
        yield Token(root.span, TokenKind.CLASS)
        yield Token(rest[0].span, TokenKind.VARIABLE)
        rest = rest[1:]
    else:
        yield Token(root.span, TokenKind.VARIABLE)
    yield from steps(text, rest, scope)


def steps(text: str, parts: Sequence[t.Part], scope: Scope) -> Iterator[Token]:
    """The words of what is taken from a value: attributes, and what stands between brackets."""
    for part in parts:
        if part.kind == "attr":
            yield Token(part.span, TokenKind.PROPERTY)
        elif part.key is not None:
            yield from expression(text, part.key, scope)


def _function(text: str, span: Span) -> Iterator[Token]:
    """`upper`, or `provider::aws::arn_parse`, of which the last word is the function."""
    found = [Span(*match.span()) for match in _NAME.finditer(text, *span)]
    for name in found[:-1]:
        yield Token(name, TokenKind.NAMESPACE)
    if found:
        core = len(found) == 1 or text[found[0].start : found[0].end] == "core"
        yield Token(found[-1], TokenKind.FUNCTION, BUILT_IN if core else TokenTrait.NONE)


def _for(text: str, node: t.ForExpression, scope: Scope) -> Iterator[Token]:
    if head := _FOR.match(text, node.span.start):
        yield Token(Span(*head.span(1)), TokenKind.KEYWORD)
    names_end = max((part.span.end for part in node.names), default=node.span.start)
    yield from (Token(part.span, TokenKind.VARIABLE, TokenTrait.DECLARATION) for part in node.names)
    yield from _before(text, "in", names_end, node.collection.span.start)
    yield from expression(text, node.collection, scope)
    inside = scope | {part.name for part in node.names}
    for child in (node.key, node.value):
        if child is not None:
            yield from expression(text, child, inside)
    if node.condition is not None:
        yield from _before(text, "if", node.value.span.end, node.condition.span.start)
        yield from expression(text, node.condition, inside)


def _before(text: str, word: str, start: int, end: int) -> Iterator[Token]:
    """The keyword that stands last before `end`."""
    at = text.rfind(word, start, end)
    if at >= 0:
        yield Token(Span(at, at + len(word)), TokenKind.KEYWORD)


def _directive(text: str, node: t.Directive, scope: Scope) -> Iterator[Token]:
    """`%{ for x in y }` or `%{ if x }` with all up to its end."""
    for match in _DIRECTIVE.finditer(text, *node.span):
        yield Token(Span(*match.span(1)), TokenKind.KEYWORD)
    if node.names:
        yield from (Token(part.span, TokenKind.VARIABLE, TokenTrait.DECLARATION) for part in node.names)
        yield from _before(text, "in", node.names[-1].span.end, node.condition.span.start)
    yield from expression(text, node.condition, scope)
    for part in node.parts:
        yield from expression(text, part, scope | {name.name for name in node.names})


def lexemes(text: str, span: Span, scope: Scope, depth: int = 0, *, types: bool = False) -> Iterator[Token]:
    """The words of what cannot be read, most likely because it is being typed."""
    for token in scanner.tokens(text, span.start, span.end):
        if token.kind == "other":
            for match in _LEXEME.finditer(text, token.start, token.end):
                yield from _lexeme(text, match, scope, types)
        elif token.kind in {"string", "heredoc"} and depth < _DEEPEST:
            at = token.start
            while opens := _OPENS.search(text, at, token.end):
                at, _ = scanner.template_end(text, opens.end(), token.end, depth)
                yield from lexemes(text, Span(opens.end(), at), scope, depth + 1)
                at = max(at, opens.end())


def _lexeme(text: str, match: re.Match[str], scope: Scope, types: bool) -> Iterator[Token]:
    span = Span(*match.span())
    names = [Span(*name.span()) for name in _NAME.finditer(text, *span)]
    if match["number"]:
        yield Token(span, TokenKind.NUMBER)
    elif text[span.start - 1 : span.start] == ".":
        yield from (Token(name, TokenKind.PROPERTY) for name in names)
    elif types and match[0] in TYPES:
        yield Token(span, TokenKind.TYPE, BUILT_IN)
    elif match[0] in _KEYWORDS:
        yield Token(span, TokenKind.KEYWORD)
    elif _CALLS.match(text, span.end):
        yield from _function(text, span)
    elif len(names) == 1 and _ASSIGNS.match(text, span.end):
        yield Token(span, TokenKind.PROPERTY)
    elif "::" not in match[0]:
        kinds = ("name", *["attr"] * len(names))
        parts = [t.Part(kind, text[s.start : s.end], s) for kind, s in zip(kinds, names, strict=False)]
        yield from reference(text, parts, scope)


_READERS: dict[type[Any], Callable[[str, Any, Scope], Iterator[Token]]] = {
    t.Literal: _literal,
    t.Traversal: lambda text, node, scope: reference(text, node.parts, scope),
    t.Access: _access,
    t.Call: _call,
    t.ObjectItem: _item,
    t.ForExpression: _for,
    t.Directive: _directive,
    t.Broken: _broken,
    t.TextPart: lambda text, node, scope: iter(()),
}
