"""A resource type or data source that the provider does not have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.terraform.tree import Attribute, Block, Body, Part, Traversal, TupleExpression, expressions
from lsp_server.dialects.terraform.types import STRING
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform.content import Scene, scene_of
from lsp_server.fixers.terraform.fitting import all_meant, fit_of, says_enough
from lsp_server.fixers.terraform.from_outside import stand_in
from lsp_server.fixers.terraform.names import (
    FILLERS,
    is_certain,
    is_slip,
    is_type_slip,
    likeness,
    names_the_same,
    one_slip,
    words,
)
from lsp_server.fixers.terraform.place import Place, fix, locate
from lsp_server.fixers.terraform.settle import settled
from lsp_server.fixers.terraform.step import Step
from lsp_server.fixers.terraform.supply import declarations
from lsp_server.fixers.terraform.upgrades import successors

CODES = frozenset({"unknown-resource-type", "unknown-data-source"})
_LEAST = 0.66
_MOST = 3
_SAME = 0.95
_FITTING = 0.6
_BEHIND = 0.3
"""How much less than the best of those that say the same a type may take of a block, and still be what was meant."""


@dataclass(frozen=True)
class Candidate:
    """A type that may have been meant, with how well its name and its content go with the block, 0 to 1."""

    name: str
    score: float
    fit: float
    same: bool = False
    """Whether the two names say the same thing."""
    referred: bool = False
    """Whether the module refers to the block under this type already."""


def fix_type(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """Fixes for an unknown type: one that is like it in name and takes what stands in the block."""
    found = locate(context, diagnostic.span)
    if found is None or diagnostic.severity is not Severity.ERROR:
        return
    place = found[0]
    block = place.path[0]
    if block.type not in {"resource", "data"} or len(block.labels) != 2:
        return
    if block.type == "resource" and _as_data(place.scene, block):
        yield _as_data_source(context, place, diagnostic)
    for candidate in candidates(place.scene, block)[:_MOST]:
        yield change(context, place, candidate, diagnostic)


def candidates(scene: Scene, block: Block) -> list[Candidate]:
    """Types that may have been meant by a block's, best first: those that say the same before those that fit."""
    written = block.labels[0].text
    types, others = (
        tuple(scene.types(kind)) for kind in (block.type, "data" if block.type == "resource" else "resource")
    )
    heir = _heir(block.type, written)
    if heir in types:
        fit = fit_of(scene, heir, block)
        return [Candidate(heir, 1.0, fit, same=fit >= _FITTING)]
    if (known := _referred_as(scene, block, types)) and (fit := fit_of(scene, known, block)) >= _FITTING:
        return [Candidate(known, 1.0, fit, same=True, referred=True)]
    asked = _asked_for(scene, block)
    found = []
    for alike in _alike(written, types, others, frozenset(asked)):
        fit = fit_of(scene, alike.name, block)
        same = (alike.same and says_enough(scene, alike.name, block)) or (alike.more and fit >= _FITTING)
        score = 0.6 * alike.like + 0.4 * fit + (0.1 if alike.like >= _SAME else 0.0)
        if score >= _LEAST or same or alike.same:
            found.append(Candidate(alike.name, score, fit, same))
    whole = [c for c in found if c.fit == 1.0 and _tells(scene, block, c.name)]
    if len(whole) == 1 and not any(c.same for c in found):
        found = [replace(c, same=c is whole[0]) for c in found]
    best = max((c.fit for c in found if c.same), default=0.0)
    found = [replace(c, same=c.same and c.fit > best - _BEHIND) for c in found]
    return sorted(found, key=lambda c: (c.same, c.score), reverse=True)


class _Alike(NamedTuple):
    """A type with how like its name is, 0 to 1, whether it says the same, and whether it does but for its last word."""

    name: str
    like: float
    same: bool
    more: bool


@lru_cache(maxsize=64)
def _alike(
    written: str, types: tuple[str, ...], others: tuple[str, ...], asked: frozenset[tuple[str, ...]]
) -> tuple[_Alike, ...]:
    """The types whose names come near one that is written. Kept: each round of a repair asks for the same anew.

    `others` are the data sources beside the resource types, or the other way round.
    """
    vocabulary, services = _vocabulary(types), _services(types + others)
    service = services.intersection(words(written)[1:2])
    found = []
    for name in types:
        own = _of_provider(written, name)
        if not own:
            continue
        rest, other = own.partition("_")[2], name.partition("_")[2]
        same = names_the_same(own, name, services) or (words(other) in asked and service <= set(words(name)))
        more = not same and names_the_same(own, name, services, ending=False)
        like = _likeness(rest, other, vocabulary)
        if like >= 0.5 or same or more:
            found.append(_Alike(name, like, same, more))
    return tuple(found)


def _heir(kind: str, written: str) -> str:
    """What took the place of a type that is no more, or of one that is plainly meant."""
    gone = {old: new for (of, old), new in successors().items() if of == kind}
    return gone.get(written) or next((new for old, new in gone.items() if names_the_same(written, old)), "")


def _of_provider(written: str, known: str) -> str:
    """A type as it is written, if it is of the provider of a known type; that one if the provider's word has a slip.

    The underscore may stand in the wrong place as well: `as_instance`, `awss3_bucket`.
    """
    provider = known.partition("_")[0]
    if written.partition("_")[0] == provider:
        return written
    return known if is_type_slip(written, known) else ""


def _tells(scene: Scene, block: Block, name: str) -> bool:
    """Whether a type that takes all that a block says, and wants nothing else, is told from others by what it wants.

    `vpc_id` and `dhcp_options_id` make an association one of DHCP options, whatever it is called.
    """
    content, written = scene.type_content(block.type, name), block.labels[0].text
    own = words(written)[1:]
    return len(content.required) > 1 and own[:1] == words(name)[1:2] and own[-1:] == words(name)[-1:]


def _referred_as(scene: Scene, block: Block, types: tuple[str, ...]) -> str:
    """The one type by which the module refers to a block of this name, where no such block is declared; else empty."""
    at, name = (1 if block.type == "data" else 0), block.labels[1].text
    declared = scene.module.data if at else scene.module.resources
    found = {
        value.names[at]
        for tree in scene.module.trees.values()
        for value in expressions(tree.body)
        if isinstance(value, Traversal) and value.names[at + 1 : at + 2] == (name,) and (value.names[0] == "data") == at
    }
    meant = [known for known in found if known in types and (known, name) not in declared]
    return meant[0] if len(meant) == 1 else ""


def _speak_of_one(one: str, other: str) -> bool:
    """Whether two types have a word in common besides their provider's: a reference may be the mistake, otherwise."""
    return not set(words(one)[1:]).isdisjoint(words(other)[1:])


def _asked_for(scene: Scene, block: Block) -> set[tuple[str, ...]]:
    """What the arguments ask for that the handle is given to: `db_subnet_group_name = aws_subnet_group.a.id`."""
    wanted = (*(("data",) if block.type == "data" else ()), *(label.text for label in block.labels))
    found: set[tuple[str, ...]] = set()
    for tree in scene.module.trees.values():
        for top in tree.blocks:
            for attribute in _attributes_in(top.body):
                inner = attribute.value
                value = inner.items[0] if isinstance(inner, TupleExpression) and inner.items else inner
                if isinstance(value, Traversal) and value.names[: len(wanted)] == wanted:
                    noun = tuple(word for word in words(attribute.name) if word not in {"id", "arn", "name"})
                    found |= {noun} if len(noun) > 1 else set()
    return found


def _attributes_in(body: Body) -> Iterator[Attribute]:
    yield from body.attributes
    for block in body.blocks:
        yield from _attributes_in(block.body)


@lru_cache(maxsize=4)
def _vocabulary(types: tuple[str, ...]) -> frozenset[str]:
    """The words that type names are made of."""
    return frozenset(word for name in types for word in name.split("_"))


@lru_cache(maxsize=4)
def _services(types: tuple[str, ...]) -> frozenset[str]:
    """The words by which types of one service begin, but for those that are often left out."""
    said = (words(name.partition("_")[2]) for name in types)
    firsts = Counter(own[0] for own in said if own)  # `http` says nothing but its provider
    return frozenset(word for word, count in firsts.items() if count > 1) - {"vpc", "ec2"} - FILLERS


def _likeness(name: str, other: str, vocabulary: frozenset[str]) -> float:
    if name.replace("_", "").replace("-", "") == other.replace("_", ""):
        return 1.0
    mine, theirs = frozenset(words(name)), frozenset(words(other))
    if mine == theirs:
        return _SAME
    differ = set(name.split("_")) - set(other.split("_"))
    if is_slip(name, other) and differ and differ <= vocabulary:
        return 0.75 * len(mine & theirs) / len(mine | theirs)  # `db` is a word of its own, and no slip of `lb`
    return likeness(name, other)


def slip_of(scene: Scene, kind: str, type_name: str, name: str) -> Block | None:
    """A declaration of about that name whose unknown type is a slip of `type_name`: the reference has it right."""
    content = scene.type_content(kind, type_name)
    table = scene.module.data if kind == "data" else scene.module.resources
    for (other, own), declaration in table.items():
        called = own == name or is_slip(name, own)
        wrong = called and is_type_slip(other, type_name) and scene.type_content(kind, other).opaque
        if wrong and (not content.opaque or other.partition("_")[0] != type_name.partition("_")[0]):
            return declaration.block
    return None


def change(context: FixContext, place: Place, candidate: Candidate, diagnostic: Diagnostic) -> Fix:
    """Give a top-level block another type, in its references as well, and mend what does not fit the new one."""
    block, scene = place.path[0], place.scene
    old, name = (label.text for label in block.labels)
    edits = [Edit(place.document.uri, block.labels[0].text_span, candidate.name)]
    taken, lost = list(_attributes(scene, place, candidate.name)), dict(_lost(scene, place, candidate.name))
    for uri, span in mentions(scene, block.type, old, name):
        if not any(e.uri == uri and e.span.encloses(span) for e in lost):
            edits.append(Edit(uri, span, candidate.name))
    edits += [*taken, *lost]
    edits += declarations(scene, {v: STRING for v in lost.values() if v not in scene.module.variables})
    slip = candidate.score > 0.9 and one_slip(old, scene.types(block.type)) == candidate.name
    slip = (
        slip
        or (candidate.referred and _speak_of_one(old, candidate.name))
        or (old.partition("_")[0] != candidate.name.partition("_")[0] and is_type_slip(old, candidate.name))
    )
    fitting = candidate.fit == 1.0 or all_meant(scene, candidate.name, block)
    certain = slip and fitting and (is_certain(old, candidate.name) or not is_slip(old, candidate.name))
    trust = Applicability.SAFE if certain and not lost else Applicability.UNSAFE
    if not candidate.same:
        trust = Applicability.DISPLAY_ONLY  # a guess at what was meant is a person's to make
    top = (block.type, candidate.name, name)
    step = Step(f"Change the type to `{candidate.name}`", tuple(edits), "resource_type", trust, reveals=True, top=top)
    step = settled(context.unit, place.document, block, step)
    return fix(step.title, step.edits, (diagnostic,), "resource_type", step.applicability, {block.address})


def _attributes(scene: Scene, place: Place, new_type: str) -> Iterator[Edit]:
    """What references take of the old type under the nearest name that the new type has."""
    for uri, _, part in _unknown(scene, place, new_type):
        best = _nearest(scene, place, part, new_type)
        if best:
            yield Edit(uri, part.span, best)


def _lost(scene: Scene, place: Place, new_type: str) -> Iterator[tuple[Edit, str]]:
    """Where references take what the new type has under no name: a variable in their place, and its name.

    An output that hands back what it is given would say nothing, and is left as it is.
    """
    for uri, found, part in _unknown(scene, place, new_type):
        tree = scene.module.trees[uri]
        block = tree.block_at(found.span.start)
        if block is None or block.type == "output" or _nearest(scene, place, part, new_type):
            continue
        instead = stand_in(scene.unit[uri], found, 1 if place.path[0].type == "data" else 0)
        if instead is not None:
            yield instead[1], instead[0]


def _nearest(scene: Scene, place: Place, part: Part, new_type: str) -> str:
    known = {n for schema in scene.type_content(place.path[0].type, new_type).schemas for n in schema.attributes}
    best = max(known, key=lambda name: likeness(part.name, name, new_type), default="")
    return best if best and likeness(part.name, best, new_type) >= 0.68 else ""


def _unknown(scene: Scene, place: Place, new_type: str) -> Iterator[tuple[str, Traversal, Part]]:
    """References to the block that take an attribute which the new type does not have, with that part of them."""
    block = place.path[0]
    content = scene.type_content(block.type, new_type)
    wanted = (*(("data",) if block.type == "data" else ()), *(label.text for label in block.labels))
    for uri, tree in scene.module.trees.items():
        for found in expressions(tree.body):
            if not isinstance(found, Traversal) or found.names[: len(wanted)] != wanted:
                continue
            part = next((p for p in found.parts[len(wanted) :] if p.kind == "attr"), None)
            if part is not None and not content.argument(part.name) and not content.block(part.name):
                yield uri, found, part


def mentions(scene: Scene, kind: str, type_name: str, name: str) -> Iterator[tuple[str, Span]]:
    """Where expressions of the module write the type in references to that resource or data source."""
    at = 1 if kind == "data" else 0
    wanted = ("data", type_name, name) if at else (type_name, name)
    for uri, tree in scene.module.trees.items():
        for expression in expressions(tree.body):
            if isinstance(expression, Traversal) and expression.names[: len(wanted)] == wanted:
                yield uri, expression.parts[at].span


def _as_data(scene: Scene, block: Block) -> bool:
    name = block.labels[0].text
    return not scene.type_content("data", name).opaque and fit_of(scene, name, block, "data") > 0.6


def _as_data_source(context: FixContext, place: Place, diagnostic: Diagnostic) -> Fix:
    block = place.path[0]
    type_name, name = (label.text for label in block.labels)
    edits = [Edit(place.document.uri, block.type_span, "data")]
    for uri, span in mentions(scene_of(context.unit), "resource", type_name, name):
        edits.append(Edit(uri, Span(span.start, span.start), "data."))
    return fix(f"Read `{type_name}` as a data source", edits, (diagnostic,), "resource_type", removes={block.address})
