"""What Terraform reads before it evaluates anything: lists and references to be written out, keywords, provisioners."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.terraform import tree as t
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform.expression_at import smallest
from lsp_server.fixers.terraform.names import is_certain, nearest, one_slip
from lsp_server.fixers.terraform.place import Place, fix, locate
from lsp_server.fixers.terraform.wrong_value import fix_quoted

EXPRESSION_CODES = frozenset({"invalid-expression"})
WORD_CODES = frozenset({"invalid-value", "unknown-provisioner"})
_LISTS = frozenset({"depends_on", "ignore_changes", "replace_triggered_by"})
_REFERENCE = re.compile(r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*")
_LEAST = 0.6


def fix_expression(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """A list that lacks its brackets, a reference that goes too far or stands in quotes, `"*"` for all changes."""
    found = locate(context, diagnostic.span)
    if found is None or not isinstance(found[1], t.Attribute) or found[1].name not in _LISTS:
        return
    place, item = found[0], found[1]
    if item.name == "ignore_changes" and _is_all(item.value):
        edits = [Edit(place.document.uri, item.value.span, "all")]
        yield fix("Ignore `all` changes", edits, [diagnostic], "written_out", Applicability.SAFE)
    elif item.value.span == diagnostic.span:
        yield from _in_brackets(place, item, diagnostic)
    elif item.name == "depends_on" and "depends_on reference" in diagnostic.message:
        yield from _whole(context, diagnostic)
    else:
        yield from fix_quoted(context, diagnostic)


def _is_all(value: t.Expression) -> bool:
    items = value.items if isinstance(value, t.TupleExpression) else (value,)
    return len(items) == 1 and isinstance(items[0], t.Template) and items[0].text in {"*", "all"}


def _in_brackets(place: Place, item: t.Attribute, diagnostic: Diagnostic) -> Iterator[Fix]:
    """`depends_on = aws_vpc.a`, in quotes or not."""
    value = item.value
    match value:
        case t.Template(parts=(t.Interpolation(inner=t.Traversal() as inner),), heredoc=False):
            written = place.document.slice(inner.span)
        case t.Template(heredoc=False) if value.text is not None and _REFERENCE.fullmatch(value.text):
            written = value.text
        case t.Traversal():
            written = place.document.slice(value.span)
        case _:
            return
    if written.startswith(("var.", "local.")):
        return  # it may stand for a list, which cannot be said here
    edits = [Edit(place.document.uri, value.span, f"[{written}]")]
    yield fix(f"Make a list of `{item.name}`", edits, [diagnostic], "written_out", Applicability.SAFE)


def _whole(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """`aws_vpc.a.id` where only the whole of it can be depended on."""
    traversal = smallest(context.document, diagnostic.span, t.Traversal)
    at = next((n for n, p in enumerate(traversal.parts) if p.span == diagnostic.span), 0) if traversal else 0
    if traversal is None or at == 0:
        return
    kept = traversal.parts[at] if traversal.parts[at].kind == "index" else traversal.parts[at - 1]
    cut = Span(kept.span.end, traversal.span.end)
    title = f"Depend on `{context.document.slice(Span(traversal.span.start, cut.start))}`"
    edits = [Edit(context.document.uri, cut, "")]
    yield fix(title, edits, [diagnostic], "written_out", Applicability.SAFE)


def fix_word(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """A keyword or a provisioner with a slip in it; an alias that is no name."""
    uri, written = context.document.uri, context.document.slice(diagnostic.span)
    word = written.strip('"')
    if diagnostic.message.startswith("Invalid provider configuration alias"):
        plain = re.sub(r"[^\w-]+", "_", word).strip("_-")
        if plain and not plain[0].isdigit():
            edits = [Edit(uri, diagnostic.span, f'"{plain}"')]
            yield fix(f"Call it `{plain}`", edits, [diagnostic], "written_out")
        return
    if not word:
        return
    told = diagnostic.data.get("candidates")
    known = [str(one) for one in told] if isinstance(told, list | tuple) else []
    same = [one for one in known if one.lower() == word.lower()]
    slip = same[0] if len(same) == 1 else one_slip(word, known)
    for name in [slip] if slip else nearest(word, known, _LEAST)[:1]:
        trust = Applicability.SAFE if same or (slip and is_certain(word, name)) else Applicability.UNSAFE
        edits = [Edit(uri, diagnostic.span, written.replace(word, name))]
        yield fix(f"Write `{name}`", edits, [diagnostic], "written_out", trust)
