"""A validation that does not speak of its own variable, where it plainly means it."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.terraform import tree as t
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform.place import fix, locate

CODES = frozenset({"invalid-condition"})
OWN = frozenset({"value", "self", "this", "it"})
"""Names that no resource type has, by which a condition speaks of what it is about in other languages."""


def fix_condition(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """`value > 0` or `port > 0` in the validation of `port`, and a condition that speaks of another variable alone."""
    found = locate(context, diagnostic.span)
    if found is None or not isinstance(found[1], t.Attribute) or found[1].name != "condition":
        return
    path, condition = found[0].path, found[1].value
    if path[0].type != "variable" or path[-1].type != "validation" or not path[0].labels:
        return
    own = path[0].labels[0].text
    loops = t.loop_names(condition)
    spoken = [e for e in t.expressions(condition) if isinstance(e, t.Traversal) and e.root not in loops]
    bare = [e for e in spoken if e.root in {*OWN, own} and (e.root == own or len(e.parts) == 1)]
    others = {e.names[:2] for e in spoken}
    if bare and bare == spoken:
        spans = [Span(e.span.start, e.parts[0].span.end) for e in bare]
    elif len(others) == 1 and next(iter(others))[0] == "var" and len(next(iter(others))) == 2:
        spans = [Span(e.span.start, e.parts[1].span.end) for e in spoken]
    else:
        return
    clears = [diagnostic, *(d for d in context.diagnostics if d is not diagnostic and _at(d, diagnostic, spans))]
    edits = [Edit(context.document.uri, span, f"var.{own}") for span in spans]
    yield fix(f"Write `var.{own}`", edits, clears, "condition")


def _at(other: Diagnostic, diagnostic: Diagnostic, spans: list[Span]) -> bool:
    """Whether a finding is about what is written anew."""
    return other.uri == diagnostic.uri and any(span.encloses(other.span) for span in spans)
