"""What a scalar's source stands for: its string, and the typed value that cfn-lint's decoder would give."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from lsp_server.dialects.cloudformation.green import Style

_FOLD = re.compile(r"[ \t]*(\r\n|\r|\n)((?:[ \t]*(?:\r\n|\r|\n))*)[ \t]*")
_HEADER = re.compile(r"[|>]([+-]?)([1-9]?)([+-]?)[ \t]*(?:#[^\r\n]*)?(?:\r\n|\r|\n|$)")
_ITEMS = re.compile(r" *(?:-[ \t]+)*")
_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
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
    return decode_block(raw, 0, style)


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


@lru_cache(maxsize=4096)
def _resolve(value: str) -> object:
    node_tag = _resolver.resolve(yaml.ScalarNode, value, (True, False))
    if node_tag == "tag:yaml.org,2002:str":
        return value
    try:
        found: object = SafeConstructor().construct_object(yaml.ScalarNode(node_tag, value))
        str(found)  # fails for a number, in hexadecimal digits, that is longer than Python writes
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


def decode_block(text: str, start: int, style: Style) -> str:
    """The string of the block scalar (`|`, `>`) whose header is at `start` of a piece of text.

    What surrounds it counts: the column it is measured from, the blank lines that follow, and the end of the text.
    """
    header = _HEADER.match(text, start)
    if header is None:
        return text[start:]
    parent = _column_of_owner(text[max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1 : start])
    lines, indent = _lines_of_block(text, header.end(), parent, int(header[2] or 0))
    body = [line[indent:] for line, _ in lines]
    filled = next((number for number in range(len(body), 0, -1) if body[number - 1]), 0)
    ends = [end for _, end in lines]
    content = _fold_block(body[:filled]) if style is Style.FOLDED else "\n".join(body[:filled])
    chomp = header[1] or header[3]
    if chomp == "-":
        return content
    last = "\n" if filled and ends[filled - 1] else ""
    return content + last + ("\n" * sum(map(bool, ends[filled:])) if chomp == "+" else "")


def _column_of_owner(head: str) -> int | None:
    """The column of the key, or of the dash, that a block scalar belongs to; None where it is not on its line."""
    items = _ITEMS.match(head)
    lead = items[0] if items else ""
    if re.search(r":[ \t]", head[len(lead) :]):
        return len(lead)
    return lead.rindex("-") if "-" in lead else None


def _lines_of_block(text: str, at: int, parent: int | None, further: int) -> tuple[list[tuple[str, str]], int]:
    """The lines of a block scalar, each with its line ending, and how far its content is indented."""
    indent = parent + further if further and parent is not None else further or None
    found: list[tuple[str, str]] = []
    for hit in _LINE.finditer(text, at):
        spaces = len(hit[1]) - len(hit[1].lstrip(" "))
        if spaces < len(hit[1]):
            if indent is None and (parent is None or spaces > parent):
                indent = spaces
            if indent is None or spaces < indent:
                break
        found.append((hit[1], hit[2]))
    return found, max((len(line) for line, _ in found), default=0) if indent is None else indent


def _fold_block(lines: list[str]) -> str:
    out: list[str] = []
    blank = 0
    for line in lines:
        if not line:
            blank += 1
            continue
        if out:
            kept = line[:1] in " \t" or out[-1][:1] in " \t"
            out.append("\n" * (blank + 1) if kept else "\n" * blank or " ")
        else:
            out.append("\n" * blank)
        out.append(line)
        blank = 0
    return "".join(out)
