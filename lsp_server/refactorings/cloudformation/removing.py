"""Takes several things away at once, with whatever would be empty without them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, Sequence
from lsp_server.fixers.cloudformation.edits import delete_element

Target = Node | Entry


def remove(document: Document, template: Template, targets: Iterable[Target]) -> list[Edit] | None:
    """Take entries and items away; None where a comment would go with them."""
    found: list[Edit] = []
    whole = _whole(list(targets))
    for owner in {id(target.parent): target.parent for target in whole}.values():
        inside = [target for target in whole if target.parent is owner]
        if isinstance(owner, Mapping | Sequence) and owner.flow:
            found += _from_flow(document, owner, inside)
            continue
        for target in inside:
            edits = delete_element(document, template, target)
            if edits is None:
                return None
            found += edits
    return found


def _whole(targets: list[Target]) -> list[Target]:
    """The same, but what would lose all that is in it as a whole."""
    while True:
        owners = {id(target.parent): target.parent for target in targets}
        emptied = next((owner for owner in owners.values() if _emptied(owner, targets)), None)
        if emptied is None or emptied.parent is None:
            return targets
        larger = emptied.parent if isinstance(emptied.parent, Entry) else emptied
        targets = [*(target for target in targets if target.parent is not emptied), larger]


def _emptied(owner: Target | None, targets: list[Target]) -> bool:
    inside = _elements(owner) if isinstance(owner, Mapping | Sequence) else ()
    return bool(inside) and sum(target.parent is owner for target in targets) == len(inside)


def _elements(owner: Mapping | Sequence) -> tuple[Target, ...]:
    return owner.entries if isinstance(owner, Mapping) else owner.items


def _from_flow(document: Document, owner: Mapping | Sequence, gone: list[Target]) -> Iterator[Edit]:
    """Each run of elements with the commas between and behind it, or before it where it is the last."""
    spans = [(element.full_span if isinstance(element, Node) else element.span) for element in _elements(owner)]
    taken = {(target.full_span if isinstance(target, Node) else target.span) for target in gone}
    number = 0
    while number < len(spans):
        first = number
        while number < len(spans) and spans[number] in taken:
            number += 1
        if number > first and number < len(spans):
            yield Edit(document.uri, Span(spans[first].start, spans[number].start), "")
        elif number > first:
            start = spans[first - 1].end if first else spans[first].start
            yield Edit(document.uri, Span(start, spans[-1].end), "")
        number = max(number, first + 1)
