"""Override files: what is missing in one part of a block that several files make up is no mistake of that part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lsp_server.core.document import Document, Span
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import Module, is_override, trees_of
from lsp_server.linters.terraform_check.finding import Finding

Address = tuple[str, ...]
_AT_ONCE = frozenset(
    {"syntax", "reference-not-allowed", "invalid-expression", "invalid-version", "invalid-module-source"}
)  # told of each file before they are put together
_ALONE = frozenset({"variable", "check"})  # all of these is
_MISSING = frozenset({"missing-required-argument", "missing-required-block"})
_PUT_TOGETHER = frozenset({"lifecycle"})  # nested blocks that one in an override file adds to; others it replaces


def completed(module: Module) -> dict[Address, frozenset[str]]:
    """Type and labels of every block that an override file may add to, with the arguments and blocks that it gives."""
    found: dict[Address, frozenset[str]] = {}
    for document in module.unit:
        for placed in trees_of(document).placed if is_override(document) else ():
            for block in placed.piece.body.blocks:
                given = frozenset((*(a.name for a in block.body.attributes), *map(_name, block.body.blocks)))
                found[block.address] = found.get(block.address, frozenset()) | given
    return found


def without(
    findings: Iterable[Finding], piece: t.Piece, completed: Mapping[Address, frozenset[str]], document: Document
) -> Iterator[Finding]:
    """The findings of a piece but for those that are none once terraform has put the files together.

    A required argument has to stand in the file that is overridden, all the same.
    """
    blocks = [b for b in piece.body.blocks if b.address in completed]
    if is_override(document):
        yield from (f for f in findings if f.code not in _MISSING or f.data.get("path") or _block(blocks, f) is None)
        return
    replaced = [span for block in blocks if block.type not in _ALONE for span in _replaced(block, completed)]
    for finding in findings:
        block = _block(blocks, finding)
        if finding.code == "missing-required-block" and block and not finding.data.get("path"):
            counts = finding.data.get("name") not in completed[block.address]
        else:
            counts = finding.code in _AT_ONCE or not any(span.encloses(finding.span) for span in replaced)
        if counts:
            yield finding


def _block(blocks: Iterable[t.Block], finding: Finding) -> t.Block | None:
    return next((block for block in blocks if block.span.encloses(finding.span)), None)


def _replaced(block: t.Block, completed: Mapping[Address, frozenset[str]]) -> Iterator[Span]:
    """The values and the nested blocks in whose place others count."""
    over = completed[block.address]
    yield from (attribute.value.span for attribute in block.body.attributes if attribute.name in over)
    yield from (inner.span for inner in block.body.blocks if _name(inner) in over - _PUT_TOGETHER)


def _name(block: t.Block) -> str:
    return block.labels[0].text if block.type == "dynamic" and block.labels else block.type
