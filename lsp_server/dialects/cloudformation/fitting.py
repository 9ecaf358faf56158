"""Which parameters and resources of a template give a value that a property can take."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsp_server.dialects.cloudformation.schema import Property, Schemas
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar

_SUFFIX = re.compile(r"(?:Arns?|Ids?|Names?|Urls?|Identifiers?)$")
_MOST = 5


def fitting_references(template: Template, schemas: Schemas, known: Property, own: str) -> tuple[str, ...]:
    """Short functions (`!Ref Vpc`, `!GetAtt Role.Arn`) whose value fits the property, best first, at most five.

    `own` is the resource the property is in. What fits is told by the schema's `format`, else by the names.
    """
    if known.types and "string" not in known.types:
        return ()
    found = dict.fromkeys([*_parameters(template, known), *_resources(template, schemas, known, own)])
    return tuple(found)[:_MOST]


def _parameters(template: Template, known: Property) -> Iterator[str]:
    wanted = known.format.replace(".", "::") if known.format.startswith("AWS::") else ""
    for name, entry in template.parameters.items():
        kind = entry.value.get("Type") if isinstance(entry.value, Mapping) else None
        if name == known.name or (wanted and isinstance(kind, Scalar) and kind.value == wanted):
            yield f"!Ref {name}"


def _resources(template: Template, schemas: Schemas, known: Property, own: str) -> Iterator[str]:
    stem = _SUFFIX.sub("", known.name).lower()
    arn = known.name.lower().endswith("arn") or "arn:" in known.pattern or known.format.endswith(".Arn")
    owner = known.format.rpartition(".")[0] if known.format.startswith("AWS::") else ""
    for name, resource in template.resources.items():
        if name == own or not resource.type:
            continue
        noun = resource.type.rpartition("::")[2].lower()
        if resource.type != owner and (owner or len(stem) < 3 or not (stem.endswith(noun) or noun.endswith(stem))):
            continue
        schema = schemas.get(resource.type)
        if schema is None:
            continue
        gives = schema.ref
        if owner and gives is not None and gives.format == known.format:
            yield f"!Ref {name}"
        elif owner:
            fits = [a for a, p in schema.attributes.items() if p.format == known.format]
            yield from (f"!GetAtt {name}.{attribute}" for attribute in fits[:1])
        elif arn and "Arn" in schema.attributes:
            yield f"!GetAtt {name}.Arn"
        elif not arn:
            yield f"!Ref {name}"
