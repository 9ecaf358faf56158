"""Keys that stand one level too high, since what holds them is missing: `Environment` without its `Variables`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Entry, Mapping
from lsp_server.dialects.cloudformation.tree import Sequence as Items
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.calls import called, is_function
from lsp_server.fixers.cloudformation.edits import Edits, column, end_of, says_something
from lsp_server.fixers.cloudformation.lifting import shifted
from lsp_server.fixers.cloudformation.names import rank
from lsp_server.fixers.cloudformation.rules import SCHEMA
from lsp_server.fixers.cloudformation.site import UNSAFE, Site
from lsp_server.fixers.cloudformation.vocabulary import POLICY_DOCUMENT, POLICY_STATEMENT, names_at, properties_at


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
    if any(rank(other.name, known) or is_function(other.name) or other.name == "<<" for other in holder.entries):
        return
    edits = _wrapped(site, holder.entries, inner.name)
    yield from site.fix(f"Put '{inner.name}' around what is in '{site.path[-2]}'", edits, UNSAFE)


def put_into_missing(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Put the entries that may not stand there into the missing property that takes all of them."""
    site = Site(context, diagnostic)
    entry = site.entry
    if entry is None or site.validator != "additionalProperties":
        return
    path = site.path[:-1]
    known = names_at(site.template, path)
    strange = [other for other in entry.parent.entries if other.name not in known]
    properties = properties_at(site.template, path)
    for name in known:
        required = name in properties and properties[name].required
        if name in entry.parent or not (required or (known == POLICY_DOCUMENT and name == "Statement")):
            continue
        inner = POLICY_STATEMENT if name == "Statement" else names_at(site.template, (*path, name))
        if inner and strange and all(other.name in inner for other in strange):
            edits = _wrapped(site, strange, name, listed=name == "Statement")
            shown = " and ".join(f"'{other.name}'" for other in strange)
            yield from site.fix(f"Put {shown} into '{name}'", edits, UNSAFE)


def _wrapped(site: Site, entries: Sequence[Entry], name: str, *, listed: bool = False) -> Edits | None:
    """Entries that follow each other, in a mapping of their own below `name`, or in the one item of a list there."""
    document, writer, holder = site.document, site.writer, entries[0].parent
    at = holder.entries.index(entries[0])
    if tuple(entries) != holder.entries[at : at + len(entries)]:
        return None
    start, end = entries[0].span.start, end_of(document, entries[-1])
    if writer.json or holder.flow:
        opening, closing = ("{ ", " }") if writer.json else ("{", "}")
        head = f"{writer.key(name)}: {'[' * listed}{opening}"
        return (
            Edit(document.uri, Span(start, start), head),
            Edit(document.uri, Span(end, end), closing + "]" * listed),
        )
    pad = column(document, start) + (0 if listed and not site.template.indent.sequences else writer.indent)
    head = f"{name}:{writer.line(pad)}{'- ' * listed}"
    by = pad + 2 * listed - column(document, start)
    return (Edit(document.uri, Span(start, end), head + shifted(document, Span(start, end), by)),)


def put_document_around(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A list of statements in the place of a policy is what its `Statement` holds."""
    site = Site(context, diagnostic)
    node, key = site.node, str(site.path[-1]) if site.path else ""
    if not isinstance(node, Items) or node.tag or not key.endswith(("PolicyDocument", "Policy")):
        return
    if "object" not in site.facts("types") or not all(_statement(item) for item in node.items):
        return
    document, writer = site.document, site.writer
    start, end, version = node.span.start, end_of(document, node), f'{writer.key("Version")}: "2012-10-17"'
    if writer.json or node.flow:
        opening = f"{{ {version}, {writer.key('Statement')}: "
        edits: Edits = (Edit(document.uri, Span(start, start), opening), Edit(document.uri, Span(end, end), " }"))
    else:
        owner = node.parent
        if not isinstance(owner, Entry) or says_something(document, Span(owner.key.span.end, start)):
            return
        pad = column(document, owner.key.span.start) + writer.indent
        goal = pad + (writer.indent if site.template.indent.sequences else 0)
        head = f"{version}{writer.line(pad)}Statement:{writer.newline}{' ' * goal}"
        lines = shifted(document, Span(start, end), goal - column(document, start))
        lead = " " * (pad - column(document, start)) if pad > column(document, start) else ""
        edits = (Edit(document.uri, Span(start, end), lead + head + lines),)
    yield from site.fix("Make it a policy with these statements", edits, UNSAFE)


def _statement(item: object) -> bool:
    return isinstance(item, Mapping) and "Effect" in item and not called(item)[0]


FIXERS = (
    RuleFixer("cfn-lint", SCHEMA, put_level_between),
    RuleFixer("cfn-lint", SCHEMA, put_into_missing),
    RuleFixer("cfn-lint", SCHEMA, put_document_around),
)
