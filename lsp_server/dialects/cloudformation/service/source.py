"""Text of the template as it is shown in markdown."""

from __future__ import annotations

import textwrap

from lsp_server.core.document import Document
from lsp_server.dialects.cloudformation.detection import is_braced
from lsp_server.dialects.cloudformation.extent import content_end
from lsp_server.dialects.cloudformation.tree import Entry, Node

_LINES = 15  # that are shown of something longer


def excerpt(document: Document, written: Entry | Node) -> str:
    """A code block of what is written, with a line above that tells where."""
    start = written.span.start if isinstance(written, Entry) else written.full_span.start
    end = content_end(document, written)
    first, last = document.position(start).line, document.position(end).line
    lines = [document.line_text(number) for number in range(first, min(last + 1, first + _LINES))]
    lines = lines if first != last else [document.text[start:end]]
    language = "json" if is_braced(document.text.removeprefix("\ufeff")) else "yaml"
    where = f"Line {first + 1}" if first == last else f"Lines {first + 1}–{last + 1}"
    text = textwrap.dedent("\n".join(lines)) + ("" if last < first + _LINES else "\n…")
    fence = "~~~" if "```" in text else "```"
    return f"{where}:\n\n{fence}{language}\n{text}\n{fence}"
