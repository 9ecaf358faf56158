"""Text to tree, so that a mistake stays in its own block and a keystroke reads one block again."""

from __future__ import annotations

import re
from typing import Any

from lsp_server.core.caches import sized, while_used
from lsp_server.core.document import Document, Span
from lsp_server.dialects.terraform import recovery, scanner
from lsp_server.dialects.terraform.expression_reader import SyntaxTree
from lsp_server.dialects.terraform.reader import Reader
from lsp_server.dialects.terraform.tree import Body, Piece, Placed, SyntaxProblem, Tree, children

_JOIN_AT_MOST = 6
_DEEPEST = 200
_LONGEST = 1_000_000
_TREES_KEPT = 3_000_000  # characters: the largest module that is judged, or a dozen versions of 10,000 lines
_PIECES_KEPT = 300_000
_EXPONENT = re.compile(r"(?<![\w.])\d+[eE][+-]?\d+(?!\w)")
_NO_CODE = frozenset({"comment", "string", "heredoc"})
_BLANK_TO_SPACE = re.compile("[\x00\ufeff]")


@sized(_TREES_KEPT, len)
def _parse(text: str) -> Tree:
    first = [0, 1] if text.startswith("\ufeff") else [0]  # a byte order mark is no indentation
    edges = [*first, *(at for at in scanner.cuts(text) if at > first[-1]), len(text)]
    placed: list[Placed] = []
    number = 0
    while number < len(edges) - 1:
        start = edges[number]
        piece, taken = _piece_from(text, edges, number)
        placed.append(Placed(piece, start))
        number += taken
    return Tree(tuple(placed))


def _piece_from(text: str, edges: list[int], number: int) -> tuple[Piece, int]:
    """The piece at edge `number`, and how many stretches it takes.

    A stretch with an open bracket is joined with the next ones where that alone makes it readable: a block nested at
    column 0 in a file without indentation.
    """
    start = edges[number]
    piece = read_piece(text[start : edges[number + 1]])
    if not piece.problems or number + 2 >= len(edges) or scanner.depth(piece.text) <= 0:
        return piece, 1
    for more in range(2, min(_JOIN_AT_MOST, len(edges) - 1 - number) + 1):
        longer = text[start : edges[number + more]]
        if scanner.depth(longer) == 0:
            joined = read_piece(longer)
            return (joined, more) if not joined.problems else (piece, 1)
    return piece, 1


def parse(text: str) -> Tree:
    """The tree of any text; never raises. Equal texts share one tree."""
    return _parse(text)


def parse_document(document: Document) -> Tree:
    """The tree of a document's text."""
    return _parse(document.text)


@sized(_PIECES_KEPT, len)  # what no tree holds, such as a piece joined in vain
@while_used
def read_piece(text: str) -> Piece:
    """Read one stretch of a file alone. Spans count from its start."""
    if len(text) > _LONGEST:
        return _unread(text, "Too large", "This block is too large to be read.")
    try:
        return _read(text)
    except RecursionError:
        return _unread(text, "Too deeply nested", "This block is nested too deeply to be read.")


def _unread(text: str, summary: str, detail: str) -> Piece:
    end = max(text.find("\n"), 0) or len(text)
    return Piece(text, Body((), ()), (SyntaxProblem(Span(0, end), summary, detail),), ())


def _read(text: str) -> Piece:
    readable = _BLANK_TO_SPACE.sub(" ", text)
    syntax = SyntaxTree(readable)
    if syntax.broken and _EXPONENT.search(readable):
        readable = _without_exponents(readable)
        syntax = SyntaxTree(readable)
    if not syntax.broken:
        reader = Reader(syntax)
        body = reader.body(syntax.root)
        if not reader.mistaken:
            _walk(body)
            return Piece(text, body, tuple(reader.problems), syntax.comments() if recovery.may_comment(text) else ())
    body, problems = recovery.read_body(readable)
    _walk(body)
    return Piece(text, body, problems, tuple(recovery.comments(readable)))


def _without_exponents(text: str) -> str:
    """The text with `1e3`, which tree-sitter's grammar does not know, as a number of the same length."""
    hidden = [Span(x.start, x.end) for x in scanner.tokens(text, 0, len(text)) if x.kind in _NO_CODE]

    def digits(match: re.Match[str]) -> str:
        return match[0] if any(match.start() in span for span in hidden) else "1" * len(match[0])

    return _EXPONENT.sub(digits, text)


def _walk(body: Body) -> None:
    """Raises RecursionError where what comes after could not walk the body either: it needs a few frames a level."""
    if _depth(body) > _DEEPEST:
        raise RecursionError


def _depth(node: Any) -> int:
    return 1 + max((_depth(child) for child in children(node)), default=0)
