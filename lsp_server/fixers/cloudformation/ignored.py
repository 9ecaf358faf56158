"""Properties that have no effect beside others: deletions that say so."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.fix import Fix
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import delete_element
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


FIXERS = (RuleFixer("cfn-lint", codes("W3687 W3704 W3698 W3671 W3699 W3705 W3688 W3689"), delete_ignored),)
