"""Properties of which one may stand where several do, and properties nobody knows: a person says which one goes."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Mapping
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import delete, delete_element
from lsp_server.fixers.cloudformation.rules import UNKNOWN_KEY, codes
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, Site


def delete_one(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Delete all but one of those that exclude each other."""
    site = Site(context, diagnostic)
    holder = site.node if isinstance(site.node, Mapping) else site.entry.parent if site.entry is not None else None
    names = site.facts("one_of") or [*site.facts("property"), *site.facts("other")]
    present = [entry for name in names if holder is not None and (entry := holder.entry(name)) is not None]
    if len(present) != 2:
        return
    for gone, kept in (present, present[::-1]):
        edits = delete_element(site.document, site.template, gone)
        title = f"Delete '{gone.name}', which cannot be beside '{kept.name}'"
        yield from site.fix(title, edits, DISPLAY_ONLY)


def delete_unknown(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Delete a key that may not stand there; what was meant by it is lost."""
    site = Site(context, diagnostic)
    entry = site.entry
    if entry is None or site.validator != "additionalProperties" or len(site.path) < 3 or site.macro:
        return
    edits = delete(site.document, site.template, entry)
    yield from site.fix(f"Delete '{entry.name}', which is not known here", edits, DISPLAY_ONLY)


FIXERS = (
    RuleFixer("cfn-lint", codes("E3014 E3020"), delete_one),
    RuleFixer("cfn-lint", UNKNOWN_KEY, delete_unknown),
)
