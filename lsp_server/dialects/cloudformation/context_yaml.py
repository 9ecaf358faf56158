"""Where a cursor stands in block YAML, told by indentation alone, so that no half-typed line around it matters."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lsp_server.core.diagnostic import Path
from lsp_server.core.document import Document, Span
from lsp_server.dialects.cloudformation import context_flow
from lsp_server.dialects.cloudformation.position import Place, Role
from lsp_server.dialects.cloudformation.tree import intrinsic_name
from lsp_server.dialects.cloudformation.yaml_recovery import KEY

_ENTRY = re.compile(rf"({KEY})[ \t]*:(?=[ \t]|$)[ \t]*")
_DASH = re.compile(r"-(?:[ ]+|$)")
_TAGGED = re.compile(r"(![^\s,\[\]{}\"']*)(?:[ \t]+|$)")
_FULL_TAG = re.compile(r"(![^\s,\[\]{}\"']+)[ \t]+")
_ANCHOR = re.compile(r"&\S+[ \t]+")
_TAGS = re.compile(r"(?:[!&]\S+[ \t]+)*")
_BLOCK_SCALAR = re.compile(r"(?:[!&]\S+[ \t]+)*[|>][+\-0-9]*[ \t]*(?:#.*)?$")
_FLOW_START = re.compile(r"(?:[!&]\S+[ \t]+)*[\[{\"']")
_COMMENT = re.compile(r"(?:^|[ \t])#")
_REST = re.compile(r"[\w:.\-/*+@]*")
_SHALLOW = 2  # a bare key no deeper than this begins a block that nothing above is open into
_FAR = 1 << 30  # a column no line has
_REACH = 400  # lines above that an open bracket or quote is looked for


@dataclass(frozen=True)
class Level:
    """A key or a dash that begins at a column of a line; `value` is the column after it."""

    column: int
    key: str | None
    value: int


def levels(line: str) -> list[Level]:
    """The dashes and the key a line begins with, from left to right."""
    at = len(line) - len(line.lstrip(" "))
    found: list[Level] = []
    while (dash := _DASH.match(line, at)) is not None:
        found.append(Level(at, None, dash.end()))
        at = dash.end()
    entry = _ENTRY.match(line, at)
    if entry is not None and not entry[1].endswith(":"):
        found.append(Level(at, _unquoted(entry[1]), entry.end()))
    return found


def _unquoted(key: str) -> str:
    return key[1:-1] if key[:1] in "\"'" and len(key) > 1 else key


def locate(document: Document, offset: int) -> Place | None:
    """The place of a cursor; None in a comment, and after a value that is complete."""
    line, column = document.position(offset)
    text = document.line_text(line)
    before = text[:column]
    own = levels(before)
    outer = own[0].column if own else min(len(before) - len(before.lstrip(" ")), column)
    above = _ancestors(document, line, outer)
    for depth, (at, level) in enumerate(above):
        if _BLOCK_SCALAR.match(document.line_text(at), level.value):
            return Place(_path(document, above[depth:]), Role.TEXT, before, Span(offset, offset), column=outer)
    opened = _open_statement(document, line, offset)
    if opened is not None:
        at, opener = opened
        lead = _own(document, at, opener.column)
        outer = lead[0][1].column if lead else opener.column
        path = _path(document, [*reversed(lead), *_ancestors(document, at, outer)])
        begin = document.line_starts[at] + _after_tags(document.line_text(at), opener.value)
        return context_flow.place(document.text, offset, begin, path, outer)
    start = own[-1].value if own else outer
    if _is_comment(before, start):
        return None
    return _block(document, offset, own, start, above)


def _after_tags(line: str, column: int) -> int:
    tags = _TAGS.match(line, column)
    return tags.end() if tags else column


def _is_comment(text: str, start: int) -> bool:
    return text[start : start + 1] not in ("'", '"') and _COMMENT.search(text, max(start - 1, 0)) is not None


def _own(document: Document, line: int, column: int) -> list[tuple[int, Level]]:
    """A line's levels up to the one at `column`."""
    return [(line, level) for level in levels(document.line_text(line)) if level.column <= column]


def _block(
    document: Document, offset: int, own: list[Level], start: int, above: list[tuple[int, Level]]
) -> Place | None:
    line, column = document.position(offset)
    text = document.line_text(line)
    path = _path(document, [*((line, level) for level in reversed(own)), *above])
    keyed = bool(own) and own[-1].key is not None
    inner = own[-1].column if keyed else start
    typed, begin = text[start:column], document.line_starts[line] + start
    if anchor := _ANCHOR.match(typed):
        typed, begin = typed[anchor.end() :], begin + anchor.end()
    tag = ""
    if full := _FULL_TAG.match(typed):
        step = intrinsic_name(full[1])
        path += (step,) if step and path[-1:] != (step,) else ()
        typed, begin, keyed = typed[full.end() :], begin + full.end(), True
    elif half := _TAGGED.match(typed):
        tag, typed = half[1], ""
        path = path[:-1] if path[-1:] == (intrinsic_name(tag),) else path
    if typed.endswith((" ", "\t")) and typed.strip():
        return None
    rest = _REST.match(text, column)
    word = Span(begin, max(begin, offset + (len(rest[0].rstrip(":")) if rest else 0)))
    role = Role.VALUE if keyed or tag else Role.EITHER if own or _first_inside(document, line, above) else Role.KEY
    return Place(path, role, typed, word, tag, "", inner)


def _open_statement(document: Document, line: int, offset: int) -> tuple[int, Level] | None:
    """The outermost line, at or above the cursor's, with a bracket or quote still open at the cursor."""
    found: tuple[int, Level] | None = None
    lowest = _FAR  # the column of the leftmost key between here and the cursor
    for at in range(line, max(-1, line - _REACH), -1):
        text = document.line_text(at)
        indent = len(text) - len(text.lstrip(" "))
        own = levels(text) or ([Level(indent, None, indent)] if at == line else [])
        if not own:
            continue
        level = own[-1]
        begin = document.line_starts[at] + level.value
        if _FLOW_START.match(text, level.value) and lowest > own[0].column:
            here = context_flow.scan(document.text[begin : min(offset, document.line_starts[at] + len(text))])
            state = context_flow.scan(document.text[begin:offset]) if here.open else here
            if state.open and (state.frames or at == line or (lowest == _FAR and _closes(document, offset, state))):
                found = at, level
        if any(one.key is not None for one in own):
            lowest = min(lowest, own[0].column)
        if own[0].key is not None and own[0].column == 0:
            break
        if at < line and own[0].column <= _SHALLOW and own[0].key is not None and not text[level.value :].strip():
            break
    return found


def _closes(document: Document, offset: int, state: context_flow.Scan) -> bool:
    """Whether a quote opened on a line above is closed before the next key: else it is only forgotten."""
    end = document.text.find(state.word[0], offset)
    between = range(document.position(offset).line + 1, document.position(end).line + 1)
    return end >= 0 and not any(level.key is not None for n in between for level in levels(document.line_text(n)))


def _ancestors(document: Document, line: int, column: int) -> list[tuple[int, Level]]:
    """The levels that what begins at `column` of a line stands in, the innermost first."""
    found: list[tuple[int, Level]] = []
    text = document.line_text(line)
    dash = _DASH.match(text, column) is not None
    for at in range(line - 1, -1, -1):
        text = document.line_text(at)
        indent = len(text) - len(text.lstrip(" "))
        if indent == len(text) or indent > column or text[indent] == "#":
            continue
        for level in reversed(levels(text)):
            same = level.column == column and dash and level.key is not None
            if level.column < column or same:
                found.append((at, level))
                column, dash = level.column, level.key is None
        if column == 0 and not dash:
            break
    return found


def _path(document: Document, chain: list[tuple[int, Level]]) -> Path:
    """The steps of a chain of levels, given from the innermost."""
    steps: list[str | int] = []
    for line, level in reversed(chain):
        if level.key is None:
            steps.append(_index(document, line, level.column))
        else:
            steps.append(level.key)
        tag = _TAGGED.match(document.line_text(line), level.value)
        if tag is not None and (name := intrinsic_name(tag[1])):
            steps.append(name)
    return tuple(steps)


def _index(document: Document, line: int, column: int) -> int:
    """How many items of the same list stand above the item with a dash at `column` of a line."""
    count = 0
    for at in range(line - 1, -1, -1):
        text = document.line_text(at)
        indent = len(text) - len(text.lstrip(" "))
        if indent == len(text) or text[indent] == "#" or indent > column:
            continue
        if indent < column:
            count += any(level.column == column and level.key is None for level in levels(text))
            break
        if not _DASH.match(text, column):
            break
        count += 1
    return count


def _first_inside(document: Document, line: int, above: list[tuple[int, Level]]) -> bool:
    """Whether nothing else is written yet in the container: what is typed may be a scalar, too."""
    if not above:
        return False
    at, level = above[0]
    rest = document.line_text(at)[level.value :].strip()
    between = (document.line_text(n).strip() for n in range(at + 1, line))
    return (not rest or rest.startswith(("#", "!"))) and not any(text and text[0] != "#" for text in between)
