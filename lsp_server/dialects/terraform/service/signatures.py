"""How the function is called that is being written: its parameters, and which of them is due."""

from __future__ import annotations

import re

from lsp_server.core.document import Document, Span
from lsp_server.dialects.service import Argument, Signature
from lsp_server.dialects.terraform import scanner
from lsp_server.dialects.terraform.context import code_at
from lsp_server.dialects.terraform.cursor import Region
from lsp_server.dialects.terraform.functions import Function, Parameter, functions, texts_of

_PAGES = "https://developer.hashicorp.com/terraform/language/functions"
_NAME = re.compile(r"(?<![\w:.-])(?:core::)?([^\W\d][\w-]*)[ \t]*\Z")
_TYPES = frozenset({"list", "map"})  # functions of old; today's types are written so
_LONGEST = 200  # characters before a parenthesis in which the name is looked for


def signature(document: Document, offset: int) -> Signature | None:
    """The signature of the innermost function that is known and in whose parentheses `offset` stands."""
    region: Region | None = code_at(document, offset)
    if region is None or region.hidden:
        return None
    while region is not None:
        for bracket in reversed(region.brackets):
            function = _called(document.text, bracket.inside - 1) if bracket.kind == "(" else None
            if function is not None:
                return _told(function, _commas(document.text, bracket.inside, offset))
        region = region.outer
    return None


def _called(text: str, opened: int) -> Function | None:
    """The function whose name stands before a parenthesis."""
    name = _NAME.search(text, max(0, opened - _LONGEST), opened)
    return functions().get(name[1]) if name and name[1] not in _TYPES else None


def _commas(text: str, start: int, offset: int) -> int:
    """How many arguments end before `offset`, in parentheses that open at `start`."""
    level = count = 0
    for token in scanner.tokens(text, start, offset):
        if token.kind == "open":
            level += 1
        elif token.kind == "close":
            level -= 1
        elif token.kind == "other" and not level:
            count += text.count(",", token.start, token.end)
    return count


def _told(function: Function, number: int) -> Signature | None:
    """The signature where the argument of a number is due; None where there are not so many."""
    texts = texts_of(function.name)
    label = f"{function.name}("
    arguments: list[Argument] = []
    for parameter in (*function.parameters, *([function.variadic] if function.variadic else [])):
        words = _written(parameter, parameter is function.variadic)
        label += ", " if arguments else ""
        arguments.append(Argument(Span(len(label), len(label) + len(words)), texts.parameters.get(parameter.name, "")))
        label += words
    label += f") {function.returns.written}"
    last = len(arguments) - 1
    if number > max(last, 0) and not function.variadic:
        return None
    page = f"[Documentation]({_PAGES}/{function.name})"
    return Signature(label, tuple(arguments), min(number, last), f"{texts.text}\n\n{page}" if texts.text else page)


def _written(parameter: Parameter, variadic: bool) -> str:
    return f"{parameter.name}{'...' if variadic else ''} {parameter.type.written}"
