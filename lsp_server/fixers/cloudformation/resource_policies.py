"""Of the two attributes that keep data, a resource has one."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import insert_after
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site

_PAIR = {"DeletionPolicy": "UpdateReplacePolicy", "UpdateReplacePolicy": "DeletionPolicy"}


def add_twin(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Add the other attribute with the same value; `Delete` is what holds without it anyway."""
    site = Site(context, diagnostic)
    body = site.template.node(site.path[:2])
    if not isinstance(body, Mapping) or site.path[:1] != ("Resources",):
        return
    for present, missing in _PAIR.items():
        entry = body.entry(present)
        if entry is None or body.entry(missing) is not None or not isinstance(entry.value, Scalar):
            continue
        value = "Retain" if entry.value.value == "RetainExceptOnCreate" else entry.value.value
        edits = insert_after(site.document, site.writer, entry, missing, value)
        yield from site.fix(f"Add '{missing}: {value}'", edits, SAFE if value == "Delete" else UNSAFE)


FIXERS = (RuleFixer("cfn-lint", codes("W3011"), add_twin),)
