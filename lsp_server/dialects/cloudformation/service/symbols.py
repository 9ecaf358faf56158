"""The outline of a template: sections, what they declare, the properties of that.

What a piece of text comes to is kept with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from lsp_server.core.document import Document, Position
from lsp_server.dialects.cloudformation.assembly import Block
from lsp_server.dialects.cloudformation.green import Green, kept
from lsp_server.dialects.cloudformation.service.names import entries_of, inner_span, sections
from lsp_server.dialects.cloudformation.service.symbol_parts import entry_parts, kind_of, section_parts
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.uses import child, text_of
from lsp_server.dialects.outline import Outline
from lsp_server.dialects.service import Declaration, Extent, Symbol, SymbolKind

_TYPED = ("Resources", "Parameters")


@lru_cache(maxsize=64)
def _entries(section: str) -> Callable[[Green], Outline]:
    """What makes the outline of a piece that holds entries of a section."""
    return kept(lambda root: Outline(root.piece.text, entry_parts(root, section)))


@kept
def _sections(root: Green) -> Outline:
    """The outline of a piece that holds whole sections."""
    return Outline(root.piece.text, section_parts(root))


def symbols(template: Template) -> tuple[Symbol, ...]:
    """The sections with what they hold, and below that its properties."""
    return tuple(symbol for block in template.blocks for symbol in _block(template.document, block))


def declarations(template: Template) -> Iterator[Declaration]:
    """What the sections declare by name, with the type."""
    for section in sections(template):
        for entry in filter(lambda entry: entry.name.strip(), entries_of(section)):
            kind = child(entry.green_value, "Type")
            detail = text_of(kind) if kind is not None and section.name in _TYPED else ""
            yield Declaration(entry.name, kind_of(section.name), inner_span(entry.key), detail, section.name)


def _block(document: Document, block: Block) -> tuple[Symbol, ...]:
    if block.parsed.root is None:
        return ()
    first = document.position(block.start)
    heads = _sections(block.parsed.root).at(*first)
    if not block.entries or not heads:
        return heads
    head, make = heads[0], _entries(heads[0].name)
    found: list[Symbol] = []
    for start, parsed in block.entries:
        if parsed.root is not None:
            line, column = document.position(start)
            found += make(parsed.root).at(line - first.line, column)
    end = document.position(block.end) if block.end else head.extent.end
    if found:
        line, column = found[-1].extent.end
        end = max(end, Position(first.line + line, column))
    extent = Extent(head.extent.start, end)
    return (Symbol(head.name, SymbolKind.SECTION, extent, head.name_extent, "", tuple(found)),)
