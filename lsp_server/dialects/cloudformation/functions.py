"""Intrinsic functions as they are written, with a tag or as a key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, Scalar
from lsp_server.dialects.cloudformation.vocabulary import CONDITION_FUNCTIONS, FUNCTIONS

KNOWN = frozenset({*FUNCTIONS, *CONDITION_FUNCTIONS}) - {"Condition", "Fn::Transform"}
"""The functions that have a short form. A macro is not one of values, and `Condition` is one only among conditions."""

_HOLDERS = frozenset({"Fn::And", "Fn::Not", "Fn::Or"})


@dataclass(frozen=True)
class Function:
    """A function. `node` is all of it, `argument` what it takes: the same node where it is written with a tag.

    `entry` is the only entry of the mapping that the long form is. That mapping may have the tag of another function,
    which takes this one.
    """

    name: str
    node: Node
    argument: Node | None
    entry: Entry | None = None

    @property
    def short(self) -> bool:
        """Whether it is written with a tag."""
        return self.entry is None


def function_of(node: Node | None) -> Function | None:
    """The function that a node is, or None."""
    if node is None:
        return None
    if node.intrinsic:
        known = node.intrinsic in KNOWN or (node.intrinsic == "Condition" and isinstance(node, Scalar))
        return Function(node.intrinsic, node, node) if known else None
    return None if node.tag else long_function(node)


def long_function(node: Node) -> Function | None:
    """The function in its long form that a node is without its tag, or None."""
    if not isinstance(node, Mapping) or len(node.entries) != 1:
        return None
    entry = node.entries[0]
    if entry.name in KNOWN or (entry.name == "Condition" and isinstance(entry.value, Scalar) and _among(node)):
        return Function(entry.name, node, entry.value, entry)
    return None


def _both(node: Node) -> list[Function]:
    """The function that a node is, and the one that it takes as the same node."""
    outer = function_of(node)
    inner = long_function(node) if outer is not None and outer.short else None
    return [found for found in (outer, inner) if found is not None]


def _among(node: Node) -> bool:
    """Whether a node stands in a list of conditions."""
    holder = node.parent if isinstance(node.parent, Node) else None
    if holder is None:
        return False
    owner = holder.parent
    return holder.intrinsic in _HOLDERS or (isinstance(owner, Entry) and owner.name in _HOLDERS)


def functions_around(node: Node | Entry | None) -> Iterator[Function]:
    """The functions that a node is or stands in, the innermost first."""
    while node is not None:
        yield from reversed(_both(node)) if isinstance(node, Node) else ()
        node = node.parent


def functions_in(node: Node) -> Iterator[Function]:
    """The functions that a node is or that stand in it, in the order of the text; aliases are not followed."""
    for inner in node.walk():
        yield from _both(inner)
