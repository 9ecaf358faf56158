"""Every use of a declared name in a template: Ref, GetAtt, Sub, DependsOn, Condition, FindInMap."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lsp_server.core.diagnostic import Path
from lsp_server.core.document import Span
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, Scalar, Sequence, path_of

_SUB = re.compile(r"\$\{\s*(!?)([^${}!\s][^${}]*?)\s*\}")


class ReferenceKind(enum.Enum):
    """The construct a name is used in."""

    REF = "Ref"
    GET_ATT = "GetAtt"
    SUB = "Sub"
    DEPENDS_ON = "DependsOn"
    CONDITION = "Condition"
    FIND_IN_MAP = "FindInMap"


@dataclass(frozen=True, eq=False)
class Reference:
    """One use of a name. `target` is what is named (`Bucket`, `AWS::Region`), `attribute` what follows it (`Arn`).

    `span` is where the target's name is written, `attribute_span` where the attribute is (empty without one).
    """

    kind: ReferenceKind
    target: str
    attribute: str
    span: Span
    attribute_span: Span
    node: Node

    @property
    def path(self) -> Path:
        """The way to the node that refers."""
        return path_of(self.node)


def references_in(root: Node) -> Iterator[Reference]:
    """All references of a tree, in the order of the text."""
    for node in root.walk():
        if node.intrinsic:
            yield from _of_function(node.intrinsic, node)
        if isinstance(node, Mapping):
            for entry in node.entries:
                yield from _of_entry(entry)


def _of_entry(entry: Entry) -> Iterator[Reference]:
    value = entry.value
    if value is None:
        return
    name = entry.name
    if name == "DependsOn":
        for item in value.items if isinstance(value, Sequence) else (value,):
            yield from _plain(ReferenceKind.DEPENDS_ON, item)
    elif name == "Condition":
        yield from _plain(ReferenceKind.CONDITION, value)
    elif (name == "Ref" or name.startswith("Fn::")) and len(entry.parent.entries) == 1 and not value.intrinsic:
        yield from _of_function(name, value)


def _of_function(name: str, value: Node) -> Iterator[Reference]:
    match name:
        case "Ref":
            yield from _plain(ReferenceKind.REF, value)
        case "Condition":
            yield from _plain(ReferenceKind.CONDITION, value)
        case "Fn::GetAtt":
            yield from _get_att(value)
        case "Fn::Sub":
            yield from _sub(value)
        case "Fn::If" if isinstance(value, Sequence) and value.items:
            yield from _plain(ReferenceKind.CONDITION, value.items[0])
        case "Fn::FindInMap" if isinstance(value, Sequence) and value.items:
            yield from _plain(ReferenceKind.FIND_IN_MAP, value.items[0])


def inner_span(node: Scalar) -> Span:
    """The span of a scalar without its quotes."""
    raw, (start, end) = node.raw, node.span
    if raw[:1] in ('"', "'"):
        closed = len(raw) > 1 and raw[-1] == raw[0]
        return Span(start + 1, end - 1 if closed else end)
    return node.span


def _plain(kind: ReferenceKind, node: Node) -> Iterator[Reference]:
    if isinstance(node, Scalar) and (not node.intrinsic or node.intrinsic in ("Ref", "Condition")):
        span = inner_span(node)
        yield Reference(kind, node.value, "", span, Span(span.end, span.end), node)


def _get_att(node: Node) -> Iterator[Reference]:
    if isinstance(node, Scalar):
        yield _dotted(ReferenceKind.GET_ATT, node.value, inner_span(node), node)
    elif isinstance(node, Sequence) and node.items and isinstance(first := node.items[0], Scalar):
        if first.intrinsic:
            return
        last = node.items[1] if len(node.items) > 1 else None
        if isinstance(last, Scalar) and not last.intrinsic:
            yield Reference(ReferenceKind.GET_ATT, first.value, last.value, inner_span(first), inner_span(last), node)
        else:
            end = inner_span(first).end
            yield Reference(ReferenceKind.GET_ATT, first.value, "", inner_span(first), Span(end, end), node)


def _dotted(kind: ReferenceKind, text: str, span: Span, node: Node) -> Reference:
    target, dot, attribute = text.partition(".")
    middle = min(span.start + len(target), span.end)
    return Reference(
        kind, target, attribute, Span(span.start, middle), Span(min(middle + len(dot), span.end), span.end), node
    )


def sub_names(text: str) -> Iterator[tuple[str, int]]:
    """The names in `${…}` of a Sub string and where they begin; `${!literal}` is none."""
    for match in _SUB.finditer(text):
        if not match[1]:
            yield match[2], match.start(2)


def _sub(node: Node) -> Iterator[Reference]:
    string: Node = node
    own: frozenset[str] = frozenset()
    if isinstance(node, Sequence):
        if not node.items:
            return
        string = node.items[0]
        if len(node.items) > 1 and isinstance(variables := node.items[1], Mapping):
            own = frozenset(entry.name for entry in variables.entries)
    if isinstance(string, Scalar) and (string is node or not string.intrinsic):
        for name, at in sub_names(string.raw):
            if name not in own:
                start = string.span.start + at
                yield _dotted(ReferenceKind.SUB, name, Span(start, start + len(name)), string)
