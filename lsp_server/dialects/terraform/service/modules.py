"""The language service of modules: each question goes to the module that answers it."""

from __future__ import annotations

from collections.abc import Sequence

from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import Edit
from lsp_server.dialects.service import (
    Declaration,
    Definition,
    Export,
    Fold,
    Hover,
    Import,
    Inlay,
    Link,
    Location,
    Occurrence,
    Renaming,
    Signature,
    Symbol,
    Tokens,
)
from lsp_server.dialects.terraform.formatting.layout import layout, layout_typed
from lsp_server.dialects.terraform.module import trees_of
from lsp_server.dialects.terraform.service import names, renaming, symbols
from lsp_server.dialects.terraform.service.definition import definition
from lsp_server.dialects.terraform.service.folds import folds
from lsp_server.dialects.terraform.service.hover import hover
from lsp_server.dialects.terraform.service.inlays import inlays
from lsp_server.dialects.terraform.service.links import links
from lsp_server.dialects.terraform.service.selections import selections
from lsp_server.dialects.terraform.service.signatures import signature
from lsp_server.dialects.terraform.service.tokens import tokens


class ModuleService:
    """Answers for the files of a module; names are looked for in all of them."""

    def prepare(self, document: Document) -> None:
        """Read the pieces of the text."""
        trees_of(document)
        symbols.symbols(document)
        folds(document)

    def hover(self, unit: Unit, document: Document, offset: int) -> Hover | None:
        """What is known about what stands at `offset`."""
        return hover(unit, document, offset)

    def definition(self, unit: Unit, document: Document, offset: int) -> Definition | None:
        """Where what is named at `offset` is declared, be it in a child module or another file."""
        return definition(unit, document, offset)

    def occurrences(self, unit: Unit, document: Document, offset: int) -> Sequence[Occurrence]:
        """Every place where the name at `offset` is written, in the module and in a child whose name it is."""
        place = names.place_at(document, offset)
        found = names.places_of(unit, place) if place is not None else []
        return [Occurrence(one.uri, one.span, one.role) for one in found]

    def outward(self, document: Document, offset: int) -> bool:
        """Whether modules that call this one may speak of the name at `offset`."""
        return names.is_outward(names.place_at(document, offset))

    def renamable(self, unit: Unit, document: Document, offset: int) -> Span | None:
        """The name at `offset`, which can be changed; None where no name is. Raises RefusedError."""
        return renaming.renamable(unit, document, offset)

    def rename(self, unit: Unit, document: Document, offset: int, name: str) -> Renaming | None:
        """Change the name at `offset` to `name`; None where no name is. Raises RefusedError."""
        return renaming.rename(unit, document, offset, name)

    def symbols(self, document: Document) -> Sequence[Symbol]:
        """The outline of the file."""
        return symbols.symbols(document)

    def declarations(self, document: Document) -> Sequence[Declaration]:
        """What the file declares by name."""
        return tuple(symbols.declarations(document))

    def declaration(self, document: Document, path: tuple[str, ...]) -> Location | None:
        """Where the file declares what an Elsewhere looks for: a kind (`variable`, `resource` …), and the name."""
        return symbols.declaration(document, path)

    def exports(self, document: Document) -> Sequence[Export]:
        """Nothing: a module is called by its folder, and gives nothing by name."""
        return ()

    def imported(self, document: Document, offset: int) -> Import | None:
        """Nothing: no other file gives anything by name."""
        return None

    def is_meant(self, export: Export, name: Import) -> bool:
        """Nothing is exported."""
        return False

    def folds(self, document: Document) -> Sequence[Fold]:
        """What can be folded away."""
        return folds(document)

    def selections(self, document: Document, offset: int) -> Sequence[Span]:
        """What a selection grows to."""
        return selections(document, offset)

    def links(self, unit: Unit, document: Document) -> Sequence[Link]:
        """What leads to files or pages."""
        return links(unit, document)

    def inlays(self, unit: Unit, document: Document, span: Span) -> Sequence[Inlay]:
        """Values of variables and locals, and parameters of functions."""
        return inlays(unit, document, span)

    def tokens(self, document: Document) -> Sequence[tuple[int, Tokens]] | None:
        """What the words are; JSON is coloured by editors."""
        return None if document.name.endswith(".json") else tokens(document)

    def signature(self, unit: Unit, document: Document, offset: int) -> Signature | None:
        """How the function is called in whose parentheses `offset` stands; of JSON nothing is told."""
        return None if document.name.endswith(".json") else signature(unit, document, offset)

    def layout(self, document: Document, lines: tuple[int, int] | None = None) -> Sequence[Edit] | None:
        """What `terraform fmt` would do; JSON is left to others."""
        return None if document.name.endswith(".json") else layout(document, lines)

    def layout_typed(self, document: Document, offset: int) -> Sequence[Edit] | None:
        """The line that a line break ends, with those that are aligned with it, or the block that a brace closes."""
        return None if document.name.endswith(".json") else layout_typed(document, offset)
