"""What in a file can be folded away: brackets over lines, heredocs, comments, regions.

Brackets are counted and not read, so that a half-typed block folds as well.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lsp_server.core.caches import with_argument
from lsp_server.core.document import Document, Span
from lsp_server.dialects.folding import nested, regions
from lsp_server.dialects.lines import Lines
from lsp_server.dialects.service import Fold, FoldKind
from lsp_server.dialects.terraform import scanner
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import whole_of

_REGION = re.compile(r"(?:#|//)[ \t]*(?P<end>end)?region\b")
_CLOSING = re.compile(r"[ \t]*[\]})]")
_OPENING = {"}": "{", ")": "(", "]": "["}


class _Foldable(NamedTuple):
    """What a piece has to fold: lines are counted from where it begins. `marks` begin (True) or end a region."""

    folds: tuple[Fold, ...]
    marks: tuple[tuple[int, bool], ...]


def folds(document: Document) -> tuple[Fold, ...]:
    """All folds, by first line; of two that begin in the same line the longer one."""
    found: list[Fold] = []
    marks: list[tuple[int, bool]] = []
    for placed in whole_of(document).placed:
        line = document.position(placed.start).line
        foldable = _of_piece(placed.piece)
        found += [Fold(line + first, line + last, kind) for first, last, kind in foldable.folds]
        marks += [(line + at, opens) for at, opens in foldable.marks]
    return tuple(nested([*found, *regions(marks)]) if marks else found)


@with_argument
def brackets(piece: t.Piece) -> tuple[Span, ...]:
    """Each pair of brackets with all between them, the inner ones first; those in strings and comments are none."""
    return tuple(_brackets(piece.text, scanner.tokens(piece.text)))


def _brackets(text: str, tokens: Iterable[scanner.Token]) -> Iterator[Span]:
    opened: list[tuple[str, int]] = []
    waiting: Counter[str] = Counter()  # how many of each kind are open
    for token in tokens:
        if token.kind == "open":
            opened.append((text[token.start], token.start))
            waiting[text[token.start]] += 1
        elif token.kind == "close" and waiting[wanted := _OPENING[text[token.start]]]:
            kind = ""
            while kind != wanted:  # what is open inside is never closed
                kind, start = opened.pop()
                waiting[kind] -= 1
            yield Span(start, token.end)


@with_argument
def _of_piece(piece: t.Piece) -> _Foldable:
    text = piece.text
    lines, tokens = Lines(text), list(scanner.tokens(text))
    found: list[Fold] = []
    for start, end in _brackets(text, tokens):
        last = lines.line(end)
        closes = _CLOSING.match(text, lines.starts[last]) is not None
        found.append(Fold(lines.line(start), last - closes))
    comments: list[Fold] = []
    marks: list[tuple[int, bool]] = []
    for token in tokens:
        if token.kind == "heredoc":
            found.append(Fold(lines.line(token.start), lines.line(token.end) - token.closed))
        elif token.kind == "comment":
            _comment(text, token, lines, comments, marks)
    return _Foldable(tuple(nested(fold for fold in (*found, *comments) if fold.last > fold.first)), tuple(marks))


def _comment(text: str, token: scanner.Token, lines: Lines, found: list[Fold], marks: list[tuple[int, bool]]) -> None:
    """Take a comment that stands alone in its line into account: it goes on with those of the lines before."""
    first, last = lines.line(token.start), lines.line(token.end)
    region = _REGION.match(text, token.start, token.end)
    if region is not None:
        marks.append((first, region["end"] is None))
    elif text[lines.starts[first] : token.start].strip():
        return
    elif found and found[-1].last == first - 1:
        found[-1] = found[-1]._replace(last=last)
    else:
        found.append(Fold(first, last, FoldKind.COMMENT))
