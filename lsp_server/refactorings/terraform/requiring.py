"""The providers that a module uses and does not require are required: by source, and by the version that is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform.providers import named
from lsp_server.dialects.terraform.versions import version
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform.content import Scene, scene_of
from lsp_server.fixers.terraform.tidy import required
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.terraform.meaning import Comparison
from lsp_server.refactorings.terraform.spot import Spot, spot_of
from lsp_server.refactorings.terraform.writing import native

_ASKED_AT = frozenset({"terraform", "provider", "resource", "data", "required_providers"})
_KEY = ("terraform",)


def require(selection: Selection) -> Iterator[Refactoring]:
    """Offer it on the header of a `terraform` block, a provider, a resource and a data source."""
    spot = spot_of(selection)
    block = spot.header
    nested = bool(spot.path) and (block is None or block.type != "required_providers")
    if block is None or nested or not selection.asked or block.type not in _ASKED_AT:
        return
    missing = list(_missing(scene_of(spot.unit)))
    if not missing:
        return
    told = ", ".join(f"{source} {said}" for _, source, said in missing)
    title = f"Require the provider{'s' if len(missing) > 1 else ''} {told}"
    entries = [f'{name} = {{\n  source  = "{source}"\n  version = "{said}"\n}}' for name, source, said in missing]
    pieces = (placed.piece for tree in spot.module.trees.values() for placed in tree.placed)
    there = any(piece.body.blocks_of("terraform") for piece in pieces)
    compared = (
        Comparison(ignoring=frozenset({(_KEY, "required_providers")})) if there else Comparison(adds=frozenset({_KEY}))
    )
    yield Refactoring("require", title, Kind.REWRITE, partial(_edits, spot, entries), compared)


def _missing(scene: Scene) -> Iterator[tuple[str, str, str]]:
    """The local name, the source and the version constraint of what is used and not required."""
    for name in sorted(named(scene.module) - set(scene.module.required_providers)):
        choice = scene.schemas.provider(name)
        versioned = any(p.argument("version") for key, p in scene.module.providers.items() if key[0] == name)
        if choice is None or choice.built_in or versioned:
            continue
        source = choice.meta.source
        numbers = version(scene.module.locked.get(source, "")) or version(choice.meta.version)
        yield name, source.partition("/")[2], f"~> {numbers[0]}.{numbers[1]}"


def _edits(spot: Spot, entries: list[str]) -> Iterable[Edit]:
    context = FixContext(spot.unit, spot.document, ())
    return native(spot.unit, [required(context, "\n".join(entries))])


REFACTORERS = (Refactorer("requiring", frozenset({Kind.REWRITE}), require),)
