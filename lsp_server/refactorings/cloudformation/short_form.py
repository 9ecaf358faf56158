"""A function in its long form is given its tag: `Fn::Sub: text` becomes `!Sub text`."""

from __future__ import annotations

import re

from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit
from lsp_server.dialects.cloudformation.functions import Function, function_of
from lsp_server.dialects.cloudformation.tree import Alias, Entry, Mapping, Node, Scalar, Sequence
from lsp_server.fixers.cloudformation.edits import after_colon, column, end_of
from lsp_server.refactorings.cloudformation.shifting import Shifts

_NAME = re.compile(r"[A-Za-z0-9]+")
_ATTRIBUTE = re.compile(r"[A-Za-z0-9][\w.]*")


def may_be_short(document: Document, function: Function) -> bool:
    """Whether a function has a short form that means the same.

    Not where two tags would follow each other, where a tag would make a string of a number, or where an anchor, an
    alias or a comment is in the way.
    """
    argument, entry = function.argument, function.entry
    if entry is None or argument is None or argument.tag or function.node.tag:
        return False
    if argument.anchor or function.node.anchor:
        return False
    if isinstance(argument, Alias) or function_of(argument) is not None:
        return False
    if isinstance(argument, Scalar) and not isinstance(argument.data, str):
        return False
    if function.name in ("Ref", "Condition") and not isinstance(argument, Scalar):
        return False
    start, inside = _start(document, function), _block(argument)
    before = document.text[start : entry.key.full_span.start]
    between = document.text[entry.key.full_span.end : argument.full_span.start]
    tail = document.text[argument.full_span.end : function.node.span.end] if _braces(function) else ""
    return not before.strip("{ \r\n") and (inside or not between.strip(": \r\n")) and not tail.strip(",} \r\n")


def shortened(document: Document, function: Function, shifts: Shifts, _: int) -> list[Edit]:
    """The edits that give a function its tag; the lines of what it takes move left with it."""
    argument, entry = function.argument, function.entry
    assert argument is not None
    assert entry is not None
    tag = f"!{function.name.removeprefix('Fn::')}"
    start, end = _start(document, function), end_of(document, argument)
    lead = " " if _below_key(function) else ""
    attribute = _attribute(document, function)
    if attribute:
        until = function.node.span.end if _braces(function) else end
        return [Edit(document.uri, Span(start, until), f"{lead}{tag} {attribute}")]
    if _block(argument) and not _braces(function):
        at = after_colon(document, entry, argument.full_span.start)
        edits = [Edit(document.uri, Span(start, at), f"{lead}{tag}")]
    else:
        at = argument.full_span.start
        edits = [Edit(document.uri, Span(start, at), f"{lead}{tag} ")]
    if _braces(function):
        edits.append(Edit(document.uri, Span(argument.full_span.end, function.node.span.end), ""))
    else:
        shifts.add(at, end, _columns(document, function, shifts.lines(at, end)))
    return edits


def _braces(function: Function) -> bool:
    return isinstance(function.node, Mapping) and function.node.flow


def _below_key(function: Function) -> bool:
    """Whether the function stands in a block below the key that it is the value of, which it moves up to."""
    return isinstance(function.node.parent, Entry) and not _braces(function)


def _block(argument: Node) -> bool:
    """Whether what a function takes is written on lines of its own."""
    return isinstance(argument, Mapping | Sequence) and not argument.flow


def _start(document: Document, function: Function) -> int:
    """Where the text that the tag replaces begins."""
    owner = function.node.parent
    if isinstance(owner, Entry) and not _braces(function):
        return after_colon(document, owner, function.node.full_span.start)
    return function.node.span.start


def _columns(document: Document, function: Function, lines: range) -> int:
    """How far what a function takes moves to the right."""
    entry, owner = function.entry, function.node.parent
    assert entry is not None
    own = column(document, entry.key.full_span.start)
    if isinstance(owner, Entry):
        return column(document, owner.key.full_span.start) - own
    texts = [text for number in lines if (text := document.line_text(number)).strip()]
    least = min((len(text) - len(text.lstrip(" ")) for text in texts), default=0)
    return -2 if least >= own + 2 else 0  # behind a dash, where the key stood two columns to the right of it


def _attribute(document: Document, function: Function) -> str:
    """What GetAtt takes with a dot, where it takes a plain list of two names; else empty."""
    argument = function.argument
    if function.name != "Fn::GetAtt" or not isinstance(argument, Sequence) or len(argument.items) != 2:
        return ""
    names = [item.value for item in argument.items if isinstance(item, Scalar) and not item.tag and not item.anchor]
    if len(names) != 2 or not _NAME.fullmatch(names[0]) or not _ATTRIBUTE.fullmatch(names[1]):
        return ""
    inside = document.text[argument.span.start : end_of(document, argument)]
    return "" if "#" in inside else ".".join(names)
