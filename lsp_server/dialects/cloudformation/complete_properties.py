"""Properties and their values, from the resource's schema."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.diagnostic import Path
from lsp_server.dialects.base import Completion, CompletionKind
from lsp_server.dialects.cloudformation.fitting import fitting_references
from lsp_server.dialects.cloudformation.offers import Request, Shape
from lsp_server.dialects.cloudformation.schema import Property, ResourceSchema


def schema_of(request: Request) -> ResourceSchema | None:
    """The schema of the resource the cursor is in."""
    path = request.place.path
    resource = request.template.resources.get(str(path[1])) if len(path) > 1 else None
    return request.schemas.get(resource.type) if resource is not None and resource.type else None


def schema_path(path: Path) -> Path | None:
    """The part of a path below `Properties`; None inside a function other than `Fn::If`."""
    inner = path[3:]
    names = [step for step in inner if isinstance(step, str) and step != "Fn::If"]
    return None if any(name == "Ref" or name.startswith("Fn::") for name in names) else inner


def property_keys(request: Request) -> Iterator[Completion]:
    """The properties the object at the cursor may have, required ones first; read-only ones never."""
    schema, path = schema_of(request), schema_path(request.place.path)
    if schema is None or path is None or (path and path[-1] == "Fn::If"):
        return
    for name, known in schema.properties_at(path).items():
        if not known.read_only:
            yield request.key(
                name,
                CompletionKind.PROPERTY,
                _shape(known),
                detail=_detail(known),
                key=f"property:{schema.name}:{'/'.join(map(str, (*path, name)))}",
                rank=10 if known.required else 30,
                required=known.required,
            )


def _shape(known: Property) -> Shape:
    if "array" in known.types and "string" not in known.types:
        return Shape.SEQUENCE
    return Shape.MAPPING if known.has_properties or known.types == ("object",) else Shape.SCALAR


def _detail(known: Property) -> str:
    kind = " | ".join(known.types) or "any"
    if known.types == ("array",) and known.item_types:
        kind = f"array of {' | '.join(known.item_types)}"
    marks = [mark for mark, on in (("required", known.required), ("replaces", known.create_only)) if on]
    return " · ".join([kind, *marks])


def property_values(request: Request) -> Iterator[Completion]:
    """Allowed values, booleans, and references of the file that fit."""
    schema, path = schema_of(request), schema_path(request.place.path)
    known = schema.property_at(path) if schema is not None and path else None
    if known is None or request.place.tag:
        return
    for number, value in enumerate(known.enum):
        yield request.value(value, rank=10 + min(number, 9), key=f"value:{known.name}")
    if "boolean" in known.types and not known.enum and not request.place.quote:
        yield from (request.value(flag, rank=10) for flag in (True, False))
    yield from _fitting(request, known)


def _fitting(request: Request, known: Property) -> Iterator[Completion]:
    """References of the file that fit; in JSON they take the place of the string that is being typed."""
    place, text = request.place, request.template.document.text
    if place.quote and (not place.json or any(mark in text[request.offset : place.word.end] for mark in ",{}[]")):
        return
    span = request.with_quotes()
    for one in fitting_references(request.template, request.schemas, known, str(place.path[1])):
        written = one.long if place.json else one.short
        yield Completion(written, CompletionKind.REFERENCE, span, written, "fits", rank=25)
