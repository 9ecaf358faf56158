"""The comments of a YAML template, none of which may be lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lsp_server.core.document import Span
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Scalar

_COMMENT = re.compile(r"#[^\r\n]*")
_BEFORE = " \t\r\n\ufeff"


@lru_cache(maxsize=16)
def comments(template: Template) -> tuple[str, ...]:
    """The text of every comment, stripped, in order; a `#` inside a scalar is none."""
    document = template.document
    found = comments_within(template, Span(0, len(document.text)))
    return tuple(document.slice(span).lstrip("#").strip() for span in found)


def comments_within(template: Template, span: Span) -> Iterator[Span]:
    """Where the comments in a span are, in order."""
    text, at = template.document.text, span.start
    while (hit := _COMMENT.search(text, at, span.end)) is not None:
        start, at = hit.span()
        begins = start == 0 or text[start - 1] in _BEFORE
        if begins and not (isinstance(node := template.node_at(start), Scalar) and start in node.span):
            yield Span(start, at)
        else:
            at = start + 1
