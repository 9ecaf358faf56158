"""Where a cursor stands in braces and brackets: JSON, and the flow notation of YAML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from lsp_server.core.diagnostic import Path
from lsp_server.core.document import Span
from lsp_server.dialects.cloudformation.position import Place, Role
from lsp_server.dialects.cloudformation.tree import intrinsic_name

_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n]+)
    |(?P<comment>\#[^\r\n]*)
    |(?P<double>"(?:[^"\\]|\\.)*(?:"|$))
    |(?P<single>'(?:[^']|'')*(?:'|$))
    |(?P<mark>[{}\[\],]|:(?=[ \t\r\n"'{\[]|$))
    |(?P<tag>![^\s,\[\]{}]*)
    |(?P<plain>[^\s,\[\]{}"':\#!](?:[^,\[\]{}:\r\n]|:(?![ \t\r\n]|$))*)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_JSON_STRING = re.compile(r'"(?:[^"\\\r\n]|\\.)*("?)')
_REST = re.compile(r"[\w:.\-/$*+@!]*")


@dataclass
class Frame:
    """A brace or bracket that is open. `key` is the entry the cursor is in the value of; `last` the last scalar."""

    mapping: bool
    index: int = 0
    key: str | None = None
    last: str | None = None
    steps: list[str | int] = field(default_factory=list)


@dataclass
class Scan:
    """The state after some text: open frames, and the token that the text ends in."""

    frames: list[Frame]
    tag: str = ""
    kind: str = ""
    word: str = ""
    start: int = 0

    @property
    def open(self) -> bool:
        """Whether a bracket or a quote is not closed."""
        return bool(self.frames) or self.in_string

    @property
    def in_string(self) -> bool:
        """Whether the text ends inside a quoted string."""
        if self.kind not in ("double", "single"):
            return False
        quote = self.word[0]
        body = self.word[1:]
        if quote == "'":
            return body.replace("''", "").count("'") == 0
        return re.fullmatch(r'(?:[^"\\]|\\.)*\\?', body, re.DOTALL) is not None


def scan(text: str, *, json: bool = False, frames: tuple[Frame, ...] = ()) -> Scan:
    """Read `text`, the beginning of a value in flow notation, as far as it goes; `frames` are open before it."""
    state = Scan([replace(frame) for frame in frames])
    at = 0
    while at < len(text):
        match = _JSON_STRING.match(text, at) if json and text[at] == '"' else _TOKEN.match(text, at)
        if match is None:
            break
        kind = "double" if match.lastgroup is None or text[at] == '"' else match.lastgroup
        state.kind, state.word, state.start = kind, match[0], at
        _take(state, kind, match[0])
        at = match.end()
    return state


def _take(state: Scan, kind: str, word: str) -> None:
    frame = state.frames[-1] if state.frames else None
    if kind == "tag":
        state.tag = word
    elif kind in ("double", "single", "plain"):
        if frame is not None:
            frame.last = word.strip() if kind == "plain" else word.strip(word[0])
    elif kind == "mark":
        _mark(state, frame, word)


def _mark(state: Scan, frame: Frame | None, word: str) -> None:
    if word in "{[":
        step = intrinsic_name(state.tag)
        state.frames.append(Frame(word == "{", steps=[step] if step else []))
        state.tag = ""
        return
    state.tag = ""
    if frame is None:
        return
    if word in "}]":
        state.frames.pop()
    elif word == ",":
        frame.index += 1
        frame.key = frame.last = None
    elif word == ":" and frame.mapping:
        frame.key, frame.last = frame.last or "", None


def place(
    text: str,
    offset: int,
    begin: int,
    base: Path,
    column: int,
    *,
    json: bool = False,
    frames: tuple[Frame, ...] = (),
) -> Place:
    """The place of a cursor at `offset`, in a flow value that begins at `begin` and stands at the path `base`."""
    state = scan(text[begin:offset], json=json, frames=frames)
    path: list[str | int] = list(base)
    for number, frame in enumerate(state.frames):
        path += frame.steps
        last = number == len(state.frames) - 1
        if frame.mapping:
            if frame.key is not None:
                path.append(frame.key)
            elif not last:
                path.append("")
        else:
            path.append(frame.index)
    inner = state.frames[-1] if state.frames else None
    role = Role.KEY if inner is not None and inner.mapping and inner.key is None else Role.VALUE
    if (step := intrinsic_name(state.tag)) and state.kind != "tag":
        path.append(step)
    quote, typed, start, tag = "", "", offset, ""
    if state.in_string:
        quote, typed, start = state.word[0], state.word[1:], begin + state.start + 1
    elif state.kind == "plain" and state.word == state.word.rstrip():
        typed, start = state.word, begin + state.start
    elif state.kind == "tag":
        tag, start = state.word, begin + state.start
    span = Span(start, _word_end(text, offset, quote))
    return Place(tuple(path), role, typed, span, tag, quote, column, flow=json or bool(state.frames), json=json)


def _word_end(text: str, offset: int, quote: str) -> int:
    if quote:
        line_end = re.compile(r"[\r\n]|$").search(text, offset)
        end = text.find(quote, offset, line_end.start() if line_end else len(text))
        if end >= 0:
            return end
    rest = _REST.match(text, offset)
    return offset + len(rest[0].rstrip(":")) if rest and not quote else offset
