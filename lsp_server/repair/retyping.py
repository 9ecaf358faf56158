"""What a corrected resource type changes elsewhere: the references to the block, which name its type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lsp_server.core.document import Unit
from lsp_server.core.edit import Edit, compatible
from lsp_server.fixers.terraform.content import scene_of
from lsp_server.fixers.terraform.resource_type import mentions


def address_of(declared: str) -> tuple[str, ...]:
    """The id of a block that is declared as `resource aws_s3_bucket.logs`."""
    kind, _, labels = declared.partition(" ")
    return kind, *labels.split(".")


def references_follow(unit: Unit, edits: Sequence[Edit], retyped: Mapping[str, str]) -> tuple[Edit, ...]:
    """`edits` and those that make the references to the `retyped` blocks name their new types.

    `retyped` are declarations and their new types. References in what the edits write themselves are left to them.
    """
    return (*edits, *_following(unit, edits, retyped))


def _following(unit: Unit, edits: Sequence[Edit], retyped: Mapping[str, str]) -> Iterator[Edit]:
    for declared, new_type in retyped.items():
        kind, old_type, name = address_of(declared)
        for uri, span in mentions(scene_of(unit), kind, old_type, name):
            edit = Edit(uri, span, new_type)
            if compatible(edits, (edit,)):
                yield edit
