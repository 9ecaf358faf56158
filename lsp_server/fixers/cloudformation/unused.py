"""A parameter, mapping or condition that nothing uses. Deleting a declaration is only ever offered to a person."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import delete
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, Site

_KINDS = {"Parameters": "parameter", "Mappings": "mapping", "Conditions": "condition"}
UNUSED_CODES = frozenset({"W2001", "W7001", "W8001"})


def delete_unused(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Delete the declaration."""
    site = Site(context, diagnostic)
    if len(site.path) < 2 or str(site.path[0]) not in _KINDS:
        return
    section, name = str(site.path[0]), site.owner
    entry = site.template.entry((section, name))
    if entry is None or entry.name != name:
        return
    title = f"Delete the unused {_KINDS[section]} '{name}'"
    edits = delete(site.document, site.template, entry)
    yield from site.fix(title, edits, DISPLAY_ONLY, frozenset({(section, name)}))


FIXERS = (RuleFixer("cfn-lint", UNUSED_CODES, delete_unused),)
