"""The blocks of a module's files."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.document import Document, Span
from lsp_server.dialects.terraform.module import is_configuration
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.dialects.terraform.tree import Block
from lsp_server.dialects.terraform.unread import unread_blocks
from lsp_server.repair.region import Region

_TYPED = frozenset({"resource", "data", "ephemeral"})


def module_regions(document: Document) -> Iterator[Region]:
    """The top-level blocks of a configuration file (`resource aws_s3_bucket.logs`)."""
    for block in parse_document(document).blocks if is_configuration(document) else ():
        text = document.slice(block.span).rstrip()
        start = block.span.start
        name = f"{block.type} {'.'.join(label.text for label in block.labels)}".strip()
        kind = block.labels[0].text if block.type in _TYPED and block.labels else ""
        span = Span(start, start + len(text))
        yield Region(name, document.uri, span, 0, 2, declares=name, type=kind)


def new_block(document: Document, offset: int | None = None) -> Region:
    """Where a new block goes: at `offset`, behind the block it may stand in, or at the end of the file.

    Where that is behind a block that is not closed yet, it goes before it: that would swallow it.
    """
    newline, text = document.newline, document.text
    at = len(text.rstrip()) if offset is None else offset
    inside = _inside(document, at)
    if (broken := _half_typed(document, at)) is not None:
        at = broken
    elif inside is not None:
        at = inside.span.end
    at = at if _line_is_blank_before(document, at) else document.line_span(document.position(at).line).end
    begun = _line_is_blank_before(document, at)
    above = _line_above(document, at)
    before = "" if begun else newline
    if above and not (offset is not None and above.lstrip().startswith(("#", "//", "*/"))):
        before += newline
    rest = text[at:]
    after = newline if begun or not rest else ""
    if begun and rest.split("\n", 1)[0].strip():
        after += newline
    return Region("+", document.uri, Span(at, at), 0, 2, True, before, after)


def _inside(document: Document, offset: int) -> Block | None:
    blocks = parse_document(document).blocks
    return next((b for b in blocks if b.span.start < offset < b.span.end), None)


def _half_typed(document: Document, offset: int) -> int | None:
    """Where the last block begins with its comments, where it cannot be read and `offset` is in it or behind."""
    broken = unread_blocks(document)[-1:]
    if not broken or offset <= broken[0].start or document.text[broken[0].end : offset].strip():
        return None
    if document.text[max(offset, broken[0].end) :].strip():
        return None
    text = document.slice(broken[0])
    line = document.position(broken[0].end - len(text.lstrip())).line
    while line > 0 and document.line_text(line - 1).startswith(("#", "//")):
        line -= 1
    return document.line_starts[line] + (line == 0 and document.text.startswith("\ufeff"))


def _line_is_blank_before(document: Document, offset: int) -> bool:
    start = document.line_starts[document.position(offset).line]
    return not document.text[start:offset].strip(" \t\ufeff")


def _line_above(document: Document, offset: int) -> str:
    """The text of the line that what is inserted at `offset` follows, without blanks."""
    line = document.position(offset).line
    own = document.text[document.line_starts[line] : offset].strip("\ufeff \t")
    return own or (document.line_text(line - 1).strip() if line else "")
