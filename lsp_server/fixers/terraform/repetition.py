"""`count` and `for_each`: both at once, a value that cannot be taken, `each` and `count` where they mean nothing."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.terraform import tree as t
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform import layout
from lsp_server.fixers.terraform.expression_at import smallest
from lsp_server.fixers.terraform.place import Place, fix, locate
from lsp_server.fixers.terraform.values import type_of

EACH_CODES = frozenset({"invalid-for-each"})
SCOPE_CODES = frozenset({"out-of-scope"})


def fix_each(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """Fixes for `for_each` with a list or a number, or beside `count`."""
    found = locate(context, diagnostic.span)
    if found is None or not isinstance(found[1], t.Attribute) or found[1].name != "for_each":
        return
    place, each = found[0], found[1]
    count = place.block.body.attribute("count")
    if count is not None:
        yield from _one_of(place, count, each, diagnostic)
        return
    known = type_of(place.scene, each.value)
    uri, span = place.document.uri, each.value.span
    if isinstance(each.value, t.TupleExpression) or (known is not None and known.kind == "list"):
        around = [Edit(uri, Span(span.start, span.start), "toset("), Edit(uri, Span(span.end, span.end), ")")]
        trust = Applicability.SAFE if _plain_texts(each.value) else Applicability.UNSAFE
        element = known.element if known is not None else None
        if element is None or element.kind in {"string", "dynamic"}:
            yield fix("Make a set of it with `toset`", around, [diagnostic], "for_each", trust)
    elif known is not None and known.kind == "number" and not _uses(place.block, "each"):
        edits = layout.rename(place.document, place.block, each, "count")
        yield fix("Change `for_each` to `count`", edits, [diagnostic], "for_each")


def count_of(context: FixContext, place: Place, count: t.Attribute, diagnostic: Diagnostic) -> Iterator[Fix]:
    """`count = var.enabled`: one or none; `count = var.names`: as many as there are."""
    value, uri = count.value, place.document.uri
    known = type_of(place.scene, value)
    if known is None or isinstance(value, t.TupleExpression):
        return
    span, bracketed = value.span, isinstance(value, t.Conditional)
    if isinstance(value, t.Literal):
        number = "1" if value.value else "0"
        yield fix(f"Write `{number}`", [Edit(uri, span, number)], [diagnostic], "count")
        return
    if known.kind == "bool":
        opening, closing, title = "(" * bracketed, ")" * bracketed + " ? 1 : 0", "Count one where it is true"
    elif known.is_list or known.kind in {"map", "object"}:
        opening, closing, title = "length(", ")", "Count its elements with `length`"
    else:
        return
    edits = [Edit(uri, Span(span.start, span.start), opening), Edit(uri, Span(span.end, span.end), closing)]
    yield fix(title, [e for e in edits if e.text], [diagnostic], "count")


def _plain_texts(value: t.Expression) -> bool:
    """Whether a list has nothing but texts in it, each of them once."""
    if not isinstance(value, t.TupleExpression):
        return False
    texts = [item.text for item in value.items if isinstance(item, t.Template)]
    return len(texts) == len(value.items) == len(set(texts)) and None not in texts


def _uses(block: t.Block, root: str) -> bool:
    return any(isinstance(e, t.Traversal) and e.root == root for e in t.expressions(block.body))


def _one_of(place: Place, count: t.Attribute, each: t.Attribute, diagnostic: Diagnostic) -> Iterator[Fix]:
    """Take out the one of the two that nothing in the block speaks of."""
    spoken = {"count": _uses(place.block, "count"), "for_each": _uses(place.block, "each")}
    for item, other in ((count, "for_each"), (each, "count")):
        commented = layout.comment_out(place.document, item.span)
        if commented is None or spoken[item.name]:
            continue
        trust = Applicability.UNSAFE if spoken[other] else Applicability.DISPLAY_ONLY
        yield fix(f"Comment out `{item.name}`", [commented], [diagnostic], "for_each", trust)


def fix_scope(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """`count.index` in a block with `for_each`, `each.key` in one with `count`."""
    traversal = smallest(context.document, diagnostic.span, t.Traversal)
    found = locate(context, diagnostic.span)
    if traversal is None or found is None:
        return
    body, names = found[0].path[0].body, traversal.names[:2]
    new = ""
    if names == ("count", "index") and body.attribute("for_each") is not None:
        new = "each.key"
    elif names == ("each", "key") and body.attribute("count") is not None:
        new = "count.index"
    if new:
        span = Span(traversal.span.start, traversal.parts[1].span.end)
        # a number where a key stood, or a key for a number, fits a text; what counts or picks with it is another matter
        text = any(isinstance(e, t.Interpolation) and e.inner is traversal for e in t.expressions(body))
        trust = Applicability.UNSAFE if text else Applicability.DISPLAY_ONLY
        yield fix(f"Write `{new}`", [Edit(context.document.uri, span, new)], [diagnostic], "scope", trust)
