"""An argument or block that the schema does not know: misspelled, misplaced, of another shape, or not there at all."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability
from lsp_server.dialects.terraform.tree import (
    Attribute,
    Block,
    Broken,
    ObjectExpression,
    Traversal,
    TupleExpression,
    expressions,
)
from lsp_server.fixers.terraform import flattened, misplaced, renamed, shape, split_out, upgraded
from lsp_server.fixers.terraform.content import META
from lsp_server.fixers.terraform.names import foreign, is_plain, is_slip, likeness, one_slip
from lsp_server.fixers.terraform.place import Place, kind_of
from lsp_server.fixers.terraform.renamed import LEAST
from lsp_server.fixers.terraform.step import Step, give_up

KINSHIP = 0.15


def steps(place: Place, item: Attribute | Block) -> Iterator[Step]:
    """Every way to mend an item that cannot stand where it does, best first."""
    if place.content.opaque:
        return
    yield from upgraded.steps(place, item)
    yield from split_out.steps(place, item)
    if isinstance(item, Attribute):
        yield from _argument(place, item)
        if not isinstance(item.value, Broken):
            yield from give_up(place, item, item.name)
    else:
        yield from _block(place, item)
        if not item.broken:
            yield from give_up(place, item, kind_of(item))


def _argument(place: Place, item: Attribute) -> Iterator[Step]:
    name, content = item.name, place.content
    if content.block(name) is not None:
        yield from shape.as_blocks(place, item, name)
        return
    ranked = renamed.ranked(place, item)
    for home in misplaced.homes(place, item, name):
        if home.score >= LEAST:
            ranked.append((home.score, -len(ranked) - 1000, misplaced.move(place, item, name, home)))
    if isinstance(item.value, ObjectExpression | TupleExpression):
        for kind in content.blocks:
            score = likeness(name, kind, place.around)
            if kind not in META and score >= LEAST:
                ranked += [(score, 0, step) for step in shape.as_blocks(place, item, kind)]
    ranked.sort(key=lambda r: (r[0], r[1]), reverse=True)
    yield from (step for _, _, step in ranked[:3])


def _block(place: Place, item: Block) -> Iterator[Step]:
    name, content = kind_of(item), place.content
    if content.takes_argument(name):
        yield from shape.as_argument(place, item, name)
        return
    ranked: list[tuple[float, int, Step]] = []
    single = {kind for kind, nested in content.blocks.items() if nested.max == 1}
    listed = [kind for kind in content.arguments if content.takes_block(kind)]
    for number, candidate in enumerate((*content.blocks, *listed)):
        if (candidate in META and not is_slip(name, candidate)) or (candidate in single and place.has(candidate)):
            continue
        if not is_slip(name, candidate) and _kinship(place, item, candidate) <= -KINSHIP:
            continue
        score = _block_score(place, item, candidate)
        if score >= LEAST:
            ranked.append((score, -number, _rename_block(place, item, candidate)))
    for home in misplaced.homes(place, item, name):
        ranked.append((home.score, -len(ranked) - 1000, misplaced.move(place, item, name, home)))
    for candidate in content.arguments:
        if not place.has(candidate) and likeness(name, candidate, place.around) >= 0.85:
            ranked += [(0.85, -2000, step) for step in shape.as_argument(place, item, candidate)]
    ranked.sort(key=lambda r: (r[0], r[1]), reverse=True)
    yield from (step for _, _, step in ranked[:3])
    if not item.broken:
        yield from flattened.steps(place, item)


def _block_score(place: Place, item: Block, candidate: str) -> float:
    """How likely a block was meant to be one of `candidate`; a slip says no other words, though it looks like it."""
    name, required = kind_of(item), candidate in place.content.required_blocks
    score = likeness(name, candidate, place.around) + (0.1 if required else 0.0) + _kinship(place, item, candidate)
    return score if is_slip(name, candidate) else score - 0.1 * len(foreign(name, candidate, place.around))


def _kinship(place: Place, item: Block, candidate: str) -> float:
    """How far a block's content speaks for being one of `candidate`, -0.15 to 0.15."""
    inner = place.content.inside(candidate)
    names = [a.name for a in item.body.attributes] + [kind_of(b) for b in item.body.blocks]
    if inner.opaque or not names or not (inner.arguments or inner.blocks):
        return 0.0  # in `required_providers` all names are its author's
    known = sum(inner.takes_argument(n) or inner.takes_block(n) for n in names)
    return 2 * KINSHIP * known / len(names) - KINSHIP


def _rename_block(place: Place, item: Block, name: str) -> Step:
    old = kind_of(item)
    span = item.labels[0].text_span if item.type == "dynamic" and item.labels else item.type_span
    certain = (
        is_plain(old, name)
        and one_slip(old, [*place.content.blocks, *place.content.arguments]) == name
        and item.type != "dynamic"
    )
    trust = Applicability.SAFE if certain else Applicability.UNSAFE
    edits = (Edit(place.document.uri, span, name), *_iterators(place.document.uri, item, name))
    return Step(f"Change `{old}` to `{name}`", edits, "block_name", trust, filled=name, reveals=True)


def _iterators(uri: str, item: Block, name: str) -> Iterator[Edit]:
    """Where a `dynamic` block speaks of its element by its own name, and not by an iterator's."""
    if item.type != "dynamic" or item.body.attribute("iterator") is not None:
        return
    for found in expressions(item.body):
        if isinstance(found, Traversal) and found.root == kind_of(item):
            yield Edit(uri, found.parts[0].span, name)
