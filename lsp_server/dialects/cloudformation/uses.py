"""How each construct of a template writes the names that it uses, in green nodes."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lsp_server.core.document import Span
from lsp_server.dialects.cloudformation.green import Green, Kind, Style
from lsp_server.dialects.cloudformation.scalars import decode
from lsp_server.dialects.cloudformation.tree import intrinsic_name

_SUB = re.compile(r"\$\{\s*(!?)([^${}!\s][^${}]*?)\s*\}")
_LOOPED = re.compile(r"[$&]\{([^${}!\s]+)\}")
_SCRIPT = re.compile(
    r"(?:--resource(?:[ \t]+|=)|\bResources\.(?=\w+\.(?:Metadata|PhysicalResourceId|LastUpdatedTimestamp)\b))"
    r"(?P<id>[A-Za-z0-9]+)(?![\w${-])"
)
"""How the helper scripts on an instance (cfn-init, cfn-signal, cfn-hup) name a resource."""


class ReferenceKind(enum.Enum):
    """The construct a name is used in."""

    REF = "Ref"
    GET_ATT = "GetAtt"
    SUB = "Sub"
    DEPENDS_ON = "DependsOn"
    CONDITION = "Condition"
    FIND_IN_MAP = "FindInMap"
    VALUE_OF = "ValueOf"
    INTERFACE = "AWS::CloudFormation::Interface"
    CONNECTOR = "Connector"
    HOOK = "Hook"
    SCRIPT = "script"
    MAP_KEY = "key of a mapping"
    VARIABLE = "variable"
    ALIAS = "alias"


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a name in a piece; spans are those of the piece, `green` is the node that refers.

    A MAP_KEY has the names of what it is looked up in as `within`: the mapping and, for a second key, the first one,
    "" where that is not fixed. `scope` are the arguments of the Sub or the loop that brings a VARIABLE, or those of a
    FIND_IN_MAP. An ALIAS stands for the argument of `function`. Loops, Subs and anchors are said to `declare`.
    """

    kind: ReferenceKind
    target: str
    attribute: str
    span: Span
    attribute_span: Span
    green: Green
    within: tuple[str, ...] = ()
    scope: Green | None = None
    declares: bool = False
    function: str = ""


Loops = tuple[tuple[str, Green], ...]
"""The variables of the loops around a node with the arguments of each loop, the innermost last."""


def text_of(node: Green) -> str:
    """The string of a scalar."""
    return decode(node.raw, node.style)


def child(node: Green | None, key: str) -> Green | None:
    """The value of a key of a mapping; None where there is none."""
    pairs = node.pairs if node is not None else ()
    return next((pair.value for pair in reversed(pairs) if text_of(pair.key) == key), None)


def inner(node: Green) -> Span:
    """The span of a scalar without its quotes, or that of the one line of a block scalar."""
    raw = node.raw
    if node.style in (Style.LITERAL, Style.FOLDED):
        text = text_of(node).strip()
        at = raw.find(text, raw.find("\n") + 1)
        return Span(node.start + at, node.start + at + len(text)) if text and at >= 0 else Span(node.start, node.end)
    if raw[:1] in ('"', "'"):
        closed = len(raw) > 1 and raw[-1] == raw[0]
        return Span(node.start + 1, node.end - 1 if closed else node.end)
    return Span(node.start, node.end)


def whole(kind: ReferenceKind, node: Green, within: tuple[str, ...] = ()) -> Use:
    """The use of a name that is all of a scalar."""
    span = inner(node)
    return Use(kind, text_of(node), "", span, Span(span.end, span.end), node, within)


def variable(span: Span, name: str, node: Green, scope: Green, *, declares: bool = False) -> Use:
    """The use of a variable."""
    nothing = Span(span.end, span.end)
    return Use(ReferenceKind.VARIABLE, name, "", span, nothing, node, scope=scope, declares=declares)


def plain(kind: ReferenceKind, node: Green, within: tuple[str, ...] = ()) -> Iterator[Use]:
    """The use of a name that may stand as a scalar, and not as another function's result."""
    if node.kind is Kind.SCALAR and not intrinsic_name(node.tag):
        yield whole(kind, node, within)


def of_function(name: str, value: Green, loops: Loops = ()) -> Iterator[Use]:
    """What the argument of a function names; `name` is the long one."""
    if value.kind is Kind.ALIAS:
        yield alias(value, name)
        return
    items = value.items
    match name:
        case "Ref" if value.kind is Kind.SCALAR:
            yield _looped(whole(ReferenceKind.REF, value), loops)
        case "Condition" if value.kind is Kind.SCALAR:
            yield whole(ReferenceKind.CONDITION, value)
        case "Fn::GetAtt":
            yield from _get_att(value)
        case "Fn::Sub":
            yield from _sub(value, loops)
        case "Fn::If" if items:
            yield from plain(ReferenceKind.CONDITION, items[0])
        case "Fn::FindInMap" if items:
            yield from _find_in_map(value)
        case "Fn::ValueOf" if items:
            yield from plain(ReferenceKind.VALUE_OF, items[0])


def alias(node: Green, function: str = "") -> Use:
    """The use of an anchor by an alias, which may be the argument of a function."""
    span = Span(node.start + 1, node.end)
    return Use(ReferenceKind.ALIAS, node.raw[1:], "", span, Span(span.end, span.end), node, function=function)


def anchor(node: Green) -> Use:
    """The anchor that marks a node."""
    at = node.piece.text.rfind("&" + node.anchor, 0, node.start) + 1
    span = Span(at, at + len(node.anchor))
    return Use(ReferenceKind.ALIAS, node.anchor, "", span, Span(span.end, span.end), node, declares=True)


def looped(node: Green, loops: Loops) -> Iterator[Use]:
    """The variables of loops that stand in a string as `${…}` or `&{…}`."""
    for match in _LOOPED.finditer(node.raw):
        for name, scope in reversed(loops):
            if name == match[1]:
                yield variable(Span(node.start + match.start(1), node.start + match.end(1)), name, node, scope)
                break


def _looped(use: Use, loops: Loops) -> Use:
    """The use of a name, or that of the variable of a loop around it."""
    scope = next((scope for name, scope in reversed(loops) if name == use.target), None)
    return use if scope is None else variable(use.span, use.target, use.green, scope)


def scripted(node: Green) -> Iterator[Use]:
    """The resources that a script names."""
    for match in _SCRIPT.finditer(node.raw):
        span = Span(node.start + match.start("id"), node.start + match.end("id"))
        yield Use(ReferenceKind.SCRIPT, match["id"], "", span, Span(span.end, span.end), node)


def interface(node: Green) -> Iterator[Use]:
    """The parameters that the console's interface groups and labels."""
    for pair in node.pairs:
        value, name = pair.value, text_of(pair.key)
        if value is not None and name == "ParameterGroups":
            for group in value.items:
                for inside in group.pairs:
                    if inside.value is not None and text_of(inside.key) == "Parameters":
                        for item in inside.value.items:
                            yield from plain(ReferenceKind.INTERFACE, item)
        elif value is not None and name == "ParameterLabels":
            for label in value.pairs:
                yield from plain(ReferenceKind.INTERFACE, label.key)


def _find_in_map(arguments: Green) -> Iterator[Use]:
    mapping = next(plain(ReferenceKind.FIND_IN_MAP, arguments.items[0]), None)
    if mapping is None:
        return
    yield replace(mapping, scope=arguments)
    within: tuple[str, ...] = (mapping.target,)
    for item in arguments.items[1:3]:
        key = next(plain(ReferenceKind.MAP_KEY, item, within), None)
        if key is not None:
            yield key
        within += (key.target if key is not None else "",)


def _get_att(node: Green) -> Iterator[Use]:
    if node.kind is Kind.SCALAR:
        yield dotted(ReferenceKind.GET_ATT, text_of(node), inner(node), node)
    elif node.items and (first := node.items[0]).kind is Kind.SCALAR:
        if intrinsic_name(first.tag):
            return
        last = node.items[1] if len(node.items) > 1 else None
        if last is not None and last.kind is Kind.SCALAR and not intrinsic_name(last.tag):
            yield Use(ReferenceKind.GET_ATT, text_of(first), text_of(last), inner(first), inner(last), node)
        else:
            end = inner(first).end
            yield Use(ReferenceKind.GET_ATT, text_of(first), "", inner(first), Span(end, end), node)


def dotted(kind: ReferenceKind, text: str, span: Span, node: Green) -> Use:
    """The use of a name with an attribute behind a dot; `span` is where `text` is written in the piece."""
    target, _, attribute = text.partition(".")
    dot = node.piece.text.find(".", span.start, span.end)
    middle, after = (dot, dot + 1) if dot >= 0 else (span.end, span.end)
    return Use(kind, target, attribute, Span(span.start, middle), Span(after, span.end), node)


def sub_names(text: str) -> Iterator[tuple[str, int]]:
    """The names in `${…}` of a Sub string and where they begin; `${!literal}` is none."""
    for match in _SUB.finditer(text):
        if not match[1]:
            yield match[2], match.start(2)


def _sub(node: Green, loops: Loops) -> Iterator[Use]:
    string, own = node, frozenset[str]()
    if node.kind is Kind.SEQUENCE:
        if not node.items:
            return
        string = node.items[0]
        if len(node.items) > 1:
            own = frozenset(text_of(pair.key) for pair in node.items[1].pairs)
    if string.kind is Kind.ALIAS:
        yield alias(string, "Fn::Sub")
    elif string.kind is Kind.SCALAR and (string is node or not intrinsic_name(string.tag)):
        for name, at in sub_names(string.raw):
            start = string.start + at
            span = Span(start, start + len(name))
            if name in own:
                yield variable(span, name, string, node)
            elif all(name != loop for loop, _ in loops):
                yield dotted(ReferenceKind.SUB, name, span, string)
    for pair in node.items[1].pairs if own else ():
        yield variable(inner(pair.key), text_of(pair.key), pair.key, node, declares=True)
