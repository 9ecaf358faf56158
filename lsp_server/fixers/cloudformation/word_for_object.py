"""A word where an object is asked for that has one property for it: `Versioning: Enabled`, `TracingConfig: Active`."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Entry, Scalar, Style
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import Edits, after_colon, column, rename
from lsp_server.fixers.cloudformation.names import extended
from lsp_server.fixers.cloudformation.rules import SCHEMA
from lsp_server.fixers.cloudformation.site import UNSAFE, Site
from lsp_server.fixers.cloudformation.vocabulary import names_at, properties_at

_SWITCH = "Enabled"  # how the name of a property ends that turns something on
_BLOCKS = (Style.LITERAL, Style.FOLDED)


def put_into_property(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Put the word into the only property of the object that takes it."""
    site = Site(context, diagnostic)
    entry = site.entry
    if entry is None or site.validator != "type" or "object" not in site.facts("types"):
        return
    name = _taking(site, entry, entry.name)
    if name:
        yield from site.fix(f"Put it into '{name}'", _put(site, entry, name), UNSAFE)


def put_into_object(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """The same where the name of the object lacks the word that tells that it is one."""
    site = Site(context, diagnostic)
    entry = site.entry
    if entry is None or site.validator != "additionalProperties":
        return
    free = [name for name in names_at(site.template, site.path[:-1]) if name not in entry.parent]
    found = [(key, name) for key in extended(entry.name, free) if (name := _taking(site, entry, key))]
    renamed = rename(site.document, entry, found[0][0]) if len(found) == 1 else None
    put = _put(site, entry, found[0][1]) if renamed else None
    if renamed and put:
        title = f"Write '{found[0][0]}' with '{found[0][1]}' for '{entry.name}'"
        yield from site.fix(title, (*renamed, *put), UNSAFE)


def _taking(site: Site, entry: Entry, key: str) -> str:
    """The property of the object at `key` that the value of `entry` is for; empty where none or several are."""
    value = entry.value
    if not isinstance(value, Scalar) or value.tag or value.anchor or value.style in _BLOCKS or value.data is None:
        return ""
    known = properties_at(site.template, (*site.path[:-1], key)).values()
    if isinstance(value.data, bool):
        found = [p.name for p in known if p.types == ("boolean",) and p.name.endswith(_SWITCH)]
    else:
        found = [p.name for p in known if value.value in p.enum]
    return found[0] if len(found) == 1 else ""


def _put(site: Site, entry: Entry, name: str) -> Edits | None:
    document, writer, value = site.document, site.writer, entry.value
    if not isinstance(value, Scalar):
        return None
    if writer.json or entry.parent.flow:
        opening, closing = ("{ ", " }") if writer.json else ("{", "}")
        ends = (value.span.start, f"{opening}{writer.key(name)}: "), (value.span.end, closing)
        return tuple(Edit(document.uri, Span(at, at), text) for at, text in ends)
    start = after_colon(document, entry, value.span.start)
    pad = " " * (column(document, entry.key.span.start) + writer.indent)
    return (Edit(document.uri, Span(start, value.span.start), f"{writer.newline}{pad}{name}: "),)


FIXERS = (
    RuleFixer("cfn-lint", SCHEMA, put_into_property),
    RuleFixer("cfn-lint", SCHEMA, put_into_object),
)
