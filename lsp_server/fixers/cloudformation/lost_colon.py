"""A colon that is lost without YAML's noticing: the key became part of its value, or the value part of the key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit, apply_edits
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Scalar, Style
from lsp_server.dialects.cloudformation.yaml_reader import parses
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.rules import SCHEMA, UNKNOWN_KEY
from lsp_server.fixers.cloudformation.site import SAFE, Site
from lsp_server.fixers.cloudformation.vocabulary import names_at

_WORD = re.compile(r"([A-Za-z]\w*)(?=[ ]+\S)")


def part(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Put the colon where a name that may stand here ends."""
    site = Site(context, diagnostic)
    if site.template.format == "json":
        return
    if isinstance(site.node, Scalar) and (site.validator == "type" or site.path[-1:] == ("Properties",)):
        yield from _in_value(site, site.node)
    if site.entry is not None and site.validator in ("", "additionalProperties", "enum", "pattern"):
        yield from _in_key(site, site.entry)


def _in_value(site: Site, node: Scalar) -> Iterator[Fix]:
    """`Type String` below a key that wants a mapping."""
    hit = _WORD.match(node.raw)
    if hit is None or node.style is not Style.PLAIN or hit[1] not in _known(site):
        return
    at = node.span.start + hit.end()
    yield from site.fix(f"Put a colon after '{hit[1]}'", (Edit(site.document.uri, Span(at, at), ":"),), SAFE)


def _in_key(site: Site, entry: Entry) -> Iterator[Fix]:
    """`Description Note: this` among attributes: the value has a colon of its own, and needs quotes then."""
    document, known = site.document, names_at(site.template, site.path[:-1])
    hit = _WORD.match(entry.key.raw)
    if hit is None or entry.key.style is not Style.PLAIN or hit[1] not in known or hit[1] in entry.parent:
        return
    start = entry.key.span.start
    line = document.position(start).line
    colon = Edit(document.uri, Span(start + hit.end(), start + hit.end()), ":")
    begin, end = start + hit.end() + 1, document.line_span(line).start + len(document.line_text(line).rstrip())
    quotes = tuple(Edit(document.uri, Span(at, at), '"') for at in (begin, end))
    for edits in ((colon,), (colon, *quotes)):
        own = [Edit(e.uri, Span(e.span.start - start, e.span.end - start), e.text) for e in edits]
        if parses(apply_edits(document.text[start:end], own)):
            yield from site.fix(f"Put a colon after '{hit[1]}'", edits, SAFE)
            return


def _known(site: Site) -> set[str]:
    """The keys that may stand in a mapping at the site; in `Mappings`, those that its neighbours have."""
    if site.path[:1] != ("Mappings",):
        return set(names_at(site.template, site.path))
    holder = site.template.node(site.path[:-1])
    rows = [entry.value for entry in holder.entries] if isinstance(holder, Mapping) and len(site.path) > 2 else []
    return {entry.name for row in rows if isinstance(row, Mapping) for entry in row.entries}


FIXERS = (RuleFixer("cfn-lint", SCHEMA | UNKNOWN_KEY, part),)
