"""Of the two attributes that keep data, a resource has one."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import insert_after
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import UNSAFE, Site
from lsp_server.fixers.cloudformation.values import Call

_POLICIES = ("Delete", "Retain", "RetainExceptOnCreate", "Snapshot")
_PAIR = {"DeletionPolicy": "UpdateReplacePolicy", "UpdateReplacePolicy": "DeletionPolicy"}


def add_twin(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Add the other attribute with the same value.

    The author said it of deletion or of replacement only, so it is never safe to say it of the other as well.
    """
    site = Site(context, diagnostic)
    body = site.template.node(site.path[:2])
    if not isinstance(body, Mapping) or site.path[:1] != ("Resources",):
        return
    for present, missing in _PAIR.items():
        entry = next((entry for entry in body.entries if entry.name == present), None)
        if entry is None or body.entry(missing) is not None or not isinstance(entry.value, Scalar):
            continue
        value: object = entry.value.value
        if not entry.value.intrinsic and value not in _POLICIES:
            continue
        if entry.value.intrinsic:  # `!Ref Keep`, which the macro for language extensions allows
            value = Call(entry.value.intrinsic, value)
        elif value == "RetainExceptOnCreate":
            value = "Retain"
        edits = insert_after(site.document, site.writer, entry, missing, value)
        yield from site.fix(f"Add '{missing}: {site.writer.flow(value)}'", edits, UNSAFE)


FIXERS = (RuleFixer("cfn-lint", codes("W3011"), add_twin),)
