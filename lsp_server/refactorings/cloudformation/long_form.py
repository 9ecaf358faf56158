"""A function with a tag is given its long form: `!Sub text` becomes `Fn::Sub: text`."""

from __future__ import annotations

from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit
from lsp_server.dialects.cloudformation.functions import Function
from lsp_server.dialects.cloudformation.scalars import typed
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, Scalar, Sequence, Style
from lsp_server.fixers.cloudformation.edits import after_colon, column, end_of
from lsp_server.fixers.cloudformation.values import Writer, quoted
from lsp_server.refactorings.cloudformation.replacing import in_flow
from lsp_server.refactorings.cloudformation.shifting import Shifts

_BEHIND_DASH = 2  # columns


def may_be_long(document: Document, function: Function) -> bool:
    """Whether a function with a tag can be written in its long form: no anchor and no comment is in the way."""
    node = function.node
    if not function.short or node.anchor:
        return False
    if function.name == "Fn::GetAtt" and isinstance(node, Scalar) and "." not in node.value:
        return False
    owner, tag = node.parent, node.tag_span
    before = ""
    if isinstance(owner, Entry) and not in_flow(node):
        before = document.text[after_colon(document, owner, tag.start) : tag.start]
    elif owner is None:
        return False
    return not before.strip() and (_block(node) or not document.text[tag.end : node.span.start].strip())


def lengthened(document: Document, function: Function, shifts: Shifts, step: int) -> list[Edit]:
    """The edits that give a function its long form; the lines of what it takes move right with it."""
    node, uri, name = function.node, document.uri, function.name
    text = _argument(function)
    at = node.tag_span.end if _block(node) else node.span.start
    end = end_of(document, node)
    gap = "" if _block(node) else " "
    edits: list[Edit] = []
    if in_flow(node):
        edits.append(Edit(uri, Span(node.tag_span.start, at), f"{{{name}: "))
        edits.append(Edit(uri, Span(node.span.end, node.span.end), "}"))
    elif isinstance(node.parent, Entry):
        owner = node.parent
        start = after_colon(document, owner, node.tag_span.start)
        pad = column(document, owner.key.full_span.start) + step + shifts.at(owner.key.span.start)
        edits.append(Edit(uri, Span(start, at), f"{document.newline}{' ' * pad}{name}:{gap}"))
        shifts.add(at, end, step)
    else:
        edits.append(Edit(uri, Span(node.tag_span.start, at), f"{name}:{gap}"))
        shifts.add(at, end, _BEHIND_DASH)
    if text is not None:
        edits.append(Edit(uri, node.span, text))
    return edits


def _block(node: Node) -> bool:
    """Whether what a function takes is written on lines of its own."""
    return isinstance(node, Mapping | Sequence) and not node.flow


def _argument(function: Function) -> str | None:
    """What a function takes in other words: GetAtt a list, and quotes for what without a tag would be no string."""
    node = function.node
    if not isinstance(node, Scalar) or node.style in (Style.LITERAL, Style.FOLDED):
        return None
    if function.name == "Fn::GetAtt":
        return Writer().flow(node.value.split(".", 1))
    plain = node.style is Style.PLAIN
    return quoted(node.value, '"') if plain and not isinstance(typed(node.value, node.style), str) else None
