"""Text to tree, so that a mistake stays in its own block and a keystroke reads one block again."""

from __future__ import annotations

import re
from functools import lru_cache

from lsp_server.core.document import Document
from lsp_server.dialects.terraform import recovery, scanner
from lsp_server.dialects.terraform.expression_reader import SyntaxTree
from lsp_server.dialects.terraform.reader import Reader
from lsp_server.dialects.terraform.tree import Piece, Placed, Tree

_JOIN_AT_MOST = 6
_BLANK_TO_SPACE = re.compile("[\x00\ufeff]")


@lru_cache(maxsize=64)
def _parse(text: str) -> Tree:
    edges = [0, *(at for at in scanner.cuts(text) if at), len(text)]
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
    if not piece.problems or scanner.depth(piece.text) <= 0:
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


@lru_cache(maxsize=8192)
def read_piece(text: str) -> Piece:
    """Read one stretch of a file alone. Spans count from its start."""
    readable = _BLANK_TO_SPACE.sub(" ", text)
    syntax = SyntaxTree(readable)
    comments = tuple(recovery.comments(readable))
    if not syntax.broken:
        reader = Reader(syntax)
        try:
            return Piece(text, reader.body(syntax.root), tuple(reader.problems), comments)
        except RecursionError:
            pass
    body, problems = recovery.read_body(readable)
    return Piece(text, body, problems, comments)
