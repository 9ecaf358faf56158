"""From a piece of YAML to green nodes: tree-sitter where the piece parses, block by block where it does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import tree_sitter
import tree_sitter_yaml

from lsp_server.dialects.cloudformation.green import Green, Kind, Mistake, Pair, Parsed, Piece, Style

_LANGUAGE = tree_sitter.Language(tree_sitter_yaml.language())
_NESTING = 60  # indentation levels that are taken apart; deeper ones are left as one mistake
_REST = r"(?:[^:#\r\n]|:(?=[^\s]))*?"
KEY = rf"(?:\"(?:[^\"\\\r\n]|\\.)*\"|'[^'\r\n]*'|[^\s\-?:,\[\]{{}}#&*!|>'\"%@`]{_REST}|[\-?:](?=\S){_REST})"
"""A key as it may begin a line: quoted, or plain."""

_ENTRY = re.compile(rf"([ ]*)({KEY})[ \t]*:(?=[ \t]|\r?$)[ \t]*([^\r\n]*)")
_ITEM = re.compile(r"([ ]*)-(?=[ \t]|\r?$)")
_EMPTY = re.compile(r"(?:(?:![^\s,\[\]{}]*|&\S+)[ \t]*)*(?:#.*)?$")
_TAG = re.compile(r"!\S*")

_STYLES = {
    "plain_scalar": Style.PLAIN,
    "single_quote_scalar": Style.SINGLE,
    "double_quote_scalar": Style.DOUBLE,
    "block_scalar": Style.LITERAL,
}


@lru_cache(maxsize=8192)
def read_yaml(text: str) -> Parsed:
    """The nodes of a piece of text, which may begin at any indentation, and its mistakes."""
    piece = Piece(text)
    tree = _parse(piece.encoded)
    if not tree.root_node.has_error:
        return Parsed(piece, _document(piece, tree.root_node), ())
    mistakes: list[Mistake] = []
    root = _isolate(piece, _lines(text), mistakes, _NESTING)
    return Parsed(piece, root, tuple(mistakes) or (Mistake(0, len(text), "This could not be read"),))


def parses(text: str) -> bool:
    """Whether tree-sitter reads all of the text."""
    return not _parse(text.encode("utf-8", "surrogatepass")).root_node.has_error


def _parse(encoded: bytes) -> tree_sitter.Tree:
    if b"\r" in encoded:
        encoded = encoded.replace(b"\r\n", b" \n").replace(b"\r", b"\n")
    return tree_sitter.Parser(_LANGUAGE).parse(encoded)


def _document(piece: Piece, root: tree_sitter.Node) -> Green | None:
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
    if piece.text[end - 1 : end] == "\r":
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
            yield _mapping(piece, [pair], flow=True)
        elif child.type == "block_sequence_item":
            inner = [c for c in child.named_children if c.type in ("block_node", "flow_node")]
            end = piece.offset(child.end_byte)
            yield (_green(piece, inner[0]) if inner else None) or Green(piece, Kind.SCALAR, end, end)


def _mapping(piece: Piece, pairs: list[Pair], *, flow: bool = False) -> Green:
    return Green(piece, Kind.MAPPING, pairs[0].start, pairs[-1].end, flow=flow, expand=lambda: tuple(pairs))


class Line:
    """A line of a piece: its offset, its text without the line ending, and how far it is indented."""

    __slots__ = ("indent", "start", "text")

    def __init__(self, start: int, text: str) -> None:
        self.start = start
        self.text = text
        self.indent = len(text) - len(text.lstrip(" "))

    @property
    def blank(self) -> bool:
        """Whether there is nothing but white space or a comment."""
        rest = self.text[self.indent :].strip()
        return not rest or rest.startswith("#")


def _lines(text: str) -> list[Line]:
    lines: list[Line] = []
    at = 0
    for part in re.split(r"(?<=\n)|(?<=\r)(?!\n)", text):
        lines.append(Line(at, part.rstrip("\r\n")))
        at += len(part)
    return lines


def _isolate(piece: Piece, lines: list[Line], mistakes: list[Mistake], depth: int) -> Green | None:
    """What can be saved of a block that does not parse: each entry or item alone."""
    filled = [line for line in lines if not line.blank]
    if not filled:
        return None
    if depth == 0:
        mistakes.append(Mistake(filled[0].start, filled[-1].start + len(filled[-1].text), "Nested too deep to read"))
        return None
    indent = min(line.indent for line in filled if _starts(line)) if any(map(_starts, filled)) else filled[0].indent
    blocks = _blocks(lines, indent)
    pairs: list[Pair] = []
    items: list[Green] = []
    for block in blocks:
        if _ITEM.match(block[0].text):
            items.append(_item(piece, block, mistakes, depth))
        elif (pair := _entry(piece, block, mistakes, depth)) is not None:
            pairs.append(pair)
        elif any(not line.blank for line in block):
            mistakes.append(_mistake(block, "A key followed by a colon, or the end of a value, is missing here"))
    if items and not pairs:
        return Green(piece, Kind.SEQUENCE, items[0].start, items[-1].end, expand=lambda: tuple(items))
    return _mapping(piece, pairs) if pairs else None


def _starts(line: Line) -> bool:
    return bool(_ENTRY.match(line.text) or _ITEM.match(line.text))


def _mistake(block: list[Line], message: str) -> Mistake:
    first = block[0]
    return Mistake(first.start + first.indent, first.start + len(first.text.rstrip()), message)


def _blocks(lines: list[Line], indent: int) -> list[list[Line]]:
    """The lines cut before each one that is not indented deeper; items at the key's own indentation stay with it."""
    blocks: list[list[Line]] = []
    listing = False
    for line in lines:
        opens = not line.blank and line.indent <= indent
        if opens and _ITEM.match(line.text) and blocks and listing:
            opens = False
        elif opens:
            entry = _ENTRY.match(line.text)
            listing = entry is not None and bool(_EMPTY.match(entry[3]))
        if opens or not blocks:
            blocks.append([])
        blocks[-1].append(line)
    return [block for block in blocks if any(not line.blank for line in block)]


def _text(piece: Piece, block: list[Line]) -> str:
    """The block's text; in its first line the dash of the item it stands in is a space."""
    first = block[0]
    after = first.start + len(first.text)
    return first.text + piece.text[after : max(after, block[-1].start + len(block[-1].text))]


def _alone(piece: Piece, block: list[Line]) -> tree_sitter.Node | None:
    """The top node of a block parsed alone at its place, or None where it does not parse."""
    root = _parse(_text(piece, block).encode("utf-8", "surrogatepass")).root_node
    return None if root.has_error else root


def _moved(piece: Piece, block: list[Line]) -> Green | None:
    """The block's top node when it parses alone."""
    root = _alone(piece, block)
    if root is None:
        return None
    return _document(_Window(piece, block[0].start), root)


class _Window(Piece):
    """A part of a piece that was parsed alone; its offsets are told as those of the whole piece."""

    __slots__ = ("_before", "_whole")

    def __init__(self, whole: Piece, start: int) -> None:
        self.text = whole.text
        self.encoded = whole.encoded
        self._whole = whole
        self._before = len(whole.text[:start].encode("utf-8", "surrogatepass"))

    def offset(self, byte: int) -> int:
        return self._whole.offset(self._before + byte)


def _entry(piece: Piece, block: list[Line], mistakes: list[Mistake], depth: int) -> Pair | None:
    head = block[0]
    match = _ENTRY.match(head.text)
    if match is None:
        return None
    whole = _moved(piece, block)
    if whole is not None and whole.kind is Kind.MAPPING and len(whole.pairs) == 1:
        return whole.pairs[0]
    start = head.start + match.start(2)
    quote = {'"': Style.DOUBLE, "'": Style.SINGLE}.get(match[2][0], Style.PLAIN)
    key = Green(piece, Kind.SCALAR, start, head.start + match.end(2), style=quote)
    value: Green | None = None
    if _EMPTY.match(match[3]):
        value = _isolate(piece, block[1:], mistakes, depth - 1)
        if value is not None and (tag := _TAG.match(match[3])):
            value.tag, value.tag_start = tag[0], head.start + match.start(3)
    else:
        value = _broken(piece, head, match.start(3), mistakes)
        if len(block) > 1 and any(_starts(line) for line in block[1:] if not line.blank):
            _isolate(piece, block[1:], mistakes, depth - 1)
    end = max(head.start + len(head.text.rstrip()), value.end if value else 0)
    return Pair(start, end, key, value)


def _item(piece: Piece, block: list[Line], mistakes: list[Mistake], depth: int) -> Green:
    head = block[0]
    rest = Line(head.start, head.text.replace("-", " ", 1))
    inner = [rest, *block[1:]]
    end = head.start + len(head.text)
    whole = _moved(piece, block)
    if whole is not None and whole.kind is Kind.SEQUENCE and len(whole.items) == 1:
        return whole.items[0]
    if not rest.blank and not _starts(rest) and len([line for line in block if not line.blank]) == 1:
        return _broken(piece, head, rest.indent, mistakes)
    return _isolate(piece, inner, mistakes, depth - 1) or Green(piece, Kind.SCALAR, end, end)


def _broken(piece: Piece, line: Line, column: int, mistakes: list[Mistake]) -> Green:
    """The rest of a line, as far as it can be told, as a scalar."""
    start, end = line.start + column, line.start + len(line.text.rstrip())
    mistakes.append(Mistake(start, end, _why(piece.text[start:end])))
    tag = _TAG.match(piece.text[start:end])
    inner = start + len(tag[0]) if tag else start
    inner += len(piece.text[inner:end]) - len(piece.text[inner:end].lstrip())
    style = {'"': Style.DOUBLE, "'": Style.SINGLE}.get(piece.text[inner:end][:1], Style.PLAIN)
    made = Green(piece, Kind.SCALAR, min(inner, end), end, style=style)
    if tag:
        made.tag, made.tag_start = tag[0], start
    return made


def _why(text: str) -> str:
    if text[:1] in "\"'" and (len(text) == 1 or text[-1] != text[0]):
        return f"The quote {text[0]} is not closed"
    for opening, closing in ("{}", "[]"):
        if text.count(opening) != text.count(closing):
            return f"'{opening}' and '{closing}' do not match"
    return "This value cannot be read as YAML"
