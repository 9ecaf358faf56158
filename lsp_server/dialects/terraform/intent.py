"""Tells a comment that states a wish (`# an S3 bucket with versioning`) from all other comments."""

from __future__ import annotations

import re

from lsp_server.core.document import Document, Span
from lsp_server.dialects.base import Intent
from lsp_server.dialects.terraform.file_names import takes_blocks
from lsp_server.dialects.terraform.parse import parse_document

_MARKER = re.compile(r"[ \t]*(?:#+|//+)[ \t]?")
_WISH = re.compile(
    r"(?i)(?:please\s+)?(?:an?|the|one|two|three|four|five|some|\d+|create|add|make|provision|deploy|set\s+up|generate|"
    r"define|build|launch|configure|i\s+(?:want|need)|we\s+(?:want|need))\b"
)
_THINGS = re.compile(
    r"(?i)\b(?:bucket|queue|topic|function|lambda|table|database|vpc|subnet|instance|role|policy|cluster|gateway|alarm|"
    r"key|secret|parameter|repository|certificate|distribution|zone|record|balancer|listener|group|volume|stream|"
    r"pipeline|api|user|endpoint|service|variable|output|provider|module|server|network|firewall|network\s+acl)s?\b"
)
_CODE = re.compile(
    r"""^\s*[\w.\[\]"-]+\s*=[^=]|[{};]\s*$|^\s*[\w-]+(?:\s+"[^"]*")+|^\s*[}\])]|^\s*\w+\(.*\)\s*$|\$\{"""
)
_DIRECTIVE = re.compile(
    r"(?i)^\s*(?:tflint|tfsec|checkov|trivy|terrascan|kics|lintel|yamllint|prettier|terraform-docs|infracost|vim?|-\*-|"
    r"noqa|nosec|todo|fixme|xxx|hack|note|warning|spdx|copyright|©|license|licensed|all rights|generated|this file|"
    r"see|https?:)\b"
)
_LICENCE = re.compile(r"(?i)\b(?:copyright|spdx-license|licensed under|all rights reserved|permission is hereby)\b")
_FEWEST_WORDS = 3


def intent_at(document: Document, offset: int) -> Intent | None:
    """The wish that the comment at `offset` states; None inside blocks, above one, or where it states none.

    None as well in a file that takes no blocks.
    """
    line = document.position(offset).line
    if not takes_blocks(document.name) or not _comment_text(document, line):
        return None
    first, last = line, line
    while first > 0 and _comment_text(document, first - 1):
        first -= 1
    while last + 1 < len(document.line_starts) and _comment_text(document, last + 1):
        last += 1
    span = Span(document.line_span(first).start, document.line_span(last).end)
    if _documents_something(document, last) or not _at_top_level(document, span):
        return None
    lines = [_comment_text(document, number) for number in range(first, last + 1)]
    words = " ".join(" ".join(lines).split())
    if not _states_a_wish(words, lines):
        return None
    after = document.line_starts[last + 1] if last + 1 < len(document.line_starts) else len(document.text)
    return Intent(words, span, after)


def _comment_text(document: Document, line: int) -> str:
    text = document.line_text(line).removeprefix("\ufeff")
    marker = _MARKER.match(text)
    return text[marker.end() :].strip() if marker else ""


def _documents_something(document: Document, last: int) -> bool:
    """Whether code stands right below: then the comment is about that."""
    return last + 1 < len(document.line_starts) and bool(document.line_text(last + 1).strip())


def _at_top_level(document: Document, span: Span) -> bool:
    tree = parse_document(document)
    if tree.path_at(span.start):
        return False
    return any(comment.start <= span.end and comment.end >= span.start for comment in tree.comments)


def _states_a_wish(words: str, lines: list[str]) -> bool:
    if sum(any(letter.isalpha() for letter in word) for word in words.split()) < _FEWEST_WORDS:
        return False
    if _DIRECTIVE.match(words) or _LICENCE.search(words) or any(_CODE.search(line) for line in lines):
        return False
    return bool(_WISH.match(words) or _THINGS.search(words))
