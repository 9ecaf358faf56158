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
    """The symbols of a piece. What is inside them is made once, they themselves when the piece has moved.

    What is kept is replaced as a whole, since several threads may ask.
    """

    def __init__(self, text: str, parts: Iterable[Part]) -> None:
        self._text, self._parts = text, tuple(parts)
        self._fixed: tuple[int, Lines, list[tuple[Symbol, ...]]] | None = None
        self._latest: tuple[tuple[int, int], tuple[Symbol, ...]] | None = None

    def at(self, line: int, column: int) -> tuple[Symbol, ...]:
        """The symbols of the piece where it begins so many lines below the symbol around it."""
        latest = self._latest
        if latest is None or latest[0] != (line, column):
            lines, inside = self._inside(column)
            both = zip(self._parts, inside, strict=True)
            latest = self._latest = (line, column), tuple(_symbol(lines, part, -line, own) for part, own in both)
        return latest[1]

    def _inside(self, column: int) -> tuple[Lines, list[tuple[Symbol, ...]]]:
        fixed = self._fixed
        if fixed is None or fixed[0] != column:
            lines = Lines(self._text, column)
            inside = [_made(lines, part.inside, lines.line(part.span.start)) for part in self._parts]
            fixed = self._fixed = column, lines, inside
        return fixed[1:]


def _made(lines: Lines, parts: tuple[Part, ...], above: int) -> tuple[Symbol, ...]:
    return tuple(
        _symbol(lines, part, above, _made(lines, part.inside, lines.line(part.span.start)) if part.inside else ())
        for part in parts
    )


def _symbol(lines: Lines, part: Part, above: int, inside: tuple[Symbol, ...]) -> Symbol:
    extent, name = lines.extent(part.span, above), lines.extent(part.name_span, above)
    return Symbol(part.name, part.kind, extent, name, part.detail, inside)


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
