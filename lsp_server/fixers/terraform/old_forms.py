"""Forms that tflint's own rules ask to write in another way: comments, comparisons with an empty list, `lookup`."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.terraform import tree as t
from lsp_server.fixers.base import FixContext, Fixer
from lsp_server.fixers.terraform.expression_at import smallest
from lsp_server.fixers.terraform.place import fix


def _comment(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """`// …`, which is written `#`."""
    at = diagnostic.span.start
    if context.document.text[at : at + 2] == "//":
        edit = Edit(context.document.uri, Span(at, at + 2), "#")
        line = context.document.line_span(context.document.position(at).line)
        was = context.document.text[at : line.end].rstrip()
        yield fix("Begin the comment with `#`", [edit], [diagnostic], "old_form", Applicability.SAFE, {("#", was)})


def _empty_list(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """`x == []`, which is never true of a list: its length is what can be compared."""
    compared = smallest(context.document, diagnostic.span, t.Binary)
    if compared is None or compared.operator not in {"==", "!="}:
        return
    sides = (compared.left, compared.right)
    other = next((a for a, b in (sides, sides[::-1]) if isinstance(b, t.TupleExpression) and not b.items), None)
    if other is None:
        return
    written = f"length({context.document.slice(other.span)}) {'==' if compared.operator == '==' else '>'} 0"
    yield fix("Compare its length", [Edit(context.document.uri, compared.span, written)], [diagnostic], "old_form")


def _lookup(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """`lookup(map, key)` without a default: an index."""
    call = smallest(context.document, diagnostic.span, t.Call)
    if call is None or call.name != "lookup" or len(call.args) != 2 or call.expand:
        return
    of, key = call.args
    if isinstance(of, t.Traversal | t.Call | t.Access | t.Parenthesis):
        written = f"{context.document.slice(of.span)}[{context.document.slice(key.span)}]"
        edits = [Edit(context.document.uri, call.span, written)]
        yield fix("Write an index", edits, [diagnostic], "old_form", Applicability.SAFE)


BY_CODES: tuple[tuple[frozenset[str], Fixer], ...] = (
    (frozenset({"terraform_comment_syntax"}), _comment),
    (frozenset({"terraform_empty_list_equality"}), _empty_list),
    (frozenset({"terraform_deprecated_lookup"}), _lookup),
)
