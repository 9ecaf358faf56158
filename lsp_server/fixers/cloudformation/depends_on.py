"""A DependsOn that a Ref or GetAtt already enforces."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Entry, Node, Scalar, Sequence
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import delete, delete_element
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, UNSAFE, Site


def remove_obsolete(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Delete the dependency, and the attribute with its last one.

    What a branch of `Fn::If` enforces holds in that branch only, and what an anchor marks stands in other places too.
    """
    site = Site(context, diagnostic)
    node, entry = site.node, site.template.entry(site.path)
    if not isinstance(node, Scalar) or entry is None or entry.name != "DependsOn":
        return
    alone = node.parent is entry or (isinstance(node.parent, Sequence) and len(node.parent.items) == 1)
    edits = delete(site.document, site.template, entry) if alone else delete_element(site.document, site.template, node)
    trust = DISPLAY_ONLY if "Fn::If" in diagnostic.message or _shared(site, node) else UNSAFE
    yield from site.fix(f"Delete the obsolete dependency on '{node.value}'", edits, trust)


def _shared(site: Site, node: Node) -> bool:
    """Whether an alias brings the node to another place."""
    at: Node | Entry | None = node
    while at is not None:
        if isinstance(at, Node) and at.anchor and f"*{at.anchor}" in site.document.text:
            return True
        at = at.parent
    return False


FIXERS = (RuleFixer("cfn-lint", frozenset({"W3005"}), remove_obsolete),)
