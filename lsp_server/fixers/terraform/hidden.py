"""What is sensitive or ephemeral and is shown or kept where it may not be."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform import layout
from lsp_server.fixers.terraform.place import fix, locate

OUTPUT_CODES = frozenset({"sensitive-output", "hidden-output"})
KEPT_CODES = frozenset({"ephemeral-value"})


def fix_output(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """Say of an output that it is sensitive; whether it may be shown is for its author to tell."""
    blocks = parse_document(context.document).blocks
    block = next((b for b in blocks if b.type == "output" and b.header_span.encloses(diagnostic.span)), None)
    if block is None or block.broken or block.body.attribute("sensitive") is not None:
        return
    edit = layout.insert_argument(context.document, block, "sensitive", "true")
    yield fix("Say that it is sensitive", [edit], [diagnostic], "hidden")


def fix_kept(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """`password = ephemeral.…`: the argument that is only written and never kept, with its version."""
    found = locate(context, diagnostic.span)
    if found is None or not isinstance(found[1], t.Attribute):
        return
    place, item = found[0], found[1]
    name, counted = f"{item.name}_wo", f"{item.name}_wo_version"
    if place.content.opaque or place.has(name) or not place.content.takes_argument(name):
        return
    edits: list[Edit] = list(layout.rename(place.document, place.block, item, name))
    if place.content.takes_argument(counted) and not place.has(counted):
        edits.append(layout.insert_argument(place.document, place.block, counted, "1"))
    yield fix(f"Change `{item.name}` to `{name}`, which is not kept", edits, [diagnostic], "hidden")
