"""Where a YAML template may be cut so that a mistake stays in its own block: sections, then logical ids."""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

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
_REACH = 4  # how many pieces a quote or bracket may be open in


class Cut(NamedTuple):
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
    if text[start : places[0]].strip():
        bounds = [start, *bounds[_closing(text, start, bounds) :]]
    return [_section(Cut(a, text[a:b])) for a, b in itertools.pairwise(bounds)]


def _closing(text: str, start: int, bounds: list[int]) -> int:
    """Which of the bounds ends what stands before the first key: a later one where it closes a quote or a bracket.

    One that a key opens is never closed by a key that is not indented deeper.
    """
    before = text[start : bounds[0]]
    if not (_OPENER.search(before) and read_yaml(before).mistakes):
        return 0
    return next((n for n in range(1, min(_REACH, len(bounds))) if parses(text[start : bounds[n]])), 0)


def _lines(text: str, start: int, pattern: str, indent: int = 0, end: int = sys.maxsize) -> Iterator[int]:
    """Where a line begins that has `indent` spaces and then the pattern; a line begins at `start` and at `end`.

    The line ending before it is part of what is searched: that is found several times faster than a line's start.
    """
    first = _compiled(pattern, indent, first=True).match(text, start, end)
    if first is not None:
        yield start
    for found in _compiled(pattern, indent).finditer(text, start, end):
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


def _section(piece: Cut) -> Cut:
    bare = _BARE.match(piece.text)
    if bare is None:
        return piece
    latest = _latest(bare[0])
    made = _again(piece.text, bare.end(), latest.made) or _anew(piece.text, bare.end())
    if made is None:
        return piece
    latest.made = made
    head, *entries = made.parts
    starts = itertools.accumulate(map(len, entries), initial=piece.start + len(head))
    return Cut(piece.start, head, tuple(map(Cut, starts, entries)))


class _Parts(NamedTuple):
    """A section's text as its head and its entries, which are indented by `indent`."""

    indent: int
    parts: tuple[str, ...]


class _Latest:
    """The latest cut of a section: in the next version of the text most of it is the same."""

    made = _Parts(0, ())


@lru_cache(maxsize=32)
def _latest(first_line: str) -> _Latest:
    return _Latest()


def _anew(text: str, start: int) -> _Parts | None:
    """The parts of a section whose entries begin at or after `start`; None where there is no key among them."""
    indent = _shallowest(text, start)
    return _Parts(indent, _between(text, [0, *_lines(text, start, _EITHER, indent), len(text)])) if indent else None


def _again(text: str, start: int, old: _Parts) -> _Parts | None:
    """The same, with the parts of another text in front of and behind what differs; None where they are of no use.

    A line alone tells whether an entry begins there: what stands between two lines that are the same is the same, too.
    """
    indent, parts = old
    front, begin = _in_front(text, parts)
    behind, end = _behind(text, parts[max(front, 1) :], begin)
    if not any(map(_compiled(_ENTRY, indent, first=True).match, (*parts[1:front], *behind))):
        return None
    begin = max(begin, start)
    if indent > 1 and any(_lines(text, begin, f" {{1,{indent - 1}}}{_ENTRY}", end=end)):
        return None
    bounds = [*_lines(text, begin, _EITHER, indent, end), end]
    made = _between(text, bounds if front else [0, *bounds])
    return _Parts(indent, (*parts[:front], *made, *behind))


def _between(text: str, bounds: list[int]) -> tuple[str, ...]:
    return tuple(text[a:b] for a, b in itertools.pairwise(bounds))


def _in_front(text: str, parts: tuple[str, ...]) -> tuple[int, int]:
    """How many parts a text begins with, and where they end.

    The last of all is not looked at, because its line may go on; the one before a change may end elsewhere now.
    """
    count = end = last = 0
    for part in parts[:-1]:
        if not text.startswith(part, end):
            break
        count, last, end = count + 1, end, end + len(part)
    return max(0, count - 1), last


def _behind(text: str, parts: tuple[str, ...], begin: int) -> tuple[tuple[str, ...], int]:
    """The parts that `text[begin:]` ends with, from the beginning of a line on, and where that is."""
    number, end = len(parts), len(text)
    while number and text.endswith(parts[number - 1], begin, end):
        number -= 1
        end -= len(parts[number])
    if number < len(parts) and text[end - 1 : end] != "\n":
        end += len(parts[number])
        number += 1
    return parts[number:], end


def _shallowest(text: str, start: int) -> int:
    """The fewest spaces before a key of a section whose first line begins at `start`; 0 where there is no key."""
    indent, spaces = 0, " +"
    while (at := next(_lines(text, start, spaces + _ENTRY), -1)) >= 0:
        indent = next(n for n in itertools.count() if text[at + n] != " ")
        if indent == 1:
            break
        spaces = f" {{1,{indent - 1}}}"
    return indent
