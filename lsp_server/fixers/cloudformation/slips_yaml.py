"""The slips after which YAML cannot be read, and the edit that undoes each: what may be tried around a line."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lsp_server.core.caches import with_argument
from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit, compatible
from lsp_server.fixers.cloudformation.names import certain, rank
from lsp_server.fixers.cloudformation.rules import codes as words
from lsp_server.fixers.cloudformation.strangeness import meant_type
from lsp_server.fixers.cloudformation.vocabulary import (
    OUTPUT_ATTRIBUTES,
    PARAMETER_ATTRIBUTES,
    POLICY_KINDS,
    RESOURCE_ATTRIBUTES,
    SECTIONS,
)

_KEY = re.compile(r"^[ ]*(?:- +)*[\"']?([\w:.${}/-]+?)[\"']?:(?=\s|$)", re.MULTILINE)
_WORD = re.compile(r"^([ ]*(?:- +)*)([A-Za-z][\w.-]*(?:::[\w.-]+)*)(?=[ ]+[^\s:=]|[ ]*$)")
_NO_SPACE = re.compile(r"^([ ]*(?:- +)*)([A-Za-z]\w*):(?=[^\s:])")
_VALUE = re.compile(r"^([ ]*(?:- +)*(?:[\"']?[\w:.-]+[\"']?: +)?(?:![\w:]+ +)?)(\S.*?)\s*$")
_TYPE = re.compile(r"AWS::\w+::\w+")
_TAG = re.compile(r" +![A-Z]\w+ ")
_NO_ARGUMENT = re.compile(r"(!GetAZs)(?=\s*[\],}])")
_BLOCK = re.compile(r"(?:^|[\s:-])[|>][+-]?\d?[+-]?\s*(?:#.*)?$")

# What may stand in a template whatever the resource type.
_COMMON = frozenset((*SECTIONS, *RESOURCE_ATTRIBUTES, *PARAMETER_ATTRIBUTES, *OUTPUT_ATTRIBUTES)).union(
    words("Name Key Value Ref Globals Version Statement Effect Action Resource Principal Sid Tags Default"),
    *POLICY_KINDS.values(),
)
_REACH = 14  # lines above the reported one where the mistake may be
_NEAR = 3  # lines above the reported one in which two slips at once are looked for
_LIKELY = 4  # the cost of an edit that is tried together with another
_PAIRS = 200
_LEVELS = 3  # of properties whose names are known
_OPEN = 6  # lines with an open quote, however far above, that are looked at
_SEPARATOR = re.compile(r"^([ ]*(?:- +)*)([A-Za-z]\w*)([ ]*[=;][ ]*)(?=\S)")
_SCRIPT = re.compile(r"^[ ]*(?:- +)*(ZipFile|InlineCode|Fn::Sub|UserData|content|Fn::Base64):(?=\s*$)")
_LINE_END = re.compile(r"\r\n|\r|\n")
_NO_ITEM = re.compile(r"^[ ]*(-)(?=[A-Za-z!\"'*$])")


@dataclass(frozen=True)
class Try:
    """Edits that may undo a slip. `cost`: how seldom people make it, up to 4 often; `slips`: how many it undoes."""

    title: str
    edits: tuple[Edit, ...]
    cost: int
    slips: int = 1


def attempts(document: Document, line: int) -> Iterator[Try]:
    """What may have gone wrong at or above a line at which YAML gives up."""
    known = _known(document, line)
    scripts = script_lines(document)
    if "\t" in document.text:
        yield from _tabs(document, scripts)
    last = min(line, len(document.line_starts) - 1)
    for number in _suspects(document, last, scripts):
        away = last - number
        yield from _colons(document, number, known, away)
        yield from _dashes(document, number, away)
        yield from _quotes(document, number, away)
        yield from _brackets(document, number, away)
        yield from _indents(document, number, known, away)
    for number in _open_quotes(document, last - _REACH, scripts):
        yield from _quotes(document, number, 1)


def attempts_of_two(document: Document, line: int) -> Iterator[Try]:
    """What may have gone wrong twice, in one line or in two that are near each other: pairs of what is likely."""
    last = min(line, len(document.line_starts) - 1)
    floor = document.line_starts[max(0, last - _NEAR)]
    some = [t for t in attempts(document, line) if t.cost <= _LIKELY and t.edits[0].span.start >= floor]
    pairs = [(a, b) for a, b in itertools.combinations(some, 2) if compatible(a.edits, b.edits)]
    pairs.sort(key=lambda pair: pair[0].cost + pair[1].cost)
    for a, b in pairs[:_PAIRS]:
        yield Try(f"{a.title}; {b.title}", (*a.edits, *b.edits), a.cost + b.cost, slips=2)


def _suspects(document: Document, last: int, scripts: frozenset[int]) -> Iterator[int]:
    """The lines from where YAML gives up upwards, and the one that opened the block that ends there."""
    opener, floor = -1, indent_of(document.line_text(last))
    for number in range(last, -1, -1):
        content = document.line_text(number)
        if not content.strip() or content.lstrip().startswith("#") or number in scripts:
            continue
        if last - number < _REACH:
            yield number
        if opener < 0 and number < last and indent_of(content) < floor:
            opener = number
        if opener >= 0 and number <= last - _NEAR:
            break
    if 0 <= opener <= last - _REACH:
        yield opener


def _open_quotes(document: Document, below: int, scripts: frozenset[int]) -> Iterator[int]:
    """The nearest lines above whose value begins or ends with a quote that has no other: it may run on for long."""
    found = 0
    for number in range(below, -1, -1):
        hit = _VALUE.match(document.line_text(number)) if number not in scripts else None
        if hit and any(hit[2].count(quote) == 1 and hit[2][:1] == quote for quote in "\"'"):
            yield number
            found += 1
            if found == _OPEN:
                return


def indent_of(content: str) -> int:
    """The spaces before a line."""
    return len(content) - len(content.lstrip(" "))


def _known(document: Document, line: int) -> frozenset[str]:
    """The keys that a document has anyway, and those that the resources around a line may have."""
    lines = lines_of(document)
    above = next((n for n in range(min(line, len(lines) - 1), -1, -1) if _TYPE.search(lines[n])), line)
    types = set(_TYPE.findall("\n".join(lines[min(above, max(0, line - _REACH)) : line + _REACH])))
    return _keys(document).union(_COMMON, *(_names_of(name) for name in types))


@with_argument
def _keys(document: Document) -> frozenset[str]:
    return frozenset(_KEY.findall(document.text))


@lru_cache(256)
def _names_of(resource_type: str) -> frozenset[str]:
    """The names of the properties of a resource type, some levels deep."""
    schema, found = meant_type(resource_type), set[str]()
    level: list[tuple[str | int, ...]] = [()] if schema is not None else []
    for _ in range(_LEVELS):
        names = [(path, name) for path in level for name in schema.properties_at(path)] if schema is not None else []
        found.update(name for _, name in names)
        level = [(*path, name, *item) for path, name in names for item in ((), (0,))]
    return frozenset(found)


@with_argument
def lines_of(document: Document) -> tuple[str, ...]:
    """The lines of a document without their endings."""
    return tuple(_LINE_END.split(document.text))


@with_argument
def script_lines(document: Document) -> frozenset[int]:
    """The numbers of the lines inside `|` and `>` scalars."""
    return scripts_in(lines_of(document))


def scripts_in(lines: Sequence[str]) -> frozenset[int]:
    """The same for lines alone."""
    inside: set[int] = set()
    floor: int | None = None
    for number, content in enumerate(lines):
        indent = indent_of(content)
        if floor is not None and (not content.strip() or indent > floor):
            inside.add(number)
            continue
        floor = indent if _BLOCK.search(content) and not content.lstrip().startswith("#") else None
    return frozenset(inside)


def _tabs(document: Document, scripts: frozenset[int]) -> Iterator[Try]:
    """Leading tabs become spaces; those of a script are its own."""
    for width in (2, 4):
        edits = []
        for number, start in enumerate(document.line_starts):
            head = re.match(r"[ \t]*", document.line_text(number))
            if head and "\t" in head[0] and number not in scripts:
                edits.append(Edit(document.uri, Span(start, start + len(head[0])), head[0].replace("\t", " " * width)))
        if edits:
            yield Try("Indent with spaces instead of tabs", tuple(edits), 1 if width == 2 else 4)


def _colons(document: Document, number: int, known: frozenset[str], away: int) -> Iterator[Try]:
    """A colon that is lost, or that has no space after it."""
    content, start = document.line_text(number), document.line_starts[number]
    if (hit := _WORD.match(content)) and not _KEY.match(content):
        at = start + hit.end(2)
        cost = _word_cost(hit[2], content[hit.end(2) :], known) + (2 if away > 2 else 0)
        yield Try(f"Put a colon after '{hit[2]}'", (Edit(document.uri, Span(at, at), ":"),), cost)
    for hit in _NO_ARGUMENT.finditer(content):
        at = start + hit.end()
        yield Try("Ask for the zones of this region", (Edit(document.uri, Span(at, at), ' ""'),), 0)
    if (hit := _NO_SPACE.match(content)) and hit[2] in known:
        at = start + hit.end()
        yield Try(f"Put a space after '{hit[2]}:'", (Edit(document.uri, Span(at, at), " "),), 2)

    if hit := _SCRIPT.match(content):
        at = start + hit.end()
        yield Try(f"Put a '|' after '{hit[1]}:'", (Edit(document.uri, Span(at, at), " |"),), 5)
    if (hit := _SEPARATOR.match(content)) and hit[2] in known:
        gone = Span(start + hit.start(3), start + hit.end(3))
        title = f"Put a colon after '{hit[2]}' for the '{hit[3].strip()}'"
        yield Try(title, (Edit(document.uri, gone, ": "),), 2 + (away > 2))


def _dashes(document: Document, number: int, away: int) -> Iterator[Try]:
    """A dash without a space after it, and one that is lost before an item between others or above its own keys."""
    content, start = document.line_text(number), document.line_starts[number]
    if hit := _NO_ITEM.match(content):
        at = start + hit.end(1)
        yield Try("Put a space after the dash", (Edit(document.uri, Span(at, at), " "),), 1)
        return
    own, at = indent_of(content), start + indent_of(content)
    around = [document.line_text(n) for n in (number - 1, number + 1) if 0 <= n < len(document.line_starts)]
    key = bool(_KEY.match(content))
    item = any(
        indent_of(other) == own and other[own : own + 2] == "- " and bool(_KEY.match(other)) is key for other in around
    )
    keys = (
        len(around) > 1
        and indent_of(around[1]) == own + 2
        and bool(_KEY.match(content))
        and bool(_KEY.match(around[1]))
    )
    if content[own : own + 1] not in ("-", "#", "") and (item or (keys and not content.rstrip().endswith(":"))):
        yield Try("Put a dash before the item", (Edit(document.uri, Span(at, at), "- "),), 2 + (away > 1))


def _word_cost(word: str, rest: str, known: frozenset[str]) -> int:
    """How unlikely it is that a word that begins a line is a key; a tag can follow nothing else."""
    if word in known:
        return 1
    if _TAG.match(rest) or (word[0].isupper() and certain(rank(word, known))):
        return 2
    return 6 if word[0].isupper() else 9


def _quotes(document: Document, number: int, away: int) -> Iterator[Try]:
    """A quote that is not closed or not opened, and a plain value that YAML takes for something else."""
    content, start = document.line_text(number), document.line_starts[number]
    hit = _VALUE.match(content)
    if hit is None:
        return
    value = re.sub(r"\s+#.*$", "", hit[2]) if hit[2][:1] not in "\"'" else hit[2]
    begin, end = start + hit.start(2), start + hit.start(2) + len(value)
    stop = start + len(content) if end == start + len(content.rstrip()) else end  # spaces at its end are a string's own
    for quote in "\"'":
        if value.count(quote) == 1 and value.startswith(quote):
            yield Try("Close the string", (Edit(document.uri, Span(stop, stop), quote),), 2 + min(away, 3))
        elif value.count(quote) == 1 and value.endswith(quote):
            yield Try("Open the string", (Edit(document.uri, Span(begin, begin), quote),), 3 + min(away, 3))
    odd = value[:1] in "*@`%&!" or "{{" in value or ": " in value or value.endswith(":")
    if odd and not re.search(r"[\"\\]|^'", value) and not _KEY.match(hit[2]):
        edits = (Edit(document.uri, Span(begin, begin), '"'), Edit(document.uri, Span(end, end), '"'))
        yield Try("Put the value in quotes", edits, 3 + min(away, 3))


def _brackets(document: Document, number: int, away: int) -> Iterator[Try]:
    """A bracket or brace that is not closed on its line."""
    content, start = document.line_text(number), document.line_starts[number]
    bare = re.sub(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|\$\{[^}]*\}", lambda m: "x" * len(m[0]), content)
    end = start + len(re.sub(r"\s+#.*$", "", bare).rstrip())
    for opening, closing in ("[]", "{}"):
        if bare.count(opening) == bare.count(closing) + 1:
            yield Try(f"Close the '{opening}'", (Edit(document.uri, Span(end, end), closing),), 2 + min(away, 3))
        elif bare.count(closing) == bare.count(opening) + 1 and bare.rstrip().endswith(closing):
            gone = Span(end - 1, end)
            yield Try(f"Take the stray '{closing}' away", (Edit(document.uri, gone, ""),), 4 + min(away, 3))


def _indents(document: Document, number: int, known: frozenset[str], away: int) -> Iterator[Try]:
    """A line, alone or with what is below it, at the indentation of one of its neighbours."""
    content, start = document.line_text(number), document.line_starts[number]
    own = len(content) - len(content.lstrip(" "))
    block = _block_below(document, number, own)
    word = _WORD.match(content)
    keyless = not _KEY.match(content) and not content.lstrip().startswith("- ") and not (word and word[2] in known)
    for target in _neighbour_indents(document, number, own):
        shift = target - own
        cost = 2 + (away > 0) * min(away, 3) // 2 + (abs(shift) > 2) + (shift < 0) + 6 * keyless
        title = f"{'Indent' if shift > 0 else 'Outdent'} the line by {abs(shift)}"
        yield Try(title, (_shifted(document, start, shift),), cost)
        if block:
            edits = tuple(_shifted(document, document.line_starts[n], shift) for n in (number, *block))
            yield Try(f"{title} with what is below it", edits, cost + 1)


def _shifted(document: Document, start: int, shift: int) -> Edit:
    start += start == 0 and document.text.startswith("\ufeff")  # a byte order mark stays in front
    return Edit(document.uri, Span(start, start + max(0, -shift)), " " * max(0, shift))


def _block_below(document: Document, number: int, own: int) -> list[int]:
    lines = []
    for below in range(number + 1, len(document.line_starts)):
        content = document.line_text(below)
        if content.strip() and len(content) - len(content.lstrip(" ")) <= own:
            break
        if content.strip():
            lines.append(below)
    return lines


def _neighbour_indents(document: Document, number: int, own: int) -> list[int]:
    """Indentations of the lines around, nearest first; with that below a dash."""
    found: list[int] = []
    for step in (-1, 1, -2, 2, -3, 3):
        if 0 <= number + step < len(document.line_starts):
            content = document.line_text(number + step)
            if not content.strip() or content.lstrip().startswith("#"):
                continue
            indent = len(content) - len(content.lstrip(" "))
            found.append(indent)
            if content.lstrip().startswith("- "):
                found.append(len(content) - len(content.lstrip(" -")))
            if content.rstrip().endswith(":") and step < 0:
                found.append(indent + 2)
    found += [own + 2, own - 2, own // 2 * 2, own + 4]
    return [indent for indent in dict.fromkeys(found) if indent != own and indent >= 0]
