"""Something that stands twice: an argument, a declaration, or one block too many."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.terraform.tree import Attribute, Block
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform import layout
from lsp_server.fixers.terraform.content import scene_of
from lsp_server.fixers.terraform.place import Place, fix, holder, items, kind_of, locate

DUPLICATE_CODES = frozenset({"duplicate"})
BLOCK_CODES = frozenset({"too-many-blocks"})


def fix_duplicate(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """Fixes for a second argument of a name, or a second declaration."""
    found = locate(context, diagnostic.span)
    if found is None:
        return
    place, item = found
    if isinstance(item, Attribute):
        yield from _argument(place, item, diagnostic)
    elif len(place.path) == 1 and not any(d.syntax for d in context.diagnostics):
        # what a text declares that cannot be read is a guess, too little to rename or delete by
        yield from _declaration(context, place, diagnostic)


def _argument(place: Place, item: Attribute, diagnostic: Diagnostic) -> Iterator[Fix]:
    document = place.document
    first = place.block.body.attribute(item.name)
    if first is None or first is item:
        return
    same = document.slice(first.value.span) == document.slice(item.value.span)
    if same:
        edit = layout.remove(document, item.span)
        yield fix(f"Delete the second `{item.name}`, which says the same", [edit], [diagnostic], "repeated")
    commented = layout.comment_out(document, item.span)
    if commented is not None:
        yield fix(f"Comment out the second `{item.name}`", [commented], [diagnostic], "repeated")


def _declaration(context: FixContext, place: Place, diagnostic: Diagnostic) -> Iterator[Fix]:
    document, block = place.document, place.block
    first = next((b for _, b in _others(context, document.uri, block)), None)
    if first is not None and first == document.slice(block.span):
        edit = layout.remove(document, block.span)
        yield fix("Delete the second declaration, which says the same", [edit], [diagnostic], "repeated")
        return
    if not block.labels or block.type == "provider":
        return
    name, label = block.labels[-1].text, block.labels[-1]
    taken = {b.address for _, tree in scene_of(context.unit).module.trees.items() for b in tree.blocks}
    number = next(n for n in range(2, 1000) if (*block.address[:-1], f"{name}_{n}") not in taken)
    edit = Edit(document.uri, label.text_span, f"{name}_{number}")
    yield fix(f"Call the second one `{name}_{number}`", [edit], [diagnostic], "repeated")


def _others(context: FixContext, uri: str, block: Block) -> Iterator[tuple[str, str]]:
    scene = scene_of(context.unit)
    for other_uri, tree in scene.module.trees.items():
        for other in tree.blocks:
            if other.address == block.address and (other_uri, other.span) != (uri, block.span):
                yield other_uri, context.unit[other_uri].slice(other.span)


def fix_too_many(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """Fixes for one block too many: what it says goes into the first one, where that does not say it already."""
    found = holder(context, diagnostic.span)
    if found is None:
        return
    place, item = found
    if not isinstance(item, Block):
        return
    document = place.document
    same = [b for b in place.block.body.blocks if kind_of(b) == kind_of(item)]
    if len(same) < 2:
        return
    first, extra = same[0], same[-1] if item is same[0] else item
    if document.slice(first.span) == document.slice(extra.span):
        yield fix(
            f"Delete the second `{item.type}`, which says the same",
            [layout.remove(document, extra.span)],
            [diagnostic],
            "repeated",
        )
        return
    names = {a.name for a in first.body.attributes} & {a.name for a in extra.body.attributes}
    kinds = {kind_of(b) for b in first.body.blocks} & {kind_of(b) for b in extra.body.blocks}
    if not names and not kinds and "dynamic" not in {first.type, extra.type}:
        lines = layout.reindent(document.slice(extra.inner_span), layout.inner_indent(document, extra), "")
        body = lines.strip()
        after = items(first)[-1] if items(first) else None
        insert = layout.insert_item(document, first, body, after)
        edits = [insert, layout.remove(document, extra.span)]
        yield fix(f"Put what the second `{item.type}` says into the first", edits, [diagnostic], "repeated")
    commented = layout.comment_out(document, extra.span)
    if commented is not None:
        yield fix(f"Comment out the second `{item.type}`", [commented], [diagnostic], "repeated")
