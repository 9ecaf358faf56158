"""The language service of templates: each question goes to the module that answers it."""

from __future__ import annotations

from collections.abc import Sequence

from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import Edit
from lsp_server.dialects.cloudformation.references import uses_in
from lsp_server.dialects.cloudformation.schema import Schemas
from lsp_server.dialects.cloudformation.service import exports, names, renaming
from lsp_server.dialects.cloudformation.service.definition import definition, location_of
from lsp_server.dialects.cloudformation.service.folds import folds
from lsp_server.dialects.cloudformation.service.hover import hover
from lsp_server.dialects.cloudformation.service.inlays import inlays
from lsp_server.dialects.cloudformation.service.links import links
from lsp_server.dialects.cloudformation.service.selections import selections
from lsp_server.dialects.cloudformation.service.symbols import declarations, symbols
from lsp_server.dialects.cloudformation.template import Template, parse_template
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
    Role,
    Signature,
    Symbol,
    Tokens,
)


class TemplateService:
    """Answers for templates. A template stands for itself, whatever else is in its unit."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def prepare(self, document: Document) -> None:
        """Read the pieces of the text: only what has no place in it is worked out, since threads may meet there."""
        template = parse_template(document)
        symbols(template)
        folds(template)
        for _, top in template.tops:
            uses_in(top)

    def hover(self, unit: Unit, document: Document, offset: int) -> Hover | None:
        """What is known about what stands at `offset`."""
        return hover(parse_template(document), offset, self._schemas)

    def definition(self, unit: Unit, document: Document, offset: int) -> Definition | None:
        """Where what is named at `offset` is declared."""
        return definition(parse_template(document), offset)

    def occurrences(self, unit: Unit, document: Document, offset: int) -> Sequence[Occurrence]:
        """Every place where the name at `offset` is written, in the order of the text."""
        template = parse_template(document)
        mention = names.mention_at(template, offset)
        found = names.mentions_of(template, mention.name) if mention is not None else []
        return [Occurrence(document.uri, m.span, Role.DECLARATION if m.declares else Role.USE) for m in found]

    def outward(self, document: Document, offset: int) -> bool:
        """No: a stack is not called by names that can be changed."""
        return False

    def renamable(self, unit: Unit, document: Document, offset: int) -> Span | None:
        """The name at `offset`, which can be changed; None where no name is. Raises RefusedError."""
        return renaming.renamable(parse_template(document), offset)

    def rename(self, unit: Unit, document: Document, offset: int, name: str) -> Renaming | None:
        """Change the name at `offset` to `name`; None where no name is. Raises RefusedError."""
        return renaming.rename(parse_template(document), offset, name)

    def symbols(self, document: Document) -> Sequence[Symbol]:
        """The outline of the template."""
        return symbols(parse_template(document))

    def declarations(self, document: Document) -> Sequence[Declaration]:
        """What the sections declare by name."""
        return tuple(declarations(Template(document)))

    def declaration(self, document: Document, path: tuple[str, ...]) -> Location | None:
        """Where a section (the first of `path`) declares a name."""
        template = Template(document)
        for section in names.sections(template):
            for entry in names.entries_of(section):
                if (section.name, entry.name) == path:
                    return location_of(document, entry)
        return None

    def exports(self, document: Document) -> Sequence[Export]:
        """What outputs are exported as."""
        return tuple(one._replace(file=document.name) for one in exports.exports(Template(document)))

    def imported(self, document: Document, offset: int) -> Import | None:
        """The name at `offset` of what another stack exports; None where none is due."""
        return exports.imported(parse_template(document), offset)

    def is_meant(self, export: Export, name: Import) -> bool:
        """Whether what is imported may be what another template exports."""
        return exports.is_meant(export.text, name.text)

    def folds(self, document: Document) -> Sequence[Fold]:
        """What can be folded away, by first line."""
        return folds(parse_template(document))

    def selections(self, document: Document, offset: int) -> Sequence[Span]:
        """What a selection grows to from `offset`."""
        return selections(parse_template(document), offset)

    def links(self, unit: Unit, document: Document) -> Sequence[Link]:
        """What leads to files or pages, in the order of the text."""
        return links(parse_template(document))

    def inlays(self, unit: Unit, document: Document, span: Span) -> Sequence[Inlay]:
        """Defaults of parameters and what FindInMap gives."""
        return inlays(parse_template(document), span)

    def tokens(self, document: Document) -> Sequence[tuple[int, Tokens]] | None:
        """Nothing: YAML and JSON are coloured by editors."""
        return None

    def signature(self, unit: Unit, document: Document, offset: int) -> Signature | None:
        """Nothing: a function's arguments are a mapping or a list, and told by hover."""
        return None

    def layout(self, document: Document, lines: tuple[int, int] | None = None) -> Sequence[Edit] | None:
        """None: how YAML and JSON are laid out is for the formatters that people have for them."""
        return None

    def layout_typed(self, document: Document, offset: int) -> Sequence[Edit] | None:
        """None, as well."""
        return None
