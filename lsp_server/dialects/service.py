"""What a dialect may tell about a document beside completion, in values that know neither LSP nor a linter."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from lsp_server.core.document import Document, Position, Span, Unit
from lsp_server.core.edit import Edit


class RefusedError(Exception):
    """What a person asked for cannot be done, or may not be; `str()` says why."""


@dataclass(frozen=True)
class Hover:
    """What is told about the text of `span`, in markdown."""

    text: str
    span: Span


class Role(enum.Enum):
    """What a name does where it stands."""

    DECLARATION = "declaration"
    USE = "use"


@dataclass(frozen=True)
class Occurrence:
    """One place where a name is written."""

    uri: str
    span: Span
    role: Role


@dataclass(frozen=True)
class Location:
    """A place in a document of the unit: `name` is the name that was looked for, `span` all that it stands for."""

    uri: str
    span: Span
    name: Span


@dataclass(frozen=True)
class Elsewhere:
    """What is declared under `path` in the first of some files that is there; the whole file where `path` is empty.

    Nobody has looked yet whether one is.
    """

    uris: tuple[str, ...]
    path: tuple[str, ...] = ()


@dataclass(frozen=True)
class Definition:
    """Where what is written in `origin` is declared."""

    origin: Span
    targets: tuple[Location | Elsewhere, ...]


@dataclass(frozen=True)
class Renaming:
    """The edits that change a name everywhere. `warning` is a sentence about what that comes to, if it is more."""

    edits: tuple[Edit, ...]
    warning: str = ""


class SymbolKind(enum.Enum):
    """What a symbol is; the server maps it to the editor's icons."""

    SECTION = "section"
    RESOURCE = "resource"
    PARAMETER = "parameter"
    CONDITION = "condition"
    MAPPING = "mapping"
    OUTPUT = "output"
    RULE = "rule"
    PROPERTY = "property"
    OBJECT = "object"
    LIST = "list"
    DATA = "data"
    VALUE = "value"
    MODULE = "module"
    PROVIDER = "provider"


class Extent(NamedTuple):
    """A range as lines and columns."""

    start: Position
    end: Position


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class Symbol:
    """Something that the document's outline shows: its `name_extent` lies in its `extent`, and so do all `children`.

    Lines are counted from the first line of the symbol around it, those of a symbol at the top from that of the
    document: so what did not change may be the same object in the next version of the document, wherever it is then.
    """

    name: str
    kind: SymbolKind
    extent: Extent
    name_extent: Extent
    detail: str = ""
    children: Sequence[Symbol] = ()


class Declaration(NamedTuple):
    """A name that a document declares, for a search through many documents; `holder` is where, as `Resources`."""

    name: str
    kind: SymbolKind
    span: Span
    detail: str
    holder: str


class Export(NamedTuple):
    """A value that a document gives to others as `text`, with `${…}` for what varies; `path` is where it declares it.

    `file` is the name of the document, for a person.
    """

    text: str
    path: tuple[str, ...]
    file: str = ""


class Import(NamedTuple):
    """The name of what another document gives, as it is written so far in `span`."""

    span: Span
    text: str


class FoldKind(enum.Enum):
    """What is folded away."""

    BLOCK = "block"
    COMMENT = "comment"
    REGION = "region"


class Fold(NamedTuple):
    """Lines (from 0, both included) of which only the first stays visible; folds nest and never cross."""

    first: int
    last: int
    kind: FoldKind = FoldKind.BLOCK


class Link(NamedTuple):
    """Text that leads to the first of some uris: files, of which one has to be there, or a page."""

    span: Span
    uris: tuple[str, ...]


class Inlay(NamedTuple):
    """A few words shown behind what stands before `offset`, or in front of what follows; `tooltip` is markdown."""

    offset: int
    label: str
    tooltip: str = ""
    before: bool = False


class TokenKind(enum.Enum):
    """What a word is, by the names that editors' themes know."""

    KEYWORD = "keyword"
    TYPE = "type"
    CLASS = "class"
    NAMESPACE = "namespace"
    PARAMETER = "parameter"
    VARIABLE = "variable"
    PROPERTY = "property"
    FUNCTION = "function"
    NUMBER = "number"


class TokenTrait(enum.Flag):
    """What else is to be said of a word."""

    NONE = 0
    DECLARATION = enum.auto()
    READONLY = enum.auto()
    BUILT_IN = enum.auto()


class Token(NamedTuple):
    """A word and what it is; it may go over several lines."""

    span: Span
    kind: TokenKind
    traits: TokenTrait = TokenTrait.NONE


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class Tokens:
    """Words of a part of a document, in order and none over another; spans count from where the part begins.

    It may be the same object in the next version of the document, wherever the part is then.
    """

    text: str
    tokens: Sequence[Token]


class Argument(NamedTuple):
    """A parameter of a signature: where it stands in the signature's `label`, and what it is for, in markdown."""

    span: Span
    text: str = ""


@dataclass(frozen=True)
class Signature:
    """How a function is called: `label` is all of it, `active` the number of the parameter that is being written.

    `active` is -1 of a function without parameters. `text` is markdown.
    """

    label: str
    parameters: tuple[Argument, ...]
    active: int
    text: str = ""


class LanguageService(Protocol):
    """What a dialect answers about a document of a unit. Every method accepts every state of a text.

    None raises for what stands in the text; None or nothing is the answer where nothing is known.
    """

    def prepare(self, document: Document) -> None:
        """Work out what the first questions about a document need, which takes long. Any thread may call it."""

    def hover(self, unit: Unit, document: Document, offset: int) -> Hover | None:
        """What is known about what stands at `offset`."""

    def definition(self, unit: Unit, document: Document, offset: int) -> Definition | None:
        """Where what is named at `offset` is declared."""

    def occurrences(self, unit: Unit, document: Document, offset: int) -> Sequence[Occurrence]:
        """Every place where the name at `offset` is written, in the order of the text."""

    def outward(self, document: Document, offset: int) -> bool:
        """Whether other units that call this one may speak of the name at `offset`; they are its `callers` then."""

    def renamable(self, unit: Unit, document: Document, offset: int) -> Span | None:
        """The name at `offset`, which can be changed; None where no name is. Raises RefusedError."""

    def rename(self, unit: Unit, document: Document, offset: int, name: str) -> Renaming | None:
        """Change the name at `offset` to `name`; None where no name is. Raises RefusedError."""

    def symbols(self, document: Document) -> Sequence[Symbol]:
        """The outline of the document, in the order of the text. Any thread may call it."""

    def declarations(self, document: Document) -> Sequence[Declaration]:
        """What the document declares by name, in the order of the text. The document is not kept."""

    def declaration(self, document: Document, path: tuple[str, ...]) -> Location | None:
        """Where the document declares what an Elsewhere looks for. The document is not kept."""

    def exports(self, document: Document) -> Sequence[Export]:
        """What the document gives to others by name. The document is not kept."""

    def imported(self, document: Document, offset: int) -> Import | None:
        """The name at `offset` of what another document gives; None where none is due."""

    def is_meant(self, export: Export, name: Import) -> bool:
        """Whether what is imported may be what another document exports."""

    def folds(self, document: Document) -> Sequence[Fold]:
        """What can be folded away, by first line. Any thread may call it."""

    def selections(self, document: Document, offset: int) -> Sequence[Span]:
        """What a selection grows to from `offset`: each span lies in the next, the last is the whole document."""

    def links(self, unit: Unit, document: Document) -> Sequence[Link]:
        """What leads to files or pages, in the order of the text."""

    def inlays(self, unit: Unit, document: Document, span: Span) -> Sequence[Inlay]:
        """What is worth saying between the words of `span`."""

    def tokens(self, document: Document) -> Sequence[tuple[int, Tokens]] | None:
        """What the words are, by the offsets of the parts in which they stand; None where nothing is told of that.

        Any thread may call it.
        """

    def signature(self, unit: Unit, document: Document, offset: int) -> Signature | None:
        """How the function is called in whose parentheses `offset` stands; None where it stands in none."""

    def layout(self, document: Document, lines: tuple[int, int] | None = None) -> Sequence[Edit] | None:
        """The edits that give the document its canonical layout, or some of its lines (from 0, both included).

        None where the language has no such layout. What cannot be read stays as it is. Any thread may call it.
        """

    def layout_typed(self, document: Document, offset: int) -> Sequence[Edit] | None:
        """The edits that are due behind a line break or a closing brace that was typed right before `offset`.

        None where the language has no canonical layout. Any thread may call it.
        """
