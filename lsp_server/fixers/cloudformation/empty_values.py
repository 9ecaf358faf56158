"""A key with no value (`Default:` with nothing behind it, or `null`), which CloudFormation does not take."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Scalar
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import delete_element
from lsp_server.fixers.cloudformation.rules import SCHEMA, codes
from lsp_server.fixers.cloudformation.site import UNSAFE, Site
from lsp_server.fixers.cloudformation.vocabulary import names_at, properties_at

_NEEDED = {
    "": ("Resources", "AWSTemplateFormatVersion"),
    "Parameters": ("Type",),
    "Outputs": ("Value",),
    "Resources": ("Type",),
}
_DECLARED = ("Parameters", "Resources", "Outputs", "Mappings", "Conditions")


def delete_empty(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Take the key away where it may be left out; nothing is declared by it."""
    site = Site(context, diagnostic)
    entry = site.entry
    if entry is None or not empty(entry) or not _may_go(site, entry):
        return
    edits = delete_element(site.document, site.template, entry)
    yield from site.fix(f"Delete '{entry.name}', which has no value", edits, UNSAFE)


def empty(entry: Entry) -> bool:
    """Whether nothing, or null, stands behind the key."""
    value = entry.value
    return value is None or (isinstance(value, Scalar) and not value.tag and value.data is None)


def _may_go(site: Site, entry: Entry) -> bool:
    path = site.path
    if len(path) == 2 and path[0] in _DECLARED:
        return False
    if not isinstance(entry.parent, Mapping) or len(entry.parent.entries) == 1:
        return False
    if path[:2] == ("Metadata", "cfn-lint"):
        return True
    if "Properties" in path[:-1] and path[0] == "Resources":
        known = properties_at(site.template, path[:-1]).get(entry.name)
        return known is not None and not known.required
    section = str(path[0]) if len(path) > 1 else ""
    return entry.name in names_at(site.template, path[:-1]) and entry.name not in _NEEDED.get(section, ())


FIXERS = (RuleFixer("cfn-lint", SCHEMA | codes("E1004 E1700 E3028 E7001 E4002 W4005"), delete_empty),)
