"""What a key puts into the text besides its name: quotes, the colon, and the beginning of its value."""

from __future__ import annotations

import enum
import json
import re

from lsp_server.core.document import Document, Span
from lsp_server.dialects.cloudformation.green import Style
from lsp_server.dialects.cloudformation.position import Place
from lsp_server.dialects.cloudformation.scalars import typed
from lsp_server.dialects.cloudformation.schema import Property
from lsp_server.dialects.cloudformation.template import Indent

_PLAIN = re.compile(r"[A-Za-z0-9_./$(<=~^][^#\r\n]*\Z")
_COLON = re.compile(r"[ \t]*:")
_NEXT_KEY = re.compile(r'\s*"(?:[^"\\\r\n]|\\.)*"\s*:')
_FREE = re.compile(r"\s*(?:[,}\]#]|\Z)")  # behind the cursor's word: no value stands there yet


class Shape(enum.Enum):
    """What follows a key; in brackets or quotes where they stand. SCALAR is anything else."""

    TEXT = '""'
    SCALAR = ""
    MAPPING = "{}"
    SEQUENCE = "[]"

    @classmethod
    def of(cls, known: Property) -> Shape:
        """The shape of a property's value."""
        kinds = set(known.types)
        if "array" in kinds and "string" not in kinds:
            return cls.SEQUENCE
        if known.has_properties or kinds == {"object"}:
            return cls.MAPPING
        return cls.TEXT if kinds == {"string"} else cls.SCALAR


def with_quotes(document: Document, place: Place) -> Span:
    """The word at the cursor with the quotes it stands in, as far as they are there."""
    if not place.quote:
        return place.word
    closed = document.text[place.word.end : place.word.end + 1] == place.quote
    return Span(place.word.start - 1, place.word.end + closed)


def key_insertion(document: Document, place: Place, indent: Indent, name: str, shape: Shape) -> tuple[Span, str, bool]:
    """What is replaced by a key, by what, and whether that is a snippet with a place to type in it."""
    behind = with_quotes(document, place).end
    if _COLON.match(document.text, behind):  # only the name is typed anew
        bare = place.quote or not place.json
        return place.word, name if bare else json.dumps(name), False
    alone = json.dumps(name) if place.json or not is_plain(name) else name
    written = name + place.quote if place.quote else alone
    begin = _in_brackets if place.flow else _below
    value, snippet = begin(document, place, indent, shape, behind)
    return Span(place.word.start, behind), (escaped(written) if snippet else written) + ":" + value, snippet


def _in_brackets(document: Document, place: Place, _indent: Indent, shape: Shape, behind: int) -> tuple[str, bool]:
    follows = place.json and _NEXT_KEY.match(document.text, behind) is not None
    line, column = document.position(behind)
    if not (follows or _FREE.match(document.line_text(line)[column:])):
        return " ", False
    brackets = "" if shape is Shape.TEXT and not place.json else shape.value
    if not brackets and not follows:
        return " ", False
    half = len(brackets) // 2
    return f" {brackets[:half]}$0{brackets[half:]}{',' if follows else ''}", True


def _below(document: Document, place: Place, indent: Indent, shape: Shape, _behind: int) -> tuple[str, bool]:
    """In block notation a list or an object begins on a line of its own."""
    if shape in (Shape.SCALAR, Shape.TEXT):
        return " ", False
    deeper = place.column + (indent.step if shape is Shape.MAPPING or indent.sequences else 0)
    return document.newline + " " * deeper + ("" if shape is Shape.MAPPING else "- "), False


def escaped(text: str) -> str:
    """A text as it stands in a snippet."""
    return re.sub(r"([$}\\])", r"\\\1", text)


def is_plain(text: str) -> bool:
    """Whether a text needs no quotes as a key or value of a block."""
    return _PLAIN.match(text) is not None and ": " not in text and not text.endswith((" ", ":"))


def value_text(place: Place, value: object) -> str:
    """A value as it is written at a place: in quotes where it has to be and has none."""
    text = value if isinstance(value, str) else json.dumps(value)
    if place.json and not place.quote:
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and not place.quote and not is_text(value, flow=place.flow):
        return json.dumps(value, ensure_ascii=False)
    if place.quote == '"':
        return json.dumps(text, ensure_ascii=False)[1:-1]
    return text.replace("'", "''") if place.quote == "'" else text


def is_text(text: str, *, flow: bool) -> bool:
    """Whether a text without quotes is a string to cfn-lint's decoder, in brackets or not."""
    if flow and any(mark in text for mark in ",[]{}"):
        return False
    return is_plain(text) and isinstance(typed(text, Style.PLAIN), str)
