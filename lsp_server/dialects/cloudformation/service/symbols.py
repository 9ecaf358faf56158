"""The outline of a template: sections, what they declare, the properties of that.

What a piece of text comes to is kept with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from lsp_server.core.document import Document, Position
from lsp_server.dialects.cloudformation.assembly import Block
from lsp_server.dialects.cloudformation.green import Green, kept
from lsp_server.dialects.cloudformation.service.lines import Lines
from lsp_server.dialects.cloudformation.service.names import entries_of, inner_span, sections
from lsp_server.dialects.cloudformation.service.symbol_parts import Part, entry_parts, kind_of, section_parts
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.uses import child, text_of
from lsp_server.dialects.service import Declaration, Extent, Symbol, SymbolKind

_TYPED = ("Resources", "Parameters")


class _Outline:
    """The symbols of a piece. What is inside them is made once, they themselves when the piece has moved."""

    def __init__(self, text: str, parts: Iterable[Part]) -> None:
        self._text, self._parts = text, tuple(parts)
        self._place: tuple[int, int] | None = None
        self._symbols: tuple[Symbol, ...] = ()
        self._inside: list[tuple[Symbol, ...]] = []
        self._lines = Lines(text)

    def at(self, line: int, column: int) -> tuple[Symbol, ...]:
        """The symbols of the piece where it begins so many lines below the symbol around it."""
        if self._place != (line, column):
            if self._place is None or self._place[1] != column:
                self._lines = Lines(self._text, column)
                self._inside = [self._made(part.inside, self._lines.line(part.span.start)) for part in self._parts]
            self._place = line, column
            both = zip(self._parts, self._inside, strict=True)
            self._symbols = tuple(self._symbol(part, -line, inside) for part, inside in both)
        return self._symbols

    def _made(self, parts: tuple[Part, ...], above: int) -> tuple[Symbol, ...]:
        lines = (self._lines.line(part.span.start) for part in parts)
        inside = (self._made(part.inside, line) if part.inside else () for part, line in zip(parts, lines, strict=True))
        return tuple(self._symbol(part, above, own) for part, own in zip(parts, inside, strict=True))

    def _symbol(self, part: Part, above: int, inside: tuple[Symbol, ...]) -> Symbol:
        place = self._lines.extent
        return Symbol(part.name, part.kind, place(part.span, above), place(part.name_span, above), part.detail, inside)


@lru_cache(maxsize=64)
def _entries(section: str) -> Callable[[Green], _Outline]:
    """What makes the outline of a piece that holds entries of a section."""
    return kept(lambda root: _Outline(root.piece.text, entry_parts(root, section)))


@kept
def _sections(root: Green) -> _Outline:
    """The outline of a piece that holds whole sections."""
    return _Outline(root.piece.text, section_parts(root))


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
