"""A DependsOn that a Ref or GetAtt already enforces, or that names the resource itself."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Node, Scalar
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import delete, delete_element
from lsp_server.fixers.cloudformation.site import UNSAFE, Site


def remove_obsolete(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Delete the dependency, and the attribute with its last one."""
    site = Site(context, diagnostic)
    node = site.node
    entry = site.template.entry(site.path)
    if not isinstance(node, Scalar) or entry is None or entry.name != "DependsOn":
        return
    alone = node.parent is entry or len(_siblings(node)) == 1
    edits = (delete if alone else delete_element)(site.document, site.template, entry if alone else node)  # type: ignore[arg-type]
    yield from site.fix(f"Delete the obsolete dependency on '{node.value}'", edits, UNSAFE)


def _siblings(node: Node) -> tuple[Node, ...]:
    return getattr(node.parent, "items", (node,))


FIXERS = (RuleFixer("cfn-lint", frozenset({"W3005"}), remove_obsolete),)
