"""Blocks go to another file of the module, or to a new one, and take the comments above them along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Sequence as SequenceOf
from functools import partial

from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import is_override
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.fixers.terraform import layout
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.terraform.meaning import Comparison
from lsp_server.refactorings.terraform.spot import Spot, comments_of, spot_of
from lsp_server.refactorings.terraform.writing import (
    configuration,
    has_heredoc,
    leading,
    lines_with_gap,
    name_from,
    without,
)

_MOST = 6  # files that are offered
_FILES = {
    "variable": ("variables.tf",),
    "output": ("outputs.tf",),
    "locals": ("locals.tf",),
    "provider": ("providers.tf", "provider.tf"),
    "terraform": ("versions.tf", "terraform.tf"),
    "data": ("data.tf",),
    "check": ("checks.tf",),
    "moved": ("moved.tf",),
}
"""Where blocks of a kind usually are; the first is where they go when there is none."""
_NOUNS = {"data": "data sources", "terraform": "terraform blocks", "locals": "locals blocks"}


def move(selection: Selection) -> Iterator[Refactoring]:
    """Offer it on the header of a block at the top level, and for all blocks that are selected."""
    spot = spot_of(selection)
    blocks = _blocks(spot)
    if not blocks or not selection.asked or is_override(spot.document):
        return
    what = _named(blocks)
    for name, document in _targets(spot, blocks[0]):
        yield _moving(spot, blocks, f"Move {what} to '{name}'", name, document)
    kind = blocks[0].type
    number = _count(spot.document, blocks[0].address[:1])
    if len(blocks) == 1 and number > 1 and kind in _FILES:
        for name, document in list(_targets(spot, blocks[0]))[:1]:
            if name in _FILES[kind]:
                noun = _NOUNS.get(kind, f"{kind}s")
                alike = [block for block in spot.tree.blocks if block.type == kind]
                yield _moving(spot, alike, f"Move all {number} {noun} to '{name}'", name, document)


def _blocks(spot: Spot) -> list[t.Block]:
    """The blocks that are meant: that on whose header the cursor is, or those that are selected as a whole."""
    if spot.header is not None and not spot.path:
        return [spot.header]
    if spot.path or spot.span.start == spot.span.end:
        return []
    selected = (placed for placed in spot.tree.placed if placed.span.overlaps(spot.span))
    return [block for placed in selected for block in placed.body.blocks if spot.span.encloses(block.header_span)]


def _count(document: Document, address: tuple[str, ...]) -> int:
    """How many blocks of a document have an address that begins so."""
    bodies = (placed.piece.body for placed in parse_document(document).placed)
    return sum(block.address[: len(address)] == address for body in bodies for block in body.blocks)


def _named(blocks: SequenceOf[t.Block]) -> str:
    if len(blocks) > 1:
        return f"{len(blocks)} blocks"
    address = blocks[0].address
    return f"'{'.'.join(address[1:] if address[0] == 'resource' and len(address) > 1 else address)}'"


def _targets(spot: Spot, block: t.Block) -> Iterator[tuple[str, Document | None]]:
    """The files that a block may go to, the most fitting first: by name, and the document where there is one."""
    others = {d.name: d for d in configuration(spot.unit) if d.uri != spot.document.uri}
    usual = _FILES.get(block.type, (f"{_service(block)}.tf",))
    found = [name for name in usual if name in others]
    if not found and spot.document.name not in usual and spot.selection.new_file(usual[0]) is not None:
        found = [usual[0]]
    alike = {name: _count(document, block.address[:2]) for name, document in others.items()}
    rest = sorted((name for name in others if name not in found), key=lambda n: (n != "main.tf", -alike[n], n))
    for name in (found + rest)[:_MOST]:
        yield name, others.get(name)


def _service(block: t.Block) -> str:
    """What a file of such blocks may be called: `s3` for `aws_s3_bucket`, a module by its own name."""
    label = block.labels[0].text if block.labels else block.type
    if block.type == "module":
        return name_from(label)
    _, _, rest = label.partition("_")
    return name_from(rest.partition("_")[0] or label)


def _moving(spot: Spot, blocks: SequenceOf[t.Block], title: str, name: str, document: Document | None) -> Refactoring:
    made = spot.selection.new_file(name) if document is None else None
    scope = "one" if len(blocks) == 1 else "all"
    target = document or Document(made or "", "")
    return Refactoring(
        f"move.{scope}.{name}",
        f"{title.removesuffix(chr(39))}' (a new file)" if document is None else title,
        Kind.REWRITE,
        partial(_edits, spot, blocks, target),
        Comparison(),
        creates=(made,) if made else (),
        moves=True,
    )


def _edits(spot: Spot, blocks: SequenceOf[t.Block], target: Document) -> Iterable[Edit] | None:
    """Take the blocks out with their lines, and write them at the end of the other document in the same order."""
    document, taken = spot.document, []
    newline = target.newline if target.text else document.newline
    removals = []
    for block in blocks:
        span = leading(spot, block)
        line = document.line_span(document.position(block.span.end).line)
        behind = document.text[block.span.end : line.end]
        if behind.strip():  # a comment behind the brace belongs to it; anything else cannot be told
            if not any(c.start >= block.span.end and c.end == line.end for c in comments_of(spot.tree, line)):
                return None
            span = Span(span.start, block.span.end + len(behind.rstrip()))
        if layout.lines_of(document, span) is None and document.text[: span.start].strip("\ufeff"):
            return None
        text = document.slice(span)
        if newline != document.newline:
            if has_heredoc(text):
                return None  # its line endings are part of a value
            text = text.replace("\r\n", "\n").replace("\n", newline)
        taken.append(text)
        removals.append(lines_with_gap(document, span))
    end = len(target.text)
    stands = target.text.rstrip()
    lead = "" if not stands.strip("\ufeff") else newline if target.text.endswith(("\n", "\r")) else newline * 2
    written = f"{lead}{(newline * 2).join(taken)}{newline}"
    return [*without(document, removals), Edit(target.uri, Span(end, end), written)]


REFACTORERS = (Refactorer("moving", frozenset({Kind.REWRITE}), move),)
