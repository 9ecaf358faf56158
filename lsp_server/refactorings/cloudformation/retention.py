"""What holds data is kept when the stack lets go of it: both attributes that say so, or the one that is missing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from lsp_server.core.edit import Edit
from lsp_server.dialects.cloudformation.schema_files import stateful_types
from lsp_server.dialects.cloudformation.tree import Entry, Scalar
from lsp_server.dialects.cloudformation.vocabulary import SNAPSHOT_TYPES
from lsp_server.fixers.cloudformation.edits import insert_after
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.cloudformation.meaning import Comparison
from lsp_server.refactorings.cloudformation.spot import Spot, spot_of

_BOTH = ("DeletionPolicy", "UpdateReplacePolicy")


def keep_data(selection: Selection) -> Iterator[Refactoring]:
    """Offer it on a resource that holds data, as such."""
    spot = spot_of(selection)
    resource = spot.resource
    body = resource.body if resource is not None and spot.on_head else None
    if resource is None or body is None or resource.type not in stateful_types():
        return
    missing = [name for name in _BOTH if name not in body]
    behind = body.entry(next((name for name in _BOTH if name in body), "Type"))
    if not missing or behind is None or behind.parent is not body:
        return
    values = ["Retain", "Snapshot"] if resource.type in SNAPSHOT_TYPES else ["Retain"]
    if len(missing) == 1:
        present = behind.value
        values = [present.value] if isinstance(present, Scalar) and not present.tag else []
        values = ["Retain" if value == "RetainExceptOnCreate" else value for value in values]
    for value in values:
        paths = frozenset(("Resources", resource.logical_id, name) for name in missing)
        title = f"Add {' and '.join(repr(name) for name in missing)}: {value}"
        edits = partial(_edits, spot, behind, missing, value)
        yield Refactoring(f"retention.{value}", title, Kind.REWRITE, edits, Comparison(ignoring=paths))


def _edits(spot: Spot, behind: Entry, missing: list[str], value: str) -> list[Edit]:
    """All at one place, in their order."""
    made = [insert_after(spot.document, spot.writer, behind, name, value) for name in missing]
    return [edit for edits in made for edit in edits]


REFACTORERS = (Refactorer("retention", frozenset({Kind.REWRITE}), keep_data),)
