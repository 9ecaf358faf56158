"""Properties that have no effect beside others, or have been replaced: deletions that say so."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import delete_element, insert
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, UNSAFE, Site

_PORTS = ("FromPort", "ToPort")


def delete_ignored(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Delete a property that is ignored."""
    site = Site(context, diagnostic)
    entry = site.entry
    if entry is None or "Properties" not in site.path[:-1]:
        return
    names = _PORTS if entry.name in _PORTS and "are ignored" in diagnostic.message else (entry.name,)
    found = [other for name in names if (other := entry.parent.entry(name)) is not None]
    if len(entry.parent.entries) <= len(found):
        return
    told = {d.path for d in context.diagnostics if d.severity is Severity.ERROR}  # one of two may stand: which is open
    trust = DISPLAY_ONLY if site.path in told else UNSAFE
    made = [delete_element(site.document, site.template, other) for other in found]
    if all(edits is not None for edits in made):
        shown = " and ".join(f"'{other.name}'" for other in found)
        edits = tuple(edit for part in made for edit in part or ())
        yield from site.fix(f"Delete {shown}, which {'is' if len(found) == 1 else 'are'} ignored here", edits, trust)


def delete_private_acl(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """`AccessControl: Private` is what a bucket has anyway."""
    site = Site(context, diagnostic)
    entry = site.entry
    if entry is None or entry.name != "AccessControl" or not isinstance(entry.value, Scalar):
        return
    if entry.value.value == "Private" and len(entry.parent.entries) > 1:
        edits = delete_element(site.document, site.template, entry)
        yield from site.fix("Delete 'AccessControl: Private', the default", edits, UNSAFE)


def own_objects(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """An access control list takes effect only where the object writer may own objects."""
    site = Site(context, diagnostic)
    holder = site.node
    if not isinstance(holder, Mapping) and site.entry is not None:
        holder = site.entry.parent
    if isinstance(holder, Mapping) and "OwnershipControls" not in holder:
        values = {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}}
        edits = insert(site.document, site.writer, holder, values)
        yield from site.fix("Add 'OwnershipControls', so that 'AccessControl' takes effect", edits, UNSAFE)


FIXERS = (
    RuleFixer("cfn-lint", codes("W3687 W3704 W3698 W3671 W3699 W3705 W3688 W3689"), delete_ignored),
    RuleFixer("cfn-lint", codes("W3045"), delete_private_acl),
    RuleFixer("cfn-lint", codes("E3045"), own_objects),
)
