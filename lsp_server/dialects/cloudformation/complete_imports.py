"""What `Fn::ImportValue` may name: what other templates export."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from lsp_server.dialects.base import Completion, CompletionKind
from lsp_server.dialects.cloudformation.insertions import escaped
from lsp_server.dialects.cloudformation.offers import Request
from lsp_server.dialects.service import Export

_VARIABLE = re.compile(r"(\$\{[^{}]*\})")
_STACK = "AWS::StackName"


def imports(request: Request, exports: Iterable[Export]) -> Iterator[Completion]:
    """The names of `exports`; one with `${…}` in it comes in a Sub, with a place to type for what varies."""
    if request.slot.function != "Fn::ImportValue" or request.slot.argument != ():
        return
    for export in exports:
        detail = " · ".join((export.path[-1], export.file))
        if "${" not in export.text:
            yield request.value(export.text, CompletionKind.REFERENCE, detail=detail, rank=10)
        elif (text := _in_sub(request, export.text)) is not None:
            span = request.with_quotes()
            yield Completion(export.text, CompletionKind.REFERENCE, span, text, detail, snippet=True, rank=12)


def _in_sub(request: Request, name: str) -> str | None:
    """The snippet of a Sub that makes the name; None where none can stand."""
    place = request.place
    written = _filled(request, json.dumps(name, ensure_ascii=False))
    if place.json:
        return f'{{"Fn::Sub": {written}}}' if request.whole_string else None
    if place.quote:
        return None
    node = request.template.node(place.path)
    if node is None or not node.tag:
        return f"!Sub {written}"
    if place.flow:
        return None
    deeper = " " * (place.column + request.template.indent.step)
    return f"{request.template.document.newline}{deeper}Fn::Sub: {written}"


def _filled(request: Request, name: str) -> str:
    """A name as a snippet: the stack that exports it, and what this template does not declare, are to be typed."""
    parameters = list(request.template.parameters)
    stack = next((one for one in parameters if "stack" in one.lower()), "StackName")
    stops: dict[str, int] = {}

    def part(text: str) -> str:
        variable = text[2:-1] if text.startswith("${") else ""
        if not variable or variable in parameters or (variable.startswith("AWS::") and variable != _STACK):
            return escaped(text)
        default = stack if variable == _STACK else variable
        return f"\\${{${{{stops.setdefault(variable, len(stops) + 1)}:{default}}}\\}}"

    return "".join(part(one) for one in _VARIABLE.split(name))
