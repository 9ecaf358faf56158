"""A block that refers to itself: a security group's own rules say `self`, anything else says what it sets again."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.terraform import tree as t
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform import layout
from lsp_server.fixers.terraform.expression_at import smallest
from lsp_server.fixers.terraform.place import fix, locate

CODES = frozenset({"self-reference"})


def fix_itself(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """Fixes for a reference to the block it stands in."""
    traversal = smallest(context.document, diagnostic.span, t.Traversal)
    found = locate(context, diagnostic.span)
    if traversal is None or found is None or not isinstance(found[1], t.Attribute):
        return
    place, item = found[0], found[1]
    uri = context.document.uri
    items = item.value.items if isinstance(item.value, t.TupleExpression) else ()
    own = place.content.arguments.get("self") if not place.content.opaque else None
    if own is not None and own.type.kind == "bool" and items == (traversal,) and not place.has("self"):
        edits = [*layout.rename(context.document, place.block, item, "self"), Edit(uri, item.value.span, "true")]
        yield fix("Say `self = true`, which means the group itself", edits, [diagnostic], "itself")
        return
    at = 3 if traversal.root == "data" else 2
    if len(traversal.parts) == at + 1 and traversal.parts[at].kind == "attr":
        said = place.path[0].body.attribute(traversal.parts[at].name)
        if said is not None and said is not item and isinstance(said.value, t.Template | t.Literal):
            text = context.document.slice(said.value.span)
            if isinstance(said.value, t.Literal) or (said.value.text is not None and "\n" not in text):
                edit = _written(uri, item, traversal, text)
                yield fix(f"Write {text}, as `{said.name}` says", [edit], [diagnostic], "itself")


def _written(uri: str, item: t.Attribute, traversal: t.Traversal, text: str) -> Edit:
    """The value in the place of the reference; in a template, its text in the place of the interpolation."""
    for part in t.expressions(item.value):
        if isinstance(part, t.Interpolation) and part.inner is traversal:
            return Edit(uri, part.span, text.strip('"'))
    return Edit(uri, traversal.span, text)
