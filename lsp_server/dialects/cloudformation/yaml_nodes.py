"""From tree-sitter's YAML tree to green nodes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter
import tree_sitter_yaml

from lsp_server.dialects.cloudformation.green import Green, Kind, Pair, Piece, Style

_LANGUAGE = tree_sitter.Language(tree_sitter_yaml.language())
_DEEPEST = 220  # levels; tree-sitter's YAML scanner writes past its buffer at 254
_MARK = re.compile(rb"[-?:](?=[ \t]|$)")
_STYLES = {
    "plain_scalar": Style.PLAIN,
    "single_quote_scalar": Style.SINGLE,
    "double_quote_scalar": Style.DOUBLE,
    "block_scalar": Style.LITERAL,
}


def parse(encoded: bytes) -> tree_sitter.Node | None:
    """The top node of tree-sitter's tree; None where it does not parse, or is nested too deep to be given to it.

    Line endings are told to it as it knows them, byte for byte.
    """
    if b"\r" in encoded:
        encoded = encoded.replace(b"\r\n", b" \n").replace(b"\r", b"\n")
    if _depth(encoded) > _DEEPEST:
        return None
    root = tree_sitter.Parser(_LANGUAGE).parse(encoded).root_node
    return None if root.has_error else root


def _depth(encoded: bytes) -> int:
    """How many levels tree-sitter may come to at most, told by indentation, dashes and colons."""
    deepest, columns = 0, [-1]
    for line in encoded.splitlines():
        rest = line.lstrip(b" ")
        if not rest:
            continue
        column = len(line) - len(rest)
        while columns[-1] >= column:
            columns.pop()
        columns.append(column)
        columns += range(column + 1, column + 1 + len(_MARK.findall(rest)))
        deepest = max(deepest, len(columns))
    return deepest


def document(piece: Piece, root: tree_sitter.Node) -> Green | None:
    """The top node of a parsed text; None where it holds nothing."""
    for document in root.named_children:
        if document.type == "document":
            for child in document.named_children:
                if child.type in ("block_node", "flow_node"):
                    return _green(piece, child)
    return None


def _green(piece: Piece, node: tree_sitter.Node) -> Green | None:
    """The node of a `block_node` or `flow_node`, which carry the tag and anchor."""
    tag = anchor = ""
    start = None
    content: tree_sitter.Node | None = None
    for child in node.named_children:
        if child.type == "tag":
            start = child.start_byte if start is None else start
            tag = (child.text or b"").decode("utf-8", "replace")
        elif child.type == "anchor":
            anchor = (child.text or b"").decode("utf-8", "replace").removeprefix("&")
        elif child.type != "comment":
            content = child
    end = piece.offset(node.end_byte)
    made = _content(piece, content) if content is not None else Green(piece, Kind.SCALAR, end, end)
    made.tag, made.anchor = tag, anchor
    made.tag_start = made.start if start is None else piece.offset(start)
    return made


def _content(piece: Piece, node: tree_sitter.Node) -> Green:
    start, end = piece.offset(node.start_byte), piece.offset(node.end_byte)
    match node.type:
        case "block_mapping" | "flow_mapping":
            flow = node.type == "flow_mapping"
            return Green(piece, Kind.MAPPING, start, end, flow=flow, expand=lambda: tuple(_pairs(piece, node)))
        case "block_sequence" | "flow_sequence":
            flow = node.type == "flow_sequence"
            return Green(piece, Kind.SEQUENCE, start, end, flow=flow, expand=lambda: tuple(_items(piece, node)))
        case "alias":
            return Green(piece, Kind.ALIAS, start, end)
    style = _STYLES.get(node.type, Style.PLAIN)
    if style is Style.LITERAL and piece.text[start : start + 1] == ">":
        style = Style.FOLDED
    if node.type == "block_scalar":
        while piece.text[end : end + 1] in (" ", "\t"):
            end += 1
    elif piece.text[end - 1 : end] == "\r":
        end -= 1
    return Green(piece, Kind.SCALAR, start, end, style=style)


def _pairs(piece: Piece, node: tree_sitter.Node) -> Iterator[Pair]:
    for child in node.named_children:
        if child.type in ("block_mapping_pair", "flow_pair"):
            pair = _pair(piece, child)
            if pair is not None:
                yield pair
        elif child.type == "flow_node" and (key := _green(piece, child)) is not None:
            yield Pair(key.start, key.end, key, None)


def _pair(piece: Piece, node: tree_sitter.Node) -> Pair | None:
    key, value = node.child_by_field_name("key"), node.child_by_field_name("value")
    start, end = piece.offset(node.start_byte), piece.offset(node.end_byte)
    name = Green(piece, Kind.SCALAR, start, start) if key is None else _green(piece, key)
    return None if name is None else Pair(start, end, name, None if value is None else _green(piece, value))


def _items(piece: Piece, node: tree_sitter.Node) -> Iterator[Green]:
    for child in node.named_children:
        if child.type == "flow_node" and (item := _green(piece, child)) is not None:
            yield item
        elif child.type == "flow_pair" and (pair := _pair(piece, child)) is not None:
            yield mapping(piece, [pair], flow=True)
        elif child.type == "block_sequence_item":
            inner = [c for c in child.named_children if c.type in ("block_node", "flow_node")]
            end = piece.offset(child.end_byte)
            yield (_green(piece, inner[0]) if inner else None) or Green(piece, Kind.SCALAR, end, end)


def mapping(piece: Piece, pairs: list[Pair], *, flow: bool = False) -> Green:
    """A mapping of pairs that are already there."""
    return Green(piece, Kind.MAPPING, pairs[0].start, pairs[-1].end, flow=flow, expand=lambda: tuple(pairs))
