"""Values of the attributes that keep data which the resource's type, or the attribute, does not have."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Scalar, Sequence
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import rewrite
from lsp_server.fixers.cloudformation.lifting import lift
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, UNSAFE, Site

_KEEP = {"Snapshot": "Retain", "RetainExceptOnCreate": "Retain"}


def keep(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Where there is no snapshot of such a resource, retain it: nothing is lost that was to be kept."""
    site = Site(context, diagnostic)
    node, allowed = site.node, site.facts("allowed") if not site.type_unknown else []
    if isinstance(node, Scalar) and not node.tag and (value := _KEEP.get(node.value)) in allowed and value is not None:
        title = f"Write '{value}', which keeps the data as well, for '{node.value}'"
        yield from site.fix(title, rewrite(site.document, node, value), UNSAFE)


def one_of_list(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """There is one policy; which of several is meant, a person says."""
    site = Site(context, diagnostic)
    node = site.node
    if isinstance(node, Sequence) and not node.tag and len(node.items) > 1:
        for item in node.items:
            if isinstance(item, Scalar) and item.value in site.facts("allowed"):
                yield from site.fix(f"Take '{item.value}' out of the list", lift(site, node, item), DISPLAY_ONLY)


FIXERS = (
    RuleFixer("cfn-lint", codes("E3035 E3036"), keep),
    RuleFixer("cfn-lint", codes("E3035 E3036"), one_of_list),
)
