"""Which resource of a template is made after which other, and where it says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from lsp_server.core.diagnostic import Path
from lsp_server.dialects.cloudformation.references import ReferenceKind
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Node

_NOT_RESOURCES = (ReferenceKind.CONDITION, ReferenceKind.FIND_IN_MAP)


@dataclass(frozen=True)
class Edge:
    """`source` is made after `target`, because of what stands at `path`."""

    source: str
    target: str
    path: Path
    node: Node

    @property
    def order_only(self) -> bool:
        """Whether it is a DependsOn, and no value of the target is needed."""
        return self.path[2:3] == ("DependsOn",)


def edges_of(template: Template) -> tuple[Edge, ...]:
    """All edges between the template's resources, once for each place, in the order of the text."""
    found = []
    for reference in template.references:
        if reference.target not in template.resources or reference.kind in _NOT_RESOURCES:
            continue
        path = reference.path
        container = reference.kind is ReferenceKind.DEPENDS_ON and path[2:3] != ("DependsOn",)
        if path[:1] == ("Resources",) and len(path) > 2 and not container:
            found.append(Edge(str(path[1]), reference.target, path, reference.node))
    return tuple(found)


def reached(edges: Iterable[Edge], start: str) -> frozenset[str]:
    """The resources that one is made after, however many stand between; with itself, where it is in a circle."""
    targets: defaultdict[str, set[str]] = defaultdict(set)
    for edge in edges:
        targets[edge.source].add(edge.target)
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        new = targets[waiting.pop()] - seen
        seen |= new
        waiting.extend(new)
    return frozenset(seen)
