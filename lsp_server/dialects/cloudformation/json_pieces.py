"""Where a JSON template that is written over many lines may be cut: sections, then logical ids, by indentation."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Sequence

from lsp_server.dialects.cloudformation.json_reader import read_json_entry
from lsp_server.dialects.cloudformation.pieces import Cut

_KEY = re.compile(r'^([ \t]+)"(?:[^"\\\r\n]|\\.)*(?:"[ \t]*:|"?[ \t]*,?[ \t]*\r?$)', re.MULTILINE)
"""A key at the beginning of a line, or one that is being typed: without its colon, perhaps without its second quote."""
_OPEN = re.compile(r'[ \t]*"((?:[^"\\\r\n]|\\.)*)"[ \t]*:[ \t\r\n]*\{[ \t]*\r?\n')
_TOKEN = re.compile(r'"(?:[^"\\\r\n]|\\.)*"?|[{}\[\]]')
_SECTIONS = frozenset({"Resources", "Parameters", "Outputs", "Mappings", "Conditions", "Rules", "Globals"})
_LARGE = 500_000  # from here on a broken text is not also tried as a whole


def cut_json(text: str, start: int) -> list[Cut]:
    """The pieces of `text[start:]`; one piece where cutting would not follow the nesting."""
    whole = [Cut(start, text[start:])]
    keys = [(m.start(), len(m[1])) for m in _KEY.finditer(text, start)]
    if not keys or not text[start:].lstrip().startswith("{"):
        return whole
    pieces = [_section(piece) for piece in _entries(text, 0, keys)]
    sound = _follows_nesting(text, start, pieces) and not any(
        read_json_entry(p.text).mistakes for top in pieces for p in (top, *top.children)
    )
    return whole if not sound and len(text) <= _LARGE and _parses(text[start:]) else pieces


def _parses(text: str) -> bool:
    try:
        json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return False
    return True


def _follows_nesting(text: str, start: int, pieces: list[Cut]) -> bool:
    """Whether nothing stands between the pieces, nor around those of a section, but what separates and closes them."""
    if text[start : pieces[0].start].strip() != "{" or not _are_apart(text, pieces, len(text)):
        return False
    for piece in pieces:
        if piece.children:
            opened = _OPEN.match(text, piece.start)
            first = piece.children[0].start
            if opened is None or text[opened.end() : first].strip() or not _are_apart(text, piece.children, piece.end):
                return False
    return True


def _are_apart(text: str, pieces: Sequence[Cut], end: int) -> bool:
    """Whether commas alone stand between pieces, and the bracket that closes them alone behind the last."""
    gaps = (text[a.end : b.start].strip() for a, b in itertools.pairwise(pieces))
    return all(gap == "," for gap in gaps) and text[pieces[-1].end : end].strip() == "}"


def _entries(text: str, base: int, keys: list[tuple[int, int]]) -> list[Cut]:
    """The entries of a text, each beginning where a key is indented as the first; `base` is where the text begins."""
    indent = keys[0][1]
    bounds = [at for at, width in keys if width == indent]
    found: list[Cut] = []
    for number, (a, b) in enumerate(itertools.pairwise([*bounds, len(text)])):
        inner = trimmed(text[a:b])
        comma = number < len(bounds) - 1 and not text[a:b].rstrip().endswith(",")
        found.append(Cut(base + a, inner, entry=True, end=base + a + len(inner), comma=comma))
    return found


def _section(piece: Cut) -> Cut:
    opened = _OPEN.match(piece.text)
    if opened is None or opened[1] not in _SECTIONS:
        return piece
    keys = [(m.start(), len(m[1])) for m in _KEY.finditer(piece.text, opened.end())]
    if not keys:
        return piece
    head = piece.text[: piece.text.index("{", opened.end(1))] + "{}"
    return piece._replace(text=head, children=tuple(_entries(piece.text, piece.start, keys)))


def trimmed(text: str) -> str:
    """The text of an entry without the comma after it and the brackets that close what it stands in."""
    if text.rstrip().endswith(","):
        text = text.rstrip()[:-1]
    depth = 0
    for token in _TOKEN.finditer(text):
        if token[0] in ("{", "["):
            depth += 1
        elif token[0] in ("}", "]"):
            depth -= 1
            if depth < 0:
                return text[: token.start()].rstrip()
    return text
