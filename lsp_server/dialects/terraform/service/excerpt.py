"""Text of a module as it is shown in markdown."""

from __future__ import annotations

import textwrap

from lsp_server.core.document import Document, Span

_LINES = 15  # that are shown of something longer
_LONGEST = 80  # code points of a value beside other words


def excerpt(document: Document, span: Span) -> str:
    """A code block of what is written, with a line above that tells where."""
    first, last = (document.position(offset).line for offset in span)
    lines = [document.line_text(number) for number in range(first, min(last + 1, first + _LINES))]
    if first == last:
        lines = [document.slice(span)]
    where = f"{document.name} line {first + 1}" if first == last else f"{document.name} lines {first + 1}–{last + 1}"
    text = textwrap.dedent("\n".join(lines)) + ("" if last < first + _LINES else "\n…")
    fence = "~~~~" if "```" in text else "```"
    return f"{where}:\n\n{fence}terraform\n{text}\n{fence}"


def short(document: Document, span: Span) -> str:
    """What is written, on one line, for a sentence; cut where it is long."""
    text = " ".join(document.slice(Span(span.start, min(span.end, span.start + 4 * _LONGEST))).split())
    text = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return f"`` {text} ``" if "`" in text else f"`{text}`"
