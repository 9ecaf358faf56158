"""Where a list is wanted and one value stands, or the other way round: in conditions, in `for`, at an index."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.types import Type
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform.content import Scene, scene_of
from lsp_server.fixers.terraform.expression_at import smallest, use_of
from lsp_server.fixers.terraform.place import fix
from lsp_server.fixers.terraform.values import type_of

CONDITIONAL_CODES = frozenset({"inconsistent-types"})
LOOP_CODES = frozenset({"not-iterable"})
INDEX_CODES = frozenset({"unknown-attribute", "invalid-index"})
_NOTHING = {"list": "[]", "set": "[]", "map": "{}", "object": "{}"}


def fix_conditional(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """`c ? ["a"] : ""`: nothing of the same kind; `c ? ["a"] : "b"`: a list of the one."""
    node = smallest(context.document, diagnostic.span, t.Conditional)
    if node is None or node.span != diagnostic.span:
        return
    scene, uri = scene_of(context.unit), context.document.uri
    use = use_of(context, node)
    for one, other in ((node.no, node.yes), (node.yes, node.no)):
        mine, its = type_of(scene, one), type_of(scene, other)
        if its is None or mine is None:
            continue
        nothing = _NOTHING.get(its.kind, "null") if _is_nothing(one) else ""
        if its.primitive and (use is None or not use.wanted.primitive):
            continue  # a list may be meant of both
        if nothing and nothing != context.document.slice(one.span):
            yield fix(f"Write `{nothing}`", [Edit(uri, one.span, nothing)], [diagnostic], "conditional")
            return
        if mine.primitive and its.is_list and _takes(its, mine):
            ends = ((one.span.start, "["), (one.span.end, "]"))
            edits = [Edit(uri, Span(at, at), text) for at, text in ends]
            yield fix("Make a list of the single value", edits, [diagnostic], "conditional")
            return


def _is_nothing(value: t.Expression) -> bool:
    """Whether a value is the empty text, list or object."""
    match value:
        case t.Template(parts=parts, heredoc=False):
            return not parts
        case t.TupleExpression(items=items) | t.ObjectExpression(items=items):
            return not items
    return False


def _takes(kind: Type, single: Type) -> bool:
    """Whether a list may have a value of a type among its own."""
    return kind.element is None or kind.element.kind in {single.kind, "dynamic"}


def fix_loop(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """`for n in 3`: from nothing up to it; `for name in "a,b"`: what stands between the commas."""
    node = smallest(context.document, diagnostic.span, t.ForExpression)
    if node is None or node.collection.span != diagnostic.span:
        return
    scene, value, uri = scene_of(context.unit), node.collection, context.document.uri
    known = type_of(scene, value)
    end = Edit(uri, Span(value.span.end, value.span.end), ")")
    start = Span(value.span.start, value.span.start)
    if known is not None and known.kind == "number" and len(node.names) == 1 and not node.makes_object:
        yield fix("Count up to it with `range`", [Edit(uri, start, "range("), end], [diagnostic], "loop")
    elif known is not None and known.kind == "string" and "," in (_written(scene, value) or ""):
        yield fix("Split it at its commas", [Edit(uri, start, 'split(",", '), end], [diagnostic], "loop")


def _written(scene: Scene, value: t.Expression) -> str | None:
    """A text that is written out, be it as the default of a variable."""
    if isinstance(value, t.Traversal) and value.root == "var" and len(value.parts) == 2:
        declared = scene.module.variables.get(value.parts[1].name)
        default = declared.argument("default") if declared is not None else None
        value = default.value if default is not None else value
    return value.text if isinstance(value, t.Template) else None


def fix_index(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """`var.names[0]` of a set: the elements as a list, which are in no order of anybody's choice."""
    node = smallest(context.document, diagnostic.span, t.Traversal)
    part = next((p for p in node.parts if p.span == diagnostic.span), None) if node is not None else None
    if node is None or part is None or part.kind != "index" or node.parts[-1] is not part:
        return
    if "Elements of a set" not in diagnostic.message or not isinstance(part.key, t.Literal):
        return
    uri, start = context.document.uri, Span(node.span.start, node.span.start)
    edits = [Edit(uri, start, "tolist("), Edit(uri, Span(part.span.start, part.span.start), ")")]
    yield fix("Make a list of the set, in the order of its values", edits, [diagnostic], "index")
