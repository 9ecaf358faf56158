"""A change that makes something readable brings to light what is wrong in it; that is mended in the same fix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lsp_server.core.document import Document, Unit
from lsp_server.core.edit import EditConflict, edit_unit, unit_edits
from lsp_server.core.fix import Applicability
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.dialects.terraform.tree import Attribute, Block
from lsp_server.fixers.terraform import missing, unsupported
from lsp_server.fixers.terraform.content import META, Scene, scene_of
from lsp_server.fixers.terraform.place import Place, kind_of, place_of
from lsp_server.fixers.terraform.step import Step

_MOST = 40


@dataclass(frozen=True)
class Fault:
    """Something in a block that its schema does not allow: an item, or the lack of `name`."""

    place: Place
    name: str
    item: Attribute | Block | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """What stays the same when the text around it moves."""
        kind = type(self.item).__name__ if self.item else ""
        return (*(kind_of(b) for b in self.place.path[1:]), kind, self.name)

    def steps(self) -> Iterator[Step]:
        """Ways to mend it."""
        return unsupported.steps(self.place, self.item) if self.item else missing.steps(self.place, self.name)


def faults(place: Place) -> Iterator[Fault]:
    """What the schema does not allow in a block and in those nested in it."""
    content, block = place.content, place.block
    if content.opaque:
        return
    for attribute in block.body.attributes:
        if not content.takes_argument(attribute.name):
            yield Fault(place, attribute.name, attribute)
    for inner in block.body.blocks:
        kind = kind_of(inner)
        if kind in META:
            continue
        if not content.takes_block(kind):
            yield Fault(place, kind, inner)
        else:
            yield from faults(place.inside(inner))
    if block.type != "dynamic" and not block.broken:
        yield from (Fault(place, name) for name in (*content.required, *content.required_blocks) if not place.has(name))


def top_place(scene: Scene, uri: str, address: tuple[str, ...]) -> Place | None:
    """The place of a top-level block by its type and labels."""
    document = scene.unit.get(uri)
    blocks = parse_document(document).blocks if document else ()
    found = next((b for b in blocks if b.address == address), None)
    return place_of(scene, document, (found,)) if found and document else None


def settled(unit: Unit, document: Document, top: Block, step: Step) -> Step:
    """The step with edits that mend whatever it brings to light in the same top-level block; it trusts the least."""
    if not step.reveals:
        return step
    trust = step.applicability
    before = top_place(scene_of(unit), document.uri, top.address)
    known = {fault.key for fault in faults(before)} if before and not step.top else set()
    try:
        now = edit_unit(unit, step.edits)
        for _ in range(_MOST):
            place = top_place(scene_of(now), document.uri, step.top or top.address)
            fault = next((f for f in faults(place) if f.key not in known), None) if place else None
            if fault is None:
                break
            first = next((s for s in fault.steps() if s.applicability is not Applicability.DISPLAY_ONLY), None)
            if first is None:
                known.add(fault.key)
                continue
            now = edit_unit(now, first.edits)
            trust = trust.least(first.applicability)
    except EditConflict:
        return step
    return replace(step, edits=unit_edits(unit, now), applicability=trust)
