"""Where the content of a node ends: a block's span runs on through the comments that stand before the next one."""

from __future__ import annotations

from lsp_server.core.document import Document
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, Sequence


def content_end(document: Document, node: Node | Entry) -> int:
    """The offset behind the last thing written in a node, without white space and the comments of what follows it.

    A comment that is indented like what is in the node is the node's own.
    """
    start, end = node.full_span if isinstance(node, Node) else node.span
    while end > start and document.text[end - 1] in " \t\r\n":
        end -= 1
    last = _last(node)
    if not start <= last < end or not all(_bare(line) for line in document.text[last:end].splitlines()):
        return end
    inside = document.position(start).column + isinstance(node, Entry)
    for number in range(document.position(last).line + 1, document.position(end).line + 1):
        line = document.line_text(number)
        if line.strip() and len(line) - len(line.lstrip()) < inside:
            break
        if line.strip():
            last = document.line_starts[number] + len(line.rstrip())
    return last


def _last(node: Node | Entry) -> int:
    """The end of the last scalar or flow collection; 0 where a block has nothing in it."""
    end = 0
    while True:
        if isinstance(node, Entry):
            end = max(end, node.key.full_span.end)
            inner: Node | Entry | None = node.value
        elif isinstance(node, Mapping) and not node.flow:
            inner = node.entries[-1] if node.entries else None
        elif isinstance(node, Sequence) and not node.flow:
            inner = node.items[-1] if node.items else None
        else:
            return max(end, node.full_span.end)
        if inner is None:
            return end
        node = inner


def _bare(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")
