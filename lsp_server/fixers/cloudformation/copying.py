"""What is written in one place, as a value to be written in another."""

from __future__ import annotations

from lsp_server.core.document import Document, Span
from lsp_server.dialects.cloudformation.tree import Alias, Mapping, Node, Scalar, Sequence, Style
from lsp_server.fixers.cloudformation.edits import end_of, says_something
from lsp_server.fixers.cloudformation.reading import NotPlainError
from lsp_server.fixers.cloudformation.values import Call, Raw


def copied(document: Document, node: Node | None) -> object:
    """The value of a node, its scalars written as they are.

    Raises NotPlainError where that would lose a comment, or it is not on one line: an anchor, an alias, a block.
    """
    if node is None:
        return None
    text = document.slice(Span(node.full_span.start, end_of(document, node)))
    if says_something(document, node.full_span):
        raise NotPlainError("it holds a comment")
    if isinstance(node, Alias) or node.anchor:
        raise NotPlainError("an alias stands for it")
    value: object
    if isinstance(node, Mapping) and not (node.flow and "\n" not in text):
        if any(entry.name == "<<" for entry in node.entries):
            raise NotPlainError("it has a merge key")
        value = {entry.name: copied(document, entry.value) for entry in node.entries}
    elif isinstance(node, Sequence) and not (node.flow and "\n" not in text):
        value = [copied(document, item) for item in node.items]
    elif "\n" in text or (isinstance(node, Scalar) and node.style in (Style.LITERAL, Style.FOLDED)):
        raise NotPlainError("it has several lines")
    else:
        return Raw(text)
    return Call(node.intrinsic, value) if node.intrinsic else value
