"""What fits a property: the references the template already has, or the Parameter that would bring the value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Path
from lsp_server.dialects.cloudformation.schema import Property, ResourceSchema, schemas
from lsp_server.dialects.cloudformation.template import Resource, Template
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Scalar
from lsp_server.fixers.cloudformation.edits import Edits, add_section
from lsp_server.fixers.cloudformation.names import same_words
from lsp_server.fixers.cloudformation.site import Site
from lsp_server.fixers.cloudformation.values import Call, get_att, ref

# A format of cfn-lint's schemas, and the parameter type whose values have it.
BY_FORMAT = {
    "AWS::EC2::VPC.Id": "AWS::EC2::VPC::Id",
    "AWS::EC2::Subnet.Id": "AWS::EC2::Subnet::Id",
    "AWS::EC2::SecurityGroup.Id": "AWS::EC2::SecurityGroup::Id",
    "AWS::EC2::SecurityGroup.Name": "AWS::EC2::SecurityGroup::GroupName",
    "AWS::EC2::Image.Id": "AWS::EC2::Image::Id",
    "AWS::Route53::HostedZone.Id": "AWS::Route53::HostedZone::Id",
}
# Property names that say the same where the schema has no format.
_BY_NAME = {
    "KeyName": "AWS::EC2::KeyPair::KeyName",
    "AvailabilityZone": "AWS::EC2::AvailabilityZone::Name",
    "HostedZoneId": "AWS::Route53::HostedZone::Id",
    "VpcId": "AWS::EC2::VPC::Id",
    "SubnetId": "AWS::EC2::Subnet::Id",
    "VolumeId": "AWS::EC2::Volume::Id",
    "InstanceId": "AWS::EC2::Instance::Id",
}
_BY_LIST_NAME = {
    "AvailabilityZones": "List<AWS::EC2::AvailabilityZone::Name>",
    "SubnetIds": "List<AWS::EC2::Subnet::Id>",
    "SecurityGroupIds": "List<AWS::EC2::SecurityGroup::Id>",
    "VpcSecurityGroupIds": "List<AWS::EC2::SecurityGroup::Id>",
}
# A format, and the type with the attribute that gives it, where the schema of the type does not say so itself.
_GIVEN_BY = re.compile(r"^(AWS::\w+::\w+)\.(\w+?)s?$")
_REF_VARIES = ("AWS::EC2::SecurityGroup",)  # whose Ref is an id in a VPC and a name outside
_STORED = re.compile(r"^AWS::SSM::Parameter::Value<(.+)>$")
_ARN = re.compile(r"\bARNs?\b")
_OR = re.compile(r"\bor\b")  # `The name or ARN of …`
_HIDDEN = re.compile(r"(?i)password|passphrase|secret(?!.*(arn|name|id)$)|credential|private_?key|auth_?token")
_SECRET = re.compile(r"(?i)(?:password|passphrase|secret|secret_?key|access_?key|private_?key|(?:auth|api)_?token)$")


def parameter_type(known: Property | None, name: str) -> str:
    """The type of a Parameter whose Ref is the value of a property; String where nothing more is known."""
    if known is None:
        return "String"
    if "array" in known.types and "string" not in known.types:
        item = BY_FORMAT.get(known.item_format)
        return f"List<{item}>" if item else _BY_LIST_NAME.get(name, _list_of(known))
    if known.format in BY_FORMAT:
        return BY_FORMAT[known.format]
    if name in _BY_NAME and "string" in known.types:
        return _BY_NAME[name]
    return "Number" if known.types and set(known.types) <= {"integer", "number"} else "String"


def _list_of(known: Property) -> str:
    return (
        "List<Number>" if known.item_types and set(known.item_types) <= {"integer", "number"} else "CommaDelimitedList"
    )


def parameter(known: Property | None, name: str, description: str) -> dict[str, object]:
    """The body of a Parameter for a property: its type, what it is for, the values allowed; NoEcho for a secret."""
    body: dict[str, object] = {"Type": parameter_type(known, name)}
    if known is not None and known.types == ("boolean",):
        body["AllowedValues"] = ["true", "false"]
    elif known is not None and body["Type"] == "String" and 1 < len(known.enum) <= 12:
        body["AllowedValues"] = [str(value) for value in known.enum]
    if _HIDDEN.search(name) and (known is None or _text(known)):
        body["NoEcho"] = True
    body["Description"] = description
    return body


def secret(known: Property) -> bool:
    """Whether the value of a property is itself secret, and does not say where a secret is or how one is used."""
    return bool(_SECRET.search(known.name)) and _text(known) and not wants_arn(known)


def _text(known: Property) -> bool:
    return not known.types or "string" in known.types


def wants_arn(known: Property) -> bool:
    """Whether a property takes an ARN and nothing else, as far as the schema tells."""
    if known.pattern:
        return known.pattern.lstrip("^").startswith("arn")
    told = known.description.partition(". ")[0]
    return known.name.lower().endswith("arn") or (bool(_ARN.search(told)) and not _OR.search(told))


def candidates(template: Template, path: Path, known: Property) -> list[Call]:
    """The references that fit a property at `path` of a resource, those of the same name first."""
    own = str(path[1]) if len(path) > 1 else ""
    found: list[tuple[int, Call]] = []
    for name, entry in template.parameters.items():
        if (score := _parameter_score(name, entry, known)) is not None:
            found.append((score, ref(name)))
    for resource in template.resources.values():
        if resource.logical_id != own:
            found += [(score, call) for score, call in _resource_scores(resource, known)]
    best = min((score for score, _ in found), default=0)
    return [call for score, call in found if score == best]


def parameter_kind(body: Mapping) -> str:
    """The type of what the Ref of a Parameter gives: of one that Systems Manager holds, that of what it holds."""
    kind = body.get("Type")
    return _STORED.sub(r"\1", kind.value) if isinstance(kind, Scalar) else ""


def _parameter_score(name: str, entry: Entry, known: Property) -> int | None:
    written = parameter_kind(entry.value) if isinstance(entry.value, Mapping) else ""
    wanted = parameter_type(known, known.name)
    if same_words(name, known.name) and (written == wanted or (written == "String" and not wanted.startswith("List"))):
        return 0
    if written == wanted and written.startswith(("AWS::", "List<AWS::")):
        return 1
    return None


def _resource_scores(resource: Resource, known: Property) -> Iterator[tuple[int, Call]]:
    schema = schemas().get(resource.type)
    if schema is None:
        return
    wanted = known.format or known.item_format
    if wanted:
        call = giving(schema, resource.logical_id, wanted)
        if call is not None and "array" not in known.types:
            yield 1, call
        return
    last = resource.type.rsplit("::", 1)[-1]
    if schema.ref is not None and same_words(known.name, schema.ref.name) and schema.ref.name != "Id":
        yield 1, ref(resource.logical_id)
    elif same_words(known.name, last):  # `Bucket`, `Cluster`, `Roles`, `Role`
        call = _name_or_arn(schema, resource.logical_id, known)
        if call is not None:
            yield 1, call
    elif same_words(known.name, f"{last}Id") or same_words(known.name, f"{last}Name"):
        yield 2, ref(resource.logical_id)
    elif same_words(known.name, f"{last}Arn") and "Arn" in schema.attributes:
        yield 2, get_att(resource.logical_id, "Arn")


def reference_for(template: Template, logical_id: str, known: Property | None) -> Call | None:
    """The reference to one resource that gives what a property takes; its only attribute where that is not known."""
    resource = template.resources.get(logical_id)
    schema = schemas().get(resource.type) if resource is not None else None
    if resource is None or schema is None:
        return None
    if known is None:
        return get_att(logical_id, next(iter(schema.attributes))) if len(schema.attributes) == 1 else None
    for _, call in _resource_scores(resource, known):
        return call
    return get_att(logical_id, "Arn") if wants_arn(known) and "Arn" in schema.attributes else None


def _name_or_arn(schema: ResourceSchema, logical_id: str, known: Property) -> Call | None:
    """The reference for a property named after a resource type: `Role` takes a name here and an ARN there."""
    if not known.pattern and not known.description:
        return None
    gives_arn = schema.ref is not None and (schema.ref.name.endswith("Arn") or schema.ref.pattern.startswith("^arn"))
    if not wants_arn(known) or gives_arn:
        return ref(logical_id)
    return get_att(logical_id, "Arn") if "Arn" in schema.attributes else None


def giving(schema: ResourceSchema, logical_id: str, wanted: str, *, by_ref: bool = True) -> Call | None:
    """The reference to a resource that gives a value of a format (`AWS::EC2::VPC.Id`), or None.

    Without `by_ref` only GetAtt is looked at.
    """
    by_ref = by_ref and schema.name not in _REF_VARIES
    if by_ref and schema.ref is not None and schema.ref.format == wanted:
        return ref(logical_id)
    hit = _GIVEN_BY.match(wanted)
    if hit is None or hit[1] != schema.name:
        return None
    for name, known in schema.attributes.items():
        if known.format == wanted or name in (hit[2], f"Group{hit[2]}"):
            same = by_ref and schema.ref is not None and schema.ref.name == name
            return ref(logical_id) if same else get_att(logical_id, name)
    return ref(logical_id) if by_ref and hit[2] in ("Id", "Name") else None


def add_parameter(site: Site, wanted: str, body: dict[str, object]) -> tuple[str, Edits | None]:
    """A new Parameter: the name it gets, which is `wanted` where that is free, and the edits that declare it."""
    name = fresh_name(site.template, wanted)
    return name, add_section(site.document, site.writer, site.template, "Parameters", {name: body})


def fresh_name(template: Template, wanted: str, others: Iterable[str] = ()) -> str:
    """A logical id made of `wanted` that neither the template declares nor is one of the `others`."""
    taken = {*template.parameters, *template.resources, *others}
    base = re.sub(r"[^A-Za-z0-9]", "", wanted) or "Value"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}{number}", number + 1
    return name
