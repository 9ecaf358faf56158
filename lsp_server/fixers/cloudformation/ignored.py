"""Properties that have no effect beside others: deletions that say so."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Mapping
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import delete_element, delete_elements
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
    trust = DISPLAY_ONLY if diagnostic.path in told else UNSAFE
    edits = delete_elements(site.document, site.template, found)
    shown = " and ".join(f"'{other.name}'" for other in found)
    yield from site.fix(f"Delete {shown}, which {'is' if len(found) == 1 else 'are'} ignored here", edits, trust)


def delete_meaningless(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Delete a property that there cannot be beside what another says: a path of a check that knows none."""
    site = Site(context, diagnostic)
    entry = site.entry
    if entry is None or "Properties" not in site.path[:-1] or len(entry.parent.entries) < 2:
        return
    of_image = diagnostic.code == "E3685" or entry.name == "Runtime"
    if site.validator in ("required", "enum", "const") or (of_image and not _from_image(site)):
        return
    edits = delete_element(site.document, site.template, entry)
    of_http = diagnostic.code == "E3684" and "HealthCheckPath" in entry.parent  # the protocol may be what is wrong
    trust = DISPLAY_ONLY if of_http else UNSAFE
    yield from site.fix(f"Delete '{entry.name}', which has no meaning here", edits, trust)


def _from_image(site: Site) -> bool:
    """Whether a function is plainly made from an image."""
    code = site.template.node((*site.path[:-1], "Code"))
    return isinstance(code, Mapping) and "ImageUri" in code


FIXERS = (
    RuleFixer("cfn-lint", codes("W3687 W3704 W3698 W3671 W3699 W3705 W3688 W3689"), delete_ignored),
    RuleFixer("cfn-lint", codes("E3029 E3634 E3681 E3683 E3684 E3685"), delete_meaningless),
)
