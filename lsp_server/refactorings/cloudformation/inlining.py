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
from lsp_server.dialects.cloudformation.service.names import Name, Space, mention_at, mentions_of
from lsp_server.dialects.cloudformation.tree import Entry, Scalar
from lsp_server.dialects.cloudformation.updates import Update, update_of
from lsp_server.fixers.cloudformation.edits import rewrite
from lsp_server.fixers.cloudformation.vocabulary import opaque, property_path, resource_schema
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.cloudformation.interface import mentions
from lsp_server.refactorings.cloudformation.meaning import Comparison
from lsp_server.refactorings.cloudformation.removing import remove
from lsp_server.refactorings.cloudformation.replacing import put
from lsp_server.refactorings.cloudformation.spot import Spot, spot_of

_PLAIN = re.compile(r"[\w./@=+-]+(?:[ :][\w./@=+-]+)*|")  # what may be written into a text of any style
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")


def inline_parameter(selection: Selection) -> Iterator[Refactoring]:
    """Offer it on the declaration of a parameter and where it is used."""
    spot = spot_of(selection)
    mention = mention_at(spot.template, selection.span.start)
    name = mention.name.text if mention is not None and mention.name.space is Space.VALUE else _declared_at(spot)
    entry = spot.template.parameters.get(name)
    if entry is None or opaque(spot.template):
        return
    hidden, default = attribute(entry, "NoEcho"), default_of(entry)
    said = re.escape(name)
    used = re.search(rf"Ref\b.*\b{said}\b|\$\{{\s*{said}\s*\}}", spot.document.text)
    if default is None or used is None or (hidden is not None and hidden.value.lower() == "true"):
        return
    title = f"Inline parameter '{name}', and delete it{_warning(spot, name)}"
    edits = partial(_edits, spot, entry, default)
    yield Refactoring("inline", title, Kind.INLINE, edits, Comparison(), frozenset({("Parameters", name)}))


def _declared_at(spot: Spot) -> str:
    """The parameter in whose declaration the place is, or on the function that refers to one."""
    if spot.path[:1] == ("Parameters",) and len(spot.path) > 1:
        return str(spot.path[1])
    function = next(functions_around(spot.node), None)
    argument = function.argument if function is not None and function.name == "Ref" else None
    return argument.value if isinstance(argument, Scalar) else ""


def _warning(spot: Spot, name: str) -> str:
    """What happens to a stack that was given another value than the default."""
    for use in _references(spot, name):
        schema, place = resource_schema(spot.template, use.path), property_path(use.path)
        if schema is not None and place and update_of(schema, place) not in (None, Update.NO_INTERRUPTION):
            return f", which replaces the resource '{use.path[1]}' where the stack has another value"
    return ""


def _references(spot: Spot, name: str) -> list[Reference]:
    """Where the value of a parameter is put in."""
    uses = (use for use in spot.template.references if use.target == name)
    return [use for use in uses if use.kind in (ReferenceKind.REF, ReferenceKind.SUB)]


def _used_otherwise(spot: Spot, name: str, uses: Iterable[Reference]) -> bool:
    """Whether a rule asks for the parameter, or anything else that needs its name."""
    known = {use.span for use in uses}
    others = (
        mention.use for mention in mentions_of(spot.template, Name(Space.VALUE, name)) if mention.span not in known
    )
    return any(use is not None and use.kind is not ReferenceKind.INTERFACE for use in others)


def _edits(spot: Spot, entry: Entry, default: str | list[str]) -> Iterable[Edit] | None:
    uses = _references(spot, entry.name)
    if not uses or _used_otherwise(spot, entry.name, uses):
        return None
    made = (
        _refs(spot, [use for use in uses if use.kind is ReferenceKind.REF], default),
        _subs(spot, [use for use in uses if use.kind is ReferenceKind.SUB], default),
        remove(spot.document, spot.template, [entry, *mentions(spot.template, entry.name)]),
    )
    return None if any(edits is None for edits in made) else [edit for edits in made for edit in edits or ()]


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
    node, variable = use.node, re.compile(rf"\$\{{\s*{re.escape(use.target)}\s*\}}")
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
