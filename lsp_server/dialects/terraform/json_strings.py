"""A string of a `.tf.json` file as the expression that it means, with spans of the file whatever is escaped in it.

The rules are those of https://developer.hashicorp.com/terraform/language/syntax/json: a string is a template, one that
is a single interpolation stands for the value itself, and some arguments hold an expression without `${}`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, TypeVar, cast

from lsp_server.core.caches import sized
from lsp_server.core.document import Span
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.parse import read_piece

_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.S)
_SHORT = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_KEPT = 500_000  # characters
_MARK = re.compile(r"[$%]\{")
_ESCAPED_MARK = re.compile(r"([$%])\1\{")
_ASSIGNED = "x = "
Node = TypeVar("Node")


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a string says, and where its characters stand, counted from the opening quote; None without escapes."""

    text: str
    starts: tuple[int, ...] | None

    def at(self, offset: int) -> int:
        """Where the character at `offset` of the text begins, counted from the opening quote."""
        if self.starts is None:
            return offset + 1
        return self.starts[min(max(offset, 0), len(self.starts) - 1)]

    def back(self, place: int) -> int:
        """The offset of the text that stands at `place`, counted from the opening quote."""
        if self.starts is None:
            return min(max(place - 1, 0), len(self.text))
        return max(0, bisect_right(self.starts, place) - 1)


def decode(raw: str) -> Decoded:
    """Read a string with its quotes. What is no escape sequence of JSON stays as it is."""
    inside = raw[1:-1] if len(raw) > 1 and raw.endswith('"') else raw[1:]
    if "\\" not in inside:
        return Decoded(inside, None)
    text: list[str] = []
    starts: list[int] = []
    at = 0
    for match in _ESCAPE.finditer(inside):
        text += inside[at : match.start()]
        starts += range(at + 1, match.start() + 1)
        at = match.end()
        code = int(match[1], 16) if match[1] else -1
        if 0xDC00 <= code < 0xE000 and text and 0xD800 <= ord(text[-1]) < 0xDC00:
            text[-1] = chr(0x10000 + ((ord(text[-1]) - 0xD800) << 10) + code - 0xDC00)
            continue
        text.append(chr(code) if code >= 0 else _SHORT.get(match[2], match[2]))
        starts.append(match.start() + 1)
    text += inside[at:]
    starts += range(at + 1, len(inside) + 1)
    return Decoded("".join(text), (*starts, len(inside) + 1))


def template(raw: str, start: int, problems: list[t.SyntaxProblem], *, whole: bool = False) -> t.Expression:
    """The expression that a string stands for, which begins at `start`. What is wrong in it is added to `problems`.

    With `whole` a single interpolation is not taken for the value in it.
    """
    span = Span(start, start + len(raw))
    if not _MARK.search(raw):
        return literal(raw, start)
    decoded = decode(raw)
    read = _template(decoded.text)
    problems += _placed(read.problems, decoded, start)
    parts = _placed(read.parts, decoded, start)
    if read.is_broken:
        return t.Broken(span, tuple(parts))
    if len(parts) == 1 and isinstance(parts[0], t.Interpolation) and not whole:
        return parts[0].inner
    return t.Template(span, parts)


def literal(raw: str, start: int) -> t.Template:
    """A string that is no template: what is read before anything can be evaluated, or holds no interpolation."""
    inside = Span(start + 1, start + max(1, len(raw) - 1))
    return t.Template(Span(start, start + len(raw)), (t.TextPart(inside, decode(raw).text),) if len(raw) > 2 else ())


def expression(raw: str, start: int) -> t.Expression | None:
    """The expression of an argument that is one without `${}` (`depends_on`, `type`); None where it is none."""
    decoded = decode(raw)
    piece = _expression(decoded.text)
    found = piece.body.attributes
    if piece.problems or len(found) != 1 or piece.body.blocks:
        return None
    moved = t.shift(found[0].value, -len(_ASSIGNED))
    return _placed(moved, decoded, start)


@sized(_KEPT, len)
def _expression(text: str) -> t.Piece:
    return read_piece(f"{_ASSIGNED}{text}\n")


@dataclass(frozen=True, slots=True)
class _Read:
    parts: tuple[t.Expression, ...]
    problems: tuple[t.SyntaxProblem, ...]
    is_broken: bool


@sized(_KEPT, len)
def _template(text: str) -> _Read:
    """A template without quotes around it: read as a heredoc, in which a backslash and a quote are themselves."""
    word = "END"
    while word in text:
        word += "_"
    opening = f"{_ASSIGNED}<<{word}\n"
    piece = read_piece(f"{opening}{text}\n{word}\n")
    by = -len(opening)
    value = piece.body.attributes[0].value if piece.body.attributes else None
    problems = tuple(_within(t.shift(problem, by), len(text)) for problem in piece.problems)
    if not isinstance(value, t.Template) or problems or len(piece.body.attributes) > 1 or piece.body.blocks:
        return _Read((), problems or (_unreadable(text),), is_broken=True)
    found = [t.shift(part, by) for part in value.parts if not isinstance(part, t.TextPart)]
    return _Read(tuple(_with_text(text, found)), (), is_broken=False)


def _within(problem: t.SyntaxProblem, most: int) -> t.SyntaxProblem:
    start = min(max(problem.span.start, 0), most)
    end = min(max(problem.span.end, start), most)
    span = Span(start, end) if end > start else Span(0, most)
    return t.SyntaxProblem(span, problem.summary, problem.detail)


def _unreadable(text: str) -> t.SyntaxProblem:
    return t.SyntaxProblem(Span(0, len(text)), "Invalid expression", "This template cannot be read.")


def _with_text(text: str, found: list[t.Expression]) -> Iterator[t.Expression]:
    """The parts of a template with all the text between them."""
    at, strips = 0, False
    for part in (*found, None):
        end = part.span.start if part is not None else len(text)
        value = _ESCAPED_MARK.sub(r"\1{", text[at:end])
        value = value.lstrip() if strips else value
        if part is not None and text.startswith("~", part.span.start + 2):
            value = value.rstrip()
        if value:
            yield t.TextPart(Span(at, end), value)
        if part is not None:
            yield part
            at, strips = part.span.end, text.startswith("~", part.span.end - 2)


def _placed(node: Node, decoded: Decoded, start: int) -> Node:
    """The same with spans of the file instead of the string's text."""
    if decoded.starts is None:
        return t.shift(node, start + 1)
    return cast("Node", _mapped(node, decoded, start))


def _mapped(node: Any, decoded: Decoded, start: int) -> Any:
    if isinstance(node, Span):
        return Span(start + decoded.at(node.start), start + decoded.at(node.end))
    if isinstance(node, tuple):
        return tuple(_mapped(item, decoded, start) for item in node)
    if is_dataclass(node) and not isinstance(node, type):
        return type(node)(*(_mapped(getattr(node, field.name), decoded, start) for field in fields(node)))
    return node
