"""Which parameters and resources of a template give a value that a property can take, and how well they fit."""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from lsp_server.dialects.cloudformation.schema import Property, ResourceSchema, Schemas
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Scalar

_SUFFIX = re.compile(r"(Arn|Id|Name|Url|Identifier)?s?$")
_VALUE = re.compile(r"(?:AWS::SSM::Parameter::Value<(?P<looked_up>.*)>|(?P<plain>.*))")
_LIST = re.compile(r"List<(.*)>")
_ARN = re.compile(r"\bARNs?\b|Amazon Resource Name")
_OR = re.compile(r"\b(?:or|name|ID)\b")  # `The name or ARN of …`
_SHORTEST = 3  # letters that say something of a name
_MOST = 5


class Fit(enum.IntEnum):
    """How well a value fits: the schema says so, the names do, the names do in part, nothing is against it."""

    EXACT = 0
    NAMED = 1
    LIKELY = 2
    POSSIBLE = 3
    UNFIT = 4


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

    `own` is the resource the property is in. What fits is told by the schema, else by the names.
    """
    found: list[tuple[Fit, bool, Fitting]] = []
    for name in template.parameters:
        fit = fit_of_parameter(template, name, known)
        enough = Fit.LIKELY if known.types == ("array",) else Fit.NAMED
        found += [(fit, False, Fitting(name))] if fit <= enough else []
    service = _service(template.resources[own].type) if own in template.resources else ""
    of_type = cache(lambda kind: [one for one in _of_type(kind, schemas, known) if one[0] <= Fit.LIKELY])
    for name, resource in template.resources.items():
        if name != own and (kind := resource.type):
            found += [(fit, _service(kind) != service, Fitting(name, attribute)) for fit, attribute in of_type(kind)]
    return tuple(dict.fromkeys(fitting for _, _, fitting in sorted(found, key=lambda one: one[:2])))[:_MOST]


def _service(resource_type: str) -> str:
    return resource_type.rpartition("::")[0]


def given_by(template: Template, parameter: str) -> Property:
    """What `Ref` of a parameter gives, told by its type."""
    entry = template.parameters.get(parameter)
    kind = _type_of(entry) if entry is not None else ""
    value = _VALUE.fullmatch(kind)
    kind = (value["looked_up"] or value["plain"]) if value is not None else kind
    if kind == "CommaDelimitedList":
        return Property(parameter, ("array",), item_types=("string",))
    if inner := _LIST.fullmatch(kind):
        return Property(parameter, ("array",), item_types=("string",), formats=_format(inner[1]))
    return Property(parameter, ("number",) if kind == "Number" else ("string",), formats=_format(kind))


def _type_of(entry: Entry) -> str:
    green = entry.green_value
    known = green.text_of("Type") if green is not None else None
    if known is not None:
        return known
    found = entry.value.get("Type") if isinstance(entry.value, Mapping) else None
    return found.value if isinstance(found, Scalar) else ""


def _format(kind: str) -> frozenset[str]:
    """`AWS::EC2::VPC::Id` as the schemas call it: `AWS::EC2::VPC.Id`."""
    owner, _, attribute = kind.rpartition("::")
    return frozenset({f"{owner}.{_ATTRIBUTES.get(attribute, attribute)}"} if owner else ())


_ATTRIBUTES = {"GroupName": "Name", "KeyName": "KeyName"}


def fit_of_parameter(template: Template, name: str, wanted: Property | None) -> Fit:
    """How well `Ref` of a parameter fits."""
    if wanted is None:
        return Fit.POSSIBLE
    given = given_by(template, name)
    fit = _by_schema(given, wanted)
    if fit is not Fit.POSSIBLE:
        return fit
    if "array" in given.types and _only(wanted, "array"):
        return Fit.NAMED if _same(name, wanted.name) else Fit.LIKELY
    if not wanted.name or _same(name, wanted.name):
        return Fit.NAMED if wanted.name else Fit.POSSIBLE
    near = name.lower().endswith(wanted.name.lower()) or wanted.name.lower().endswith(name.lower())
    return Fit.LIKELY if near and len(name) >= _SHORTEST else Fit.POSSIBLE


def _same(name: str, other: str) -> bool:
    return name.lower().rstrip("s") == other.lower().rstrip("s")


def _by_schema(given: Property, wanted: Property) -> Fit:
    """What types and formats say: EXACT, UNFIT or nothing (POSSIBLE)."""
    lists = "array" in given.types
    if wanted.types and given.types and lists is not ("array" in wanted.types) and (lists or _only(wanted, "array")):
        return Fit.UNFIT
    if not lists and _only(wanted, "object") and "object" not in given.types:
        return Fit.UNFIT
    due, come = _owned(wanted.formats), _owned(given.formats)
    if due and come:
        return Fit.EXACT if due & come else Fit.UNFIT
    return Fit.POSSIBLE


def _only(wanted: Property, kind: str) -> bool:
    return bool(wanted.types) and set(wanted.types) <= {kind}


def _owned(formats: frozenset[str]) -> frozenset[str]:
    """The formats that are attributes of a type, in the singular."""
    return frozenset(one.removesuffix("s") for one in formats if one.startswith("AWS::"))


def fit_of_ref(resource_type: str, schemas: Schemas, wanted: Property | None) -> Fit:
    """How well `Ref` of a resource of a type fits."""
    if wanted is None:
        return Fit.POSSIBLE
    for fit, attribute in _of_type(resource_type, schemas, wanted):
        if not attribute:
            return fit
        if resource_type == _REF_VARIES:
            return Fit.LIKELY
    if _only(wanted, "array"):
        return Fit.UNFIT
    return Fit.UNFIT if _owned(wanted.formats) or wanted.refers else Fit.POSSIBLE


def fit_of_some_attribute(resource_type: str, wanted: Property | None) -> Fit:
    """How likely some attribute of a resource fits, told by the type's name alone."""
    if wanted is None:
        return Fit.POSSIBLE
    owners = _owners(wanted)
    if owners:
        return Fit.EXACT if resource_type in owners else Fit.POSSIBLE
    return Fit.NAMED if _names(wanted, resource_type) else Fit.POSSIBLE


def _owners(wanted: Property) -> frozenset[str]:
    """The types that the schema says a value comes from."""
    told = [one.rpartition(".")[0] for one in _owned(wanted.formats)]
    return frozenset([*told, *(owner for owner, _ in wanted.refers)])


def fit_of_attribute(schema: ResourceSchema, attribute: str, wanted: Property | None) -> Fit:
    """How well `GetAtt` of an attribute fits."""
    given = schema.attribute(attribute)
    if wanted is None or given is None:
        return Fit.POSSIBLE
    fit = Fit.EXACT if (schema.name, attribute) in wanted.refers else _by_schema(given, wanted)
    if fit is not Fit.POSSIBLE:
        return fit
    if wants_arn(wanted):
        named = Fit.NAMED if _names(wanted, schema.name) else Fit.LIKELY
        return named if attribute.endswith("Arn") else Fit.UNFIT
    if attribute.rpartition(".")[2] == wanted.name:
        fit = Fit.NAMED
    return Fit.UNFIT if _owned(wanted.formats) else fit


def wants_arn(known: Property) -> bool:
    """Whether a property takes an ARN and nothing else, as far as the schema tells."""
    if owned := _owned(known.formats):
        return all(one.endswith(".Arn") for one in owned)
    if known.pattern:
        return known.pattern.lstrip("^(").startswith("arn")
    told = known.description.partition(". ")[0]
    return known.name.lower().endswith("arn") or (bool(_ARN.search(told)) and not _OR.search(told))


def _names(wanted: Property, resource_type: str) -> bool:
    """Whether a property's name speaks of a type: `DestinationBucket` and `BucketName` of `AWS::S3::Bucket`."""
    stem = _SUFFIX.sub("", wanted.name).lower()
    noun = resource_type.rpartition("::")[2].lower()
    return len(stem) >= _SHORTEST and (stem.endswith(noun) or noun.endswith(stem))


def _of_type(kind: str, schemas: Schemas, wanted: Property) -> Iterator[tuple[Fit, str]]:
    """The references to a resource of a type that fit: the attribute, empty for `Ref`.

    Its schema is read only where the type is spoken of.
    """
    owners = _owners(wanted)
    if kind not in owners and (owners or not _names(wanted, kind)):
        return
    schema = schemas.get(kind)
    if schema is None:
        return
    given = schema.ref
    if kind in owners:
        by_ref = given is not None and (_by_schema(given, wanted) is Fit.EXACT or (kind, given.name) in wanted.refers)
        if by_ref and kind != _REF_VARIES:
            yield Fit.EXACT, ""
        fits = [one for one in schema.attributes if fit_of_attribute(schema, one, wanted) is Fit.EXACT]
        yield from ((Fit.EXACT, one) for one in fits[: 0 if by_ref and kind != _REF_VARIES else 1])
    elif not _only(wanted, "array"):
        yield _by_name(schema, wanted)


_REF_VARIES = "AWS::EC2::SecurityGroup"  # whose Ref is an id in a VPC and a name outside


def _by_name(schema: ResourceSchema, wanted: Property) -> tuple[Fit, str]:
    """The reference to a resource that a property's name speaks of: by its ARN, id or name."""
    ending = _SUFFIX.search(wanted.name)
    due = "Arn" if wants_arn(wanted) else (ending[1] if ending else "") or ""
    noun = schema.name.rpartition("::")[2]
    same = _SUFFIX.sub("", wanted.name).lower() == noun.lower()
    fit = Fit.NAMED if same else Fit.LIKELY
    if due and (schema.ref is None or not schema.ref.name.endswith(due)):
        for attribute in (due, noun + due):
            if attribute in schema.attributes:
                return fit, attribute
        if due == "Arn":
            return Fit.UNFIT, ""
    return fit, ""
