"""Where what is named at the cursor is declared, in the template or in a file beside it."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.document import Document, Span
from lsp_server.dialects.cloudformation.extent import content_end
from lsp_server.dialects.cloudformation.service.files import CODE, NESTED, named, uris_of
from lsp_server.dialects.cloudformation.service.loops import made_by_loop
from lsp_server.dialects.cloudformation.service.names import (
    Mention,
    Name,
    Space,
    attribute_at,
    entries,
    inner_span,
    mention_at,
    mentions_of,
)
from lsp_server.dialects.cloudformation.service.places import ResourcePlace, resource_place
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Scalar
from lsp_server.dialects.service import Definition, Elsewhere, Location


def definition(template: Template, offset: int) -> Definition | None:
    """Where what is named at `offset` is declared; None where nothing is, or it stands nowhere."""
    found: Definition | None
    if (mention := mention_at(template, offset)) is not None:
        found = _of_mention(template, mention)
    elif (attribute := attribute_at(template, offset)) is not None:
        name = Name(Space.VALUE, attribute.target)
        output = attribute.name.removeprefix("Outputs.")
        nested = _nested(template, attribute.target, ("Outputs", output)) if output != attribute.name else None
        targets = tuple(_declared(template, name)) if nested is None else (nested,)
        found = Definition(attribute.span, targets)
    else:
        found = _of_node(template, offset)
    return found if found is not None and found.targets else None


def _of_mention(template: Template, mention: Mention) -> Definition:
    name = mention.name
    if name.space in (Space.VARIABLE, Space.ANCHOR):
        spans = [other.span for other in mentions_of(template, name) if other.declares]
        targets = tuple(Location(template.document.uri, span, span) for span in spans)
        return Definition(mention.span, _nearest(targets, mention.span) if name.space is Space.ANCHOR else targets)
    return Definition(mention.span, tuple(_declared(template, name)))


def _nearest(anchors: tuple[Location, ...], alias: Span) -> tuple[Location, ...]:
    """The anchor that an alias stands for, of several with its name: the last before it."""
    before = [anchor for anchor in anchors if anchor.span.start <= alias.start]
    return tuple(before[-1:] or anchors[:1])


def _declared(template: Template, name: Name) -> Iterator[Location]:
    found = entries(template, name)
    if not found and name.space is Space.VALUE:
        made = made_by_loop(template, "Resources", name.text)
        found = [made] if made is not None else []
    return (location_of(template.document, entry) for entry in found)


def location_of(document: Document, entry: Entry) -> Location:
    """The place of an entry and of its key."""
    return Location(document.uri, Span(entry.span.start, content_end(document, entry)), inner_span(entry.key))


def _of_node(template: Template, offset: int) -> Definition | None:
    for one in named(template):
        if one.span.touches(offset):
            return _in_files(one.span, uris_of(template.document, one.text, one.handler))
    node = template.node_at(offset)
    place = resource_place(template, template.path_of(node)) if isinstance(node, Scalar) else None
    if place is None or not isinstance(node, Scalar):
        return None
    if place.properties == ("Handler",) and place.type in CODE and not node.intrinsic:
        return _in_files(inner_span(node), _handler(template, place, node.value))
    if place.properties is not None and place.properties[:1] == ("Parameters",) and len(place.properties) == 2:
        target = _nested(template, place.logical_id, ("Parameters", str(place.properties[1])))
        return Definition(inner_span(node), (target,)) if target is not None else None
    return None


def _in_files(span: Span, uris: tuple[str, ...]) -> Definition:
    files = tuple(uri for uri in uris if uri.startswith("file:"))
    return Definition(span, (Elsewhere(files),) if files else ())


def _handler(template: Template, place: ResourcePlace, handler: str) -> tuple[str, ...]:
    """The files in which the handler of a function may be; SAM takes the folder from `Globals`, or the template's."""
    name = CODE[place.type]
    resource = template.resources.get(place.logical_id)
    own = resource.properties.get(name) if resource is not None and resource.properties is not None else None
    shared = template.section("Globals")
    common = shared.get("Function") if shared is not None else None
    if own is None and name == "CodeUri":
        own = common.get(name) if isinstance(common, Mapping) else None
    folder = own.value if isinstance(own, Scalar) and not own.intrinsic else "" if own is not None else "."
    return uris_of(template.document, folder, handler)[1:]


def _nested(template: Template, logical_id: str, path: tuple[str, ...]) -> Elsewhere | None:
    """What the template of a nested stack declares."""
    resource = template.resources.get(logical_id)
    if resource is None or resource.properties is None or resource.type not in NESTED:
        return None
    file = resource.properties.get(NESTED[resource.type])
    if not isinstance(file, Scalar) or file.intrinsic:
        return None
    uris = tuple(uri for uri in uris_of(template.document, file.value) if uri.startswith("file:"))
    return Elsewhere(uris, path) if uris else None
