"""What the expressions of a piece refer to, with the names that are in scope where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lsp_server.core.caches import with_argument
from lsp_server.dialects.terraform import tree as t

Path = tuple[tuple[str, ...], ...]
TRYING = frozenset({"try", "can"})
"""Functions whose arguments may fail without harm."""
EARLY = frozenset({"backend", "cloud", "encryption"})
"""What in a `terraform` block may refer to variables and local values, for OpenTofu."""
_KNOWN_EARLY = frozenset({"var", "local"})


@dataclass(frozen=True, slots=True)
class Reference:
    """A traversal that means something declared elsewhere. `scope` holds the names that `for` and `dynamic` bring.

    `path` is types of the blocks around it with their labels, outermost first; `argument` the argument it stands in.
    `tried` tells that it stands in an argument of `try` or `can`, where a value may turn out to be missing.
    """

    traversal: t.Traversal
    scope: frozenset[str]
    path: Path
    argument: str
    tried: bool = False


@with_argument
def references(piece: t.Piece) -> tuple[Reference, ...]:
    """All references of a piece, in the order of the text; spans count from the piece's start."""
    return tuple(_of_body(piece.body, (), frozenset()))


def _of_body(body: t.Body, path: Path, scope: frozenset[str]) -> Iterator[Reference]:
    for attribute in body.attributes:
        if not _is_special(attribute.name, path):
            yield from _of(attribute.value, scope, path, attribute.name)
    for block in body.blocks:
        yield from _of_block(block, path, scope)


_SPECIAL: dict[str, frozenset[str]] = {
    "resource": frozenset({"provider"}),
    "data": frozenset({"provider"}),
    "ephemeral": frozenset({"provider"}),
    "module": frozenset({"providers"}),
    "variable": frozenset({"type"}),
    "moved": frozenset({"from", "to"}),
    "removed": frozenset({"from"}),
    "import": frozenset({"to", "provider"}),
    "run": frozenset({"command", "expect_failures", "providers"}),
    "plan_options": frozenset({"mode", "target", "replace"}),
    "mock_provider": frozenset({"override_during"}),
    **dict.fromkeys(("mock_resource", "mock_data"), frozenset({"override_during"})),
    **dict.fromkeys(
        ("override_resource", "override_data", "override_module"), frozenset({"target", "override_during"})
    ),
}
_OF_TESTS = frozenset({"run", "mock_provider"})


def _is_special(name: str, path: Path) -> bool:
    """Whether an argument's bare words are addresses or keywords rather than references."""
    if not path:
        return False
    if path[0][0] == "terraform":
        return len(path) == 1 or path[1][0] not in EARLY
    if name == "ignore_changes" and path[-1][0] == "lifecycle":
        return True
    if len(path) == 2 and path[0][0] in _OF_TESTS:
        return name in _SPECIAL.get(path[1][0], ())
    return len(path) == 1 and name in _SPECIAL.get(path[0][0], ())


def _of_block(block: t.Block, path: Path, scope: frozenset[str]) -> Iterator[Reference]:
    inner = (*path, block.address)
    if block.type != "dynamic" or not block.labels or not path:
        yield from _of_body(block.body, inner, scope)
        return
    iterator = block.body.attribute("iterator")
    name = block.labels[0].text
    if iterator and isinstance(iterator.value, t.Traversal):
        name = iterator.value.root
    for attribute in block.body.attributes:
        if attribute.name != "iterator":
            inside = scope | {name} if attribute.name == "labels" else scope
            yield from _of(attribute.value, inside, inner, attribute.name)
    for child in block.body.blocks:
        yield from _of_block(child, inner, scope | {name})


def _of(node: Any, scope: frozenset[str], path: Path, argument: str, tried: bool = False) -> Iterator[Reference]:
    if isinstance(node, t.Traversal):
        if node.root in _KNOWN_EARLY or not path or path[0][0] != "terraform":
            yield Reference(node, scope, path, argument, tried)
        below = [(part.key, scope) for part in node.parts if part.key is not None]
    else:
        below = list(_below(node, scope))
        tried = tried or (isinstance(node, t.Call) and node.name in TRYING)
    for child, inside in below:
        yield from _of(child, inside, path, argument, tried)


def _below(node: Any, scope: frozenset[str]) -> Iterator[tuple[Any, frozenset[str]]]:
    """The nodes below one in which references may stand, and the names in scope there."""
    match node:
        case t.ObjectItem(key=t.Traversal(parts=(_,))):
            yield node.value, scope
        case t.ForExpression():
            yield node.collection, scope
            inside = scope | {part.name for part in node.names}
            yield from ((child, inside) for child in (node.key, node.value, node.condition) if child is not None)
        case t.Directive():
            yield node.condition, scope
            yield from ((part, scope | {part.name for part in node.names}) for part in node.parts)
        case t.Literal() | t.TextPart():
            return
        case _:
            yield from ((child, scope) for child in t.children(node))
