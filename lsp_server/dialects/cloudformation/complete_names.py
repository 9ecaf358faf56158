"""Names that stand in functions and attributes: parameters, resources and their attributes, mappings, conditions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from lsp_server.core.document import Span
from lsp_server.dialects.base import Completion, CompletionKind
from lsp_server.dialects.cloudformation import vocabulary as words
from lsp_server.dialects.cloudformation.calls import FOR_EACH
from lsp_server.dialects.cloudformation.fitting import (
    Fit,
    Fitting,
    fit_of_attribute,
    fit_of_parameter,
    fit_of_ref,
    fit_of_some_attribute,
    given_by,
)
from lsp_server.dialects.cloudformation.language import PREFIX
from lsp_server.dialects.cloudformation.offers import Request
from lsp_server.dialects.cloudformation.template import Resource
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar, Sequence

_OPEN_SUB = re.compile(r"\$\{(?!!)([^${}]*)$")
_NAME = re.compile(r"[\w:.]*")
_BEFORE = re.compile(r"""["']?([\w]+)["']?\s*(?:,|[\r\n]+\s*-)\s*["']?[\w.-]*$""")
_FIND_IN_MAP = re.compile(r"""FindInMap["']?\s*:?[\s\["'-]*(\w+)""")
_NEAR = 300  # code points before the cursor that a broken list is read in
_FEW = 5  # so few resources show their attributes before a dot is typed
_RANKS = {Fit.EXACT: 10, Fit.NAMED: 12, Fit.LIKELY: 15, Fit.UNFIT: 85}
_REFERENCE = CompletionKind.REFERENCE


def names(request: Request) -> Iterable[Completion] | None:
    """The names that the function or attribute at the cursor takes; None where it takes something else."""
    slot, path = request.slot, request.place.path
    if path[-1:] == ("Condition",) and path[0] in ("Conditions", "Rules"):
        return _conditions(request)
    if slot.function == "Fn::GetAtt":
        return _of_get_att(request)
    found: Iterable[Completion] | None
    match slot.function, slot.argument:
        case "Ref", ():
            found = _values(request)
        case "Fn::Sub", () | (0,):
            found = _in_sub(request)
        case "Fn::FindInMap", (0 | 1 | 2 as index,):
            found = _map_keys(request, index)
        case "Fn::If", (0,):
            found = _conditions(request)
        case "Fn::ForEach", (0,):
            found = ()
        case "", _:
            found = _of_attribute(request)
        case _:
            found = _of_rule(request)
    return found


def _of_get_att(request: Request) -> Iterable[Completion] | None:
    match request.slot.argument:
        case ():
            return _dotted(request)
        case (0,):
            return _resources(request, of_attributes=True)
        case (1,):
            return _attributes(request, _neighbour(request), dotted=False)
    return None


def _of_rule(request: Request) -> Iterable[Completion] | None:
    """The names that the functions of rules take."""
    match request.slot.function, request.slot.argument:
        case "Fn::ValueOf", (0,):
            return [request.value(name, _REFERENCE, detail="parameter") for name in request.template.parameters]
        case "Fn::ValueOf", (1,):
            return _checked(request)
        case ("Fn::RefAll", ()) | ("Fn::ValueOfAll", (0,)):
            return [request.value(name, _REFERENCE) for name in words.CHECKED_ATTRIBUTES]
    return None


def _of_attribute(request: Request) -> Iterable[Completion] | None:
    """The names that an attribute of a resource, an output or a part of `Metadata` takes."""
    slot = request.slot
    part = slot.schema.name if slot.schema is not None else ""
    match part.removeprefix(PREFIX).partition("::")[0], slot.below:
        case "Resource" | "Output", ("Condition",):
            return _conditions(request)
        case "Resource", ("DependsOn",) | ("DependsOn", int()):
            return _depended(request)
        case "Resource", ("Connectors", _, "Properties", "Destination", "Id"):
            return _resources(request)
        case "Metadata", ("AWS::CloudFormation::Interface", "ParameterGroups", int(), "Parameters", int()):
            return _parameters(request)
    return None


def _rank(fit: Fit, otherwise: int) -> int:
    return _RANKS.get(fit, otherwise)


def _values(request: Request) -> Iterator[Completion]:
    """What `Ref` may name, best first: parameters, resources and pseudo parameters."""
    yield from _parameters(request)
    if request.place.path[:1] not in (("Conditions",), ("Rules",)):
        yield from _resources(request)
    yield from _pseudo(request)
    yield from _loop_variables(request)


def _parameters(request: Request) -> Iterator[Completion]:
    wanted, template = request.slot.wanted, request.template
    for name in template.parameters:
        rank = _rank(fit_of_parameter(template, name, wanted), 20)
        yield request.value(name, _REFERENCE, detail="parameter", rank=rank)


def _pseudo(request: Request) -> Iterator[Completion]:
    wanted = request.slot.wanted
    only_lists = wanted is not None and wanted.types == ("array",)
    for name, why in words.PSEUDO_PARAMETERS.items():
        lists = name == "AWS::NotificationARNs"
        scalar = wanted is not None and bool(wanted.types) and "array" not in wanted.types
        unfit = (lists and scalar) or (only_lists and not lists and name != "AWS::NoValue")
        yield request.value(name, _REFERENCE, detail=why, key=f"pseudo:{name}", rank=90 if unfit else 40)


def _loop_variables(request: Request) -> Iterator[Completion]:
    """The identifiers of the loops around the cursor."""
    path = request.place.path
    for number, step in enumerate(path):
        if isinstance(step, str) and step.startswith(FOR_EACH):
            named = request.template.node((*path[: number + 1], 0))
            if isinstance(named, Scalar) and path[number + 1 : number + 2] == (2,):
                yield request.value(named.value, _REFERENCE, detail="identifier of the loop", rank=11)


def _others(request: Request) -> Iterator[Resource]:
    """The resources without the one the cursor is in."""
    path = request.place.path
    own = path[1] if path[:1] == ("Resources",) and len(path) > 1 else None
    for name, resource in request.template.resources.items():
        if name != own and not name.startswith(FOR_EACH):
            yield resource


def _resources(request: Request, *, of_attributes: bool = False) -> Iterator[Completion]:
    wanted, known = request.slot.wanted, request.schemas
    fit = cache(lambda kind: fit_of_some_attribute(kind, wanted) if of_attributes else fit_of_ref(kind, known, wanted))
    for resource in _others(request):
        name, kind = resource.logical_id, resource.type
        yield request.value(name, _REFERENCE, detail=kind, rank=_rank(fit(kind), 30), key=f"type:{kind}")


def _depended(request: Request) -> Iterator[Completion]:
    """The resources that are not among those depended on yet."""
    node = request.template.node((*request.slot.top, "DependsOn"))
    items = node.items if isinstance(node, Sequence) else ()
    there = {item.value for item in items if isinstance(item, Scalar) and not item.full_span.touches(request.offset)}
    yield from (one for one in _resources(request) if one.label not in there)


def _dotted(request: Request) -> Iterator[Completion]:
    """`Resource.Attribute`: all attributes of the resource that is typed, else the resources."""
    target, dot, _ = request.place.typed.partition(".")
    if dot:
        yield from _attributes(request, target, dotted=True)
        return
    every = list(_resources(request, of_attributes=True))
    named = [one for one in every if target.lower() in one.label.lower()]
    shown = sorted(named, key=lambda one: one.rank)
    if len(named) > _FEW:  # of many only those that the place is about
        shown = [one for one in shown if one.rank <= _RANKS[Fit.LIKELY]]
    for one in shown[:_FEW]:
        yield from _attributes(request, one.label, dotted=True)
    for one in named or every:
        rank = 35 if one.rank <= _RANKS[Fit.LIKELY] else 36
        yield replace(one, text=f"{one.text}.", rank=rank, partial=one not in shown[:_FEW])


def _attributes(request: Request, target: str, *, dotted: bool) -> Iterator[Completion]:
    resource = request.template.resources.get(target)
    schema = request.schemas.get(resource.type) if resource is not None else None
    if resource is None or schema is None:
        return
    wanted = request.slot.wanted
    for name, known in schema.attributes.items():
        if name.endswith("*"):
            continue
        fit = fit_of_attribute(schema, name, wanted)
        if fit is Fit.NAMED and schema.name == request.slot.resource_type:
            fit = Fit.POSSIBLE  # two of a kind do not share a name
        rank = _rank(fit, 20 if known.read_only else 25)
        key = f"attribute-of:{schema.name}:{name}"
        whole = f"{target}.{name}" if dotted else name
        yield request.value(whole, _REFERENCE, detail=" | ".join(known.types), key=key, rank=rank)


def _neighbour(request: Request) -> str:
    """What stands in the list before the item at the cursor."""
    path = request.place.path
    node = request.template.node((*path[:-1], int(path[-1]) - 1))
    if isinstance(node, Scalar) and isinstance(request.template.node(path[:-1]), Sequence):
        return node.value
    text = request.template.document.text
    match = _BEFORE.search(text, max(0, request.offset - _NEAR), request.offset)
    return match[1] if match else ""


def _in_sub(request: Request) -> Iterator[Completion]:
    """Names inside an open `${`."""
    text = request.template.document.text
    opened = _OPEN_SUB.search(request.place.typed)
    if opened is None:
        return
    name = opened[1].lstrip()
    rest = _NAME.match(text, request.offset)
    end = rest.end() if rest else request.offset
    closing = "" if text[end : end + 1] == "}" else "}"
    inner = replace(request.place, typed=name, word=Span(request.offset - len(name), end), quote='"')
    asked = replace(request, place=inner)
    offered = [*_values(asked), *_variables(asked)]
    if "." in name:
        offered += _attributes(asked, name.partition(".")[0], dotted=True)
    for one in offered:
        if one.label not in _NOT_IN_TEXT:
            yield replace(one, text=one.text + closing)


_NOT_IN_TEXT = frozenset({"AWS::NoValue", "AWS::NotificationARNs"})


def _variables(request: Request) -> Iterator[Completion]:
    """The names that the second part of a Sub defines."""
    path = request.place.path
    node = request.template.node(path[:-1] if path[-1] == 0 else path)
    own = node.get(1) if isinstance(node, Sequence) else None
    if isinstance(own, Mapping):
        for entry in own.entries:
            yield request.value(entry.name, _REFERENCE, detail="variable of this Sub", rank=9)


def _map_keys(request: Request, index: int) -> Iterator[Completion]:
    mappings = request.template.mappings
    if index == 0:
        yield from (request.value(name, _REFERENCE, detail="mapping", rank=20) for name in mappings)
        return
    named = request.template.node((*request.place.path[:-1], 0))
    entry = mappings.get(named.value if isinstance(named, Scalar) else _map_name(request))
    top = entry.value if entry is not None else None
    if not isinstance(top, Mapping):
        return
    keys = dict.fromkeys(one.name for one in top.entries)
    if index == 2:
        inner = (one.value for one in top.entries if isinstance(one.value, Mapping))
        keys = dict.fromkeys(sorted({two.name for one in inner for two in one.entries}))
    else:
        yield from _looked_up(request, frozenset(keys))
    yield from (request.value(name, _REFERENCE, rank=30) for name in keys)


def _map_name(request: Request) -> str:
    """The first argument of a FindInMap whose brackets are open."""
    text = request.template.document.text
    found = _FIND_IN_MAP.findall(text, max(0, request.offset - _NEAR), request.offset)
    return str(found[-1]) if found else ""


def _looked_up(request: Request, keys: frozenset[str]) -> Iterator[Completion]:
    """References whose value is one of the keys: to the region, or to a parameter that may be any of them."""
    template = request.template
    found = [name for name, values in _PSEUDO_KEYS.items() if any(values.fullmatch(key) for key in keys)]
    for name, entry in template.parameters.items():
        node = entry.value
        told = [node.get(word) for word in ("AllowedValues", "Default")] if isinstance(node, Mapping) else []
        items = [item for one in told for item in (one.items if isinstance(one, Sequence) else [one])]
        if keys & {item.value for item in items if isinstance(item, Scalar)}:
            found.append(name)
    if request.whole_string:
        for name in found:
            yield request.reference(Fitting(name), detail="gives a key", rank=10)


_PSEUDO_KEYS = {
    "AWS::Region": re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-\d"),
    "AWS::AccountId": re.compile(r"\d{12}"),
    "AWS::Partition": re.compile(r"aws(?:-[a-z-]+)?"),
}


def _conditions(request: Request) -> Iterator[Completion]:
    for name in request.template.conditions:
        if request.place.path[:2] != ("Conditions", name):
            yield request.value(name, _REFERENCE, detail="condition", rank=20)


def _checked(request: Request) -> Iterator[Completion]:
    """What a rule may ask of the thing that a parameter stands for."""
    given = given_by(request.template, _neighbour(request))
    for kind, names_ in words.CHECKED_ATTRIBUTES.items():
        if not given.formats or kind.rpartition("::")[0] in {one.rpartition(".")[0] for one in given.formats}:
            yield from (request.value(name, _REFERENCE) for name in names_)
