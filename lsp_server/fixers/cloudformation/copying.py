"""What is written in one place, as a value to be written in another."""

from __future__ import annotations

from lsp_server.core.document import Document, Span
from lsp_server.dialects.cloudformation.tree import Alias, Mapping, Node, Scalar, Sequence, Style
from lsp_server.fixers.cloudformation.edits import end_of, says_something
from lsp_server.fixers.cloudformation.values import Call, Raw


class NotPlain(ValueError):
    """What is written cannot be copied as a value: it holds a comment, an anchor, an alias or a text of many lines."""


def copied(document: Document, node: Node | None) -> object:
    """The value of a node, its scalars written as they are. Raises NotPlain."""
    if node is None:
        return None
    text = document.slice(Span(node.full_span.start, end_of(document, node)))
    if says_something(document, node.full_span) or isinstance(node, Alias) or node.anchor:
        raise NotPlain
    value: object
    if isinstance(node, Mapping) and not (node.flow and "\n" not in text):
        if any(entry.name == "<<" for entry in node.entries):
            raise NotPlain
        value = {entry.name: copied(document, entry.value) for entry in node.entries}
    elif isinstance(node, Sequence) and not (node.flow and "\n" not in text):
        value = [copied(document, item) for item in node.items]
    elif "\n" in text or (isinstance(node, Scalar) and node.style in (Style.LITERAL, Style.FOLDED)):
        raise NotPlain
    else:
        return Raw(text)
    return Call(node.intrinsic, value) if node.intrinsic else value
