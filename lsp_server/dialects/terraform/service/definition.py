"""Where what is named at the cursor is declared: in the module, in a child module, or in a file beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.service import Definition, Elsewhere, Location
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.children import is_folder
from lsp_server.dialects.terraform.service import names
from lsp_server.dialects.terraform.service.names import Place, Space
from lsp_server.dialects.terraform.service.paths import file_at, uri_of
from lsp_server.dialects.terraform.service.site import Site, site_at
from lsp_server.dialects.terraform.service.steps import Found, follow

_FIRST = ("main.tf", "variables.tf", "outputs.tf")


def definition(unit: Unit, document: Document, offset: int) -> Definition | None:
    """Where what is named at `offset` is declared; None where nothing is, or it stands nowhere."""
    place = names.place_at(document, offset)
    if place is not None:
        origin = place.span if place.span.touches(offset) else place.whole
        targets = tuple(location_of(one) for one in declarations(unit, place))
        return Definition(origin, targets) if targets else None
    site = site_at(document, offset)
    found = _at(unit, site) if site is not None else None
    return found if found is not None and found.targets else None


def declarations(unit: Unit, place: Place) -> list[Place]:
    """The places that declare what is named at a place: of a provider the default configuration, if there is one."""
    return declaring(place, names.places_of(unit, place))


def declaring(place: Place, every: list[Place]) -> list[Place]:
    """Those of the places of a name that declare it: see `declarations`."""
    name = place.name
    if name.space is Space.PROVIDER and len(name.path) == 1:
        blocks = [one for one in every if is_default(one)]
        if blocks:
            return blocks
    return [one for one in every if one.declares]


def is_default(place: Place) -> bool:
    """Whether the name is that of a provider's block without an alias."""
    site = site_at(place.document, place.span.start)
    block = site.blocks[0] if site is not None and site.blocks else None
    return block is not None and block.type == "provider" and not block.body.attribute("alias")


def location_of(place: Place) -> Location:
    """What a place declares: the block, the local value, or no more than the name."""
    return Location(place.uri, node_of(place)[0], place.span)


def node_of(place: Place) -> tuple[Span, t.Block | t.Attribute | None]:
    """What a place declares and its span in the document; the node's own spans count from the piece's start."""
    site = site_at(place.document, place.span.start)
    if site is None or place.name.space is Space.BOUND:
        return place.span, None
    node: t.Block | t.Attribute | None = site.blocks[-1] if site.blocks else None
    attribute = site.attribute
    if attribute is not None and attribute.name_span.shifted(place.start) == place.span:
        node = attribute
    return (place.span, None) if node is None else (site.span(node.span), node)


def _at(unit: Unit, site: Site) -> Definition | None:
    traversal = site.traversal
    if traversal is not None:
        return _of_reference(unit, site, traversal)
    attribute = site.attribute
    if attribute is not None and attribute.name == "source" and site.blocks and site.blocks[-1].type == "module":
        return _of_source(unit, site, attribute)
    file = file_at(site)
    return Definition(file[0], (Elsewhere(file[1]),)) if file is not None else None


def _of_source(unit: Unit, site: Site, attribute: t.Attribute) -> Definition | None:
    value = attribute.value
    source = value.text if isinstance(value, t.Template) else None
    if not source or not is_folder(source) or not value.span.touches(site.at):
        return None
    uris = files_of_source(unit, site.document, source)
    return Definition(site.span(Span(value.span.start + 1, value.span.end - 1)), (Elsewhere(uris),))


def files_of_source(unit: Unit, document: Document, source: str) -> tuple[str, ...]:
    """The files that a module in a folder may have, the one that a person looks at first in front."""
    folder = uri_of(document, source)
    known = (one.uri for one in unit.nearby if one.uri.rpartition("/")[0] == folder)
    return tuple(dict.fromkeys([*(f"{folder}/{name}" for name in _FIRST), *known]))


# -- what a reference goes on with


def _of_reference(unit: Unit, site: Site, traversal: t.Traversal) -> Definition | None:
    """The argument, block or item that the part of a reference at the cursor leads to."""
    number = site.part_of(traversal)
    if number is None:
        return None
    origin = site.span(traversal.parts[number].span)
    places = tuple(_led_to(unit, site, traversal, number))
    return Definition(origin, places)


def _led_to(unit: Unit, site: Site, traversal: t.Traversal, number: int) -> Iterator[Location]:
    parts, top = traversal.parts, site.blocks[0] if site.blocks else None
    root = traversal.root
    if site.attribute is not None and site.attribute.name == "ignore_changes" and top is not None:
        yield from _located(site.document, site.placed.start, follow(top, parts[: number + 1]))
        return
    mention = _last_name(site, traversal)
    if mention is not None:
        at = next(n for n, part in enumerate(parts) if part.span == mention.span)
        place = Place(site.document, site.placed, mention)
        for declared in declarations(unit, place):
            yield _further(declared, parts[at + 1 : number + 1])
    elif root == "self" and top is not None and number:
        yield from _located(site.document, site.placed.start, follow(top, parts[1 : number + 1]))
    elif root in {"each", "count"} and top is not None:
        argument = top.body.attribute("for_each" if root == "each" else "count")
        found = [Found(argument.span, argument.name_span)] if argument is not None else []
        yield from _located(site.document, site.placed.start, found)


def _last_name(site: Site, traversal: t.Traversal) -> names.Mention | None:
    """The name that a reference begins with: of `module.a.out.x` that is `out`."""
    found = names.mentions_of_piece(site.document, site.placed.piece)
    own = [one for one in found if one.whole.start == traversal.span.start and traversal.span.encloses(one.span)]
    return max(own, key=lambda one: one.span.end, default=None)


def _further(declared: Place, steps: tuple[t.Part, ...]) -> Location:
    node = node_of(declared)[1]
    led = follow(node, steps) if node is not None and declared.name.space is not Space.OUTPUT else []
    return next(_located(declared.document, declared.start, led), location_of(declared))


def _located(document: Document, start: int, found: Iterable[Found]) -> Iterator[Location]:
    return (Location(document.uri, one.whole.shifted(start), one.name.shifted(start)) for one in found)
