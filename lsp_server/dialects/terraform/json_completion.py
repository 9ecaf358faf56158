"""Completion in `.tf.json` files: the place of the cursor is written in HCL, and what HCL offers there is offered.

The text before the cursor is cut into tokens, so that any half-typed text will do. Of what HCL offers only words are
taken: a snippet would be no JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from lsp_server.core.document import Document, Span
from lsp_server.dialects.base import Completion, CompletionKind
from lsp_server.dialects.terraform import core_schema
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.block_context import schema_of
from lsp_server.dialects.terraform.json_rules import How, reading
from lsp_server.dialects.terraform.json_strings import decode
from lsp_server.dialects.terraform.parse import parse
from lsp_server.dialects.terraform.schema import ProviderSchemas

_TOKEN = re.compile(r'"(?:[^"\\\r\n]|\\.)*(?P<end>"?)|[{}\[\],:]|[^\s"{}\[\],:]+')
_WORD_END = re.compile(r"[\w-]*")
_OFFERED = re.compile(r"[\w.:/*-]+(?:\[[\w.]*\])?")
_KEY = re.compile(r'"((?:[^"\\\r\n]|\\.)*)"\s*:|[{}\[\]]|"(?:[^"\\\r\n]|\\.)*"?')
_REST = re.compile(r'[^"\r\n\\]*')
_NAME = re.compile(r"[^\W\d][\w-]*\Z")


class Synthetic(NamedTuple):
    """A text in HCL whose end stands for the cursor.

    `word` is what an offered word replaces if the cursor stands in the quotes of a key or of a plain text; in an
    expression, as `is_code` tells, that begins where the word in `text` does. `is_key` tells of a key.
    """

    text: str
    word: Span
    is_key: bool = False
    is_code: bool = False


@dataclass
class _Frame:
    opening: str
    key: str = ""
    is_due: bool = False  # a value is due: the colon is there
    given: list[str] = field(default_factory=list)


def synthetic(document: Document, offset: int, schemas: ProviderSchemas) -> Synthetic | None:
    """The place of the cursor in HCL; None where nothing can be offered."""
    text = document.text
    frames, start = _frames(text, offset)
    if not frames:
        return None
    top = frames[-1]
    is_key = top.opening == "{" and not top.is_due
    steps = [frame.key for frame in frames if frame.opening == "{"]
    steps = steps[:-1] if is_key else steps
    prefix = decode(text[start:offset]).text if start >= 0 else ""
    end = offset + (len(match[0]) if start >= 0 and (match := _REST.match(text, offset)) else 0)
    word = Span(start + 1 if start >= 0 else offset, end)
    if not is_key:
        listed = "[" * (top.opening == "[")
        return _value(text, steps, listed, prefix, (start + 1, offset, end), schemas)
    given = [*top.given, *_later(text, end)]
    written = _opened(steps, schemas)
    if written is None or start < 0:
        return None
    header, place = written
    margin = header[header.rfind("\n") + 1 :]
    body = "".join(f"{name} = 1\n{margin}" for name in given if _NAME.match(name) and place == "body")
    if place == "label":
        return Synthetic(f'{header} "{prefix}', word, is_key=True)
    return Synthetic(f"{header}{body}{prefix}", word, is_key=True)


def _frames(text: str, offset: int) -> tuple[list[_Frame], int]:
    """The objects and lists around the cursor, and where the string begins that it stands in, or -1."""
    frames: list[_Frame] = []
    pending = ""
    for match in _TOKEN.finditer(text, 0, offset):
        token = match[0]
        top = frames[-1] if frames else _Frame("")
        match token[0]:
            case '"':
                if not match["end"]:
                    return frames, match.start()
                pending = decode(token).text
            case "{" | "[":
                frames.append(_Frame(token))
            case "}" | "]":
                frames = frames[:-1]
            case ":":
                top.key, top.is_due = pending, True
                top.given.append(pending)
            case ",":
                top.is_due = False
    return frames, -1


def _later(text: str, at: int) -> Iterator[str]:
    """The keys that stand behind the cursor in the same object."""
    depth = 0
    for match in _KEY.finditer(text, text.find('"', at) + 1 or len(text)):
        if match[0] in "{[":
            depth += 1
        elif match[0] in "}]":
            depth -= 1
            if depth < 0:
                return
        elif match[1] is not None and not depth:
            yield match[1]


def _opened(steps: list[str], schemas: ProviderSchemas) -> tuple[str, str] | None:
    """The blocks, and perhaps the objects, that those keys lead into; and what is due: `body`, `label` or `object`."""
    if not steps:
        return "", "body"
    text, rest = "", list(steps)
    kind = rest.pop(0)
    top = core_schema.TOP_LEVEL.get(kind)
    if top is None:
        return None
    wanted = len(top.labels)
    while True:
        labels, rest = rest[:wanted], rest[wanted:]
        header = " ".join([kind, *map(json.dumps, labels)])
        if len(labels) < wanted:
            return f"{text}{header}", "label"
        text += f"{header} {{\n" + "  " * (text.count("\n") + 1)
        schema = schema_of(_path(text), schemas)
        if not rest:
            return text, "body"
        kind = rest.pop(0)
        if kind == "dynamic":
            wanted = 1
        elif schema is not None and kind in schema.blocks:
            nested = schema.blocks[kind]
            wanted = len(nested.block.labels or (("key",) if nested.nesting == "map" else ()))
        elif _NAME.match(kind) and all(map(_NAME.match, rest)):
            return text + " ".join(f"{step} = {{" for step in (kind, *rest)) + " ", "object"
        else:
            return None


def _path(text: str) -> tuple[t.Block, ...]:
    body = parse(f"{text}\n" + "}\n" * text.count("{\n")).body
    found: list[t.Block] = []
    while body.blocks:
        found.append(body.blocks[-1])
        body = body.blocks[-1].body
    return tuple(found)


def _value(
    text: str, steps: list[str], bracket: str, prefix: str, at: tuple[int, int, int], schemas: ProviderSchemas
) -> Synthetic | None:
    """The value of the last key, up to the cursor; `at` is where its string begins, the cursor, where it ends."""
    start, cursor, end = at
    opened = _opened(steps[:-1], schemas) if steps and start > 0 else None
    if opened is None or opened[1] == "label" or not _NAME.match(steps[-1]):
        return None
    header = f"{opened[0]}{steps[-1]} = {bracket}"
    how = _reading(steps)
    mark = max(prefix.rfind("${"), prefix.rfind("%{"))
    is_open = mark >= 0 and "}" not in prefix[mark:]
    if how is How.EXPRESSION or (how is How.TEMPLATE and is_open):
        rest = _WORD_END.match(text, cursor)
        code = prefix if how is How.EXPRESSION else prefix[mark + 2 :]
        return Synthetic(header + code, Span(cursor, rest.end() if rest else cursor), is_code=True)
    return Synthetic(f'{header}"{prefix}', Span(start, end)) if mark < 0 else None


def _reading(steps: list[str]) -> How:
    top = core_schema.TOP_LEVEL.get(steps[0])
    own = tuple(steps[1 + len(top.labels) :]) if top is not None else ()
    return reading(steps[0], own) if own else How.TEMPLATE


def in_json(found: Completion, place: Synthetic) -> Completion | None:
    """What HCL offers at the end of the text, as a word of JSON; None where it is none."""
    name = found.label if place.is_key or found.kind is CompletionKind.FUNCTION else found.text
    name = name.strip('"')
    if found.kind is CompletionKind.SNIPPET or not _OFFERED.fullmatch(name):
        return None
    typed = len(place.text) - found.replace.start if place.is_code else 0
    word = Span(place.word.start - typed, place.word.end)
    return replace(found, replace=word, text=name, snippet=False)
