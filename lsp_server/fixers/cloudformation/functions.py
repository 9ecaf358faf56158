"""Intrinsic functions that are not needed, missing, or without their argument."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.references import sub_names
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, Scalar, Style
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import Edits, after_colon, column, replace
from lsp_server.fixers.cloudformation.references import PSEUDO_PARAMETERS
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import SAFE, Site
from lsp_server.fixers.cloudformation.values import ref

_COMMENT = re.compile(r"(?:^|\s)#")


def drop_sub(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A Sub without variables is the string itself."""
    site = Site(context, diagnostic)
    node = site.node
    if isinstance(node, Scalar) and "${" not in node.value:
        yield from site.fix("Take away the Sub, which has no variables", _unwrapped(site, node), SAFE, same=True)


def _unwrapped(site: Site, node: Scalar) -> Edits | None:
    uri, document = site.document.uri, site.document
    if node.tag:
        if node.style is Style.PLAIN and not _string(node):
            return replace(document, node.full_span, f'"{node.raw}"')
        return (Edit(uri, Span(node.full_span.start, node.span.start), ""),)
    entry = node.parent
    holder = entry.parent if isinstance(entry, Entry) else None
    if not isinstance(holder, Mapping) or len(holder.entries) != 1:
        return None
    if site.writer.json or holder.flow:
        return (
            Edit(uri, Span(holder.span.start, node.span.start), ""),
            Edit(uri, Span(node.span.end, holder.span.end), ""),
        )
    owner = holder.parent
    start = after_colon(document, owner, node.span.start) if isinstance(owner, Entry) else holder.span.start
    gone = Span(start, node.span.start)
    if _COMMENT.search(document.slice(gone)):
        return None
    return (Edit(uri, gone, " " if isinstance(owner, Entry) else ""),)


def _string(node: Scalar) -> bool:
    return bool(re.fullmatch(r"[A-Za-z][\w ./-]*", node.raw)) and node.raw.lower() not in (
        *("true", "false", "yes", "no", "on", "off", "null", "y", "n"),
    )


def add_sub(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A string with `${Name}` of something declared is meant to be a Sub."""
    site = Site(context, diagnostic)
    node = site.node
    if not isinstance(node, Scalar) or node.tag or site.path[0] not in ("Resources", "Outputs", "Conditions"):
        return
    if site.path[-1] == "Description":
        return
    declared = {*site.template.parameters, *site.template.resources, *PSEUDO_PARAMETERS}
    names = [name.partition(".")[0] for name, _ in sub_names(node.value)]
    if names and all(name in declared for name in names):
        yield from site.fix("Let Sub fill in the variables", _wrapped(site, node), SAFE)


def _wrapped(site: Site, node: Scalar) -> Edits | None:
    uri, (start, end) = site.document.uri, node.span
    if site.writer.json:
        return (Edit(uri, Span(start, start), '{ "Fn::Sub": '), Edit(uri, Span(end, end), " }"))
    owner = node.parent
    if site.writer.short or not isinstance(owner, Entry) or owner.parent.flow or "\n" in node.raw:
        return (Edit(uri, Span(start, start), "!Sub "),)
    pad = " " * (column(site.document, owner.key.span.start) + site.writer.indent)
    colon = after_colon(site.document, owner, start)
    return (Edit(uri, Span(colon, start), f"{site.writer.newline}{pad}Fn::Sub: "),)


def empty_get_azs(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """GetAZs of nothing means GetAZs of this region, which is written as the empty string."""
    site = Site(context, diagnostic)
    if "Fn::GetAZs" not in site.path[-1:] or site.diagnostic.syntax:
        return
    node, entry = site.node, site.entry
    if isinstance(node, Scalar) and node.tag == "!GetAZs" and not node.raw:
        at = node.tag_span.end
        yield from site.fix("Ask for the zones of this region", (Edit(site.document.uri, Span(at, at), ' ""'),), SAFE)
    elif entry is not None and isinstance(node, Scalar) and not node.tag and node.data is None:
        edits: Edits = replace(site.document, node.span, '""') if node.raw else _after(site, entry)
        yield from site.fix("Ask for the zones of this region", edits, SAFE)
    elif entry is not None and entry.value is None:
        yield from site.fix("Ask for the zones of this region", _after(site, entry), SAFE)


def _after(site: Site, entry: Entry) -> Edits:
    at = after_colon(site.document, entry, len(site.document.text))
    return (Edit(site.document.uri, Span(at, at), ' ""'),)


def pseudo_as_ref(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """`AWS::Region` as a plain string is meant to be a Ref."""
    site = Site(context, diagnostic)
    node: Node | None = site.node
    if isinstance(node, Scalar) and node.value in PSEUDO_PARAMETERS and not node.tag:
        edits = replace(site.document, node.span, site.writer.flow(ref(node.value)))
        yield from site.fix(f"Refer to '{node.value}'", edits, SAFE)


_ZONES = codes("E1015 E1017 E1018 E1019 E1021 E1022 E1024 E3024 E6101 E1036")
FIXERS = (
    RuleFixer("cfn-lint", codes("W1020"), drop_sub),
    RuleFixer("cfn-lint", codes("E1029"), add_sub),
    RuleFixer("cfn-lint", _ZONES, empty_get_azs),
    RuleFixer("cfn-lint", codes("W1054"), pseudo_as_ref),
)
