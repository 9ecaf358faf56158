"""A resource or module call goes from the state and stays where it is: a `removed` block takes its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from lsp_server.core.edit import Edit
from lsp_server.dialects.service import RefusedError
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import Module, is_override
from lsp_server.dialects.terraform.service import names
from lsp_server.dialects.terraform.service.naming import Name, Space
from lsp_server.dialects.terraform.versions import Constraint
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.terraform.meaning import Comparison
from lsp_server.refactorings.terraform.spot import Spot, comments_of, spot_of
from lsp_server.refactorings.terraform.writing import named_in_json, native

_SINCE = (1, 7)  # the first version of Terraform that knows `removed`
_LAST = 99  # a minor version that there will hardly be
_SPACES = {"resource": (Space.RESOURCE, 2), "module": (Space.MODULE, 1)}


def forget(selection: Selection) -> Iterator[Refactoring]:
    """Offer it on the header of a resource or a module call."""
    spot = spot_of(selection)
    block = spot.header
    if block is None or spot.path or block.type not in _SPACES or len(block.labels) != _SPACES[block.type][1]:
        return
    if not selection.asked or is_override(spot.document) or spot.module.is_opentofu or not _known(spot.module):
        return
    address = ".".join(block.address[1:] if block.type == "resource" else block.address)
    comments = [spot.document.slice(c) for c in comments_of(spot.tree, block.span) if block.span.encloses(c)]
    told = f" and its comment{'s' if len(comments) > 1 else ''}" if comments else ""
    yield Refactoring(
        "forget",
        f"Replace '{address}'{told} by a 'removed' block: it leaves the state and is not destroyed",
        Kind.REWRITE,
        partial(_edits, spot, block, address),
        Comparison(adds=frozenset({("removed",)}), removes=frozenset({block.address})),
        frozenset({block.address, *(("#", comment.strip()) for comment in comments)}),
    )


def _known(module: Module) -> bool:
    """Whether a version of Terraform may be used that knows `removed`."""
    pieces = (placed.piece for tree in module.trees.values() for placed in tree.placed)
    blocks = (block for piece in pieces for block in piece.body.blocks_of("terraform"))
    for required in filter(None, (block.body.attribute("required_version") for block in blocks)):
        said = Constraint.parse(required.value.text or "") if isinstance(required.value, t.Template) else Constraint(())
        newer = (v for _, v in said.terms if v >= _SINCE)
        if not any(map(said.allows, (*((1, minor, 0) for minor in range(_SINCE[1], _LAST)), *newer))):
            return False
    return True


def _edits(spot: Spot, block: t.Block, address: str) -> Iterable[Edit]:
    """The block in the place of the other. Raises RefusedError where something refers to that."""
    space, _ = _SPACES[block.type]
    name = Name(space, block.address[1:])
    for place in names.places(spot.unit):
        own = place.uri == spot.document.uri and block.span.encloses(place.span)
        if not own and (place.name == name or (space is Space.MODULE and place.name.of[:1] == name.path)):
            line = place.document.position(place.span.start).line + 1
            raise RefusedError(f"{place.document.name}:{line} still refers to {address}")
    if named_in_json(spot.unit, block.labels[-1].text):
        raise RefusedError(f"a file in JSON may still refer to {address}")
    text = f"removed {{\n  from = {address}\n\n  lifecycle {{\n    destroy = false\n  }}\n}}"
    return native(spot.unit, [Edit(spot.document.uri, block.span, text)])


REFACTORERS = (Refactorer("forgetting", frozenset({Kind.REWRITE}), forget),)
