"""From a piece of JSON to green nodes; what tree-sitter could save of a broken one is kept."""

from __future__ import annotations

from collections.abc import Iterator

import tree_sitter
import tree_sitter_json

from lsp_server.core.caches import sized
from lsp_server.dialects.cloudformation.green import PIECES_KEPT, Green, Kind, Mistake, Pair, Parsed, Piece, Style

_LANGUAGE = tree_sitter.Language(tree_sitter_json.language())
_VALUES = frozenset({"object", "array", "string", "number", "true", "false", "null"})


@sized(PIECES_KEPT, len)
def read_json(text: str) -> Parsed:
    """The nodes of a piece of JSON text and its mistakes."""
    piece = Piece(text)
    root = tree_sitter.Parser(_LANGUAGE).parse(piece.encoded).root_node
    top = next((_green(piece, node) for node in _values(root)), None)
    return Parsed(piece, top, tuple(_mistakes(piece, root)) if root.has_error else ())


@sized(PIECES_KEPT, len)
def read_json_entry(text: str) -> Parsed:
    """The same for a piece that is one `"key": value` of an object; the top node is a mapping with that entry."""
    piece = Piece(text)
    root = tree_sitter.Parser(_LANGUAGE).parse(b"{" + piece.encoded + b"}").root_node
    inner = Shifted(text)
    top = next((_green(inner, node) for node in _values(root)), None)
    return Parsed(piece, top, tuple(_mistakes(inner, root)) if root.has_error else ())


class Shifted(Piece):
    """A piece that was parsed with one brace put before it."""

    __slots__ = ()

    def offset(self, byte: int) -> int:
        """The code point at a byte offset of the text with the brace, kept within the piece."""
        return super().offset(min(max(byte - 1, 0), len(self.encoded)))


def _values(node: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    for child in node.named_children:
        if child.type in _VALUES:
            yield child
        elif child.type == "ERROR":
            yield from _values(child)


def _green(piece: Piece, node: tree_sitter.Node) -> Green:
    start, end = piece.offset(node.start_byte), piece.offset(node.end_byte)
    if node.type == "object":
        return Green(piece, Kind.MAPPING, start, end, flow=True, expand=lambda: tuple(_pairs(piece, node)))
    if node.type == "array":
        items = lambda: tuple(_green(piece, child) for child in _values(node))  # noqa: E731
        return Green(piece, Kind.SEQUENCE, start, end, flow=True, expand=items)
    if piece.text[end - 1 : end] == "\r":  # an open string ends before its line ending
        end -= 1
    return Green(piece, Kind.SCALAR, start, end, style=Style.JSON)


def _pairs(piece: Piece, node: tree_sitter.Node) -> Iterator[Pair]:
    for child in node.named_children:
        if child.type == "pair":
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if key is not None and key.type == "string":
                start, end = piece.offset(child.start_byte), piece.offset(child.end_byte)
                read = _green(piece, value) if value is not None and value.type in _VALUES else None
                yield Pair(start, end, _green(piece, key), read)
        elif child.type == "ERROR":
            yield from _pairs(piece, child)


def _mistakes(piece: Piece, root: tree_sitter.Node) -> Iterator[Mistake]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.is_missing:
            at = piece.offset(node.start_byte)
            yield Mistake(at, at, f"{node.type} is missing here")
        elif node.is_error:
            yield Mistake(piece.offset(node.start_byte), piece.offset(node.end_byte), "This cannot be read as JSON")
        elif node.has_error:
            waiting.extend(reversed(node.children))
