"""The place that refactorings of a module are asked for: in which blocks, in which argument, at which expression."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import Module, module_of
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.refactorings.base import Selection

_SCOPED = frozenset({"each", "count", "self"})
_IN_TEMPLATES = (t.TextPart, t.Interpolation, t.Directive)


@dataclass(frozen=True)
class Spot:
    """A selection in a document of a module."""

    selection: Selection

    @property
    def document(self) -> Document:
        """The document."""
        return self.selection.document

    @property
    def unit(self) -> Unit:
        """The module's documents."""
        return self.selection.unit

    @cached_property
    def module(self) -> Module:
        """The module."""
        return module_of(self.unit)

    @cached_property
    def tree(self) -> t.Tree:
        """The document's tree."""
        return parse_document(self.document)

    @cached_property
    def span(self) -> Span:
        """What is selected, without the white space at its edges."""
        span, text = self.selection.span, self.document.slice(self.selection.span)
        start = span.start + len(text) - len(text.lstrip())
        return Span(start, max(start, span.start + len(text.rstrip())))

    @cached_property
    def path(self) -> tuple[t.Block, ...]:
        """The blocks around the selection, outermost first: it lies between the braces of each."""
        around = self.tree.path_at(self.span.start)
        return tuple(block for block in around if block.inner_span.encloses(self.span))

    @cached_property
    def header(self) -> t.Block | None:
        """The block on whose type or labels the cursor is."""
        level = self.path[-1].body.blocks if self.path else self._top
        return next((block for block in level if block.header_span.encloses(self.span)), None)

    @property
    def _top(self) -> tuple[t.Block, ...]:
        placed = self.tree.placed_at(self.span.start)
        return placed.body.blocks if placed is not None else ()

    @cached_property
    def top(self) -> t.Block | None:
        """The block at the top level that the selection is in, or on whose header it is."""
        return self.path[0] if self.path else self.header

    @cached_property
    def attribute(self) -> t.Attribute | None:
        """The argument that the selection is in."""
        level = self.path[-1].body.attributes if self.path else ()
        return next((attribute for attribute in level if attribute.span.encloses(self.span)), None)

    @property
    def on_name(self) -> bool:
        """Whether the selection is on the name of an argument, or on all of it."""
        return self.attribute is not None and self.span.start < self.attribute.value.span.start

    @cached_property
    def chain(self) -> tuple[t.Expression, ...]:
        """The expressions around the selection, outermost first; the last is what is meant.

        On the name of an argument or of an object's item its value is meant, in the text of a string the string.
        """
        if self.attribute is None:
            return ()
        value = self.attribute.value
        span = value.span if self.on_name else self.span
        found = [value, *_inside(value, span)]
        while isinstance(found[-1], _IN_TEMPLATES):
            found.pop()
        exact = next((n for n, one in enumerate(found) if one.span == span and span.start < span.end), None)
        return tuple(found if exact is None else found[: exact + 1])

    @cached_property
    def expression(self) -> t.Expression | None:
        """What is meant."""
        return self.chain[-1] if self.chain else None

    @cached_property
    def scope(self) -> frozenset[str]:
        """The names that `for` and `dynamic` bring where the expression stands, and those of an instance."""
        found = set(_SCOPED)
        for block in self.path:
            if block.type == "dynamic" and block.labels:
                iterator = block.body.attribute("iterator")
                named = iterator.value if iterator is not None else None
                found.add(named.root if isinstance(named, t.Traversal) else block.labels[0].text)
        for around in self.chain[:-1]:
            if isinstance(around, t.ForExpression):
                found.update(name.name for name in around.names)
            elif isinstance(around, t.Template):
                found.update(name.name for part in around.parts if isinstance(part, t.Directive) for name in part.names)
        return frozenset(found)

    def text(self, node: t.Expression | t.Block | t.Attribute) -> str:
        """How something is written."""
        return self.document.slice(node.span)

    def at(self, document: Document, span: Span) -> Spot:
        """Another place of the same module."""
        return Spot(replace(self.selection, document=document, span=span))

    def commented(self, span: Span) -> bool:
        """Whether a comment begins in a span."""
        return any(comment.start in span for comment in comments_of(self.tree, span))


def comments_of(tree: t.Tree, span: Span) -> list[Span]:
    """The comments that lie in or at the edges of a span."""
    found: list[Span] = []
    for placed in tree.placed:
        if placed.span.overlaps(span):
            found += (comment.shifted(placed.start) for comment in placed.piece.comments)
    return [comment for comment in found if comment.overlaps(span)]


def _inside(node: Any, span: Span) -> Iterator[t.Expression]:
    """The expressions below a node that enclose a span; an item's key means its value."""
    if isinstance(node, t.ObjectExpression):
        keyed = next((item for item in node.items if item.key.span.encloses(span)), None)
        if keyed is not None and (keyed.name is not None):
            yield keyed.value
            return
    child = next((one for one in t.children(node) if one.span.encloses(span)), None)
    if child is None or (isinstance(child, t.Part) and child.key is None):
        return
    if isinstance(child, t.Expression):
        yield child
    yield from _inside(child, span)


@lru_cache(maxsize=1)
def spot_of(selection: Selection) -> Spot:
    """The place of a selection, which all families look at."""
    return Spot(selection)


def uses_names(node: t.Expression, names: frozenset[str]) -> bool:
    """Whether an expression refers to one of some names."""
    return any(isinstance(one, t.Traversal) and one.root in names for one in t.expressions(node))
