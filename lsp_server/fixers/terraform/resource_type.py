"""A resource type or data source that the provider does not have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.terraform.tree import Block, Traversal, expressions
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform.content import META, Content, Scene, scene_of
from lsp_server.fixers.terraform.names import FILLERS, is_certain, is_slip, likeness, names_the_same, one_slip, words
from lsp_server.fixers.terraform.place import Place, fix, kind_of, locate
from lsp_server.fixers.terraform.settle import settled
from lsp_server.fixers.terraform.step import Step

CODES = frozenset({"unknown-resource-type", "unknown-data-source"})
_LEAST = 0.66
_MOST = 3
_SAME = 0.95


@dataclass(frozen=True)
class Candidate:
    """A type that may have been meant, with how well its name and its content go with the block, 0 to 1."""

    name: str
    score: float
    fit: float


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
    """Types that may have been meant by a block's, best first."""
    written = block.labels[0].text
    provider, _, rest = written.partition("_")
    found = []
    vocabulary = _vocabulary(tuple(scene.types(block.type)))
    for name in scene.types(block.type):
        other_provider, _, other = name.partition("_")
        if other_provider != provider:
            continue
        like = _likeness(rest, other, vocabulary)
        if like < 0.5:
            continue
        fit = _fit(scene.type_content(block.type, name), block)
        score = 0.6 * like + 0.4 * fit + (0.1 if like >= _SAME else 0.0)
        if score >= _LEAST:
            found.append(Candidate(name, score, fit))
    return sorted(found, key=lambda c: c.score, reverse=True)


@lru_cache(maxsize=4)
def _vocabulary(types: tuple[str, ...]) -> frozenset[str]:
    """The words that type names are made of."""
    return frozenset(word for name in types for word in name.split("_"))


@lru_cache(maxsize=4)
def _services(types: tuple[str, ...]) -> frozenset[str]:
    """The words by which types of one service begin, but for those that are often left out."""
    firsts = Counter(words(name.partition("_")[2])[0] for name in types)
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
        wrong = called and is_slip(other, type_name) and scene.type_content(kind, other).opaque
        if wrong and (not content.opaque or other.partition("_")[0] != type_name.partition("_")[0]):
            return declaration.block
    return None


def _fit(content: Content, block: Block) -> float:
    """The share of a block's arguments and blocks that the type takes, and of its required ones that are there."""
    names = [a.name for a in block.body.attributes] + [kind_of(b) for b in block.body.blocks]
    names = [name for name in names if name not in META and name != "tags"]
    required = (*content.required, *content.required_blocks)
    known = sum(content.takes_argument(n) or content.takes_block(n) for n in names)
    given = sum(n in names for n in required)
    total = len(names) + len(required)
    return (known + given) / total if total else 1.0


def change(context: FixContext, place: Place, candidate: Candidate, diagnostic: Diagnostic) -> Fix:
    """Give a top-level block another type, in its references as well, and mend what does not fit the new one."""
    block, scene = place.path[0], place.scene
    old, name = (label.text for label in block.labels)
    edits = [Edit(place.document.uri, block.labels[0].text_span, candidate.name)]
    edits += (Edit(uri, span, candidate.name) for uri, span in mentions(scene, block.type, old, name))
    edits += _attributes(scene, place, candidate.name)
    slip = candidate.score > 0.9 and one_slip(old, scene.types(block.type)) == candidate.name
    certain = slip and is_certain(old, candidate.name) and candidate.fit == 1.0
    trust = Applicability.SAFE if certain else Applicability.UNSAFE
    if not names_the_same(old, candidate.name, _services(tuple(scene.types(block.type)))):
        trust = Applicability.DISPLAY_ONLY  # a guess at what was meant is a person's to make
    top = (block.type, candidate.name, name)
    step = Step(f"Change the type to `{candidate.name}`", tuple(edits), "resource_type", trust, reveals=True, top=top)
    step = settled(context.unit, place.document, block, step)
    return fix(step.title, step.edits, (diagnostic,), "resource_type", step.applicability, {block.address})


def _attributes(scene: Scene, place: Place, new_type: str) -> Iterator[Edit]:
    """What references take of the old type under the nearest name that the new type has."""
    block = place.path[0]
    content = scene.type_content(block.type, new_type)
    wanted = (*(("data",) if block.type == "data" else ()), *(label.text for label in block.labels))
    for uri, tree in scene.module.trees.items():
        for found in expressions(tree.body):
            if not isinstance(found, Traversal) or found.names[: len(wanted)] != wanted:
                continue
            part = next((p for p in found.parts[len(wanted) :] if p.kind == "attr"), None)
            if part is None or content.argument(part.name) or content.block(part.name):
                continue
            known = {name for schema in content.schemas for name in schema.attributes}
            best = max(known, key=lambda name: likeness(part.name, name, new_type), default="")
            if best and likeness(part.name, best, new_type) >= 0.68:
                yield Edit(uri, part.span, best)


def mentions(scene: Scene, kind: str, type_name: str, name: str) -> Iterator[tuple[str, Span]]:
    """Where expressions of the module write the type in references to that resource or data source."""
    at = 1 if kind == "data" else 0
    wanted = ("data", type_name, name) if at else (type_name, name)
    for uri, tree in scene.module.trees.items():
        for expression in expressions(tree.body):
            if isinstance(expression, Traversal) and expression.names[: len(wanted)] == wanted:
                yield uri, expression.parts[at].span


def _as_data(scene: Scene, block: Block) -> bool:
    content = scene.type_content("data", block.labels[0].text)
    return not content.opaque and _fit(content, block) > 0.6


def _as_data_source(context: FixContext, place: Place, diagnostic: Diagnostic) -> Fix:
    block = place.path[0]
    type_name, name = (label.text for label in block.labels)
    edits = [Edit(place.document.uri, block.type_span, "data")]
    for uri, span in mentions(scene_of(context.unit), "resource", type_name, name):
        edits.append(Edit(uri, Span(span.start, span.start), "data."))
    return fix(f"Read `{type_name}` as a data source", edits, (diagnostic,), "resource_type", removes={block.address})
