"""Dependencies that references enforce anyway go, all of the template's at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from lsp_server.core.document import Document, Unit
from lsp_server.dialects.cloudformation.references import ReferenceKind
from lsp_server.dialects.cloudformation.template import Resource, Template, parse_template
from lsp_server.dialects.cloudformation.tree import Entry, Node, Scalar, Sequence
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.cloudformation.meaning import Comparison
from lsp_server.refactorings.cloudformation.removing import remove
from lsp_server.refactorings.cloudformation.spot import Spot, references_within, spot_of

_ATTRIBUTE = 3  # steps to an attribute of a resource
_ENFORCING = (ReferenceKind.REF, ReferenceKind.GET_ATT, ReferenceKind.SUB)


def drop_dependencies(selection: Selection) -> Iterator[Refactoring]:
    """Offer it in a DependsOn, and for the whole template, where any dependency is not needed."""
    spot = spot_of(selection)
    if not (selection.asked or "DependsOn" in spot.path) or "DependsOn" not in spot.document.text:
        return
    if "&" in spot.document.text:  # what an anchor marks stands in other places too
        return
    obsolete = [found for resource in _depending(spot) for found in _obsolete(spot.template, resource)]
    if obsolete:
        one = len(obsolete) == 1
        title = f"Delete the {'' if one else f'{len(obsolete)} '}obsolete dependenc{'y' if one else 'ies'}"
        edits = partial(remove, spot.document, spot.template, [node for _, node in obsolete])
        ignored = frozenset(("Resources", resource.logical_id, "DependsOn") for resource, _ in obsolete)
        yield Refactoring(
            "dependencies", title, Kind.REWRITE, edits, partial(_differences, Comparison(ignoring=ignored))
        )


def _depending(spot: Spot) -> Iterator[Resource]:
    """The resources with a DependsOn, in the order of the text."""
    for hit in re.finditer("DependsOn", spot.document.text):
        node = spot.template.node_at(hit.start() + 1)
        path = spot.template.path_of(node) if node is not None else ()
        if len(path) == _ATTRIBUTE and path[0] == "Resources" and path[-1] == hit[0]:
            resource = spot.template.resources.get(str(path[1]))
            if resource is not None:
                yield resource


def _obsolete(template: Template, resource: Resource) -> Iterator[tuple[Resource, Node | Entry]]:
    """The dependencies of a resource that its references enforce whatever the conditions."""
    entry = resource.body.entry("DependsOn") if resource.body is not None else None
    value = entry.value if entry is not None else None
    if entry is None or not isinstance(value, Scalar | Sequence) or value.tag:
        return
    items = value.items if isinstance(value, Sequence) else (value,)
    named = {item.value for item in items if isinstance(item, Scalar) and not item.tag}
    enforced = set(_enforced(template, resource, named))
    for item in items:
        if isinstance(item, Scalar) and item.value in enforced:
            yield resource, item if isinstance(value, Sequence) else entry


def _enforced(template: Template, resource: Resource, named: set[str]) -> Iterator[str]:
    """Those of the named resources that the properties of a resource refer to, not only under a condition."""
    properties = resource.properties
    text = template.document.slice(properties.span) if properties is not None else ""
    if properties is not None and any(name in text for name in named):
        for use in references_within(template, properties.span):
            if use.target in named and use.kind in _ENFORCING and "Fn::If" not in use.path:
                yield use.target


def _differences(comparison: Comparison, before: Unit, after: Unit) -> Iterator[str]:
    """What is not the same but for the dependencies, and whether what waits for what is."""
    yield from comparison(before, after)
    yield "" if _waiting(before.main) == _waiting(after.main) else "the order of creation would no longer be the same"


def _waiting(document: Document) -> set[tuple[str, str]]:
    """Which resource waits for which, as far as it always does."""
    template = parse_template(document)
    found = set()
    for use in template.references:
        if use.kind in (*_ENFORCING, ReferenceKind.DEPENDS_ON):
            path = use.path
            if path[0] == "Resources" and use.target in template.resources and "Fn::If" not in path:
                found.add((str(path[1]), use.target))
    return found


REFACTORERS = (Refactorer("dependencies", frozenset({Kind.REWRITE}), drop_dependencies),)
