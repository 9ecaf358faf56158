"""Which blocks of a template cannot be read by themselves: a reader of the whole tells only where it stops first."""

from __future__ import annotations

import re

import yaml

from lsp_server.core.caches import sized
from lsp_server.core.document import Document, Span
from lsp_server.dialects.cloudformation.green import PIECES_KEPT
from lsp_server.dialects.cloudformation.template import parse_template

_WORD = re.compile(r"[ ]*[A-Za-z_][^:\r\n]*(?:\r?\n|$)")


def unread_blocks(document: Document) -> tuple[Span, ...]:
    """The sections and entries of sections that hold a syntax error, in the order of the text."""
    template = parse_template(document)
    pieces = [
        Span(start, start + len(parsed.piece.text)) for block in template.blocks for start, parsed in block.pieces
    ]
    if template.format == "json":
        return tuple(span for span in pieces if any(span.touches(mistake.start) for mistake in template.mistakes))
    return tuple(span for span in pieces if not _is_entry(document.slice(span)))


@sized(PIECES_KEPT, len)
def _is_entry(text: str) -> bool:
    """Whether PyYAML, which cfn-lint reads with, reads all of a piece, and it is no word that lacks its colon."""
    if _WORD.match(text):
        return False
    try:
        yaml.CSafeLoader(text).raw_parse()  # to the end of the text; it makes no object of what it reads
    except (yaml.YAMLError, ValueError):
        return False
    return True
