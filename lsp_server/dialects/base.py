"""What a dialect offers to the layers above, in values that know neither LSP nor a linter."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.service import Export, LanguageService


class Language(enum.Enum):
    """The word by which the command line and JSON output call a dialect."""

    CLOUDFORMATION = "cloudformation"
    TERRAFORM = "terraform"


class CompletionKind(enum.Enum):
    """What an offered word is; the server maps it to the editor's icons."""

    SECTION = "section"
    RESOURCE_TYPE = "resource type"
    PROPERTY = "property"
    BLOCK = "block"
    VALUE = "value"
    REFERENCE = "reference"
    ATTRIBUTE = "attribute"
    FUNCTION = "function"
    SNIPPET = "snippet"


@dataclass(frozen=True)
class Completion:
    """One offered completion: `text` replaces `replace` (a span of the document that the cursor touches).

    With `snippet`, `text` is in the snippet syntax of the protocol (`$1`, `${2:name}`, `$0`); multi-line texts carry
    their full indentation. `rank` sorts, smaller first. `key` lets `documentation` be looked up later. `partial` says
    that typing on may bring more than what is offered now; `deprecated` that nobody should write it any more.
    """

    label: str
    kind: CompletionKind
    replace: Span
    text: str
    detail: str = ""
    snippet: bool = False
    rank: int = 50
    required: bool = False
    key: str = ""
    partial: bool = False
    deprecated: bool = False


@dataclass(frozen=True)
class Intent:
    """A comment that says what should stand below it, as in `# an S3 bucket with versioning`.

    `words` is the comment's text, `comment` the span of its lines, `insert_at` the offset where what is generated goes.
    """

    words: str
    comment: Span
    insert_at: int


@dataclass(frozen=True)
class Readable:
    """A text that can be read in the place of one that cannot, in which nothing has moved.

    It differs in the spans `gaps`, and may go on behind the end of the other text. `names` are those of the blocks that
    have given way.
    """

    text: str
    gaps: tuple[Span, ...]
    names: tuple[str, ...]


class Dialect(Protocol):
    """One language. Every method accepts every state of a text and never raises for what stands in it."""

    language: Language

    @property
    def service(self) -> LanguageService | None:
        """What answers an editor's other questions; None where the dialect has no such thing."""

    def owns(self, document: Document) -> bool:
        """Whether the document is of this language, by its content and not by its name alone."""

    def completions(
        self, unit: Unit, document: Document, offset: int, exports: Sequence[Export] = ()
    ) -> Sequence[Completion]:
        """What may stand at `offset` of `document`, which is part of `unit`; `exports` are those of other documents."""

    def documentation(self, completion_key: str) -> str:
        """Markdown for a completion's `key`; empty where there is none."""

    def intent_at(self, document: Document, offset: int) -> Intent | None:
        """The intent that the comment at `offset` states, if it states one."""

    def ids(self, document: Document) -> frozenset[tuple[str, ...]]:
        """Everything the document declares (section and logical id; block type, labels): none may be lost unsaid."""

    def comments(self, document: Document) -> Sequence[str]:
        """The text of every comment, stripped, in order: none may be lost."""

    def unread(self, document: Document) -> Sequence[Span]:
        """The blocks that hold a syntax error of their own, in order: a linter may tell only the first of several."""

    def readable(self, document: Document, troubles: Sequence[Sequence[int]] = ()) -> Readable | None:
        """What can be read of a document, where a linter judges nothing of one that cannot be read as a whole.

        `troubles` are the offsets at which readers stopped besides, one list for each reading of what this gave before.
        None where nothing can be done about them, or where the linters judge each block by itself.
        """
