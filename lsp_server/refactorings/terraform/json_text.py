"""JSON in a heredoc becomes an object in `jsonencode`: the same JSON, which Terraform then writes and checks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.types import STRING
from lsp_server.fixers.terraform import layout
from lsp_server.fixers.terraform.content import scene_of
from lsp_server.fixers.terraform.values import type_of
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.terraform.forms import Form, Surroundings, form, literal, text_of
from lsp_server.refactorings.terraform.meaning import Comparison
from lsp_server.refactorings.terraform.spot import Spot, spot_of, uses_names
from lsp_server.refactorings.terraform.writing import native

_UNCLEAR = re.compile(r"\ue000|\\u(?:e000|0024|0025)", re.I)  # taken for a mark, or for `${` once it is decoded
_MARK = re.compile("\ue000(\\d+)\ue001")
_WHOLE = re.compile("\ue000(\\d+)\ue001(!?)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_WORDS = frozenset({"true", "false", "null", "for"})
_WIDEST = 80  # columns of a list that is written in one line


def to_object(selection: Selection) -> Iterator[Refactoring]:
    """Offer it for the heredoc at the place, if it is JSON."""
    spot = spot_of(selection)
    node = next((one for one in reversed(spot.chain) if isinstance(one, t.Template) and one.heredoc), None)
    read = _read(node, spot.document.text) if node is not None else None
    if node is None or read is None or not isinstance(read.data, dict | list):
        return
    title = "Convert to 'jsonencode' (the same JSON, its white space changes)"
    made = _Conversion(spot, node, read)
    yield Refactoring("json", title, Kind.REWRITE, made.edits, Comparison(special=made.form))


class _Number(str):
    """A number as it is written."""


@dataclass(frozen=True)
class _Json:
    """JSON with marks in it, each of which stands for one of `values`."""

    data: Any
    values: tuple[t.Expression, ...]


def _read(node: t.Template, text: str) -> _Json | None:
    """The JSON that a heredoc is; None where it is none, or where more than values of strings is put into it."""
    if any(isinstance(part, t.Directive) for part in node.parts) or _UNCLEAR.search(text, *node.span):
        return None
    body, at, values, quoted = "", text.index("\n", node.span.start) + 1, list[t.Expression](), False
    end = text.rfind("\n", 0, node.span.end) + 1
    for part in (p for p in node.parts if isinstance(p, t.Interpolation)):
        between = text[at : part.span.start]
        quoted ^= len(re.findall(r'(?<!\\)(?:\\\\)*"', between)) % 2 == 1
        inner, mark = part.inner, f"\ue000{len(values)}\ue001"
        if not quoted:  # a value that stands there as JSON
            if not isinstance(inner, t.Call) or inner.name != "jsonencode" or len(inner.args) != 1:
                return None
            inner, mark = inner.args[0], f'"{mark}!"'
        if "~" in (text[part.span.start + 2], text[part.span.end - 2]):
            return None
        body += between + mark
        values.append(inner)
        at = part.span.end
    try:
        data = json.loads(
            body + text[at:end],
            object_pairs_hook=_once,
            parse_float=_Number,
            parse_int=_Number,
            parse_constant=_no_number,
        )
    except (ValueError, RecursionError):
        return None
    return _Json(data, tuple(values))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


@dataclass(frozen=True)
class _Conversion:
    """A heredoc that becomes an object."""

    spot: Spot
    node: t.Template
    read: _Json

    @cached_property
    def strings(self) -> frozenset[str]:
        """The values, as they are written, that surely are strings: in an object they need not be made any."""
        scene = scene_of(self.spot.unit)
        found = (value for value in self.read.values if type_of(scene, value) == STRING)
        return frozenset(self.spot.text(value) for value in found if not uses_names(value, self.spot.scope))

    def edits(self) -> Iterable[Edit] | None:
        """The edit that writes the object."""
        if self.spot.commented(self.node.span):
            return None
        pad = layout.indent(self.spot.document, self.node.span.start)
        try:
            written = _Writer(self.spot.document.text, self.read.values, self.strings).value(self.read.data, pad)
        except ValueError:
            return None
        return native(self.spot.unit, [Edit(self.spot.document.uri, self.node.span, f"jsonencode({written})")])

    def form(self, node: t.Expression, around: Surroundings) -> Form | None:
        """The form of what is JSON, written by hand or by Terraform."""
        match node:
            case t.Template(heredoc=True):
                read = _read(node, around.text)
                return None if read is None else ("json", self._form(read.data, read.values, around))
            case t.Call(name="jsonencode", args=(value,)):
                return ("json", form(value, around))
        return None

    def _form(self, data: Any, values: tuple[t.Expression, ...], around: Surroundings) -> Form:
        match data:
            case _Number():
                return literal(json.loads(data))
            case str():
                return self._text(data, values, around)
            case dict():
                pairs = ((self._text(k, values, around), self._form(v, values, around)) for k, v in data.items())
                return ("object", *sorted(pairs, key=repr))
            case list():
                return ("tuple", *(self._form(item, values, around) for item in data))
        return literal(data)

    def _text(self, text: str, values: tuple[t.Expression, ...], around: Surroundings) -> Form:
        mark = _WHOLE.fullmatch(text)
        if mark is not None:
            value = values[int(mark[1])]
            made = form(value, around)
            return made if mark[2] or around.slice(value.span) in self.strings else text_of([made])
        parts: list[Form] = []
        for number, piece in enumerate(_MARK.split(text)):
            said = piece.replace("$${", "${").replace("%%{", "%{")
            parts.append(form(values[int(piece)], around) if number % 2 else literal(said))
        return text_of(parts)


@dataclass(frozen=True)
class _Writer:
    """Writes JSON as an expression."""

    text: str
    values: tuple[t.Expression, ...]
    strings: frozenset[str]

    def value(self, data: Any, pad: str) -> str:  # noqa: PLR0911  # one case each
        """A value, whose lines after the first begin with `pad` at least."""
        inner = pad + layout.UNIT
        match data:
            case _Number():
                return str(data)
            case str():
                return self._string(data)
            case bool() | None:
                return json.dumps(data)
            case dict() if data:
                return "{\n" + "".join(f"{inner}{line}\n" for line in self._items(data, inner)) + pad + "}"
            case list() if data:
                items = [self.value(item, inner) for item in data]
                short = f"[{', '.join(items)}]"
                plain = not any(isinstance(item, dict | list) for item in data)
                if plain and len(pad) + len(short) <= _WIDEST:
                    return short
                return "[\n" + "".join(f"{inner}{item},\n" for item in items) + pad + "]"
        return "{}" if isinstance(data, dict) else "[]"

    def _items(self, data: dict[str, Any], pad: str) -> Iterator[str]:
        """The items of an object, with the `=` of those that follow each other in one column."""
        group: list[tuple[str, str]] = []
        for name, value in data.items():
            key = name if _NAME.fullmatch(name) and name not in _WORDS else self._string(name)
            key = f"({key})" if _WHOLE.fullmatch(name) else key
            written = self.value(value, pad)
            if "\n" in written:
                yield from _aligned(group)
                group = []
                yield f"{key} = {written}"
            else:
                group.append((key, written))
        yield from _aligned(group)

    def _string(self, text: str) -> str:
        mark = _WHOLE.fullmatch(text)
        if mark is not None:
            written = self._written(int(mark[1]))
            return written if mark[2] or written in self.strings else f"tostring({written})"
        if any(ord(letter) < 32 and letter not in "\n\r\t" for letter in text):
            raise ValueError(text)
        escaped = json.dumps(text, ensure_ascii=False)
        return _MARK.sub(lambda mark: f"${{{self._written(int(mark[1]))}}}", escaped)

    def _written(self, number: int) -> str:
        span = self.values[number].span
        return self.text[span.start : span.end]


def _aligned(group: list[tuple[str, str]]) -> Iterator[str]:
    width = max((len(key) for key, _ in group), default=0)
    yield from (f"{key.ljust(width)} = {value}" for key, value in group)


REFACTORERS = (Refactorer("json", frozenset({Kind.REWRITE}), to_object),)
