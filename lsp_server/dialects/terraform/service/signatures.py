"""How the function is called that is being written: its parameters, and which of them is due."""

from __future__ import annotations

import re

from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.service import Argument, Signature
from lsp_server.dialects.terraform import scanner
from lsp_server.dialects.terraform.completion_functions import provider_functions
from lsp_server.dialects.terraform.context import code_at
from lsp_server.dialects.terraform.cursor import Region
from lsp_server.dialects.terraform.functions import Function, Parameter, Texts, functions, texts_of
from lsp_server.dialects.terraform.module import module_of
from lsp_server.dialects.terraform.schema import schema_for

_PAGES = "https://developer.hashicorp.com/terraform/language/functions"
_NAME = re.compile(r"(?<![\w:.-])(?:core::|(?P<of>provider::(?P<provider>[\w-]+)::))?(?P<name>[^\W\d][\w-]*)[ \t]*\Z")
_TYPES = frozenset({"list", "map"})  # functions of old; today's types are written so
_LONGEST = 200  # characters before a parenthesis in which the name is looked for


def signature(unit: Unit, document: Document, offset: int) -> Signature | None:
    """The signature of the innermost function that is known and in whose parentheses `offset` stands."""
    region: Region | None = code_at(document, offset)
    if region is None or region.hidden:
        return None
    while region is not None:
        for bracket in reversed(region.brackets):
            called = _called(unit, document.text, bracket.inside - 1) if bracket.kind == "(" else None
            if called is not None:
                return _told(*called, _commas(document.text, bracket.inside, offset))
        region = region.outer
    return None


def _called(unit: Unit, text: str, opened: int) -> tuple[str, Function] | None:
    """The function whose name stands before a parenthesis, and whose it is, as `provider::aws::`."""
    name = _NAME.search(text, max(0, opened - _LONGEST), opened)
    if name is None or name["name"] in _TYPES:
        return None
    known = functions()
    if name["of"]:
        known = provider_functions(schema_for(module_of(unit))).get(name["provider"], {})
    function = known.get(name["name"])
    return (name["of"] or "", function) if function is not None else None


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


def _told(of: str, function: Function, number: int) -> Signature | None:
    """The signature where the argument of a number is due; None where there are not so many."""
    texts = Texts(function.description, {}) if of else texts_of(function.name)
    label = f"{of}{function.name}("
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
    page = "" if of else f"[Documentation]({_PAGES}/{function.name})"
    return Signature(label, tuple(arguments), min(number, last), "\n\n".join(filter(None, (texts.text, page))))


def _written(parameter: Parameter, variadic: bool) -> str:
    return f"{parameter.name}{'...' if variadic else ''} {parameter.type.written}"
