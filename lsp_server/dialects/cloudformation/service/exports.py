"""What a template gives to other stacks by name, and what it takes from them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsp_server.dialects.cloudformation.context import place_at
from lsp_server.dialects.cloudformation.service.names import inner_span
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Mapping, Node, Scalar, Sequence
from lsp_server.dialects.service import Export, Import

_IMPORT = "Fn::ImportValue"
_VARIABLE = re.compile(r"\$\{[^{}]*\}")


def exports(template: Template) -> Iterator[Export]:
    """The names that outputs are exported under, with `${…}` where a Sub fills something in."""
    for output, entry in template.outputs.items():
        body = entry.value.resolved if entry.value is not None else None
        export = body.get("Export") if isinstance(body, Mapping) else None
        name = _text(export.get("Name")) if isinstance(export, Mapping) else None
        if name is not None and name.value:
            yield Export(name.value, ("Outputs", output))


def _text(node: Node | None) -> Scalar | None:
    """The string that a value is, or that its Sub is made from."""
    if isinstance(node, Mapping) and len(node.entries) == 1:
        node = node.get("Fn::Sub")
    elif node is not None and node.intrinsic != "Fn::Sub" and node.tag:
        return None
    if isinstance(node, Sequence):
        node = node.get(0)
    return node if isinstance(node, Scalar) else None


def imported(template: Template, offset: int) -> Import | None:
    """The name at `offset` of what another stack exports, as it is written so far; None where none is due."""
    if "ImportValue" not in template.document.text:
        return None
    place = place_at(template, offset)
    path = place.path if place is not None else ()
    of_sub = path[:-1] if path[-1:] == (0,) else path
    direct = path[-1:] == (_IMPORT,)
    if place is None or not (direct or of_sub[-2:] == (_IMPORT, "Fn::Sub")):
        return None
    node = template.node(path)
    if isinstance(node, Scalar) and inner_span(node).touches(offset):
        return Import(inner_span(node), node.value)
    return Import(place.word, template.document.slice(place.word)) if direct else None


def is_meant(export: str, name: str) -> bool:
    """Whether what is imported as `name` may be what is exported as `export`: `${…}` may stand for anything."""
    return any(re.fullmatch(_pattern(one), other) is not None for one, other in ((export, name), (name, export)))


def _pattern(name: str) -> str:
    return ".+".join(map(re.escape, _VARIABLE.split(name)))
