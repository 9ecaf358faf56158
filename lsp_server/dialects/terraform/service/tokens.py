"""What the words of a file are: types and labels of blocks, arguments, references by what they lead to, functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.core.caches import with_argument
from lsp_server.core.document import Document
from lsp_server.dialects.service import Token, TokenKind, Tokens, TokenTrait
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.dialects.terraform.service.expression_tokens import BUILT_IN, expression
from lsp_server.dialects.terraform.service.special_tokens import address, providers, type_expression, unquoted, words

_DECLARED = TokenTrait.DECLARATION
_LABELS = {
    "resource": (TokenKind.CLASS, TokenKind.VARIABLE),
    "data": (TokenKind.CLASS, TokenKind.VARIABLE),
    "ephemeral": (TokenKind.CLASS, TokenKind.VARIABLE),
    "variable": (TokenKind.PARAMETER,),
    "output": (TokenKind.PROPERTY,),
    "module": (TokenKind.NAMESPACE,),
    "provider": (TokenKind.NAMESPACE,),
}
_INNER_LABELS = {"dynamic": TokenKind.TYPE, "provider_meta": TokenKind.NAMESPACE}
_META_ARGUMENTS = frozenset({"count", "for_each", "depends_on", "provider", "providers"})
_META_BLOCKS = frozenset({"lifecycle", "provisioner", "connection", "dynamic"})
_HAS_META = frozenset({"resource", "data", "ephemeral", "module"})
_WORDS = frozenset({"when", "on_failure", "ignore_changes"})  # their bare words refer to nothing

Path = tuple[str, ...]


def tokens(document: Document) -> tuple[tuple[int, Tokens], ...]:
    """The words of each piece of the file."""
    return tuple((placed.start, _of_piece(placed.piece)) for placed in parse_document(document).placed)


@with_argument
def _of_piece(piece: t.Piece) -> Tokens:
    return Tokens(piece.text, tuple(_in_order(_body(piece.text, piece.body, (), frozenset()))))


def _in_order(found: Iterable[Token]) -> Iterator[Token]:
    """The tokens without empty ones and those that overlap an earlier one."""
    end = 0
    for token in sorted(found, key=lambda token: token.span):
        if token.span.start >= end and token.span.end > token.span.start:
            end = token.span.end
            yield token


def _body(text: str, body: t.Body, path: Path, scope: frozenset[str]) -> Iterator[Token]:
    for attribute in body.attributes:
        yield Token(attribute.name_span, *_argument(attribute.name, path))
        yield from _value(text, attribute, path, scope)
    for block in body.blocks:
        yield from _block(text, block, path, scope)


def _argument(name: str, path: Path) -> tuple[TokenKind, TokenTrait]:
    """What the name of an argument is, by the types of the blocks around it."""
    match path:
        case ():
            return TokenKind.PARAMETER, TokenTrait.NONE  # a file of variables
        case ("locals",):
            return TokenKind.VARIABLE, _DECLARED | TokenTrait.READONLY
        case ("terraform", "required_providers"):
            return TokenKind.NAMESPACE, _DECLARED
        case (kind,) if kind in _HAS_META and name in _META_ARGUMENTS:
            return TokenKind.PROPERTY, BUILT_IN
        case (kind, "lifecycle" | "dynamic", *_) if kind in _HAS_META and path[-1] in _META_BLOCKS:
            return TokenKind.PROPERTY, BUILT_IN
    return TokenKind.PROPERTY, TokenTrait.NONE


def _value(text: str, attribute: t.Attribute, path: Path, scope: frozenset[str]) -> Iterator[Token]:
    name, value = attribute.name, attribute.value
    match path:
        case ("variable",) if name == "type":
            return type_expression(text, value)
        case ("moved" | "removed" | "import",) if name in {"from", "to"}:
            return address(text, value)
        case ("resource" | "data" | "ephemeral" | "module" | "import",) if name in {"provider", "providers"}:
            return providers(value)
        case (_, "lifecycle" | "provisioner") if name in _WORDS:
            return words(text, value)
        case (*_, "dynamic") if name == "iterator":
            return iter([Token(value.span, TokenKind.VARIABLE, _DECLARED)])
    return expression(text, value, scope)


def _block(text: str, block: t.Block, path: Path, scope: frozenset[str]) -> Iterator[Token]:
    inner = (*path, block.type)
    if not path:
        yield Token(block.type_span, TokenKind.KEYWORD)
        kinds = _LABELS.get(block.type, ())
    else:
        meta = len(path) == 1 and path[0] in _HAS_META and block.type in _META_BLOCKS
        meta = meta or block.type == "dynamic" or (path[-1] == "dynamic" and block.type == "content")
        yield Token(block.type_span, TokenKind.TYPE, BUILT_IN if meta else TokenTrait.NONE)
        kinds = (_INNER_LABELS.get(block.type, TokenKind.CLASS),)
    for number, label in enumerate(block.labels):
        kind = kinds[number] if number < len(kinds) else TokenKind.VARIABLE
        names = not path and kind is not TokenKind.CLASS and block.type != "provider"
        yield Token(unquoted(text, label.span), kind, _DECLARED if names else TokenTrait.NONE)
    if block.type == "dynamic" and block.labels and path:
        scope |= {_iterator(block)}
    yield from _body(text, block.body, inner, scope)


def _iterator(block: t.Block) -> str:
    named = block.body.attribute("iterator")
    return named.value.root if named and isinstance(named.value, t.Traversal) else block.labels[0].text
