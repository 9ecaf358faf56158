"""Every use of a declared name in a template: Ref, GetAtt, Sub, DependsOn, Condition, FindInMap.

They are found in green nodes, so that a piece of text that did not change is not searched again.
"""

from __future__ import annotations

import enum
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lsp_server.core.diagnostic import Path
from lsp_server.core.document import Span
from lsp_server.dialects.cloudformation.green import Green, Kind, Pair
from lsp_server.dialects.cloudformation.scalars import decode
from lsp_server.dialects.cloudformation.tree import Mapping, Node, Sequence, intrinsic_name, path_of

_SUB = re.compile(r"\$\{\s*(!?)([^${}!\s][^${}]*?)\s*\}")


class ReferenceKind(enum.Enum):
    """The construct a name is used in."""

    REF = "Ref"
    GET_ATT = "GetAtt"
    SUB = "Sub"
    DEPENDS_ON = "DependsOn"
    CONDITION = "Condition"
    FIND_IN_MAP = "FindInMap"


@dataclass(frozen=True)
class Use:
    """One use of a name in a piece; spans are those of the piece, `green` is the node that refers."""

    kind: ReferenceKind
    target: str
    attribute: str
    span: Span
    attribute_span: Span
    green: Green


class Reference:
    """One use of a name. `target` is what is named (`Bucket`, `AWS::Region`), `attribute` what follows it (`Arn`).

    `span` is where the target's name is written, `attribute_span` where the attribute is (empty without one).
    """

    def __init__(self, use: Use, base: int, root: Node) -> None:
        self.kind, self.target, self.attribute = use.kind, use.target, use.attribute
        self.span = Span(use.span.start + base, use.span.end + base)
        self.attribute_span = Span(use.attribute_span.start + base, use.attribute_span.end + base)
        self._green, self._base, self._root = use.green, base, root

    @cached_property
    def node(self) -> Node:
        """The node that refers."""
        return _node_at(self._root, Span(self._green.start + self._base, self._green.end + self._base), self._green)

    @property
    def path(self) -> Path:
        """The way to the node that refers."""
        return path_of(self.node)


def _node_at(node: Node, span: Span, green: Green) -> Node:
    """The node of that span and kind in a tree; the nearest around it where there is none."""
    while node.span != span or node.green.kind is not green.kind:
        inner: Node | None = None
        if isinstance(node, Mapping):
            number = bisect_right(node.entries, span.start, key=lambda entry: entry.span.start)
            inner = node.entries[number - 1].value if number else None
        elif isinstance(node, Sequence):
            number = bisect_right(node.items, span.start, key=lambda item: item.full_span.start)
            inner = node.items[number - 1] if number else None
        if inner is None:
            break
        node = inner
    return node


def uses_in(root: Green) -> tuple[Use, ...]:
    """All uses in a piece, in the order of the text. The top entries are sections or logical ids, never functions."""
    if root.uses is None:
        root.uses = tuple(_search(root))
    return root.uses


def _search(root: Green) -> Iterator[Use]:
    yield from _of_function(intrinsic_name(root.tag), root)
    waiting: list[Green | tuple[Pair, bool]] = [pair.value for pair in reversed(root.pairs) if pair.value is not None]
    waiting += reversed(root.items)
    while waiting:
        one = waiting.pop()
        if isinstance(one, Green):
            yield from _of_function(intrinsic_name(one.tag), one)
            waiting.extend((pair, len(one.pairs) == 1) for pair in reversed(one.pairs))
            waiting.extend(reversed(one.items))
            continue
        pair, alone = one
        yield from _of_pair(pair, alone=alone)
        if pair.value is not None:
            waiting.append(pair.value)


def _of_pair(pair: Pair, *, alone: bool) -> Iterator[Use]:
    value = pair.value
    if value is None:
        return
    name = decode(pair.key.raw, pair.key.style)
    if name == "DependsOn":
        for item in value.items if value.kind is Kind.SEQUENCE else (value,):
            yield from _plain(ReferenceKind.DEPENDS_ON, item)
    elif name == "Condition":
        yield from _plain(ReferenceKind.CONDITION, value)
    elif alone and (name == "Ref" or name.startswith("Fn::")) and not intrinsic_name(value.tag):
        yield from _of_function(name, value)


def _of_function(name: str, value: Green) -> Iterator[Use]:
    match name:
        case "Ref":
            yield from _plain(ReferenceKind.REF, value)
        case "Condition":
            yield from _plain(ReferenceKind.CONDITION, value)
        case "Fn::GetAtt":
            yield from _get_att(value)
        case "Fn::Sub":
            yield from _sub(value)
        case "Fn::If" if value.items:
            yield from _plain(ReferenceKind.CONDITION, value.items[0])
        case "Fn::FindInMap" if value.items:
            yield from _plain(ReferenceKind.FIND_IN_MAP, value.items[0])


def _inner(node: Green) -> Span:
    """The span of a scalar without its quotes."""
    raw = node.raw
    if raw[:1] in ('"', "'"):
        closed = len(raw) > 1 and raw[-1] == raw[0]
        return Span(node.start + 1, node.end - 1 if closed else node.end)
    return Span(node.start, node.end)


def _text(node: Green) -> str:
    return decode(node.raw, node.style)


def _plain(kind: ReferenceKind, node: Green) -> Iterator[Use]:
    if node.kind is Kind.SCALAR and intrinsic_name(node.tag) in ("", "Ref", "Condition"):
        span = _inner(node)
        yield Use(kind, _text(node), "", span, Span(span.end, span.end), node)


def _get_att(node: Green) -> Iterator[Use]:
    if node.kind is Kind.SCALAR:
        yield _dotted(ReferenceKind.GET_ATT, _text(node), _inner(node), node)
    elif node.items and (first := node.items[0]).kind is Kind.SCALAR:
        if intrinsic_name(first.tag):
            return
        last = node.items[1] if len(node.items) > 1 else None
        if last is not None and last.kind is Kind.SCALAR and not intrinsic_name(last.tag):
            yield Use(ReferenceKind.GET_ATT, _text(first), _text(last), _inner(first), _inner(last), node)
        else:
            end = _inner(first).end
            yield Use(ReferenceKind.GET_ATT, _text(first), "", _inner(first), Span(end, end), node)


def _dotted(kind: ReferenceKind, text: str, span: Span, node: Green) -> Use:
    target, dot, attribute = text.partition(".")
    middle = min(span.start + len(target), span.end)
    return Use(
        kind, target, attribute, Span(span.start, middle), Span(min(middle + len(dot), span.end), span.end), node
    )


def sub_names(text: str) -> Iterator[tuple[str, int]]:
    """The names in `${…}` of a Sub string and where they begin; `${!literal}` is none."""
    for match in _SUB.finditer(text):
        if not match[1]:
            yield match[2], match.start(2)


def _sub(node: Green) -> Iterator[Use]:
    string = node
    own: frozenset[str] = frozenset()
    if node.kind is Kind.SEQUENCE:
        if not node.items:
            return
        string = node.items[0]
        if len(node.items) > 1:
            own = frozenset(_text(pair.key) for pair in node.items[1].pairs)
    if string.kind is Kind.SCALAR and (string is node or not intrinsic_name(string.tag)):
        for name, at in sub_names(string.raw):
            if name not in own:
                start = string.start + at
                yield _dotted(ReferenceKind.SUB, name, Span(start, start + len(name)), string)
