"""A test inside a condition gets a name of its own, or that of the condition that it already is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import partial

from lsp_server.core.edit import Edit
from lsp_server.dialects.cloudformation.functions import Function, functions_around, functions_in
from lsp_server.dialects.cloudformation.tree import Entry
from lsp_server.fixers.cloudformation.edits import add_section
from lsp_server.fixers.cloudformation.reading import NotPlainError, data_of, value_of
from lsp_server.fixers.cloudformation.values import Call
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.cloudformation.meaning import Comparison
from lsp_server.refactorings.cloudformation.naming import camel, fresh
from lsp_server.refactorings.cloudformation.replacing import put
from lsp_server.refactorings.cloudformation.spot import Spot, spot_of

_TESTS = frozenset({"Fn::And", "Fn::Equals", "Fn::Not", "Fn::Or"})


def extract_condition(selection: Selection) -> Iterator[Refactoring]:
    """Offer it for the innermost test around the place that is a part of a condition."""
    spot = spot_of(selection)
    if spot.path[:1] != ("Conditions",):
        return
    function = next((found for found in functions_around(spot.node) if found.name in _TESTS), None)
    if function is None or isinstance(function.node.parent, Entry) or spot.commented(function.node):
        return
    own = _data(function)
    same = [found for found in _tests(spot) if _data(found) == own]
    if own is None or any(found.node.anchor or (found.node.tag and found.entry is not None) for found in same):
        return
    present = next((found.node.parent.name for found in same if isinstance(found.node.parent, Entry)), "")
    inner = [found for found in same if not isinstance(found.node.parent, Entry)]
    name = present or fresh(_name(spot, function), spot.template.conditions)
    many = f" for all {len(inner)}" if len(inner) > 1 else ""
    title = f"Use condition '{name}'{many}" if present else f"Extract to condition '{name}'{many}"
    edits = partial(_edits, spot, inner, name, None if present else value_of(function.node))
    yield Refactoring("condition", title, Kind.EXTRACT, edits, Comparison(spelled_out=frozenset({name})))


def _tests(spot: Spot) -> Iterator[Function]:
    for entry in spot.template.conditions.values():
        if entry.value is not None:
            yield from (found for found in functions_in(entry.value) if found.name in _TESTS)


def _data(function: Function) -> str | None:
    """What a test is, to be compared; None where that cannot be told."""
    try:
        return json.dumps(data_of(function.node))
    except NotPlainError:
        return None


def _name(spot: Spot, function: Function) -> str:
    """`StageIsProd` for a test whether the stage is prod, else a part of the condition."""
    match value_of(function.node):
        case Call("Fn::Equals", [Call("Ref", str() as name), str() as text]):
            return f"{name.rpartition('::')[2]}Is{camel(text) or 'Empty'}"
    return f"{spot.path[1]}Part"


def _edits(spot: Spot, places: Iterable[Function], name: str, value: object) -> list[Edit] | None:
    made = [put(spot.document, spot.writer, place.node, Call("Condition", name)) for place in places]
    if value is not None:
        made.append(add_section(spot.document, spot.writer, spot.template, "Conditions", {name: value}))
    return None if any(not edits for edits in made) else [edit for edits in made for edit in edits or ()]


REFACTORERS = (Refactorer("conditions", frozenset({Kind.EXTRACT}), extract_condition),)
