"""From a piece of JSON to green nodes; what tree-sitter could save of a broken one is kept."""

from __future__ import annotations

from collections.abc import Iterator

import tree_sitter
import tree_sitter_json

from lsp_server.core.caches import sized
from lsp_server.core.json_recovery import mended
from lsp_server.dialects.cloudformation.green import PIECES_KEPT, Green, Kind, Mistake, Pair, Parsed, Piece, Style

_LANGUAGE = tree_sitter.Language(tree_sitter_json.language())
_LARGE = 50_000  # code points of a broken text that is still looked through
_VALUES = frozenset({"object", "array", "string", "number", "true", "false", "null"})


@sized(PIECES_KEPT, len)
def read_json(text: str) -> Parsed:
    """The nodes of a piece of JSON text and its mistakes."""
    return _read(text, entry=False)


@sized(PIECES_KEPT, len)
def read_json_entry(text: str) -> Parsed:
    """The same for a piece that is one `"key": value` of an object; the top node is a mapping with that entry."""
    return _read(text, entry=True)


def _read(text: str, *, entry: bool) -> Parsed:
    piece = read = _Read(text, text, entry=entry)
    root = sound = read.parse()
    if root.has_error and len(text) <= _LARGE and (whole := mended(text, entry=entry)) is not None:
        read = _Read(text, whole, entry=entry)
        sound = read.parse()
    top = next((_green(read, node) for node in _values(sound)), None)
    return Parsed(piece, top, tuple(_mistakes(piece, root)) if root.has_error else ())


class _Read(Piece):
    """A piece that was parsed in another shape: as `whole`, in which each character stands where it did, in braces."""

    __slots__ = ("_entry",)

    def __init__(self, text: str, whole: str, *, entry: bool) -> None:
        super().__init__(whole)
        self.text, self._entry = text, entry

    def parse(self) -> tree_sitter.Node:
        """The tree of what is read."""
        return (
            tree_sitter.Parser(_LANGUAGE).parse(b"{" + self.encoded + b"}" if self._entry else self.encoded).root_node
        )

    def offset(self, byte: int) -> int:
        """The code point of the piece at a byte offset of what was read, kept within the piece."""
        inside = min(max(byte - self._entry, 0), len(self.encoded))
        return min(super().offset(inside), len(self.text))


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
        return Green(piece, Kind.SEQUENCE, start, end, flow=True, expand=lambda: tuple(_items(piece, node)))
    if end > start and piece.text[end - 1] in "\r\n":  # an open string ends before its line ending
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


def _items(piece: Piece, node: tree_sitter.Node) -> Iterator[Green]:
    return (_green(piece, child) for child in _values(node))


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
