"""Names of what a template declares that may not be: with more than letters and digits, or two things of one name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.references import ReferenceKind
from lsp_server.dialects.cloudformation.tree import Entry
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import rename
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, Site

_VALUES = (ReferenceKind.REF, ReferenceKind.SUB)
_USED_BY = {
    "Resources": (*_VALUES, ReferenceKind.GET_ATT, ReferenceKind.DEPENDS_ON),
    "Parameters": _VALUES,
    "Mappings": (ReferenceKind.FIND_IN_MAP,),
    "Conditions": (ReferenceKind.CONDITION,),
    "Outputs": (),
}


def plain_name(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Leave out what may not be in the name, wherever it is used. Nothing of that name has ever been deployed."""
    site = Site(context, diagnostic)
    entry = site.entry
    if entry is None or len(site.path) != 2 or str(site.path[0]) not in _USED_BY or entry.name.isalnum():
        return
    first, *words = [word for word in re.split(r"[^A-Za-z0-9]+", entry.name) if word] or [""]
    wanted = first + "".join(word[:1].upper() + word[1:] for word in words)
    if wanted and wanted not in entry.parent:
        yield from _renamed(site, entry, wanted)


def other_name(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A parameter and a resource of one name: either may be called otherwise; a Ref of the name is of either."""
    site = Site(context, diagnostic)
    if len(site.path) < 2:
        return
    name = site.owner
    for section, ending in (("Parameters", "Parameter"), ("Resources", "Resource")):
        entry = site.template.entry((section, name))
        if entry is not None and entry.name == name:
            yield from _renamed(site, entry, f"{name}{ending}", declared_only=True)


def _renamed(site: Site, entry: Entry, name: str, *, declared_only: bool = False) -> Iterator[Fix]:
    section = str(site.template.path_of(entry)[0])
    kinds = _USED_BY[section]
    if declared_only:
        kinds = tuple(kind for kind in kinds if kind not in _VALUES)
    own = rename(site.document, entry, name) or ()
    uses = (r for r in site.template.references if r.target == entry.name and r.kind in kinds)
    edits = (*own, *(Edit(site.document.uri, use.span, name) for use in uses))
    title, removed = f"Call '{entry.name}' '{name}'", frozenset({(section, entry.name)})
    yield from site.fix(title, edits if own else None, DISPLAY_ONLY, removed, same=True)


FIXERS = (
    RuleFixer("cfn-lint", codes("E2003 E3001 E6004 E7001 E8001 E3002 E6001"), plain_name),
    RuleFixer("cfn-lint", codes("E3007"), other_name),
)
