"""What is written inside a value takes the place of the whole: a branch that of its `Fn::If`, an item of its list."""

from __future__ import annotations

from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, Scalar
from lsp_server.fixers.cloudformation.edits import Edits, after_colon, column, end_of, says_something, shifted_line
from lsp_server.fixers.cloudformation.site import Site


def lift(site: Site, outer: Node, inner: Node) -> Edits | None:
    """Put `inner` in the place of `outer`, which holds it; None where a comment would go with what is around it."""
    document = site.document
    whole = Span(outer.full_span.start, end_of(document, outer))
    kept = Span(inner.full_span.start, end_of(document, inner))
    if not whole.encloses(kept) or whole == kept:
        return None
    before, after = Span(_start(site, outer, whole), kept.start), Span(kept.end, whole.end)
    if says_something(document, before) or says_something(document, after):
        return None
    if isinstance(inner, Scalar) or getattr(inner, "flow", False) or site.writer.json:
        lead = " " if before.start < whole.start else ""
        tail = (Edit(document.uri, after, ""),) if after.start < after.end else ()
        return (Edit(document.uri, before, lead), *tail)
    return (Edit(document.uri, Span(before.start, whole.end), _block(site, outer, inner, kept, before.start)),)


def instead(site: Site, outer: Node, text: str) -> Edits | None:
    """Put a text of one line in the place of a value; None where a comment would go with it."""
    document = site.document
    whole = Span(outer.full_span.start, end_of(document, outer))
    if says_something(document, whole):
        return None
    start = _start(site, outer, whole)
    return (Edit(document.uri, Span(start, whole.end), " " * (start < whole.start) + text),)


def fill(site: Site, entry: Entry, text: str) -> Edits | None:
    """Give a key a value of one line, in the place of the one it has, if it has one."""
    if entry.value is not None and entry.value.full_span.start < end_of(site.document, entry.value):
        return instead(site, entry.value, text)
    at = after_colon(site.document, entry, len(site.document.text))
    return (Edit(site.document.uri, Span(at, at), f" {text}"),)


def _start(site: Site, outer: Node, whole: Span) -> int:
    """Where the text begins that is replaced: behind the colon, where the value stands below its key."""
    document, owner = site.document, outer.parent
    if not isinstance(owner, Entry) or owner.parent.flow or site.writer.json:
        return whole.start
    colon = after_colon(document, owner, whole.start)
    return whole.start if says_something(document, Span(colon, whole.start)) else colon


def _block(site: Site, outer: Node, inner: Node, kept: Span, start: int) -> str:
    """The lines of a block, moved to where the outer one stands."""
    document, owner, writer = site.document, outer.parent, site.writer
    lead, goal = "", column(document, outer.full_span.start)
    if isinstance(owner, Entry) and start < outer.full_span.start:
        deeper = writer.indent if isinstance(inner, Mapping) or site.template.indent.sequences else 0
        goal = column(document, owner.key.span.start) + deeper
        lead = " " if inner.tag else writer.newline + " " * goal
    return lead + shifted(document, kept, goal - column(document, inner.span.start))


def shifted(document: Document, span: Span, by: int) -> str:
    """The text of a span with all its lines but the first moved right by `by` columns (left where it is negative)."""
    first, *rest = document.slice(span).splitlines(keepends=True)
    return first + "".join(shifted_line(line, by) for line in rest)
