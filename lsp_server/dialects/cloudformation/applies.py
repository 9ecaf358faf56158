"""Whether a part of a schema speaks of what is written: its conditions (`if`), and the alternatives left to it.

What an intrinsic function stands for, and what is being typed, is not known: then neither yes nor no is said.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from lsp_server.dialects.cloudformation.patterns import matches
from lsp_server.dialects.cloudformation.schema_files import Json
from lsp_server.dialects.cloudformation.tree import Mapping, Node, Scalar, Sequence

Verdict: TypeAlias = bool | None
Resolve: TypeAlias = Callable[[str], Json | None]

_DEEPEST = 12  # levels of a condition; none of the schemas has more than five
_KINDS = {
    "object": Mapping,
    "array": Sequence,
    "string": Scalar,
    "integer": Scalar,
    "number": Scalar,
    "boolean": Scalar,
}


@dataclass(frozen=True)
class Written:
    """What is written of a value, seen from a cursor at `offset` (-1 for none): that it has begun, but not what with.

    What the cursor touches does not count, a half-typed key not at all. `memo` is for what is found out on the way.
    """

    node: Node | None
    offset: int = -1
    memo: dict[object, list[object]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def being_typed(self) -> bool:
        """Whether it is a scalar at the cursor."""
        return isinstance(self.node, Scalar) and self.node.full_span.touches(self.offset)

    @property
    def known(self) -> Node | None:
        """The node itself; None where it is not there, is being typed or comes from a function."""
        node = self.node
        if node is None or node.intrinsic or self.being_typed:
            return None
        if isinstance(node, Mapping) and len(node.entries) == 1 and is_function(node.entries[0].name):
            return None
        return node

    def keys(self) -> frozenset[str]:
        """The keys of the mapping that are there, without one that is being typed."""
        node = self.known
        entries = node.entries if isinstance(node, Mapping) else ()
        return frozenset(entry.name for entry in entries if not entry.key.span.touches(self.offset))

    def child(self, step: str | int) -> Written:
        """What is written under a key or at an index."""
        node = self.node
        if node is not None and node.intrinsic and node.intrinsic == step:
            return self
        inner = node.get(step) if isinstance(node, Mapping) else None
        if isinstance(node, Sequence) and isinstance(step, int):
            inner = node.get(step)
        return Written(inner, self.offset, self.memo)

    def at(self, path: Iterable[str | int]) -> Written:
        """What is written at a path below."""
        found = self
        for step in path:
            found = found.child(step)
        return found


UNWRITTEN = Written(None)


def is_function(name: str) -> bool:
    """Whether a key is the long name of an intrinsic function."""
    return name == "Ref" or name.startswith("Fn::")


class Judge(enum.Flag):
    """What counts against a schema besides its values: that something is `MISSING`, and `OTHER` names than its own."""

    VALUES = 0
    MISSING = enum.auto()
    OTHER = enum.auto()


def holds(
    shape: object, written: Written, resolve: Resolve, judge: Judge = Judge.MISSING | Judge.OTHER, depth: int = _DEEPEST
) -> Verdict:
    """Whether what is written satisfies a schema; None where that is not known yet."""
    if isinstance(shape, bool):
        return shape
    if not isinstance(shape, dict) or depth == 0:
        return None
    return _all(_verdicts(shape, written, resolve, judge, depth - 1))


def _all(verdicts: Iterable[Verdict]) -> Verdict:
    unknown = False
    for verdict in verdicts:
        if verdict is False:
            return False
        unknown = unknown or verdict is None
    return None if unknown else True


def _any(verdicts: Iterable[Verdict]) -> Verdict:
    unknown = False
    for verdict in verdicts:
        if verdict:
            return True
        unknown = unknown or verdict is None
    return None if unknown else False


def _verdicts(shape: Json, written: Written, resolve: Resolve, judge: Judge, depth: int) -> Iterable[Verdict]:
    def inner(one: object, at: Written = written) -> Verdict:
        return holds(one, at, resolve, judge, depth)

    for word, value in shape.items():
        match word, value:
            case "$ref", str():
                yield inner(resolve(value))
            case ("allOf", [*parts]):
                yield _all(inner(part) for part in parts)
            case ("anyOf" | "oneOf", [*parts]):
                yield _any(inner(part) for part in parts)
            case "not", _:
                denied = holds(value, written, resolve, depth=depth)
                yield None if denied is None else not denied
            case ("type" | "const" | "enum" | "enumCaseInsensitive" | "pattern", _):
                yield _plain(word, value, written)
            case _:
                yield _inside(shape, word, written, judge, inner)


def _inside(
    shape: Json, word: str, written: Written, judge: Judge, inner: Callable[[object, Written], Verdict]
) -> Verdict:
    """What a keyword says of the parts of an object or a list; True for keywords that are of no interest here."""
    node, value, there = written.known, shape[word], written.keys()
    if node is None or word not in ("required", "properties", "additionalProperties", "contains"):
        return True if node is not None or word not in ("required", "properties", "contains") else None
    if word == "required" and isinstance(value, list):
        return Judge.MISSING not in judge or {str(name) for name in value} <= there
    if word == "properties" and isinstance(value, dict):
        return _all(inner(one, written.child(name)) for name, one in value.items() if name in there)
    if word == "additionalProperties" and value is False:
        return Judge.OTHER not in judge or _named(shape, there)
    if word == "contains":
        items = range(len(node.items)) if isinstance(node, Sequence) else ()
        return _any(inner(value, written.child(item)) for item in items)
    return True


def _named(shape: Json, names: Iterable[str]) -> bool:
    """Whether all names are those of an object that takes no others."""
    known, patterns = shape.get("properties"), shape.get("patternProperties")
    listed = known if isinstance(known, dict) else {}
    return all(
        name in listed or (isinstance(patterns, dict) and any(matches(one, name) for one in patterns)) for name in names
    )


def _plain(word: str, value: object, written: Written) -> Verdict:
    """What a keyword says of a value alone."""
    node = written.known
    if node is None:
        due = written.node is None or written.being_typed
        return True if word == "type" and due else None  # it will be of the kind that is wanted
    if word == "type":
        kinds = value if isinstance(value, list) else [value]
        return any(isinstance(node, _KINDS.get(str(kind), Node)) for kind in kinds)
    if not isinstance(node, Scalar):
        return True
    if word == "pattern":
        return matches(str(value), node.value)
    allowed = {same(one) for one in (value if isinstance(value, list) else [value])}
    if word == "enumCaseInsensitive":
        return same(node.data).lower() in {one.lower() for one in allowed}
    return same(node.data) in allowed


def same(value: object) -> str:
    """A value as the text that CloudFormation takes for the same: `true` and `"true"` are."""
    return value if isinstance(value, str) else json.dumps(value, default=str)
