"""Keys: sections, attributes and properties, as the schemas have them, and names that stand as keys."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.dialects.base import Completion, CompletionKind
from lsp_server.dialects.cloudformation.complete_policies import policy_keys
from lsp_server.dialects.cloudformation.insertions import Shape
from lsp_server.dialects.cloudformation.language import PREFIX
from lsp_server.dialects.cloudformation.offers import Request
from lsp_server.dialects.cloudformation.schema import Property
from lsp_server.dialects.cloudformation.schema_files import region_names
from lsp_server.dialects.cloudformation.tree import Entry, Mapping

_KINDS = {"Template": CompletionKind.SECTION}
_EMPTY = ("CreationPolicy", "UpdatePolicy")  # attributes that most types do nothing with
_UNFIT = 90


def keys(request: Request) -> Iterator[Completion]:
    """Keys that the mapping at the cursor may have and has not, required ones first; read-only ones never."""
    there = present(request)
    slot = request.slot
    part = slot.schema.name if slot.schema is not None else ""
    for number, known in enumerate(slot.keys.values()):
        if known.name not in there and not known.read_only and known.name:
            yield _key(request, known, part, number)
    for one in (*policy_keys(request), *_names(request)):
        if one.label not in there:
            yield one


def present(request: Request) -> frozenset[str]:
    """The keys that the mapping at the cursor has already, without the one being typed."""
    node = request.template.node(request.place.path)
    if not isinstance(node, Mapping):
        return frozenset()
    return frozenset(entry.name for entry in node.entries if not _being_typed(request, entry))


def _being_typed(request: Request, entry: Entry) -> bool:
    return entry.key.span.touches(request.offset)


def _key(request: Request, known: Property, part: str, number: int) -> Completion:
    language = part.startswith(PREFIX)
    kind = CompletionKind.ATTRIBUTE if language else CompletionKind.PROPERTY
    unfit = known.name in _EMPTY and not known.has_properties and request.slot.resource_type
    rank = 10 if known.required else _UNFIT if unfit else 20 + min(number, 29) if language else 30
    path = "/".join(map(str, (*request.slot.below, known.name)))
    return request.key(
        known.name,
        _KINDS.get(part.removeprefix(PREFIX), kind),
        Shape.of(known),
        detail=detail(known),
        key=f"word:{part}|{path}" if language else f"property:{part}:{path}",
        rank=rank,
        required=known.required,
    )


def detail(known: Property) -> str:
    """What a property is, in a few words."""
    kind = " | ".join(known.types) or "any"
    if known.types == ("array",) and known.item_types:
        kind = f"array of {' | '.join(known.item_types)}"
    marks = [mark for mark, on in (("required", known.required), ("replaces", known.create_only)) if on]
    return " · ".join([kind, *marks])


def _names(request: Request) -> Iterator[Completion]:
    """Names of the template that stand as keys: labelled parameters, what the other entries of a mapping have."""
    template = request.template
    match request.place.path:
        case ("Metadata", "AWS::CloudFormation::Interface", "ParameterLabels"):
            for name in template.parameters:
                yield request.key(name, CompletionKind.REFERENCE, Shape.MAPPING, detail="parameter")
        case ("Mappings", str() as mapping, str()):
            yield from _as_beside(request, mapping)
        case ("Mappings", str()):
            for number, region in enumerate(region_names()):
                yield request.key(region, CompletionKind.VALUE, Shape.MAPPING, detail="region", rank=40 + number)


def _as_beside(request: Request, mapping: str) -> Iterator[Completion]:
    """The keys that the other entries of a mapping have."""
    entry = request.template.mappings.get(mapping)
    top = entry.value if entry is not None else None
    inner = [one.value for one in top.entries] if isinstance(top, Mapping) else []
    names = dict.fromkeys(two.name for one in inner if isinstance(one, Mapping) for two in one.entries)
    for name in names:
        if name != request.place.typed:
            yield request.key(name, CompletionKind.REFERENCE, detail="as the entries beside it")
