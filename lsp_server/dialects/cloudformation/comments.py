"""The comments of a YAML template, none of which may be lost."""

from __future__ import annotations

from bisect import bisect_right

from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Scalar


def comments(template: Template) -> tuple[str, ...]:
    """The text of every comment, stripped, in order; a `#` inside a scalar is none."""
    document = template.document
    if "#" not in document.text:
        return ()
    spans = sorted(node.span for node in template.root.walk() if isinstance(node, Scalar)) if template.root else []
    starts = [span.start for span in spans]
    found: list[str] = []
    for line in range(len(document.line_starts)):
        begin = document.line_starts[line]
        text = document.line_text(line)
        at = text.find("#")
        while at >= 0:
            before = bisect_right(starts, begin + at) - 1
            inside = before >= 0 and begin + at in spans[before]
            if not inside and (at == 0 or text[at - 1] in " \t"):
                found.append(text[at:].lstrip("#").strip())
                break
            at = text.find("#", at + 1)
    return tuple(found)
