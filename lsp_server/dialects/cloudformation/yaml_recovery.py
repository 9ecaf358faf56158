"""What can be saved of YAML that does not parse: block by block, by indentation, down to the broken line."""

from __future__ import annotations

import re

from lsp_server.dialects.cloudformation.green import Green, Kind, Mistake, Pair, Piece, Style
from lsp_server.dialects.cloudformation.yaml_nodes import document, mapping, parse

_NESTING = 60  # indentation levels that are taken apart; deeper ones are left as one mistake
_REST = r"(?:[^:#\r\n]|:(?=[^\s]))*?"
KEY = rf"(?:\"(?:[^\"\\\r\n]|\\.)*\"|'[^'\r\n]*'|[^\s\-?:,\[\]{{}}#&*!|>'\"%@`]{_REST}|[\-?:](?=\S){_REST})"
"""A key as it may begin a line: quoted, or plain."""

_ENTRY = re.compile(rf"([ ]*)({KEY})[ \t]*:(?=[ \t]|\r?$)[ \t]*([^\r\n]*)")
_ITEM = re.compile(r"([ ]*)-(?=[ \t]|\r?$)")
_EMPTY = re.compile(r"(?:(?:![^\s,\[\]{}]*|&\S+)[ \t]*)*(?:#.*)?$")
_BRACKET = re.compile(r"(?:[!&]\S+[ \t]+)*[\[{]")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|#.*")
_SPACE = re.compile(r"[ \t]*")
_TAG = re.compile(r"!\S*")


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


def recover(piece: Piece, mistakes: list[Mistake]) -> Green | None:
    """The nodes of a piece that does not parse; what is wrong with it is added to `mistakes`."""
    return _isolate(piece, _lines(piece.text), mistakes, _NESTING)


def _isolate(piece: Piece, lines: list[Line], mistakes: list[Mistake], depth: int) -> Green | None:
    """What can be saved of a block that does not parse: each entry or item alone."""
    filled = [line for line in lines if not line.blank]
    if not filled:
        return None
    if depth == 0:
        mistakes.append(Mistake(filled[0].start, filled[-1].start + len(filled[-1].text), "Nested too deep to read"))
        return None
    indent = min(line.indent for line in filled if _starts(line)) if any(map(_starts, filled)) else filled[0].indent
    blocks = _closed(piece, _blocks(lines, indent))
    pairs: list[Pair] = []
    items: list[Green] = []
    for block in blocks:
        if _ITEM.match(block[0].text):
            items.append(_item(piece, block, mistakes, depth))
        elif (pair := _entry(piece, block, mistakes, depth)) is not None:
            pairs.append(pair)
        elif any(not line.blank for line in block):
            mistakes.append(_mistake(block, "A key followed by a colon, or the end of a value, is missing here"))
    if items and pairs:
        mistakes.append(Mistake(items[0].start, items[0].end, "A list item cannot stand among keys"))
    if items and not pairs:
        return Green(piece, Kind.SEQUENCE, items[0].start, items[-1].end, expand=lambda: tuple(items))
    return mapping(piece, pairs) if pairs else None


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
        if opens and blocks and ((_ITEM.match(line.text) and listing) or line.text[line.indent] in "]}"):
            opens = False
        elif opens:
            entry = _ENTRY.match(line.text)
            listing = entry is not None and bool(_EMPTY.match(entry[3]))
        if opens or not blocks:
            blocks.append([])
        blocks[-1].append(line)
    return [block for block in blocks if any(not line.blank for line in block)]


def _closed(piece: Piece, blocks: list[list[Line]]) -> list[list[Line]]:
    """The blocks, with those joined that only together close a bracket."""
    out: list[list[Line]] = []
    at = 0
    while at < len(blocks):
        block, used = blocks[at], 1
        entry = _ENTRY.match(block[0].text)
        if entry is not None and _BRACKET.match(entry[3]):
            depth, joined = _depth(block), block
            while depth > 0 and at + used < len(blocks):
                joined = [*joined, *blocks[at + used]]
                depth += _depth(blocks[at + used])
                used += 1
            if used > 1 and (depth != 0 or _flow(piece, joined, entry.start(3)) is None):
                joined, used = block, 1
            block = joined
        out.append(block)
        at += used
    return out


def _depth(block: list[Line]) -> int:
    """How many brackets a block opens and does not close."""
    text = _QUOTED.sub("", "\n".join(line.text for line in block))
    return sum(text.count(bracket) for bracket in "[{") - sum(text.count(bracket) for bracket in "]}")


def _text(piece: Piece, block: list[Line]) -> str:
    """The block's text; in its first line the dash of the item it stands in is a space."""
    first = block[0]
    after = first.start + len(first.text)
    return first.text + piece.text[after : max(after, block[-1].start + len(block[-1].text))]


def _moved(piece: Piece, block: list[Line]) -> Green | None:
    """The block's top node when it parses alone, at its place."""
    root = parse(_text(piece, block).encode("utf-8", "surrogatepass"))
    return None if root is None else document(_Window(piece, block[0].start), root)


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
    elif (value := _flow(piece, block, match.start(3))) is None:
        value = _broken(piece, head, match.start(3), mistakes)
        if len(block) > 1 and any(_starts(line) for line in block[1:] if not line.blank):
            _isolate(piece, block[1:], mistakes, depth - 1)
    end = max(head.start + len(head.text.rstrip()), value.end if value else 0)
    return Pair(start, end, key, value)


def _flow(piece: Piece, block: list[Line], column: int) -> Green | None:
    """A value in brackets that parses alone: for tree-sitter a bracket may not close at the key's indentation."""
    if not _BRACKET.match(block[0].text, column):
        return None
    root = parse(_text(piece, block)[column:].encode("utf-8", "surrogatepass"))
    return None if root is None else document(_Window(piece, block[0].start + column), root)


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
