"""Where a finding lies: the block, the argument or nested block, and what the schema says about that place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.dialects.terraform.tree import Attribute, Block
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform.content import Content, Scene, scene_of

UNSUPPORTED = frozenset(
    {"unsupported-argument", "unsupported-block", "block-as-argument", "argument-as-block", "computed-argument"}
)
MISSING = frozenset({"missing-required-argument", "missing-required-block"})


@dataclass(frozen=True)
class Place:
    """A block in a document: `path` are the blocks around and at it, `contents` what each of them may hold."""

    scene: Scene
    document: Document
    path: tuple[Block, ...]
    contents: tuple[Content, ...]

    @property
    def block(self) -> Block:
        """The innermost block."""
        return self.path[-1]

    @property
    def content(self) -> Content:
        """What the innermost block may hold."""
        return self.contents[-1]

    @property
    def around(self) -> str:
        """The type of the top-level block and those of the blocks in it, as one name."""
        top = self.path[0]
        first = top.labels[0].text if top.labels else top.type
        return "_".join(
            [first, *(b.labels[0].text if b.type == "dynamic" and b.labels else b.type for b in self.path[1:])]
        )

    def has(self, name: str) -> bool:
        """Whether the block has an argument or block of that name already."""
        body = self.block.body
        return body.attribute(name) is not None or any(kind_of(b) == name for b in body.blocks)

    def inside(self, block: Block) -> Place:
        """The place of a block nested in this one."""
        path = (*self.path, block)
        return Place(self.scene, self.document, path, tuple(self.scene.contents(path)))


def items(block: Block) -> list[Attribute | Block]:
    """The arguments and the blocks in a block, in the order of the text."""
    return sorted((*block.body.attributes, *block.body.blocks), key=lambda item: item.span)


def name_span(item: Attribute | Block) -> Span:
    """The span of an argument's name, or of a block's type and labels."""
    return item.name_span if isinstance(item, Attribute) else item.header_span


def kind_of(block: Block) -> str:
    """The type of the blocks that a nested block makes: its own, or what a `dynamic` block is for."""
    return block.labels[0].text if block.type == "dynamic" and block.labels else block.type


def place_of(scene: Scene, document: Document, path: tuple[Block, ...]) -> Place:
    """The place of the last block of `path`."""
    return Place(scene, document, path, tuple(scene.contents(path)))


def locate(context: FixContext, span: Span) -> tuple[Place, Attribute | Block | None] | None:
    """The block that `span` is about, and the argument or block in it whose name the span covers; None for neither.

    A span on a block's header or opening brace is about that block as an item of the one around it.
    """
    path: list[Block] = []
    level = parse_document(context.document).blocks
    item: Attribute | Block | None = None
    while found := next((b for b in level if b.span.start <= span.start and span.end <= b.span.end), None):
        path.append(found)
        if span.start < found.open.end:
            item = found
            break
        item = next((a for a in found.body.attributes if a.span.encloses(span)), None)
        if item is not None:
            break
        level = found.body.blocks
    if not path:
        return None
    return place_of(scene_of(context.unit), context.document, tuple(path)), item


def holder(context: FixContext, span: Span) -> tuple[Place, Attribute | Block] | None:
    """The place that holds the item whose name `span` covers, and the item."""
    found = locate(context, span)
    if found is None:
        return None
    place, item = found
    if isinstance(item, Attribute):
        return place, item
    if item is None or len(place.path) < 2:
        return None
    return place_of(place.scene, place.document, place.path[:-1]), item


def name_of(diagnostic: Diagnostic) -> str:
    """The name that a finding is about."""
    name = diagnostic.data.get("name")
    return name if isinstance(name, str) else ""


def related(
    context: FixContext, diagnostic: Diagnostic, place: Place, span: Span, filled: str = ""
) -> tuple[Diagnostic, ...]:
    """The findings that go away with `diagnostic`: those at the same name, and the missing `filled` of the block."""
    block = place.block
    header = Span(block.span.start, block.open.end)
    found = [diagnostic]
    for other in context.diagnostics:
        if other.uri != diagnostic.uri or other is diagnostic:
            continue
        same = other.code in UNSUPPORTED and other.span.overlaps(span)
        missing = filled and other.code in MISSING and name_of(other) == filled and header.encloses(other.span)
        if same or missing:
            found.append(other)
    return tuple(sorted(found, key=lambda d: (d.span, d.code, d.source)))


def fix(
    title: str,
    edits: Iterable[Edit],
    clears: Iterable[Diagnostic],
    proposer: str,
    applicability: Applicability = Applicability.UNSAFE,
    removes: Iterable[tuple[str, ...]] = (),
) -> Fix:
    """A fix of this package; not safe unless it says so. `removes` are the addresses that are no more afterwards."""
    return Fix(title, tuple(edits), applicability, tuple(clears), f"terraform.{proposer}", frozenset(removes))
