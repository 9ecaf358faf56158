"""The place that refactorings are asked for: what stands there, in which resource, and how the file is written."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from lsp_server.core.diagnostic import Path
from lsp_server.core.document import Document, Span
from lsp_server.dialects.cloudformation.comments import comments_within
from lsp_server.dialects.cloudformation.references import Reference
from lsp_server.dialects.cloudformation.schema import Property
from lsp_server.dialects.cloudformation.template import Resource, Template, parse_template
from lsp_server.dialects.cloudformation.tree import Entry, Node
from lsp_server.fixers.cloudformation.edits import end_of
from lsp_server.fixers.cloudformation.site import writer
from lsp_server.fixers.cloudformation.values import Writer
from lsp_server.fixers.cloudformation.vocabulary import property_of
from lsp_server.refactorings.base import Selection

_RESOURCE_DEPTH = 2


@dataclass(frozen=True)
class Spot:
    """A selection in a template."""

    selection: Selection

    @property
    def document(self) -> Document:
        """The document."""
        return self.selection.document

    @cached_property
    def template(self) -> Template:
        """The document as a template."""
        return parse_template(self.document)

    @cached_property
    def writer(self) -> Writer:
        """How the document writes values."""
        return writer(self.template)

    @cached_property
    def node(self) -> Node | None:
        """The deepest node that holds all of the selection; None above, below and between them."""
        span = self.selection.span
        node = self.template.node_at(span.start)
        while node is not None and not (node.full_span.encloses(span) or node.parent is None):
            owner = node.parent
            node = owner.parent if isinstance(owner, Entry) else owner
        return node

    @cached_property
    def entry(self) -> Entry | None:
        """The entry whose key the cursor is on."""
        node = self.node
        owner = node.parent if node is not None else None
        return owner if isinstance(owner, Entry) and owner.key is node else None

    @cached_property
    def value(self) -> Node | None:
        """The value that is meant: what the cursor is on, or what belongs to the key that it is on."""
        return self.entry.value if self.entry is not None else self.node

    @cached_property
    def path(self) -> Path:
        """The way to what the cursor is on; that of an entry for its key."""
        return self.template.path_of(self.node) if self.node is not None else ()

    @cached_property
    def resource(self) -> Resource | None:
        """The resource that the selection is in."""
        inside = len(self.path) >= _RESOURCE_DEPTH and self.path[0] == "Resources"
        return self.template.resources.get(str(self.path[1])) if inside else None

    @property
    def on_head(self) -> bool:
        """Whether the selection is on a resource as such, its logical id or one of its attributes, not inside."""
        return self.resource is not None and len(self.path) <= _RESOURCE_DEPTH + 1

    def property_at(self, path: Path) -> Property | None:
        """What the schema knows of the value at a path below `Properties`."""
        return property_of(self.template, path)

    def commented(self, node: Node) -> bool:
        """Whether a comment stands inside a node, and would go with it."""
        span = node.full_span._replace(end=max(node.full_span.start, end_of(self.document, node)))
        return any(True for _ in comments_within(self.template, span))


@lru_cache(maxsize=1)
def spot_of(selection: Selection) -> Spot:
    """The place of a selection, which all families look at."""
    return Spot(selection)


def references_within(template: Template, span: Span) -> Iterator[Reference]:
    """The references in a span, in the order of the text."""
    uses = template.references
    for number in range(bisect_left(uses, span.start, key=lambda use: use.span.start), len(uses)):
        if uses[number].span.end > span.end:
            return
        yield uses[number]
