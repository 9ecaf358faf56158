"""What stands below a resource type, written as a snippet in block YAML or in JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from lsp_server.dialects.cloudformation.fitting import Fitting
from lsp_server.dialects.cloudformation.insertions import escaped, is_text


@dataclass(frozen=True)
class Stop:
    """A place to type: one of `choices` where there are any, else over the `default`.

    `braces` says that an object goes there, of which nothing is known to be needed.
    """

    number: int
    choices: tuple[object, ...] = ()
    default: object = ""
    braces: bool = False


Part: TypeAlias = "dict[str, Part] | list[Part] | Stop"


@dataclass(frozen=True)
class Margin:
    """How lines begin: `lead` in front of the key that the snippet belongs to, and `unit` for each level below.

    Items of a list stand below their key (`inset`) or a level deeper, in YAML. An empty `newline` puts all in a line.
    """

    newline: str
    lead: str
    unit: str
    inset: str = ""


def data_of(part: Part) -> object:
    """What a part is when nothing is typed over its defaults."""
    if isinstance(part, dict):
        return {name: data_of(inner) for name, inner in part.items()}
    if isinstance(part, list):
        return [data_of(item) for item in part]
    first = part.choices[0] if part.choices else {} if part.braces else part.default
    return json.loads(first.long) if isinstance(first, Fitting) else first


def open_names(parts: Part, name: str = "") -> Iterator[str]:
    """The properties whose value only a person knows: no choice and no reference of the template."""
    if isinstance(parts, Stop):
        if not parts.choices:
            yield name
        return
    for key, inner in parts.items() if isinstance(parts, dict) else ((name, item) for item in parts):
        yield from open_names(inner, key)


def yaml_lines(parts: dict[str, Part], margin: Margin, lead: str) -> list[str]:
    """The lines of a block mapping whose keys stand behind `lead`."""
    lines: list[str] = []
    for name, part in parts.items():
        if isinstance(part, Stop):
            lines.append(f"{lead}{name}: {_yaml_stop(part)}")
            continue
        lines.append(f"{lead}{name}:")
        if isinstance(part, dict):
            lines += yaml_lines(part, margin, lead + margin.unit)
        else:
            lines += [line for item in part for line in _yaml_item(item, margin, lead + margin.inset)]
    return lines


def _yaml_item(part: Part, margin: Margin, lead: str) -> list[str]:
    if isinstance(part, dict):
        first, *rest = yaml_lines(part, margin, lead + "  ")
        return [f"{lead}- {first.lstrip(' ')}", *rest]
    return [f"{lead}- {_yaml_stop(part)}"] if isinstance(part, Stop) else []


def _yaml_stop(stop: Stop) -> str:
    if stop.braces:
        return f"{{${stop.number}}}"
    if stop.choices:
        return _choice(stop.number, [_yaml_value(value) for value in stop.choices])
    written = _yaml_value(stop.default)
    if written.startswith('"'):
        return f'"${{{stop.number}:{escaped(written[1:-1])}}}"'
    return f"${{{stop.number}:{escaped(written)}}}"


def _yaml_value(value: object) -> str:
    if isinstance(value, Fitting):
        return value.short
    if not isinstance(value, str):
        return json.dumps(value)
    return value if is_text(value, flow=False) else json.dumps(value, ensure_ascii=False)


def json_text(part: Part, margin: Margin, lead: str) -> str:
    """A value whose own line begins with `lead`; closing brackets stand behind it, too."""
    if isinstance(part, Stop):
        return _json_stop(part)
    inner = lead + margin.unit
    if isinstance(part, dict):
        entries = [f"{json.dumps(name)}: {json_text(value, margin, inner)}" for name, value in part.items()]
        return _bracketed("{}", entries, margin, lead)
    return _bracketed("[]", [json_text(item, margin, inner) for item in part], margin, lead)


def _bracketed(brackets: str, entries: list[str], margin: Margin, lead: str) -> str:
    if not margin.newline:
        return brackets[0] + ", ".join(entries) + brackets[1]
    inner = margin.newline + lead + margin.unit
    return brackets[0] + inner + f",{inner}".join(entries) + margin.newline + lead + brackets[1]


def _json_stop(stop: Stop) -> str:
    if stop.braces:
        return f"{{${stop.number}}}"
    if stop.choices:
        return _choice(stop.number, [_json_value(value) for value in stop.choices])
    written, quote = json.dumps(stop.default, ensure_ascii=False), '"' if isinstance(stop.default, str) else ""
    return f"{quote}${{{stop.number}:{escaped(written.strip(quote or None))}}}{quote}"


def _json_value(value: object) -> str:
    return value.long if isinstance(value, Fitting) else json.dumps(value, ensure_ascii=False)


def _choice(number: int, values: list[str]) -> str:
    """A choice of values; in one, an editor knows only these three marks as escaped. A single value is a default."""
    if len(values) == 1:
        return f"${{{number}:{escaped(values[0])}}}"
    for mark in "\\,|":
        values = [value.replace(mark, "\\" + mark) for value in values]
    return f"${{{number}|{','.join(values)}|}}"
