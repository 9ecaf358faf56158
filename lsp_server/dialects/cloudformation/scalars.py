"""What a scalar's source stands for: its string, and the typed value that cfn-lint's decoder would give."""

from __future__ import annotations

import json
import re
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from lsp_server.dialects.cloudformation.green import Style

_FOLD = re.compile(r"[ \t]*(\r\n|\r|\n)((?:[ \t]*(?:\r\n|\r|\n))*)[ \t]*")
_HEADER = re.compile(r"[|>]([+-]?)([1-9]?)([+-]?)[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n|$)")
_BREAK = re.compile(r"\r\n|\r|\n")
_resolver: Any = yaml.SafeLoader("")


def decode(raw: str, style: Style) -> str:
    """The string that the source `raw` of a scalar stands for; what cannot be decoded stands for itself."""
    if style is Style.JSON:
        return _json_string(raw)
    if style is Style.PLAIN:
        return _fold(raw) if "\n" in raw or "\r" in raw else raw
    if style is Style.SINGLE:
        return _fold(_unquoted(raw, "'")).replace("''", "'")
    if style is Style.DOUBLE:
        inner = _unquoted(raw, '"')
        return _escaped(inner) if "\\" in inner else _fold(inner)
    return _block(raw, folded=style is Style.FOLDED)


def typed(value: str, style: Style) -> object:
    """The value that cfn-lint's decoder gives for an untagged scalar: str, int, float, bool, None or a date."""
    if style is Style.PLAIN:
        return _resolve(value)
    if style is Style.JSON and value[:1] not in ('"', ""):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _resolve(value: str) -> object:
    node_tag = _resolver.resolve(yaml.ScalarNode, value, (True, False))
    if node_tag == "tag:yaml.org,2002:str":
        return value
    try:
        found: object = SafeConstructor().construct_object(yaml.ScalarNode(node_tag, value))
    except (ValueError, OverflowError, yaml.YAMLError):
        return value
    return found


def _unquoted(raw: str, quote: str) -> str:
    inner = raw.removeprefix(quote)
    return inner[:-1] if len(raw) > 1 and inner.endswith(quote) else inner


def _fold(text: str) -> str:
    if "\n" not in text and "\r" not in text:
        return text
    return _FOLD.sub(lambda m: "\n" * len(_BREAK.findall(m[2])) or " ", text)


def _escaped(inner: str) -> str:
    try:
        found = yaml.load(f'"{inner}"', yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError):
        return inner
    return found if isinstance(found, str) else inner


def _json_string(raw: str) -> str:
    if not raw.startswith('"'):
        return raw
    inner = _unquoted(raw, '"')
    if "\\" not in inner:
        return inner
    try:
        return str(json.loads(f'"{inner}"', strict=False))
    except ValueError:
        return inner


def _block(raw: str, *, folded: bool) -> str:
    header = _HEADER.match(raw)
    if header is None:
        return raw
    lines = _BREAK.split(raw[header.end() :])
    filled = [line for line in lines if line.strip(" ")]
    indent = min((len(line) - len(line.lstrip(" ")) for line in filled[:1]), default=0)
    if header[2]:
        indent = min(indent, min((len(line) - len(line.lstrip(" ")) for line in filled), default=0))
    body = [line[indent:] for line in lines]
    while body and not body[-1].strip(" "):
        body.pop()
    text = _fold_block(body) if folded else "\n".join(body)
    chomp = header[1] or header[3]
    return text if chomp == "-" or not body else text + "\n"


def _fold_block(lines: list[str]) -> str:
    out: list[str] = []
    blank = 0
    for line in lines:
        if not line.strip(" "):
            blank += 1
            continue
        if out:
            kept = line[:1] in " \t" or out[-1][:1] in " \t"
            out.append("\n" * (blank + 1) if kept else "\n" * blank or " ")
        out.append(line)
        blank = 0
    return "".join(out)
