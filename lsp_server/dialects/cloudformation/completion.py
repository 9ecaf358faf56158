"""What may stand at a position of a template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lsp_server.core.diagnostic import Path
from lsp_server.core.document import Document
from lsp_server.dialects.base import Completion, CompletionKind
from lsp_server.dialects.cloudformation import vocabulary as words
from lsp_server.dialects.cloudformation.complete_properties import property_keys, property_values
from lsp_server.dialects.cloudformation.complete_references import functions, references
from lsp_server.dialects.cloudformation.complete_types import resource_types
from lsp_server.dialects.cloudformation.context import Role, place_at
from lsp_server.dialects.cloudformation.offers import Request, Shape
from lsp_server.dialects.cloudformation.schema import Schemas, schemas
from lsp_server.dialects.cloudformation.template import parse_template
from lsp_server.dialects.cloudformation.tree import Mapping as MappingNode

_PLAIN_SECTIONS = frozenset({"AWSTemplateFormatVersion", "Description", "Transform"})
_WITH_FUNCTIONS = frozenset({"Resources", "Outputs", "Rules", "Globals", "Hooks"})


def completions(document: Document, offset: int, known: Schemas | None = None) -> tuple[Completion, ...]:
    """What may stand at `offset`, best first; nothing in comments and in places nothing is known about."""
    template = parse_template(document)
    place = place_at(template, offset)
    if place is None:
        return ()
    request = Request(template, offset, place, known or schemas())
    found = list(references(request))
    if not found and place.role is not Role.TEXT:
        if place.role is not Role.VALUE and not place.tag:
            found += keys(request)
        if place.role is not Role.KEY:
            found += values(request)
    return tuple(sorted(_once(found), key=lambda one: (one.rank, one.label)))


def _once(found: Iterable[Completion]) -> Iterator[Completion]:
    seen: set[tuple[str, str]] = set()
    for one in found:
        if (one.label, one.text) not in seen:
            seen.add((one.label, one.text))
            yield one


def present(request: Request) -> frozenset[str]:
    """The keys that the mapping at the cursor has already, without the one being typed."""
    node = request.template.node(request.place.path)
    if not isinstance(node, MappingNode):
        return frozenset()
    return frozenset(entry.name for entry in node.entries if not entry.key.span.touches(request.offset))


def keys(request: Request) -> Iterator[Completion]:
    """Keys that the mapping at the cursor may have and has not."""
    there = present(request)
    for one in _keys(request, request.place.path):
        if one.label not in there:
            yield one


def _keys(request: Request, path: Path) -> Iterator[Completion]:
    match path:
        case ():
            for name in words.SECTIONS:
                shape = Shape.SCALAR if name in _PLAIN_SECTIONS else Shape.MAPPING
                needed = name == "Resources"
                yield request.key(name, CompletionKind.SECTION, shape, key=f"section:{name}", required=needed)
        case ("Resources", str()):
            yield from _resource_keys(request)
        case ("Resources", str(), "Properties", *_):
            yield from property_keys(request)
        case ("Parameters", str()):
            yield from _named(request, words.PARAMETER_ATTRIBUTES, "parameter", "Type", sequences=words.LIST_ATTRIBUTES)
        case ("Outputs", str()):
            yield from _named(request, words.OUTPUT_ATTRIBUTES, "output", "Value", mappings=frozenset({"Export"}))
        case ("Outputs", str(), "Export"):
            yield request.key("Name", CompletionKind.ATTRIBUTE, key="output:Name", required=True)
        case _:
            pass
    if len(path) > 1 and not (path[0] in ("Resources", "Parameters", "Outputs") and len(path) == 2):
        yield from functions(request)


def _resource_keys(request: Request) -> Iterator[Completion]:
    yield from _named(request, words.RESOURCE_ATTRIBUTES, "attribute", "Type", mappings=words.MAPPING_ATTRIBUTES)
    if any("Serverless" in name for name in request.template.transforms):
        yield from _named(request, words.SAM_ATTRIBUTES, "attribute", "", mappings=frozenset({"Connectors"}))


def _named(
    request: Request,
    names: Mapping[str, str],
    family: str,
    required: str,
    *,
    mappings: frozenset[str] = frozenset(),
    sequences: frozenset[str] = frozenset(),
) -> Iterator[Completion]:
    for number, name in enumerate(names):
        shape = Shape.MAPPING if name in mappings else Shape.SEQUENCE if name in sequences else Shape.SCALAR
        yield request.key(
            name,
            CompletionKind.ATTRIBUTE,
            shape,
            key=f"{family}:{name}",
            rank=10 if name == required else 20 + number,
            required=name == required,
        )


def values(request: Request) -> Iterator[Completion]:
    """Values that may stand at the cursor."""
    path = request.place.path
    fixed = _fixed(request, path)
    if fixed is not None:
        yield from fixed
    elif len(path) > 2 and path[0] in _WITH_FUNCTIONS:
        if path[0] == "Resources" and path[2] == "Properties":
            yield from property_values(request)
        yield from functions(request)
    elif path[:1] == ("Conditions",) and len(path) > 1:
        yield from functions(request)


def _fixed(request: Request, path: Path) -> Iterable[Completion] | None:
    """The values of what the template language itself defines; None elsewhere."""
    match path:
        case ("Resources", str(), "Type"):
            found: Iterable[Completion] = resource_types(request)
        case ("Resources", str(), "DeletionPolicy" | "UpdateReplacePolicy" as policy):
            fitting = [n for n in words.DELETION_POLICIES if policy == "DeletionPolicy" or n != "RetainExceptOnCreate"]
            found = [request.value(n, detail=words.DELETION_POLICIES[n], key=f"policy:{n}") for n in fitting]
        case ("Parameters", str(), "Type"):
            found = [request.value(name, rank=20 + n) for n, name in enumerate(words.PARAMETER_TYPES)]
        case ("Parameters", str(), "NoEcho"):
            found = [request.value(flag) for flag in (True, False)]
        case ("Transform",) | ("Transform", int()):
            found = [request.value(name) for name in words.TRANSFORMS]
        case ("AWSTemplateFormatVersion",):
            found = [request.value("2010-09-09")]
        case _:
            return None
    return found
