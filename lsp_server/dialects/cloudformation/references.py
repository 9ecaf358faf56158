"""Every use of a name in a template: functions, DependsOn, Condition, loops, metadata, anchors.

They are found in green nodes, so that a piece of text that did not change is not searched again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from lsp_server.core.diagnostic import Path
from lsp_server.core.document import Span
from lsp_server.dialects.cloudformation.green import Green, Kind, Pair, kept
from lsp_server.dialects.cloudformation.tree import Node, intrinsic_name, path_of
from lsp_server.dialects.cloudformation.uses import (
    Loops,
    ReferenceKind,
    Use,
    alias,
    anchor,
    inner,
    interface,
    looped,
    of_function,
    plain,
    scripted,
    sub_names,
    text_of,
    variable,
)

__all__ = ["LOOP", "Reference", "ReferenceKind", "Use", "node_of", "sub_names", "uses_in"]

LOOP = "Fn::ForEach::"
_TYPES = {"AWS::Serverless::Connector": "connector", "AWS::CodeDeploy::BlueGreen": "hook"}
_ENDS = ("Source", "Destination")
_HOOKED = ("LogicalID", "TaskDefinitions", "TaskSets", "TargetGroups")


class Reference:
    """One use of a name. `target` is what is named (`Bucket`, `AWS::Region`), `attribute` what follows it (`Arn`).

    `span` is where the target's name is written, `attribute_span` where the attribute is (empty without one).
    """

    def __init__(self, use: Use, base: int, root: Node) -> None:
        self.kind, self.target, self.attribute = use.kind, use.target, use.attribute
        self.span, self.attribute_span = use.span.shifted(base), use.attribute_span.shifted(base)
        self._green, self._base, self._root = use.green, base, root

    @cached_property
    def node(self) -> Node:
        """The node that refers."""
        return node_of(self._root, Span(self._green.start + self._base, self._green.end + self._base), self._green)

    @property
    def path(self) -> Path:
        """The way to the node that refers."""
        return path_of(self.node)


def node_of(node: Node, span: Span, green: Green) -> Node:
    """The node of that span and kind in a tree; the nearest around it where there is none."""
    while node.span != span or node.green.kind is not green.kind:
        inside = node.child_at(span.start)
        if inside is None:
            break
        node = inside
    return node


@dataclass(frozen=True, slots=True)
class _Around:
    """What a node stands in, as far as that tells what its words mean.

    `attributes`: a resource or an output, but not the properties, where `Condition` and `DependsOn` are other words.
    """

    attributes: bool = True
    connector: bool = False
    hook: bool = False
    loops: Loops = ()


@kept
def uses_in(root: Green) -> tuple[Use, ...]:
    """All uses in a piece, in the order of the text. The top entries are sections or logical ids, never functions."""
    return tuple(_search(root))


def _search(root: Green) -> Iterator[Use]:
    yield from _of_node(root, _Around())
    waiting = _inside(root, _Around(), top=True)
    while waiting:
        one, around, alone = waiting.pop()
        if isinstance(one, Green):
            yield from _of_node(one, around)
            waiting += _inside(one, around)
            continue
        yield from _of_pair(one, around, alone=alone)
        if one.value is None:
            continue
        name = text_of(one.key)
        if name.startswith(LOOP) and one.value.items:
            waiting += _loop(one.value, around)
        else:
            waiting.append((one.value, _around(name, one.value, around), False))


_Waiting = list[tuple[Green | Pair, _Around, bool]]


def _inside(node: Green, around: _Around, *, top: bool = False) -> _Waiting:
    """What is in a node, the last first; each entry with whether it stands alone, as a function does."""
    alone = len(node.pairs) == 1 and not top
    return [
        *((pair, around, alone) for pair in reversed(node.pairs)),
        *((i, around, False) for i in reversed(node.items)),
    ]


def _loop(arguments: Green, around: _Around) -> _Waiting:
    """The arguments of a loop; only in the last is its variable known."""
    first, last = arguments.items[0], arguments.items[2:]
    inside = replace(around, loops=(*around.loops, (text_of(first), arguments)))
    return [*((item, inside, False) for item in reversed(last)), *((i, around, False) for i in arguments.items[1:2])]


def _around(name: str, value: Green, around: _Around) -> _Around:
    """What stands below a key."""
    if around.attributes and name in ("Properties", "Metadata"):
        return replace(around, attributes=False)
    if around.attributes and name == "Connectors":
        return replace(around, connector=True)
    if value.kind is Kind.MAPPING and around.attributes and (word := _TYPES.get(value.text_of("Type") or "")):
        return replace(around, connector=word == "connector", hook=word == "hook")
    return around


def _of_node(node: Green, around: _Around) -> Iterator[Use]:
    if node.anchor:
        yield anchor(node)
    if node.kind is Kind.ALIAS:
        yield alias(node)
    yield from of_function(intrinsic_name(node.tag), node, around.loops)
    if node.kind is Kind.SCALAR:
        if around.loops:
            yield from looped(node, around.loops)
        if "esource" in node.raw:
            yield from scripted(node)


def _of_pair(pair: Pair, around: _Around, *, alone: bool) -> Iterator[Use]:
    if around.loops:
        yield from looped(pair.key, around.loops)
    value, name = pair.value, text_of(pair.key)
    if value is None:
        return
    if name.startswith(LOOP) and value.items and value.items[0].kind is Kind.SCALAR:
        first = value.items[0]
        yield variable(inner(first), text_of(first), first, value, declares=True)
    elif alone and (name == "Ref" or name.startswith("Fn::")) and not intrinsic_name(value.tag):
        yield from of_function(name, value, around.loops)
    elif name == "Condition" and (around.attributes or alone):
        yield from plain(ReferenceKind.CONDITION, value)
    else:
        yield from _of_key(name, value, around)


def _of_key(name: str, value: Green, around: _Around) -> Iterator[Use]:
    """What stands as a bare name below a key."""
    if name == "DependsOn" and around.attributes:
        yield from _listed(ReferenceKind.DEPENDS_ON, value)
    elif name == "AWS::CloudFormation::Interface":
        yield from interface(value)
    elif around.hook and name in _HOOKED:
        yield from _listed(ReferenceKind.HOOK, value)
    elif around.connector and name in _ENDS:
        for end in value.items or (value,):
            for pair in end.pairs:
                if pair.value is not None and text_of(pair.key) == "Id":
                    yield from plain(ReferenceKind.CONNECTOR, pair.value)


def _listed(kind: ReferenceKind, value: Green) -> Iterator[Use]:
    for item in value.items if value.kind is Kind.SEQUENCE else (value,):
        yield from plain(kind, item)
