"""A parameter's uses become its default, and the parameter goes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import partial

from lsp_server.core.edit import Edit
from lsp_server.dialects.cloudformation.functions import Function, functions_around
from lsp_server.dialects.cloudformation.parameter_types import attribute, default_of
from lsp_server.dialects.cloudformation.references import Reference, ReferenceKind
from lsp_server.dialects.cloudformation.tree import Entry, Scalar, Sequence
from lsp_server.fixers.cloudformation.edits import rewrite
from lsp_server.fixers.cloudformation.vocabulary import opaque
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.cloudformation.interface import mentions
from lsp_server.refactorings.cloudformation.literals import is_key
from lsp_server.refactorings.cloudformation.meaning import Comparison
from lsp_server.refactorings.cloudformation.removing import remove
from lsp_server.refactorings.cloudformation.replacing import put
from lsp_server.refactorings.cloudformation.spot import Spot, spot_of

_PLAIN = re.compile(r"[\w./@=+-]+(?:[ :][\w./@=+-]+)*|")  # what may be written into a text of any style
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")


def inline_parameter(selection: Selection) -> Iterator[Refactoring]:
    """Offer it on the declaration of a parameter and where it is used."""
    spot = spot_of(selection)
    name = _named(spot)
    entry = spot.template.parameters.get(name)
    if entry is None or opaque(spot.template):
        return
    hidden, default = attribute(entry, "NoEcho"), default_of(entry)
    used = re.search(rf"Ref\b.*\b{name}\b|\$\{{\s*{name}\s*\}}", spot.document.text)
    if default is None or used is None or (hidden is not None and hidden.value.lower() == "true"):
        return
    title = f"Inline parameter '{name}', and delete it"
    edits = partial(_edits, spot, entry, default)
    yield Refactoring("inline", title, Kind.INLINE, edits, Comparison(), frozenset({("Parameters", name)}))


def _named(spot: Spot) -> str:
    """The parameter that the place is about: in its declaration, a Ref of it, or in `${…}` of a Sub."""
    if spot.path[:1] == ("Parameters",) and len(spot.path) > 1:
        return str(spot.path[1])
    function = next(functions_around(spot.node), None)
    argument = function.argument if function is not None else None
    if function is None or not isinstance(argument, Scalar | Sequence):
        return ""
    if function.name == "Ref" and isinstance(argument, Scalar):
        return argument.value
    text = spot.document.text
    start = text.rfind("${", argument.span.start, spot.selection.span.start + 2)
    end = text.find("}", start)
    inside = function.name == "Fn::Sub" and start >= 0 and end >= spot.selection.span.end - 1
    return text[start + 2 : end].strip() if inside else ""


def _edits(spot: Spot, entry: Entry, default: str | list[str]) -> Iterable[Edit] | None:
    uses = [use for use in spot.template.references if use.target == entry.name]
    uses = [use for use in uses if use.kind in (ReferenceKind.REF, ReferenceKind.SUB)]
    made = (
        _refs(spot, [use for use in uses if use.kind is ReferenceKind.REF], default),
        _subs(spot, [use for use in uses if use.kind is ReferenceKind.SUB], default),
        remove(spot.document, spot.template, [entry, *mentions(spot.template, entry.name)]),
    )
    if not uses or any(edits is None for edits in made) or _ruled(spot, entry.name, uses):
        return None
    return [edit for edits in made for edit in edits or ()]


def _ruled(spot: Spot, name: str, uses: Iterable[Reference]) -> bool:
    """Whether a rule names the parameter in a way of its own (`Fn::ValueOf`)."""
    rules, known = spot.template.section("Rules"), {use.node.span for use in uses}
    named = [node for node in rules.walk() if isinstance(node, Scalar) and node.value == name] if rules else []
    return any(not is_key(node) and node.span not in known for node in named)


def _refs(spot: Spot, uses: Iterable[Reference], default: str | list[str]) -> list[Edit] | None:
    found: list[Edit] = []
    for use in uses:
        function = next(functions_around(use.node), None)
        if function is None or function.name != "Ref" or (function.entry is not None and function.node.tag):
            return None
        edits = put(spot.document, spot.writer, function.node, _value(spot, function, default))
        if edits is None:
            return None
        found += edits
    return found


def _value(spot: Spot, function: Function, default: str | list[str]) -> object:
    """The default as the property wants it: CloudFormation made a number or a boolean of the parameter's string."""
    path = spot.template.path_of(function.node)
    outer = {step for step in path if isinstance(step, str) and step.startswith("Fn::")} - {"Fn::If"}
    known = None if outer else spot.property_at(path)
    if isinstance(default, list):
        return [_typed(item, known.item_types if known is not None else ()) for item in default]
    return _typed(default, known.types if known is not None else ())


def _typed(text: str, types: tuple[str, ...]) -> object:
    if "string" not in types and "boolean" in types and text in ("true", "false"):
        return text == "true"
    number = "string" not in types and {"integer", "number"} & set(types) and _NUMBER.fullmatch(text)
    return json.loads(text) if number else text


def _subs(spot: Spot, uses: Iterable[Reference], default: str | list[str]) -> list[Edit] | None:
    nodes = {use.node.span: use for use in uses}
    if isinstance(default, list):
        return None if nodes else []
    found: list[Edit] = []
    for use in nodes.values():
        edits = _without_variable(spot, use, default.replace("${", "${!"))
        if edits is None:
            return None
        found += edits
    return found


def _without_variable(spot: Spot, use: Reference, default: str) -> Iterable[Edit] | None:
    """The default in the text of a Sub, which goes where it has no variables left."""
    node, variable = use.node, re.compile(rf"\$\{{\s*{use.target}\s*\}}")
    function = next(functions_around(node), None)
    if function is None or function.name != "Fn::Sub" or not isinstance(node, Scalar):
        return None
    text = variable.sub(lambda _: default, node.value)
    if function.argument is node and not re.search(r"\$\{(?!!)", text):
        if function.entry is not None and function.node.tag:
            return None
        return put(spot.document, spot.writer, function.node, text.replace("${!", "${"))
    if not _PLAIN.fullmatch(default):
        return rewrite(spot.document, node, text)
    hits = variable.finditer(node.raw)
    places = (node.span._replace(start=node.span.start + h.start(), end=node.span.start + h.end()) for h in hits)
    return [Edit(spot.document.uri, span, default) for span in places]


REFACTORERS = (Refactorer("inlining", frozenset({Kind.INLINE}), inline_parameter),)
