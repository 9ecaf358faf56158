"""Where a YAML template may be cut so that a mistake stays in its own block: sections, then logical ids."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lsp_server.dialects.cloudformation.vocabulary import SECTIONS
from lsp_server.dialects.cloudformation.yaml_reader import parses, read_yaml
from lsp_server.dialects.cloudformation.yaml_recovery import KEY

_COLON = r"[ \t]*:(?=[ \t]|\r?$)"
_ENTRY = rf"{KEY}{_COLON}"
_STRAY = r"[A-Za-z_][^\r\n:]*\r?$"
_EITHER = rf"(?:{_ENTRY}|{_STRAY})"
_BLANK = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?\r?\n)*")
_BARE = re.compile(rf"{KEY}[ \t]*:[ \t]*(?:#[^\r\n]*)?\r?(?:\n|$)")
_OPENER = re.compile(r"[\"'\[{]")
_REACH = 4  # how many following pieces an open quote or bracket is followed into
CUT_SECTIONS = frozenset({"Resources", "Parameters", "Outputs", "Mappings", "Conditions", "Rules", "Globals"})


@dataclass(frozen=True)
class Cut:
    """A piece of the text from `start`; with `children` it is only the head of a section, and they are its entries.

    In JSON a piece that is an `entry` stands without the braces around it; `end` is where a section closes, and
    `comma` says that the comma after it is missing.
    """

    start: int
    text: str
    children: tuple[Cut, ...] = ()
    entry: bool = False
    end: int = 0
    comma: bool = False


def cut(text: str, start: int) -> list[Cut]:
    """The pieces of `text[start:]`, in order and without gaps; one piece where there is nothing to cut at."""
    places = sorted({*_lines(text, start, _ENTRY), *_strays(text, start)})
    if not places:
        return [Cut(start, text[start:])]
    bounds = [*places, len(text)]
    if places[0] > start and text[start : places[0]].strip():
        bounds.insert(0, start)
    return _sections([Cut(a, text[a:b]) for a, b in itertools.pairwise(bounds)])


def _sections(pieces: list[Cut]) -> list[Cut]:
    """The pieces cut once more into entries; one whose last part is open takes what closes it from those after it."""
    out: list[Cut] = []
    at = 0
    while at < len(pieces):
        section, used = _section(pieces[at]), 1
        last = section.children[-1] if section.children else section
        if _dangles(last):
            for reach in range(2, min(_REACH, len(pieces) - at) + 1):
                more = "".join(piece.text for piece in pieces[at + 1 : at + reach])
                if parses(last.text + more):
                    section, used = _section(Cut(section.start, pieces[at].text + more)), reach
                    break
        out.append(section)
        at += used
    return out


def _dangles(piece: Cut) -> bool:
    """Whether a piece does not parse and has a quote or bracket that may be closed in the next."""
    return _OPENER.search(piece.text) is not None and bool(read_yaml(piece.text).mistakes)


def _lines(text: str, start: int, pattern: str, indent: int = 0) -> Iterator[int]:
    """Where a line begins that has `indent` spaces and then the pattern; `start` is where the first line begins.

    The line ending before it is part of what is searched: that is found several times faster than a line's start.
    """
    first = _compiled(pattern, indent, first=True).match(text, start)
    if first is not None:
        yield start
    for found in _compiled(pattern, indent).finditer(text, start):
        yield found.start() + 1


@lru_cache(maxsize=64)
def _compiled(pattern: str, indent: int, *, first: bool = False) -> re.Pattern[str]:
    return re.compile(("" if first else "\n") + " " * indent + pattern, re.MULTILINE)


def _strays(text: str, start: int) -> Iterator[int]:
    """Where a line without a colon is a section that is being typed, and not a word among the entries of another."""
    for at in _lines(text, start, _STRAY):
        end = _line_end(text, at)
        if _is_section(text[at:end]) or not _is_indented(text, end):
            yield at


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _is_section(word: str) -> bool:
    return any(name.lower().startswith(word[:4].strip().lower()) for name in SECTIONS)


def _is_indented(text: str, line_end: int) -> bool:
    """Whether what is written next, below a line, is indented."""
    blank = _BLANK.match(text, line_end)
    return blank is not None and text[blank.end() : blank.end() + 1] == " "


def _joined(pieces: list[Cut]) -> list[Cut]:
    """The pieces, with those joined that only together parse: a quote or bracket is closed in a later one."""
    out: list[Cut] = []
    at = 0
    while at < len(pieces):
        piece, used = pieces[at], 1
        if len(pieces) > at + 1 and _dangles(piece):
            for reach in range(2, min(_REACH, len(pieces) - at) + 1):
                text = "".join(p.text for p in pieces[at : at + reach])
                if parses(text):
                    piece, used = Cut(piece.start, text), reach
                    break
        out.append(piece)
        at += used
    return out


def _section(piece: Cut) -> Cut:
    bare = _BARE.match(piece.text)
    if bare is None:
        return piece
    indent = _shallowest(piece.text, bare.end())
    if indent == 0:
        return piece
    places = list(_lines(piece.text, bare.end(), _EITHER, indent))
    bounds = [*places, len(piece.text)]
    children = [Cut(piece.start + a, piece.text[a:b]) for a, b in itertools.pairwise(bounds)]
    return Cut(piece.start, piece.text[: places[0]], tuple(_joined(children)))


def _shallowest(text: str, start: int) -> int:
    """The fewest spaces before a key of a section whose first line begins at `start`; 0 where there is no key."""
    indent, spaces = 0, " +"
    while (at := next(_lines(text, start, spaces + _ENTRY), -1)) >= 0:
        indent = next(n for n in itertools.count() if text[at + n] != " ")
        if indent == 1:
            break
        spaces = f" {{1,{indent - 1}}}"
    return indent
