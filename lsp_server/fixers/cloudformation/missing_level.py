"""Names of one's own where the one property that holds such names is due: `Environment` without its `Variables`."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Entry, Mapping
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import Edits, column, end_of
from lsp_server.fixers.cloudformation.names import rank
from lsp_server.fixers.cloudformation.rules import SCHEMA
from lsp_server.fixers.cloudformation.site import UNSAFE, Site
from lsp_server.fixers.cloudformation.vocabulary import properties_at


def put_level_between(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Put all entries of the mapping, none of which may stand there, into the only property that it may have."""
    site = Site(context, diagnostic)
    entry = site.entry
    if entry is None or site.validator != "additionalProperties":
        return
    known = properties_at(site.template, site.path[:-1])
    holder, inner = entry.parent, next(iter(known.values()), None)
    if inner is None or len(known) > 1 or "object" not in inner.types or inner.has_properties:
        return
    if any(rank(other.name, known) or other.name.startswith(("Fn::", "<<")) for other in holder.entries):
        return
    yield from site.fix(
        f"Put '{inner.name}' around what is in '{site.path[-2]}'", _around(site, holder, inner.name), UNSAFE
    )


def _around(site: Site, holder: Mapping, name: str) -> Edits | None:
    document, uri, writer = site.document, site.document.uri, site.writer
    if writer.json or holder.flow:
        start, end = holder.span
        opening = f"{{ {writer.key(name)}: {{" if writer.json else f"{{{name}: {{"
        closing = "} }" if writer.json else "}}"
        return (Edit(uri, Span(start, start + 1), opening), Edit(uri, Span(end - 1, end), closing))
    owner = holder.parent
    first, last = (document.position(at).line for at in (holder.entries[0].span.start, end_of(document, holder)))
    if not isinstance(owner, Entry) or document.position(owner.key.span.end).line == first:
        return None
    at = document.line_starts[first]
    level = f"{' ' * column(document, holder.entries[0].span.start)}{name}:{writer.newline}"
    below = (document.line_starts[n] for n in range(first + 1, last + 1) if document.line_text(n).strip())
    return (
        Edit(uri, Span(at, at), level + " " * writer.indent),
        *(Edit(uri, Span(s, s), " " * writer.indent) for s in below),
    )


FIXERS = (RuleFixer("cfn-lint", SCHEMA, put_level_between),)
