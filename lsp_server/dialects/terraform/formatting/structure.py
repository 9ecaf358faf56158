"""What `terraform fmt` changes beside blanks: labels are quoted, `"${x}"` is `x`, and types are not quoted.

Source of the rules: `internal/command/fmt.go` of github.com/hashicorp/terraform.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lsp_server.core.document import Span
from lsp_server.dialects.terraform.formatting.tokens import (
    BRACKETS,
    CLOSE_QUOTE,
    CLOSE_SEQUENCE,
    COMMENT,
    HEREDOC,
    IDENT,
    IN,
    LITERAL,
    MARKER,
    NEWLINE,
    OPEN_QUOTE,
    OPEN_SEQUENCE,
    STRING,
    Token,
)

_NAMES = frozenset({IDENT, IN})
_DEPTH = BRACKETS | {OPEN_QUOTE: 1, HEREDOC: 1, CLOSE_QUOTE: -1, MARKER: -1}
_ELEMENT = {"list": "any", "map": "any", "set": "any"}
_LEGACY_ELEMENT = {"list": "string", "map": "string"}
_ENDS = frozenset({NEWLINE, COMMENT})
_END = ""


class UnreadableError(Exception):
    """The tokens are no body."""


class Structured(NamedTuple):
    """The tokens as they should be, and the spans of the text in which some of them have to change together."""

    tokens: list[Token]
    together: tuple[Span, ...]


def structured(tokens: list[Token]) -> Structured:
    """The tokens of a body as they should be. Raises UnreadableError."""
    return _Reader(tokens).read()


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._changes: list[tuple[int, int, list[Token]]] = []

    def read(self) -> Structured:
        if self._body(0, ()) < len(self._tokens):
            raise UnreadableError
        found: list[Token] = []
        spans: list[Span] = []
        at = 0
        for start, stop, instead in self._changes:
            found += self._tokens[at:start]
            found += instead
            spans.append(Span(self._tokens[start].start, self._tokens[stop - 1].end))
            at = stop
        return Structured(found + self._tokens[at:], tuple(spans))

    def _kind(self, at: int) -> str:
        return self._tokens[at].kind if at < len(self._tokens) else _END

    def _past_comments(self, at: int) -> int:
        """The first token from `at` on that is no comment within a line."""
        while at < len(self._tokens) and self._tokens[at].kind is COMMENT and not self._tokens[at].ends_line:
            at += 1
        return at

    def _body(self, at: int, path: tuple[str, ...]) -> int:
        """Read items; where the brace stands that closes the body, or the end."""
        while True:
            while self._kind(at) in {NEWLINE, COMMENT}:
                at += 1
            if self._kind(at) in {_END, "}"}:
                return at
            at = self._item(at, path)

    def _item(self, at: int, path: tuple[str, ...]) -> int:
        if self._kind(at) not in _NAMES:
            raise UnreadableError
        name = self._tokens[at].text
        at = self._past_comments(at + 1)
        if self._kind(at) == "=":
            at = self._attribute(at, is_type=path == ("variable",) and name == "type")
        else:
            at = self._block(at, (*path, name))
        at = self._past_comments(at)
        if at < len(self._tokens) and not self._tokens[at].ends_line and not (self._kind(at) == "}" and path):
            raise UnreadableError
        return at

    def _block(self, at: int, path: tuple[str, ...]) -> int:
        while True:
            at = self._past_comments(at)
            kind = self._kind(at)
            if kind in _NAMES:
                name = self._tokens[at]
                quoted = [
                    _new(OPEN_QUOTE, '"', name.start),
                    name._replace(kind=LITERAL),
                    _new(CLOSE_QUOTE, '"', name.end),
                ]
                self._changes.append((at, at + 1, quoted))
                at += 1
            elif kind is STRING:
                at += 1
            elif kind == "{":
                break
            else:
                raise UnreadableError
        at = self._body(at + 1, path)
        if self._kind(at) != "}":
            raise UnreadableError
        return at + 1

    def _attribute(self, at: int, is_type: bool) -> int:
        start = end = self._past_comments(at + 1)
        depth = 0
        at = start
        for token in self._tokens[start:]:
            change = _DEPTH.get(token.kind, 0)
            if depth == 0 and (change < 0 or (token.kind in _ENDS and token.ends_line)):
                break
            depth += change
            at += 1
            if token.kind is not COMMENT:
                end = at
        if depth or start == end:
            raise UnreadableError
        value = self._tokens[start:end]
        instead = _type(value) if is_type else _unwrapped(value)
        if instead is not None:
            self._changes.append((start, end, instead))
        return end


def _new(kind: str, text: str, at: int) -> Token:
    return Token(kind, text, at, at)


def _type(value: list[Token]) -> list[Token] | None:
    """A type as it is written since Terraform 0.12; None where it is already."""
    if len(value) == 1 and value[0].kind is IDENT and value[0].text in _ELEMENT:
        return [value[0], *_of(_ELEMENT[value[0].text], value[0].end)]
    if len(value) == 1 and value[0].kind is STRING:
        string = value[0]
        word = Token(IDENT, string.text[1:-1], string.start + 1, string.end - 1)
        if word.text == "string":
            return [word]
        if word.text in _LEGACY_ELEMENT:
            return [word, *_of(_LEGACY_ELEMENT[word.text], word.end)]
    return None


def _of(element: str, at: int) -> list[Token]:
    return [_new("(", "(", at), _new(IDENT, element, at), _new(")", ")", at)]


def _unwrapped(value: list[Token]) -> list[Token] | None:
    """The inside of a string that is one interpolation and nothing else; None where it is not."""
    if len(value) < 5 or value[0].kind is not OPEN_QUOTE or not value[1].text.startswith("${"):
        return None
    if value[1].kind is not OPEN_SEQUENCE or value[-2].kind is not CLOSE_SEQUENCE or value[-1].kind is not CLOSE_QUOTE:
        return None
    inside = value[2:-2]
    quotes = 0
    for token in inside:
        if token.kind in {OPEN_QUOTE, CLOSE_QUOTE}:
            quotes += 1 if token.kind is OPEN_QUOTE else -1
        elif quotes <= 0 and token.kind in {OPEN_SEQUENCE, CLOSE_SEQUENCE, LITERAL}:
            return None
    while inside and inside[0].kind is NEWLINE:
        inside.pop(0)
    while inside and inside[-1].kind is NEWLINE:
        inside.pop()
    if _needs_parentheses(inside):
        return [_new("(", "(", inside[0].start), *inside, _new(")", ")", inside[-1].end)]
    return inside


def _needs_parentheses(inside: Sequence[Token]) -> bool:
    if not any(token.kind is NEWLINE for token in inside):
        return False
    return inside[0].kind != "(" or inside[-1].kind != ")"
