"""A macro of AWS that the template needs and does not name, and what it takes from `Globals`."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar, Sequence
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import Edits, column, insert_after, insert_before, replace, rewrite
from lsp_server.fixers.cloudformation.names import certain, rank
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site

_LANGUAGE, _SERVERLESS = "AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"


def add_transform(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Name the macro. It takes a permission to deploy such a template, so this is never safe."""
    site = Site(context, diagnostic)
    told = diagnostic.message.lower()
    needed = _LANGUAGE if _LANGUAGE.lower() in told else _SERVERLESS if "serverless transform" in told else ""
    if needed and needed not in site.template.transforms:
        yield from site.fix(f"Add the transform '{needed}'", _added(site, needed), UNSAFE)


def _added(site: Site, name: str) -> Edits | None:
    """The macro before the others, since the one for language extensions has to come first."""
    document, writer, root = site.document, site.writer, site.template.root
    entries = root.entries if isinstance(root, Mapping) else ()
    named = {entry.name: entry for entry in entries}
    value = named["Transform"].value if "Transform" in named else None
    if isinstance(value, Sequence) and value.items:
        return _first(site, value, name)
    if isinstance(value, Scalar) and value.raw:
        return replace(document, value.span, f"[{writer.scalar(name)}, {value.raw}]")
    if "Transform" in named or not entries:
        return None
    above = named.get("Description", named.get("AWSTemplateFormatVersion"))
    if above is None:
        return insert_before(document, writer, entries[0], "Transform", name)
    return insert_after(document, writer, above, "Transform", name)


def _first(site: Site, macros: Sequence, name: str) -> Edits:
    document, writer = site.document, site.writer
    at = macros.items[0].full_span.start
    line = f"{writer.newline}{' ' * column(document, macros.span.start)}- "
    between = ", " if macros.flow or writer.json else line
    return (Edit(document.uri, Span(at, at), f"{writer.scalar(name)}{between}"),)


def rename_global(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """`IgnoreGlobals` lists properties that `Globals` has for resources of the kind."""
    site = Site(context, diagnostic)
    node = site.node
    if not isinstance(node, Scalar) or "IgnoreGlobals" not in site.path:
        return
    kind = site.template.node((*site.path[:2], "Type"))
    named = kind.value.rsplit("::", 1)[-1] if isinstance(kind, Scalar) else ""
    found = site.template.node(("Globals", named))
    matches = rank(node.value, [entry.name for entry in found.entries] if isinstance(found, Mapping) else [])
    for match in matches[:2]:
        trust = SAFE if match is matches[0] and certain(matches) else UNSAFE
        edits = rewrite(site.document, node, match.name)
        yield from site.fix(f"Write '{match.name}' for '{node.value}'", edits, trust)


FIXERS = (
    RuleFixer("cfn-lint", codes("E1030 E1031 E1032 E3016 E3035 E3036 E3038 E3055 E3066 E3724"), add_transform),
    RuleFixer("cfn-lint", codes("E3724"), rename_global),
)
