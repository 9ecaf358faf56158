"""What a completion is asked with and answered by: keys and values, in the notation that stands at the cursor."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property

from lsp_server.core.document import Span
from lsp_server.dialects.base import Completion, CompletionKind
from lsp_server.dialects.cloudformation.fitting import Fitting
from lsp_server.dialects.cloudformation.insertions import Shape, key_insertion, value_text, with_quotes
from lsp_server.dialects.cloudformation.position import Place
from lsp_server.dialects.cloudformation.schema import Schemas
from lsp_server.dialects.cloudformation.slot import Slot, slot_at
from lsp_server.dialects.cloudformation.template import Template


@dataclass(frozen=True)
class Request:
    """A completion that is asked for: the template, the cursor and its place, the schemas."""

    template: Template
    offset: int
    place: Place
    schemas: Schemas

    @cached_property
    def slot(self) -> Slot:
        """What the place is to the schemas."""
        return slot_at(self.template, self.place.path, self.schemas, self.offset)

    def with_quotes(self) -> Span:
        """The word at the cursor with the quotes it stands in, as far as they are there."""
        return with_quotes(self.template.document, self.place)

    @property
    def whole_string(self) -> bool:
        """Whether something else may take the place of the string that is being typed, if one is.

        In JSON a function does; a string that seems to be open takes nothing of what follows with it.
        """
        place, text = self.place, self.template.document.text
        open_ = any(mark in text[self.offset : place.word.end] for mark in ",{}[]")
        return not place.quote or (place.json and not open_)

    @property
    def rest(self) -> str:
        """What stands behind the cursor's word on its line."""
        document, end = self.template.document, self.with_quotes().end
        line, column = document.position(end)
        return document.line_text(line)[column:]

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
        span, text, snippet = key_insertion(self.template.document, self.place, self.template.indent, name, shape)
        return Completion(name, kind, span, text, detail, snippet, rank=rank, required=required, key=key)

    def value(
        self,
        value: object,
        kind: CompletionKind = CompletionKind.VALUE,
        *,
        detail: str = "",
        key: str = "",
        rank: int = 50,
        partial: bool = False,
    ) -> Completion:
        """A value, quoted where it has to be."""
        label = value if isinstance(value, str) else json.dumps(value)
        text = value_text(self.place, value)
        return Completion(label, kind, self.place.word, text, detail, rank=rank, key=key, partial=partial)

    def reference(self, one: Fitting, *, detail: str = "", rank: int = 20) -> Completion:
        """A whole reference, in the place of the string that is being typed: see `whole_string`."""
        written = one.long if self.place.json else one.short
        return Completion(written, CompletionKind.REFERENCE, self.with_quotes(), written, detail, rank=rank)
