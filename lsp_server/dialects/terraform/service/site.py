"""What is around a cursor in the tree: blocks, the argument, the expressions, down to the part of a reference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lsp_server.core.document import Document, Span
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import trees_of


@dataclass(frozen=True)
class Site:
    """The nodes that a cursor touches, outermost first; their spans, and `at`, count from the piece's start.

    `blocks` are the blocks, `attribute` the argument of the innermost, `nodes` what is in its value: expressions,
    items of objects and parts of references.
    """

    document: Document
    placed: t.Placed
    at: int
    blocks: tuple[t.Block, ...]
    attribute: t.Attribute | None
    nodes: tuple[Any, ...]

    @property
    def traversal(self) -> t.Traversal | None:
        """The innermost reference that the cursor touches at one of its names."""
        found = next((node for node in reversed(self.nodes) if isinstance(node, t.Traversal)), None)
        return found if found is not None and self.part_of(found) is not None else None

    def part_of(self, traversal: t.Traversal) -> int | None:
        """The number of the part of a reference whose name the cursor touches."""
        names = ((n, part) for n, part in enumerate(traversal.parts) if part.kind in {"name", "attr"})
        return next((n for n, part in names if part.span.touches(self.at)), None)

    def span(self, inside: Span) -> Span:
        """A span of the piece as one of the document."""
        return inside.shifted(self.placed.start)


def site_at(document: Document, offset: int, tree: t.Tree | None = None) -> Site | None:
    """What is around `offset`; None in a document without a piece there. `tree` is read in place of the document's."""
    placed = (tree or trees_of(document)).placed_at(offset)
    if placed is None:
        return None
    at, body = offset - placed.start, placed.piece.body
    blocks: list[t.Block] = []
    while inner := next((block for block in body.blocks if _touches(block, at)), None):
        blocks.append(inner)
        body = inner.body
    attribute = next((one for one in body.attributes if one.span.touches(at)), None)
    nodes = tuple(_around(attribute.value, at)) if attribute is not None else ()
    return Site(document, placed, at, tuple(blocks), attribute, nodes)


def _touches(block: t.Block, at: int) -> bool:
    """Whether a cursor is at a block, or at a label that stands before it, as in JSON."""
    return block.span.touches(at) or any(label.span.touches(at) for label in block.labels)


def _around(node: Any, at: int) -> Iterator[Any]:
    if node.span.touches(at):
        yield node
        inside = [child for child in t.children(node) if child.span.touches(at)]
        # between two that touch each other the cursor is at the one that begins: `x` of `f(x)`, `b` of `a.b`
        if inside:
            yield from _around(inside[-1], at)
