"""Values: allowed ones, booleans, and references of the file that fit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lsp_server.dialects.base import Completion
from lsp_server.dialects.cloudformation.complete_policies import policy_values
from lsp_server.dialects.cloudformation.complete_types import resource_types
from lsp_server.dialects.cloudformation.extensions import outdated_values
from lsp_server.dialects.cloudformation.fitting import fitting_references
from lsp_server.dialects.cloudformation.offers import Request
from lsp_server.dialects.cloudformation.schema import Property
from lsp_server.dialects.cloudformation.tree import Mapping, Node, Scalar, Sequence

_VERSION = re.compile(r"\d+(?:\.\w+)*")
_NUMBERS = re.compile(r"(\d+)")
_BEST, _OLD = 5, 48  # ranks: of references that fit, and of values that are going out of use
_ORDERED = 30  # so many values keep the schema's order


def values(request: Request) -> Iterator[Completion]:
    """Values that may stand at the cursor, without functions."""
    slot, path = request.slot, request.place.path
    known = slot.value
    yield from policy_values(request)
    match path:
        case ("Resources", *_, "Type") if slot.below == ("Type",) and slot.top == slot.body:
            yield from resource_types(request)
            return
        case ("Parameters", str(), "Default") | ("Parameters", str(), "AllowedValues", int()):
            yield from _of_parameter(request, path)
    if request.place.tag:
        return
    if known is not None:
        yield from _listed(request, known)
    if known is not None and "boolean" in known.types and not known.enum and not request.place.quote:
        yield from (request.value(flag, rank=10) for flag in (True, False))
    wanted = slot.wanted
    if slot.resource_type and wanted is not None and "Properties" in path:
        yield from fitting(request, wanted)


def _listed(request: Request, known: Property) -> Iterator[Completion]:
    """The allowed values; versions from the newest."""
    listed = list(known.enum)
    if all(isinstance(value, str) and _VERSION.fullmatch(value) for value in listed) and len(listed) > 2:
        listed.sort(key=_natural, reverse=True)
    there = _siblings(request)
    past = outdated_values(request.slot.resource_type, known.name)
    for number, value in enumerate(listed):
        old = value in past
        rank = _OLD if old else 10 + min(number, _ORDERED)
        one = request.value(value, rank=rank, detail="deprecated" if old else "")
        if one.label not in there:
            yield one


def _natural(value: object) -> list[tuple[bool, int, str]]:
    return [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in _NUMBERS.split(str(value))]


def _siblings(request: Request) -> frozenset[str]:
    """The texts that stand already in the list the cursor is in."""
    path = request.place.path
    node = request.template.node(path[:-1]) if path and isinstance(path[-1], int) else None
    if not isinstance(node, Sequence) or node.intrinsic:
        return frozenset()
    return frozenset(
        item.value for item in node.items if isinstance(item, Scalar) and not item.full_span.touches(request.offset)
    )


def fitting(request: Request, known: Property) -> Iterator[Completion]:
    """References of the file that fit; in JSON they take the place of the string that is being typed."""
    if not request.whole_string:
        return
    own = str(request.slot.body[-1]) if request.slot.body else ""
    for number, one in enumerate(fitting_references(request.template, request.schemas, known, own)):
        yield request.reference(one, detail="fits", rank=_BEST + number)


def _of_parameter(request: Request, path: tuple[str | int, ...]) -> Iterator[Completion]:
    """What a parameter may be: its allowed values, or what the places take that it is used at."""
    node = request.template.node(path[:2])
    allowed = node.get("AllowedValues") if isinstance(node, Mapping) else None
    if path[2] == "Default" and isinstance(allowed, Sequence):
        yield from (request.value(item.data, rank=10) for item in _scalars(allowed.items))
        return
    there = _siblings(request)
    for value in _used_as(request, str(path[1])):
        if value not in there:
            yield request.value(value, rank=15, detail="allowed where the parameter is used")


def _scalars(nodes: Iterable[Node]) -> Iterator[Scalar]:
    return (node for node in nodes if isinstance(node, Scalar))


def _used_as(request: Request, name: str) -> Iterator[object]:
    """The values allowed at the first place where a parameter is all that stands there."""
    from lsp_server.dialects.cloudformation.slot import slot_at

    for reference in request.template.references:
        if reference.target == name and reference.path[:1] == ("Resources",):
            path = reference.path
            slot = slot_at(request.template, path[:-1] if path[-1] == "Ref" else path, request.schemas)
            known = slot.value
            if known is not None and (known.enum or "boolean" in known.types):
                yield from known.enum or (True, False)
                return
