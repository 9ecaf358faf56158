"""Dependencies that a reference implies anyway go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from lsp_server.core.document import Span, Unit
from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform import references as refs
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import module_of
from lsp_server.fixers.terraform import layout
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.terraform.meaning import Comparison
from lsp_server.refactorings.terraform.spot import Spot, spot_of

_NOT_RESOURCES = frozenset({"module", "var", "local", "each", "count", "self", "path", "terraform", "data"})


def drop_dependencies(selection: Selection) -> Iterator[Refactoring]:
    """Offer it in the `depends_on` of a resource: of another block it means more than that of a reference."""
    spot = spot_of(selection)
    block = spot.top
    given = block.body.attribute("depends_on") if block is not None else None
    if block is None or given is None or block.type != "resource" or not isinstance(given.value, t.TupleExpression):
        return
    if not given.span.encloses(spot.span):
        return
    implied = _implied(spot, block)
    items = given.value.items
    obsolete = [item for item in items if isinstance(item, t.Traversal) and item.names in implied]
    if not obsolete:
        return
    named = "', '".join(".".join(item.names) for item in obsolete)
    title = f"Delete the obsolete dependenc{'y' if len(obsolete) == 1 else 'ies'} on '{named}'"
    edits = partial(_edits, spot, given, items, obsolete)
    same = Comparison(ignoring=frozenset({(block.address, "depends_on")}))
    yield Refactoring("dependencies", title, Kind.REWRITE, edits, partial(_differences, same, block.address))


def _implied(spot: Spot, block: t.Block) -> set[tuple[str, ...]]:
    """The resources that a block refers to other than in its `depends_on`."""
    placed = spot.tree.placed_at(block.span.start)
    return _referred(placed.piece, block.address) if placed is not None else set()


def _referred(piece: t.Piece, address: tuple[str, ...]) -> set[tuple[str, ...]]:
    found = set()
    for reference in refs.references(piece):
        names = reference.traversal.names
        inside = reference.path[:1] == (address,) and reference.argument != "depends_on"
        if inside and len(names) > 1 and names[0] not in _NOT_RESOURCES | reference.scope:
            found.add(names[:2])
    return found


def _edits(
    spot: Spot, given: t.Attribute, items: tuple[t.Expression, ...], obsolete: list[t.Traversal]
) -> Iterable[Edit] | None:
    if spot.commented(given.span):
        return None
    document = spot.document
    left = [item for item in items if item not in obsolete]
    if not left:
        return [layout.remove(document, given.span)]
    if "\n" not in spot.text(given.value):
        return [Edit(document.uri, given.value.span, f"[{', '.join(map(spot.text, left))}]")]
    found = []
    for item in obsolete:
        behind = document.text[item.span.end : document.line_span(document.position(item.span.end).line).end]
        comma = len(behind) - len(behind.lstrip(" \t,"))
        found.append(layout.remove(document, Span(item.span.start, item.span.end + comma)))
    return found


def _differences(same: Comparison, address: tuple[str, ...], before: Unit, after: Unit) -> Iterator[str]:
    """What is not the same but for the dependencies, and whether the block still waits for what it did."""
    yield from same(before, after)
    waiting = []
    for unit in (before, after):
        found = set()
        for tree in module_of(unit).trees.values():
            for placed in tree.placed:
                for reference in refs.references(placed.piece):
                    if reference.path[:1] == (address,) and reference.traversal.root not in reference.scope:
                        found.add(reference.traversal.names[:2])
        waiting.append(found)
    yield "" if waiting[0] == waiting[1] else "the order of creation would no longer be the same"


REFACTORERS = (Refactorer("dependencies", frozenset({Kind.REWRITE}), drop_dependencies),)
