"""Values to be written into a template, rendered the way the document writes its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

Value = "str | bool | int | float | None | Call | Mapping[str, object] | Sequence[object]"

_PLAIN = re.compile(r"[A-Za-z_/.$][\w ./$()+=@-]*(?::[\w:./$*-]+)*")
_TYPED = re.compile(r"(?i)true|false|yes|no|on|off|y|n|null|~|[-+.\d][\d._:xoe+-]*|\.inf|\.nan|=|<<")
# What no YAML text holds, or what its readers take for a line ending, and the texts that a block scalar gives back.
_UNSEEN = re.compile(r"[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_LINES = re.compile(r"(?!\s)[^\r\x00-\x08\x0b-\x1f]*[^\s\x00-\x1f]\n?")
_ATTRIBUTE = re.compile(r"[A-Za-z0-9][\w.]*")
_WIDTH = 100  # columns, past which what may be on one line gets lines of its own


@dataclass(frozen=True)
class Call:
    """An intrinsic function with its argument, as in `Call("Ref", "Vpc")` or `Call("Fn::GetAtt", ["Role", "Arn"])`."""

    name: str
    argument: object

    @property
    def named(self) -> str:
        """What a Ref or a GetAtt names, as in `Vpc` or `Role.Arn`; empty for a function that names nothing."""
        parts = [self.argument] if isinstance(self.argument, str) else self.argument
        return ".".join(part for part in parts if isinstance(part, str)) if isinstance(parts, Sequence) else ""


class Raw(str):
    """A value as it is written somewhere in the document already, on one line."""

    __slots__ = ()


def ref(name: str) -> Call:
    """A `Ref`."""
    return Call("Ref", name)


def get_att(logical_id: str, attribute: str) -> Call:
    """A `Fn::GetAtt`."""
    return Call("Fn::GetAtt", [logical_id, attribute])


def sub(text: str) -> Call:
    """A `Fn::Sub` without a variable map."""
    return Call("Fn::Sub", text)


def quoted(text: str, quote: str = "") -> str:
    """A string as a YAML scalar on one line: plain where that keeps it a string, unless `quote` is asked for."""
    if not quote and _PLAIN.fullmatch(text) and not _TYPED.fullmatch(text) and text == text.rstrip(" :"):
        return text
    if text.isprintable() and (quote == "'" or (not quote and "\\" in text and "'" not in text)):
        return "'" + text.replace("'", "''") + "'"
    return _in_json(text)


def _in_json(text: str) -> str:
    """A string as JSON writes it, so that a reader of YAML gets the same of it."""
    return _UNSEEN.sub(lambda hit: f"\\u{ord(hit[0]):04x}", json.dumps(text, ensure_ascii=False))


@dataclass(frozen=True)
class Writer:
    """How a document is written: JSON or YAML, its indentation step, its quotes, short or long intrinsic functions.

    `unit` is what it is indented with: JSON may have tabs, one a column.
    """

    json: bool = False
    indent: int = 2
    quote: str = ""
    short: bool = True
    newline: str = "\n"
    unit: str = " "

    def line(self, column: int) -> str:
        """The beginning of a new line, up to `column`."""
        return self.newline + self.unit * column

    def flow(self, value: object) -> str:
        """The value on one line: JSON, or YAML in flow style."""
        if isinstance(value, Call):
            if (tagged := self._tagged(value, flow=True)) is not None:
                return tagged
            return self.flow({value.name: value.argument})
        if isinstance(value, Mapping):
            inner = ", ".join(f"{self.key(k)}: {self.flow(v)}" for k, v in value.items())
            return f"{{{inner}}}" if inner and not self.json else f"{{ {inner} }}" if inner else "{}"
        if isinstance(value, Sequence) and not isinstance(value, str):
            return "[" + ", ".join(self.flow(v) for v in value) + "]"
        return self.scalar(value, flow=True)

    def block(self, value: object, column: int) -> str:
        """The value as it follows `key:` whose key stands at `column`: a space and one line, or lines of its own."""
        if self.json:
            return " " + self._json(value, column)
        if isinstance(value, Call):
            return self._call(value, column)
        pad = " " * (column + self.indent)
        if isinstance(value, Mapping) and value:
            lines = (f"{self.newline}{pad}{self.key(k)}:{self.block(v, len(pad))}" for k, v in value.items())
            return "".join(lines)
        if isinstance(value, Sequence) and not isinstance(value, str) and value:
            return "".join(f"{self.newline}{pad}-{self.item(v, len(pad))}" for v in value)
        if isinstance(value, str) and "\n" in value[:-1] and _LINES.fullmatch(value) and not _UNSEEN.search(value):
            lines = (pad + line if line else "" for line in value.removesuffix("\n").split("\n"))
            return self.newline.join((" |" if value.endswith("\n") else " |-", *lines))
        return " " + self.flow(value)

    def item(self, value: object, column: int) -> str:
        """The value as it follows the `-` at `column` of a YAML block sequence."""
        if isinstance(value, Call):
            tagged = self._tagged(value, flow=False)
            return self.item({value.name: value.argument}, column) if tagged is None else self.block(value, column)
        if isinstance(value, Mapping) and value:
            pad = " " * (column + 2)
            lines = (f"{self.key(k)}:{self.block(v, len(pad))}" for k, v in value.items())
            return " " + (self.newline + pad).join(lines)
        if isinstance(value, Sequence) and not isinstance(value, str) and value:
            flow, pad = self.flow(value), " " * (column + 2)
            if not self._fits(flow, column):
                return " " + (self.newline + pad).join(f"-{self.item(v, column + 2)}" for v in value)
            return " " + flow
        return self.block(value, column)

    def _fits(self, text: str, column: int) -> bool:
        """Whether what may stand on one line, after something at `column`, should."""
        return column + len(text) <= _WIDTH and "\\n" not in text

    def key(self, name: str) -> str:
        """A mapping's key."""
        return _in_json(name) if self.json else quoted(name)

    def scalar(self, value: object, *, flow: bool = False) -> str:
        """A string, number, boolean or null."""
        if isinstance(value, Raw):
            return str(value)
        if not isinstance(value, str):
            text = json.dumps(value)
            return text if self.json or "." in text else text.replace("e+", ".0e+").replace("e-", ".0e-")
        if self.json:
            return _in_json(value)
        if flow and re.search(r"[,\[\]{}]", value):
            return quoted(value, self.quote or '"')
        return quoted(value, self.quote)

    def _tagged(self, call: Call, *, flow: bool) -> str | None:
        tag = "!" + call.name.removeprefix("Fn::")
        argument = call.argument
        if self.json or not self.short or argument is None or isinstance(argument, int | float):
            return None  # a tag would make a string of a number
        if call.name == "Fn::GetAtt" and _dotted(argument):
            return f"{tag} {'.'.join(argument)}"
        if isinstance(argument, Call):  # two short forms cannot follow each other
            return f"{tag} {{{self.key(argument.name)}: {self.flow(argument.argument)}}}" if flow else None
        if isinstance(argument, str) and call.name in {"Ref", "Fn::GetAtt"}:
            return f"{tag} {quoted(argument)}" if argument.find(":") < 0 else f"{tag} {self.scalar(argument)}"
        return f"{tag} {self.flow(argument)}"

    def _call(self, call: Call, column: int) -> str:
        tagged = self._tagged(call, flow=False)
        if tagged is None:
            return self.block({call.name: call.argument}, column)
        if self._fits(tagged, column):
            return " " + tagged
        return f" !{call.name.removeprefix('Fn::')}{self.block(call.argument, column)}"

    def _json(self, value: object, column: int) -> str:
        if isinstance(value, Call):
            return self._json({value.name: value.argument}, column)
        if isinstance(value, Mapping) and value:
            alone = len(value) == 1 and not isinstance(next(iter(value.values())), Mapping)
            if alone and column + self.indent + len(flow := self.flow(value)) <= _WIDTH:
                return flow
            inner = column + self.indent
            return self._lines("{", (f"{self.key(k)}: {self._json(v, inner)}" for k, v in value.items()), "}", column)
        flow = self.flow(value)
        if isinstance(value, Sequence) and not isinstance(value, str) and column + len(flow) > _WIDTH:
            return self._lines("[", (self._json(v, column + self.indent) for v in value), "]", column)
        return flow

    def _lines(self, start: str, parts: Iterable[str], end: str, column: int) -> str:
        """What stands between braces, each part on lines of its own."""
        pad = self.line(column + self.indent)
        return f"{start}{pad}{f',{pad}'.join(parts)}{self.line(column)}{end}"


def _dotted(argument: object) -> TypeGuard[Sequence[str]]:
    """Whether what GetAtt takes can be written with dots."""
    if not isinstance(argument, Sequence) or isinstance(argument, str) or len(argument) != 2:
        return False
    return all(isinstance(part, str) and _ATTRIBUTE.fullmatch(part) for part in argument) and "." not in argument[0]
