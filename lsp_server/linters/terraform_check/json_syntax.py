"""Judges whether a `.tf.json` file can be read at all; what its blocks hold is left to terraform itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache

from lsp_server.core.document import Document, Span
from lsp_server.linters.terraform_check.finding import Finding


def check_syntax(document: Document) -> Iterator[Finding]:
    """The first place at which the text is no JSON."""
    yield from _problems(document.text)


@lru_cache(maxsize=64)
def _problems(text: str) -> tuple[Finding, ...]:
    readable = " " + text[1:] if text.startswith("\ufeff") else text
    facts = {"name": "", "kind": "syntax", "missing": ""}
    try:
        found = json.loads(readable)
    except json.JSONDecodeError as error:
        at = min(error.pos, max(0, len(text) - 1))
        span = Span(at, min(at + 1, len(text)))
        return (Finding("syntax", span, "Invalid JSON", f"{error.msg}.", facts),)
    except (RecursionError, ValueError):
        return (Finding("syntax", Span(0, min(1, len(text))), "Invalid JSON", "It is nested too deeply.", facts),)
    if isinstance(found, dict) or (isinstance(found, list) and all(isinstance(item, dict) for item in found)):
        return ()
    detail = "A JSON object is required, or a list of them."
    return (Finding("syntax", Span(0, len(text)), "Invalid JSON", detail, facts),)
