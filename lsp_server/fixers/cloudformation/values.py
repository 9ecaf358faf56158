"""Values to be written into a template, rendered the way the document writes its own."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Value = "str | bool | int | float | None | Call | Mapping[str, object] | Sequence[object]"

_PLAIN = re.compile(r"[A-Za-z_/.$][\w ./$()+=@-]*(?::[\w:./$*-]+)*")
_TYPED = re.compile(r"(?i)true|false|yes|no|on|off|y|n|null|~|[-+.\d][\d._:xoe+-]*|\.inf|\.nan|=|<<")


@dataclass(frozen=True)
class Call:
    """An intrinsic function with its argument, as in `Call("Ref", "Vpc")` or `Call("Fn::GetAtt", ["Role", "Arn"])`."""

    name: str
    argument: object


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
    if quote == "'" or (not quote and "\\" in text and "'" not in text and text.isprintable()):
        return "'" + text.replace("'", "''") + "'"
    return json.dumps(text, ensure_ascii=False)


@dataclass(frozen=True)
class Writer:
    """How a document is written: JSON or YAML, its indentation step, its quotes, short or long intrinsic functions."""

    json: bool = False
    indent: int = 2
    quote: str = ""
    short: bool = True
    newline: str = "\n"

    def flow(self, value: object) -> str:
        """The value on one line: JSON, or YAML in flow style."""
        if isinstance(value, Call):
            if not self.json and self.short and (tagged := self._tagged(value, flow=True)) is not None:
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
            if self.short and (tagged := self._tagged(value, flow=False)) is not None:
                return " " + tagged
            return self.block({value.name: value.argument}, column)
        pad = " " * (column + self.indent)
        if isinstance(value, Mapping) and value:
            lines = (f"{self.newline}{pad}{self.key(k)}:{self.block(v, len(pad))}" for k, v in value.items())
            return "".join(lines)
        if isinstance(value, Sequence) and not isinstance(value, str) and value:
            return "".join(f"{self.newline}{pad}-{self.item(v, len(pad))}" for v in value)
        return " " + self.flow(value)

    def item(self, value: object, column: int) -> str:
        """The value as it follows the `-` at `column` of a YAML block sequence."""
        if isinstance(value, Call):
            return (
                self.block(value, column) if self.short else f" {value.name}:{self.block(value.argument, column + 2)}"
            )
        if isinstance(value, Mapping) and value:
            pad = " " * (column + 2)
            lines = (f"{self.key(k)}:{self.block(v, len(pad))}" for k, v in value.items())
            return " " + (self.newline + pad).join(lines)
        return " " + self.flow(value)

    def key(self, name: str) -> str:
        """A mapping's key."""
        return json.dumps(name, ensure_ascii=False) if self.json else quoted(name)

    def scalar(self, value: object, *, flow: bool = False) -> str:
        """A string, number, boolean or null."""
        if not isinstance(value, str):
            return json.dumps(value)
        if self.json:
            return json.dumps(value, ensure_ascii=False)
        if flow and re.search(r"[,\[\]{}]", value):
            return quoted(value, self.quote or '"')
        return quoted(value, self.quote)

    def _tagged(self, call: Call, *, flow: bool) -> str | None:
        tag = "!" + call.name.removeprefix("Fn::")
        argument = call.argument
        if call.name == "Fn::GetAtt" and isinstance(argument, Sequence) and not isinstance(argument, str):
            return f"{tag} {'.'.join(str(a) for a in argument)}"
        if isinstance(argument, Call):  # two short forms cannot follow each other
            return f"{tag} {{{self.key(argument.name)}: {self.flow(argument.argument)}}}" if flow else None
        if isinstance(argument, str) and call.name in {"Ref", "Fn::GetAtt"}:
            return f"{tag} {quoted(argument)}" if argument.find(":") < 0 else f"{tag} {self.scalar(argument)}"
        return f"{tag} {self.flow(argument)}"

    def _json(self, value: object, column: int) -> str:
        if isinstance(value, Call):
            return self._json({value.name: value.argument}, column)
        if isinstance(value, Mapping) and len(value) == 1 and not isinstance(next(iter(value.values())), Mapping):
            return self.flow(value)
        if isinstance(value, Mapping) and value:
            pad = self.newline + " " * (column + self.indent)
            inner = ("," + pad).join(f"{self.key(k)}: {self._json(v, column + self.indent)}" for k, v in value.items())
            return "{" + pad + inner + self.newline + " " * column + "}"
        return self.flow(value)
