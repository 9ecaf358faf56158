"""A name is changed everywhere it is written, or nowhere; what Terraform has made under it stays."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import Edit
from lsp_server.dialects.service import RefusedError, Renaming
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import is_json, is_variables_file
from lsp_server.dialects.terraform.service import names
from lsp_server.dialects.terraform.service.moves import MOVABLE, in_moved, moved_edits
from lsp_server.dialects.terraform.service.names import Name, Place, Space
from lsp_server.dialects.terraform.service.new_names import require_free, require_readable, require_valid
from lsp_server.dialects.terraform.service.site import Site, site_at

_TYPED = frozenset({Space.RESOURCE, Space.DATA, Space.EPHEMERAL, Space.ACTION})


def renamable(unit: Unit, document: Document, offset: int) -> Span | None:
    """The name at `offset`, if it is one that can be changed; None where no name is. Raises RefusedError."""
    place = _place(document, offset)
    if place is None:
        return None
    _require_ours(unit, place)
    return place.span


def rename(unit: Unit, document: Document, offset: int, name: str) -> Renaming | None:
    """Change the name at `offset` everywhere to `name`; None where no name is. Raises RefusedError."""
    place = _place(document, offset)
    if place is None:
        return None
    places = _require_ours(unit, place)
    old = place.name
    if name == old.text:
        return Renaming(())
    require_valid(old.space, name)
    edits: list[Edit] = []
    if old.space in MOVABLE:
        edits += _moved(unit, place, places, name)
        places = [one for one in places if not in_moved(one)]
    else:
        require_free(unit, place, name)
    if old.space is Space.VARIABLE:
        _require_not_in_json(unit, old.text)
    edits += _iterator(places, name)
    edits += [Edit(one.uri, one.span, name) for one in places if not _is_dynamic_label(one)]
    return Renaming(tuple(dict.fromkeys(edits)), _warning(unit, old, places))


def _place(document: Document, offset: int) -> Place | None:
    place = names.place_at(document, offset)
    if place is None:
        _refuse_type(document, offset)
        return None
    if place.span.touches(offset):
        return place
    site = site_at(document, offset)
    traversal = site.traversal if site is not None else None
    number = site.part_of(traversal) if site is not None and traversal is not None else None
    word = traversal.parts[number].name if traversal is not None and number is not None else ""
    if place.name.space in _TYPED and word == place.name.path[0]:
        raise RefusedError(f"{word} is the type, which the provider names.")
    return None


def _refuse_type(document: Document, offset: int) -> None:
    site = site_at(document, offset)
    block = site.blocks[-1] if site is not None and site.blocks else None
    if site is None or block is None or block.type not in {"resource", "data", "ephemeral", "action"}:
        return
    if block.labels and site.span(block.labels[0].span).touches(offset):
        raise RefusedError(f"{block.labels[0].text} is the type, which the provider names.")


def _require_ours(unit: Unit, place: Place) -> list[Place]:
    """Every place of a name that this module declares and that is written where it can be edited."""
    name = place.name
    if name.of:
        what = f"{name.text} is a name of the module that module.{name.of[0]} calls"
        raise RefusedError(f"{what}: rename it there, and it is renamed in its callers too.")
    if name.space is Space.PROVIDER and len(name.path) == 1:
        raise RefusedError(f"{name.text} is a provider, with whose name its resource types begin.")
    found = names.places_of(unit, place)
    if not any(one.declares for one in found):
        raise RefusedError(f"Nothing in this module declares {name.address}.")
    require_readable(unit, place)
    return found


# -- resources and modules


def _moved(unit: Unit, place: Place, places: Sequence[Place], new: str) -> list[Edit]:
    """What keeps that which has been made. The name may be one that was there before."""
    old = place.name
    other = Name(old.space, (*old.path[:-1], new), old.of)
    others = list(names.places(unit, other))
    if not others or any(not in_moved(one) for one in others):
        require_free(unit, place, new)
    return moved_edits(old, places, others, new)


def _require_not_in_json(unit: Unit, variable: str) -> None:
    """Raises RefusedError where a variables file in JSON, which is not edited, gives the variable a value."""
    key = re.compile(rf'"{re.escape(variable)}"\s*:')
    for document in unit.callers:
        if document.name.endswith(".tfvars.json") and key.search(document.text):
            raise RefusedError(f"{document.name} gives {variable} a value: JSON is not edited.")


# -- iterators of dynamic blocks


def _is_dynamic_label(place: Place) -> bool:
    """Whether a name is that of a `dynamic` block's label, which says which blocks it makes."""
    return _dynamic(place) is not None


def _dynamic(place: Place) -> tuple[Site, t.Block] | None:
    if place.name.space is not Space.BOUND or not place.declares:
        return None
    site = site_at(place.document, place.span.start)
    block = site.blocks[-1] if site is not None and site.blocks else None
    if site is None or block is None or block.type != "dynamic" or site.attribute is not None:
        return None
    return site, block


def _iterator(places: Sequence[Place], new: str) -> list[Edit]:
    """A `dynamic` block gets an `iterator` where its label has named it so far."""
    found = next((one for one in map(_dynamic, places) if one is not None), None)
    if found is None:
        return []
    site, block = found
    given = block.body.attribute("for_each")
    if given is None:
        raise RefusedError("The block has no for_each yet, beside which an iterator could stand.")
    document = site.document
    if is_json(document):
        raise RefusedError(f"The block gets its name from its key: no iterator is written into {document.name}.")
    span = site.span(given.span)
    start, end = (document.position(offset).line for offset in span)
    before = document.text[document.line_starts[start] : span.start]
    if before.strip():
        raise RefusedError("There is no line of its own for an iterator: for_each shares one with others.")
    at = document.line_span(end).end
    return [Edit(document.uri, Span(at, at), f"{document.newline}{before}iterator = {new}")]


# -- what it comes to


def _warning(unit: Unit, old: Name, places: Sequence[Place]) -> str:
    """What a new name means to those who are not seen from here."""
    elsewhere = any(unit.get(one.uri) is None for one in places)
    match old.space:
        case Space.OUTPUT if elsewhere:
            return (
                f"Modules that call this one are changed too; remote states and scripts that read {old.text} are not."
            )
        case Space.OUTPUT:
            return f"Callers of this module, remote states and scripts that read {old.text} have to change as well."
        case Space.VARIABLE if not elsewhere and not _is_root(unit):
            return f"Callers of this module and TF_VAR_{old.text}, if there are any, have to change as well."
        case Space.MODULE:
            return "Modules are installed by the name of their call: run `terraform init` afterwards."
        case Space.PROVIDER if not elsewhere and _is_passed_in(places):
            return f"Callers of this module pass {old.address} in, and have to change as well."
    return ""


def _is_root(unit: Unit) -> bool:
    """Whether the module shows that none calls it: it has a backend, or files with values."""
    if any(is_variables_file(document) for document in unit):
        return True
    placed = (placed for document in unit for placed in names.tree_of(document).placed)
    blocks = (block for one in placed for block in one.piece.body.blocks)
    return any(
        block.type == "terraform" and (block.body.blocks_of("backend") or block.body.blocks_of("cloud"))
        for block in blocks
    )


def _is_passed_in(places: Sequence[Place]) -> bool:
    """Whether callers pass a configuration in: it is declared in `required_providers`."""
    sites = (site_at(one.document, one.span.start) for one in places if one.declares)
    return any(site is not None and site.blocks and site.blocks[0].type == "terraform" for site in sites)
