"""Databases of RDS: what an instance takes from its cluster."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.schema import schemas
from lsp_server.dialects.cloudformation.tree import Mapping
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.calls import meaning, referred
from lsp_server.fixers.cloudformation.copying import copied
from lsp_server.fixers.cloudformation.edits import delete_elements, insert
from lsp_server.fixers.cloudformation.reading import NotPlainError
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, UNSAFE, Site

_CLUSTER = "AWS::RDS::DBCluster"
_NAMES = re.compile(r"\(?(\[.*\])")


def leave_to_cluster(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Say it of the cluster, where that takes it and does not say it itself; else take it away from the instance."""
    site = Site(context, diagnostic)
    instance, told = site.node, _NAMES.search(diagnostic.message)
    if not isinstance(instance, Mapping) or told is None:
        return
    names = [str(name) for name in ast.literal_eval(told[1])]
    entries = [entry for name in names if (entry := instance.entry(name)) is not None and entry.parent is instance]
    cluster = site.template.resources.get(referred(instance.get("DBClusterIdentifier")))
    schema = schemas().get(_CLUSTER)
    moved: dict[str, object] = {}
    lost = False
    for entry in entries:
        own = cluster.properties if cluster is not None else None
        takes = schema is not None and entry.name in schema.properties_at(()) and entry.name != "AllocatedStorage"
        if own is not None and takes and entry.name not in own:
            try:
                moved[entry.name] = copied(site.document, entry.value)
            except NotPlainError:
                return
        elif takes:
            lost = lost or own is None or meaning(own.get(entry.name)) != meaning(entry.value)
    gone, added = delete_elements(site.document, site.template, entries), None
    if moved and cluster is not None and cluster.properties is not None:
        added = insert(site.document, site.writer, cluster.properties, moved)
    shown = " and ".join(f"'{entry.name}'" for entry in entries)
    if gone and (added or not moved):
        edits = (*gone, *(added or ()))
        yield from site.fix(f"Leave {shown} to the cluster", edits, DISPLAY_ONLY if lost else UNSAFE)


FIXERS = (RuleFixer("cfn-lint", codes("E3682"), leave_to_cluster),)
