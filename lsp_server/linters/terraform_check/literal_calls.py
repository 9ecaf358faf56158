"""Judges calls by what a function itself refuses: a kind of value that its signature lets through, or a text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import ip_interface

from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.inference import Types
from lsp_server.linters.terraform_check.evaluation import kind_of
from lsp_server.linters.terraform_check.finding import Finding

_PRIMITIVE = frozenset({"string", "number", "bool"})
_LISTS = frozenset({"tuple", "list", "set"})
_NO_MAP = _PRIMITIVE | _LISTS
_LEADING_ZEROS = re.compile(r"\b0+(?=\d+[./])")  # Terraform reads `010.0.0.0` as `10.0.0.0`
_VERB = re.compile(r"%(?:%|[-+# 0]*(?:\[\d+\])?(?:\d+|\*)?(?:\.(?:\d+|\*))?(?:\[\d+\])?[a-zA-Z])")
_REFUSED: dict[str, tuple[frozenset[str], str]] = {
    "length": (frozenset({"number", "bool"}), "argument must be a string, a collection type, or a structural type"),
    "merge": (_NO_MAP, "arguments must be maps or objects"),
}
_REFUSED_FIRST: dict[str, tuple[frozenset[str], str, str]] = {
    "keys": (_NO_MAP, "inputMap", "must have map or object type"),
    "values": (_NO_MAP, "values", "values() requires a map as the first argument"),
    "lookup": (_NO_MAP, "inputMap", "lookup() requires a map as the first argument"),
}


def check_literal_call(call: t.Call, types: Types) -> Iterator[Finding]:
    """Findings for one call of a function that there is."""
    if call.expand:
        return
    name = call.name.removeprefix("core::")
    if name in _REFUSED:
        kinds, why = _REFUSED[name]
        for value in call.args:
            if (kind := kind_of(value, types)) in kinds:
                given = f', got "{kind}"' if name == "merge" else ""
                yield _failed(call, value, f"{why}{given}")
    elif name in _REFUSED_FIRST and call.args:
        kinds, parameter, why = _REFUSED_FIRST[name]
        if kind_of(call.args[0], types) in kinds:
            yield _invalid(call, call.args[0], parameter, why)
    elif call.args:
        yield from _by_text(call, name, _text(call.args[0]))


def _by_text(call: t.Call, name: str, text: str | None) -> Iterator[Finding]:
    first = call.args[0]
    if name in _READS and text is not None:
        parameter, read = _READS[name]
        if why := read(text):
            yield _invalid(call, first, parameter, why) if parameter else _failed(call, first, why)
    elif name == "format" and text is not None:
        yield from _format(call, text)
    elif name == "element" and isinstance(first, t.TupleExpression) and not first.items:
        yield _failed(call, call, "cannot use element function with an empty list")
    elif name == "templatestring" and call.args and isinstance(call.args[0], t.Template):
        why = "invalid template expression: a literal template is not supported, only a reference to one"
        found = _invalid(call, call.args[0], "template", why)
        yield replace(found, data={**found.data, "of_terraform": True})
    elif name == "zipmap" and len(call.args) == 2:
        yield from _zipmap(call, *call.args)


def _text(value: t.Expression) -> str | None:
    return value.text if isinstance(value, t.Template) else None


def _failed(call: t.Call, at: t.Expression, why: str) -> Finding:
    detail = f'Call to function "{call.name}" failed: {why}.'
    data = {"name": call.name, "kind": "function", "function": call.name}
    return Finding("function-arguments", at.span, "Error in function call", detail, data)


def _invalid(call: t.Call, at: t.Expression, parameter: str, why: str) -> Finding:
    detail = f'Invalid value for "{parameter}" parameter: {why}.'
    data = {"name": parameter, "kind": "function", "function": call.name}
    return Finding("function-arguments", at.span, "Invalid function argument", detail, data)


def _format(call: t.Call, text: str) -> Iterator[Finding]:
    verbs = [verb for verb in _VERB.findall(text) if verb != "%%"]
    if any("*" in verb or "[" in verb for verb in verbs):
        return
    given = len(call.args) - 1
    if given < len(verbs):
        yield _failed(call, call, f"not enough arguments for {verbs[given]!r}: only {given} given")
    elif given > len(verbs) and "%" not in _VERB.sub("", text):
        why = f"too many arguments; only {len(verbs)} used by format string"
        yield _invalid(call, call.args[len(verbs) + 1], "args", why)


def _zipmap(call: t.Call, keys: t.Expression, values: t.Expression) -> Iterator[Finding]:
    if isinstance(keys, t.TupleExpression) and isinstance(values, t.TupleExpression):
        first, second = len(keys.items), len(values.items)
        if first != second:
            yield _failed(call, call, f"number of keys ({first}) does not match number of values ({second})")


def _json(text: str) -> str:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return "it is no JSON"
    return ""


def _number(text: str) -> str:
    right = re.fullmatch(r"[+-]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)", text)
    return "" if right else f'cannot convert "{text}" to number; it must be a decimal representation of a number'


def _prefix(text: str) -> str:
    try:
        ip_interface(_LEADING_ZEROS.sub("", text))
    except ValueError:
        return f"invalid CIDR expression: invalid CIDR address: {text}"
    return "" if "/" in text else f"invalid CIDR expression: invalid CIDR address: {text}"


_READS: dict[str, tuple[str, Callable[[str], str]]] = {
    "jsondecode": ("", _json),
    "tonumber": ("v", _number),
    **dict.fromkeys(("cidrsubnet", "cidrhost", "cidrnetmask", "cidrsubnets"), ("", _prefix)),
}
