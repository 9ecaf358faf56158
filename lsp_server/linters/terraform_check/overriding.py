"""Override files: what is missing in one part of a block that several files make up is no mistake of that part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.core.document import Document
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import Module, is_override
from lsp_server.linters.terraform_check.finding import Finding

Address = tuple[str, ...]
_MISSING = frozenset({"missing-required-argument", "missing-required-block"})


def completed(module: Module) -> frozenset[Address]:
    """Type and labels of every block that an override file may add to."""
    found = (d for d in module.unit if is_override(d) and d.uri in module.trees)
    pieces = (placed.piece for d in found for placed in module.trees[d.uri].placed)
    return frozenset(block.address for piece in pieces for block in piece.body.blocks)


def without(
    findings: Iterable[Finding], piece: t.Piece, completed: frozenset[Address], document: Document
) -> Iterator[Finding]:
    """The findings of a piece but for what another file may have given."""
    spans = [b.span for b in piece.body.blocks if b.address in completed or is_override(document)]
    for finding in findings:
        if finding.code not in _MISSING or not any(span.encloses(finding.span) for span in spans):
            yield finding
