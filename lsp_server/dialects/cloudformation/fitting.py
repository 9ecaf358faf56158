"""Which parameters and resources of a template give a value that a property can take."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lsp_server.dialects.cloudformation.schema import Property, Schemas
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar

_SUFFIX = re.compile(r"(?:Arns?|Ids?|Names?|Urls?|Identifiers?)$")
_MOST = 5


@dataclass(frozen=True)
class Fitting:
    """`Ref` of a parameter or a resource, or `Fn::GetAtt` where an attribute is told."""

    name: str
    attribute: str = ""

    @property
    def short(self) -> str:
        """As YAML writes it: `!Ref Vpc`, `!GetAtt Role.Arn`."""
        return f"!GetAtt {self.name}.{self.attribute}" if self.attribute else f"!Ref {self.name}"

    @property
    def long(self) -> str:
        """As JSON writes it: `{"Ref": "Vpc"}`, `{"Fn::GetAtt": ["Role", "Arn"]}`."""
        return json.dumps({"Fn::GetAtt": [self.name, self.attribute]} if self.attribute else {"Ref": self.name})


def fitting_references(template: Template, schemas: Schemas, known: Property, own: str) -> tuple[Fitting, ...]:
    """The references whose value fits the property, best first, at most five.

    `own` is the resource the property is in. What fits is told by the schema's `format`, else by the names.
    """
    if known.types and "string" not in known.types:
        return ()
    found = dict.fromkeys([*_parameters(template, known), *_resources(template, schemas, known, own)])
    return tuple(found)[:_MOST]


def _parameters(template: Template, known: Property) -> Iterator[Fitting]:
    wanted = known.format.replace(".", "::") if known.format.startswith("AWS::") else ""
    for name, entry in template.parameters.items():
        kind = entry.value.get("Type") if isinstance(entry.value, Mapping) else None
        if name == known.name or (wanted and isinstance(kind, Scalar) and kind.value == wanted):
            yield Fitting(name)


def _resources(template: Template, schemas: Schemas, known: Property, own: str) -> Iterator[Fitting]:
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
            yield Fitting(name)
        elif owner:
            fits = [a for a, p in schema.attributes.items() if p.format == known.format]
            yield from (Fitting(name, attribute) for attribute in fits[:1])
        elif arn and "Arn" in schema.attributes:
            yield Fitting(name, "Arn")
        elif not arn:
            yield Fitting(name)
