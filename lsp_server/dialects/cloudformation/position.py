"""The place of a cursor, as both notations tell it."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from lsp_server.core.diagnostic import Path
from lsp_server.core.document import Span


class Role(enum.Enum):
    """What is due at a place. EITHER: a key of a mapping that is about to begin, or a scalar."""

    KEY = "key"
    VALUE = "value"
    EITHER = "either"
    TEXT = "text"


@dataclass(frozen=True)
class Place:
    """Where a cursor stands.

    `path` leads to the mapping a KEY is due in, or to the value; short intrinsic functions are steps in it.
    `typed` is what is written of the word before the cursor, without its quote and tag, and `word` the span of the
    whole word, within its quotes. `tag` is a tag that is being typed (`!S`), `tag_span` where. `quote` is the quote
    the word stands in. `column` is how far the line's entry is indented. `flow` tells of braces or brackets around.
    Role TEXT is the inside of a block scalar, where only `${…}` means something.
    """

    path: Path
    role: Role
    typed: str
    word: Span
    tag: str = ""
    quote: str = ""
    column: int = 0
    flow: bool = False
    json: bool = False
