"""Strings that are a single value in quotes, `"${var.x}"`: what stays of them without, so that it means the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from lsp_server.core.caches import with_argument
from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform import tree as t

_OPENING = re.compile(r'"\$\{~?\s*')
_CLOSING = re.compile(r'\s*~?\}"')
_DELIMITED = (t.TupleExpression, t.ObjectExpression, t.Call, t.Template, t.Interpolation, t.Parenthesis)
_OPERATIONS = (t.Binary, t.Unary, t.Conditional)


class Quoted(NamedTuple):
    """A string that is a single value, by its span and that of the value; `bracketed` where the value has to be."""

    span: Span
    inner: Span
    bracketed: bool

    def shifted(self, by: int) -> Quoted:
        """The same where the text begins `by` code points later."""
        return Quoted(self.span.shifted(by), self.inner.shifted(by), self.bracketed)


def bracketed(text: str, node: t.Expression | None, around: t.Expression | None) -> str:
    """What is written for an expression in the place of another: in brackets where it would be read in another way."""
    operation = isinstance(node, _OPERATIONS) and around is not None and not isinstance(around, _DELIMITED)
    return f"({text})" if operation else text


def quoted(text: str, node: Any, around: t.Expression | None, *, key: bool) -> Quoted | None:
    """A string that is a single value, and nothing else in its `${}` that would be lost, such as a comment.

    `text` is what the spans of `node` count from, `around` the expression it is part of, `key` whether it is a key.
    """
    match node:
        case t.Template(parts=(t.Interpolation(inner=inner),), heredoc=False):
            before, behind = text[node.span.start : inner.span.start], text[inner.span.end : node.span.end]
            if _OPENING.fullmatch(before) and _CLOSING.fullmatch(behind):
                broken = "\n" in text[inner.span.start : inner.span.end] and not isinstance(inner, _DELIMITED)
                return Quoted(node.span, inner.span, key or broken or bracketed("", inner, around) != "")
    return None


@with_argument
def quoted_in(piece: t.Piece) -> tuple[Quoted, ...]:
    """The strings of a piece that are a single value, those in others behind them."""
    return tuple(_search(piece.text, piece.body, None)) if '"${' in piece.text else ()


def _search(text: str, node: Any, around: t.Expression | None, *, key: bool = False) -> Iterator[Quoted]:
    if (found := quoted(text, node, around, key=key)) is not None:
        yield found
    inside = node if isinstance(node, t.Expression) else around
    for child in t.children(node):
        yield from _search(text, child, inside, key=isinstance(node, t.ObjectItem) and child is node.key)


def without_quotes(document: Document, found: Iterable[Quoted]) -> Iterator[Edit]:
    """Take away what is around each value: one may stand in another."""
    for span, inner, brackets in found:
        yield Edit(document.uri, Span(span.start, inner.start), "(" if brackets else "")
        yield Edit(document.uri, Span(inner.end, span.end), ")" if brackets else "")
