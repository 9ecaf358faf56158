"""What a completion puts into the text: keys and values, in the notation that stands at the cursor."""

from __future__ import annotations

import enum
import json
import re
from dataclasses import dataclass

from lsp_server.core.document import Span
from lsp_server.dialects.base import Completion, CompletionKind
from lsp_server.dialects.cloudformation.green import Style
from lsp_server.dialects.cloudformation.position import Place
from lsp_server.dialects.cloudformation.scalars import typed
from lsp_server.dialects.cloudformation.schema import Schemas
from lsp_server.dialects.cloudformation.template import Template

_PLAIN = re.compile(r"[A-Za-z0-9_./$(<=~^][^#\r\n]*\Z")
_COLON = re.compile(r"[ \t]*:")


class Shape(enum.Enum):
    """What follows a key."""

    SCALAR = "scalar"
    MAPPING = "mapping"
    SEQUENCE = "sequence"


@dataclass(frozen=True)
class Request:
    """A completion that is asked for: the template, the cursor and its place, the schemas."""

    template: Template
    offset: int
    place: Place
    schemas: Schemas

    @property
    def newline(self) -> str:
        """A line ending, and the indentation of what stands one level below the cursor's line."""
        return self.template.document.newline + " " * (self.place.column + self.template.indent.step)

    def with_quotes(self) -> Span:
        """The word at the cursor with the quotes it stands in, as far as they are there."""
        place, text = self.place, self.template.document.text
        if not place.quote:
            return place.word
        closed = text[place.word.end : place.word.end + 1] == place.quote
        return Span(place.word.start - 1, place.word.end + closed)

    def key(
        self,
        name: str,
        kind: CompletionKind,
        shape: Shape = Shape.SCALAR,
        *,
        detail: str = "",
        key: str = "",
        rank: int = 50,
        required: bool = False,
    ) -> Completion:
        """A key, with the colon and the beginning of its value as the place wants them."""
        span, text = self._key_text(name, shape)
        return Completion(name, kind, span, text, detail, rank=rank, required=required, key=key)

    def _key_text(self, name: str, shape: Shape) -> tuple[Span, str]:
        place, text = self.place, self.template.document.text
        span, quoted = place.word, bool(place.quote)
        closed = quoted and text[span.end : span.end + 1] == place.quote
        after = span.end + (1 if closed else 0)
        if _COLON.match(text, after):
            return span, name if quoted or not place.json else json.dumps(name)
        if quoted:
            return Span(span.start, after), f"{name}{place.quote}: "
        if place.json:
            return span, f"{json.dumps(name)}: "
        name = name if _is_plain(name) else json.dumps(name)
        if place.flow or shape is Shape.SCALAR:
            return span, f"{name}: "
        if shape is Shape.MAPPING:
            return span, f"{name}:{self.newline}"
        dedent = 0 if self.template.indent.sequences else self.template.indent.step
        return span, f"{name}:{self.newline[: len(self.newline) - dedent]}- "

    def value(
        self,
        value: object,
        kind: CompletionKind = CompletionKind.VALUE,
        *,
        detail: str = "",
        key: str = "",
        rank: int = 50,
    ) -> Completion:
        """A value, quoted where it has to be."""
        label = value if isinstance(value, str) else json.dumps(value)
        text = label
        if self.place.json and not self.place.quote:
            text = json.dumps(value)
        elif isinstance(value, str) and not self.place.quote and not _is_string(value, flow=self.place.flow):
            text = json.dumps(value, ensure_ascii=False)
        elif self.place.quote == '"':
            text = json.dumps(label, ensure_ascii=False)[1:-1]
        return Completion(label, kind, self.place.word, text, detail, rank=rank, key=key)


def _is_plain(text: str) -> bool:
    return _PLAIN.match(text) is not None and ": " not in text and not text.endswith((" ", ":"))


def _is_string(text: str, *, flow: bool) -> bool:
    """Whether a plain scalar of that text is a string to cfn-lint's decoder."""
    if flow and any(mark in text for mark in ",[]{}"):
        return False
    return _is_plain(text) and isinstance(typed(text, Style.PLAIN), str)
