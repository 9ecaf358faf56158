"""What is open at a cursor: brackets, strings, the `${` of templates, and the `for`s whose names it may use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lsp_server.core.document import Span
from lsp_server.dialects.terraform import scanner

_FOR = re.compile(r"\s*for\s+(?P<first>[^\W\d][\w-]*)(?:\s*,\s*(?P<second>[^\W\d][\w-]*))?\s+in\s+")
_MAKES = re.compile(r"\s*for\b")
_MARKER = re.compile(r"\$\$\{|%%\{|[$%]\{")
_KEY = re.compile(r"""\s*(?P<name>[^\W\d][\w-]*|"[^"\r\n]*")[ \t]*[=:](?!=)""")
_COMMA = re.compile(",")
_DEEPEST = 30
_LONGEST_OBJECT = 20_000  # characters that are looked through for the keys that an object has


@dataclass(frozen=True, slots=True)
class Binder:
    """A `for` around the cursor: the names it brings, and the text of what it goes through."""

    names: tuple[str, ...]
    collection: str


@dataclass(frozen=True, slots=True)
class Bracket:
    """An open bracket: its character, the offset behind it, and whether a `for` follows it."""

    kind: str
    inside: int
    makes: bool


@dataclass
class Region:
    """Code in which the cursor stands: a block's content, or the inside of a `${` within the region `outer`.

    `item` is where the last item of the block begins, `elements` are where the last one of each open bracket does.
    `text` is the string or heredoc in whose plain text the cursor stands, `hidden` tells of a comment.
    `pairs` maps each closing bracket before the cursor to its opening one.
    """

    start: int
    outer: Region | None = None
    item: int = 0
    brackets: list[Bracket] = field(default_factory=list)
    elements: list[int] = field(default_factory=list)
    pairs: dict[int, int] = field(default_factory=dict)
    text: scanner.Token | None = None
    hidden: bool = False
    loops: tuple[Binder, ...] = ()
    bound: list[Binder] = field(default_factory=list)

    @property
    def outermost(self) -> Region:
        """The region of the block's content."""
        return self.outer.outermost if self.outer else self

    @property
    def element(self) -> int:
        """Where the last element of the innermost bracket begins; the region's start where none is open."""
        return self.elements[-1] if self.elements else self.start

    @property
    def innermost(self) -> str:
        """The innermost open bracket's character; empty where none is open."""
        return self.brackets[-1].kind if self.brackets else ""

    @property
    def in_call(self) -> bool:
        """Whether a parenthesis is open: an argument of a function, most likely."""
        return any(bracket.kind == "(" for bracket in self.brackets)

    @property
    def binders(self) -> tuple[Binder, ...]:
        """The `for`s whose names may be used, outermost first."""
        return (*(self.outer.binders if self.outer else ()), *self.loops, *self.bound)


def region_at(text: str, start: int, offset: int, outer: Region | None = None, depth: int = 0) -> Region:
    """The innermost region at `offset`, where the code that begins at `start` is read."""
    region = Region(start, outer, start)
    for token in scanner.tokens(text, start, len(text), depth):
        if token.start >= offset:
            break
        if token.kind == "comment":
            if token.end > offset or (token.end == offset and text[token.start : token.start + 2] != "/*"):
                region.hidden = True
        elif token.kind in {"string", "heredoc"}:
            if offset < token.end or (offset == token.end and not token.closed):
                return _in_text(text, token, offset, region, depth)
        elif token.start < offset:
            _enter(text, token, offset, region)
    region.bound = [binder for b in region.brackets if b.makes for binder in _binders(text, b.inside, offset)]
    return region


def _enter(text: str, token: scanner.Token, offset: int, region: Region) -> None:
    """Take a token before the cursor into account."""
    brackets, elements = region.brackets, region.elements
    if token.kind == "open":
        brackets.append(Bracket(text[token.start], token.end, _MAKES.match(text, token.end, offset) is not None))
        elements.append(token.end)
    elif token.kind == "close" and brackets:
        region.pairs[token.start] = brackets.pop().inside - 1
        elements.pop()
    elif token.kind == "close" or (token.kind == "newline" and not brackets):
        region.item = token.end
    elif token.kind == "newline" and brackets[-1].kind != "(":
        elements[-1] = token.end
    elif token.kind == "other" and brackets:
        comma = text.rfind(",", token.start, min(token.end, offset))
        elements[-1] = comma + 1 if comma >= 0 else elements[-1]


def _in_text(text: str, token: scanner.Token, offset: int, region: Region, depth: int) -> Region:
    """The region of the `${` in a string or heredoc that the cursor stands in, or the region with its `text`."""
    loops: list[Binder] = []
    at = token.start + 1
    while (marker := _MARKER.search(text, at, offset)) is not None:
        at = marker.end()
        if len(marker[0]) == 3:
            continue
        end, closed = scanner.template_end(text, at, token.end, depth + 1)
        if (offset < end or (offset == end and not closed)) and depth < _DEEPEST:
            region.loops = tuple(loops)
            region.bound = [binder for b in region.brackets if b.makes for binder in _binders(text, b.inside, offset)]
            return region_at(text, at, offset, region, depth + 1)
        if marker[0] == "%{":
            _directive(text[at : end - closed], loops)
        at = max(at, end)
    region.text = token
    return region


def _directive(inside: str, loops: list[Binder]) -> None:
    inside = inside.strip("~")
    if inside.strip() == "endfor":
        del loops[-1:]
    elif found := _FOR.match(inside):
        loops.append(Binder(_names(found), inside[found.end() :].strip()))


def _binders(text: str, inside: int, offset: int) -> Iterator[Binder]:
    """The names of the `for` behind a bracket, where the cursor stands behind its colon."""
    found = _FOR.match(text, inside, offset)
    if found is None:
        return
    level = 0
    for token in scanner.tokens(text, found.end(), offset):
        level += (token.kind == "open") - (token.kind == "close")
        colon = text.find(":", token.start, token.end) if level == 0 and token.kind == "other" else -1
        if colon >= 0:
            yield Binder(_names(found), text[found.end() : colon].strip())
            return


def _names(found: re.Match[str]) -> tuple[str, ...]:
    return tuple(name for name in (found["first"], found["second"]) if name)


def typed(text: str, start: int, offset: int, pairs: dict[int, int]) -> tuple[str | None, str]:
    """What stands before the last dot, None where there is no dot, and the word behind it up to the cursor."""
    at = _word_start(text, start, offset)
    prefix = text[at:offset]
    if at <= start or text[at - 1] != ".":
        return None, prefix
    end = at - 1
    at = end
    while at > start:
        last = text[at - 1]
        if last in "])" and at - 1 in pairs:
            at = pairs[at - 1]
            if last == ")":
                at = _word_start(text, start, at)
        elif last == "*" and text[at - 2 : at - 1] == ".":
            at -= 1
        elif (word := _word_start(text, start, at)) < at:
            at = word
        else:
            break
        if at > start and text[at - 1] == ".":
            at -= 1
        elif text[at] not in "[.":
            break
    return text[at:end], prefix


def _word_start(text: str, start: int, at: int) -> int:
    """Where the word begins that ends at `at`; a minus in front of it is an operator."""
    begin = at
    while begin > start and (text[begin - 1].isalnum() or text[begin - 1] in "_-"):
        begin -= 1
    while begin < at and text[begin] == "-":
        begin += 1
    return begin


def call_at(text: str, region: Region, at: int) -> tuple[str, int]:
    """The function whose argument begins at `at`, and the argument's number from 0; no name where it is none."""
    if region.innermost != "(":
        return "", 0
    inside = region.brackets[-1].inside
    start = _word_start(text, region.start, inside - 1)
    if text[max(region.start, start - 2) : start] == "::":
        return "", 0  # a provider's function
    level, number, last = 0, 0, inside
    for token in scanner.tokens(text, inside, at):
        level += (token.kind == "open") - (token.kind == "close")
        commas = text.count(",", token.start, min(token.end, at)) if level == 0 and token.kind == "other" else 0
        if commas:
            number, last = number + commas, text.rindex(",", token.start, min(token.end, at)) + 1
    return (text[start : inside - 1], number) if not text[last:at].strip() else ("", 0)


def keys_in(text: str, inside: int, but: Span) -> frozenset[str]:
    """The keys of the object whose brace ends at `inside`, without the word at the cursor."""
    found: set[str] = set()
    level, fresh = 0, True
    for token in scanner.tokens(text, inside, min(len(text), inside + _LONGEST_OBJECT)):
        if token.kind == "close" and level == 0:
            break
        level += (token.kind == "open") - (token.kind == "close")
        if level or token.kind == "comment":
            continue
        starts = [token.start] if fresh and token.kind in {"other", "string"} else []
        if token.kind == "other":
            starts += [comma.end() for comma in _COMMA.finditer(text, token.start, token.end)]
        for start in starts:
            key = _KEY.match(text, start)
            if key and not Span(key.start("name"), key.end("name")).touches(but.end):
                found.add(key["name"].strip('"'))
        fresh = token.kind == "newline" or bool(starts and not text[starts[-1] : token.end].strip())
    return frozenset(found)
