"""New resources as text of a template: ids, references and parameters in the file's own style."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lsp_server.core.document import Document
from lsp_server.core.edit import Edit
from lsp_server.dialects.cloudformation.schema import schemas
from lsp_server.dialects.cloudformation.template import Template, parse_template
from lsp_server.dialects.cloudformation.tree import Mapping as Tree
from lsp_server.dialects.cloudformation.tree import Scalar
from lsp_server.fixers.cloudformation.site import writer
from lsp_server.fixers.cloudformation.values import Call, Writer, get_att, ref, sub
from lsp_server.repair.offline.recipes import Recipe
from lsp_server.repair.offline.resource import New
from lsp_server.repair.region import Region
from lsp_server.repair.regions_cloudformation import new_entry

_FORMAT_VERSION = "2010-09-09"
_TYPES = {"string": "String", "number": "Number", "list": "CommaDelimitedList", "bool": "String", "object": "String"}
# Parameters whose values CloudFormation itself can check or look up, by the resource they name.
_KNOWN: dict[str, tuple[str, dict[str, Any]]] = {
    "AWS::EC2::VPC": ("VpcId", {"Type": "AWS::EC2::VPC::Id"}),
    "AWS::EC2::Subnet": ("SubnetId", {"Type": "AWS::EC2::Subnet::Id"}),
    "AWS::EC2::SecurityGroup": ("SecurityGroupId", {"Type": "AWS::EC2::SecurityGroup::Id"}),
    "AWS::EC2::KeyPair": ("KeyName", {"Type": "AWS::EC2::KeyPair::KeyName"}),
    "AWS::EC2::Volume": ("VolumeId", {"Type": "AWS::EC2::Volume::Id"}),
    "AWS::EC2::Instance": ("InstanceId", {"Type": "AWS::EC2::Instance::Id"}),
    "AWS::Route53::HostedZone": ("HostedZoneId", {"Type": "AWS::Route53::HostedZone::Id"}),
    "AWS::EC2::Image": (
        "ImageId",
        {
            "Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>",
            "Default": "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
        },
    ),
}
_LISTS = {
    "AWS::EC2::Subnet": ("SubnetIds", {"Type": "List<AWS::EC2::Subnet::Id>"}),
    "AWS::EC2::SecurityGroup": ("SecurityGroupIds", {"Type": "List<AWS::EC2::SecurityGroup::Id>"}),
}
_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}],
}


class TemplateNotation:
    """Names and references for one template. `parameters` are those that have to be declared."""

    def __init__(self, document: Document) -> None:
        self._template: Template = parse_template(document)
        self._taken = {*self._template.resources, *self._template.parameters}
        ids = list(self._template.resources)
        self._lower = bool(ids) and all(name[:1].islower() for name in ids)
        self.parameters: dict[str, dict[str, Any]] = {}

    def new_id(self, kind: str, recipe: Recipe, said: str, variant: str = "") -> str:
        """See `Notation.new_id`."""
        spoken = "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", said) if part)
        base = spoken if spoken[:1].isalpha() else variant.title() + (recipe.name or kind.rsplit("::", 1)[-1])
        return self._free(base[:1].lower() + base[1:] if self._lower else base)

    def _free(self, base: str) -> str:
        name, number = base, 2
        while name in self._taken:
            name, number = f"{base}{number}", number + 1
        self._taken.add(name)
        return name

    def reference(self, kind: str, id_: str, attribute: str) -> object:
        """See `Notation.reference`."""
        schema = schemas().get(kind) if attribute else None
        if schema is None:
            return ref(id_)
        known = [attribute, kind.rsplit("::", 1)[-1] + attribute]
        found = next((name for name in known if schema.attribute(name) is not None), None)
        return get_att(id_, found) if found else ref(id_)

    def address(self, kind: str, id_: str) -> object:
        """See `Notation.address`."""
        return id_

    def existing(self, kind: str) -> Sequence[str]:
        """See `Notation.existing`."""
        return [name for name, resource in self._template.resources.items() if resource.type == kind]

    def written(self, kind: str, id_: str) -> str:
        """See `Notation.written`."""
        return self._template.document.slice(self._template.resources[id_].entry.span)

    def texts(self) -> Iterator[str]:
        """See `Notation.texts`: resources of a template share nothing so."""
        return iter(())

    def belonging(self, kind: str, to: str, id_: str) -> bool:
        """See `Notation.belonging`."""
        own = [self._template.resources[name].entry.span for name in self.existing(kind)]
        named = (r.span for r in self._template.references if r.target == id_)
        return any(span.encloses(one) for one in named for span in own)

    def parameter(self, name: str, kind: str, hint: str) -> object:
        """See `Notation.parameter`. A parameter of the same name and type is used again."""
        of, _, attribute = hint.partition(" ")
        known = (_LISTS if kind == "list" else _KNOWN).get(of) if not attribute or attribute == "Id" else None
        if known is not None:
            return self._declared(*known)
        if "::" in of:
            name = of.rsplit("::", 1)[-1] + (attribute or "Name")
        elif len(name) < 8 and of and not name.startswith(of):
            name = f"{of}{name}"
        declared: dict[str, Any] = {"Type": _TYPES.get(kind, "String")}
        if kind == "bool":
            declared["AllowedValues"] = ["true", "false"]
        return self._declared(re.sub(r"[^A-Za-z0-9]", "", name), declared)

    def _declared(self, name: str, declared: dict[str, Any]) -> Call:
        if self.parameters.get(name) == declared or self._type_of(name) == declared["Type"]:
            return ref(name)
        name = self._free(name)
        self.parameters[name] = declared
        return ref(name)

    def _type_of(self, parameter: str) -> str:
        entry = self._template.parameters.get(parameter)
        value = entry.value.resolved if entry is not None and entry.value is not None else None
        kind = value.get("Type") if isinstance(value, Tree) else None
        return kind.value if isinstance(kind, Scalar) else ""

    def with_more(self, shared: str, own: Mapping[str, object]) -> object:
        """See `Notation.with_more`: templates have no such expression."""
        return own

    def names(self, kind: str, id_: str, written: str) -> bool:
        """See `Notation.names`."""
        return f"'{id_}'" in written or re.search(rf"\$\{{{re.escape(id_)}[.}}]", written) is not None

    def prefixed(self, start: str, reference: object) -> object:
        """See `Notation.prefixed`."""
        return sub(f"{start}${{{reference.named}}}") if isinstance(reference, Call) else f"{start}{reference}"

    def extended(self, reference: object, end: str) -> object:
        """See `Notation.extended`."""
        return sub(f"${{{reference.named}}}{end}") if isinstance(reference, Call) else f"{reference}{end}"

    def raw(self, text: str) -> object:
        """`policy`, `sub TEXT`, `zone NUMBER`, `cidr NUMBER OF BITS`, or the name of a pseudo parameter."""
        word, _, rest = text.partition(" ")
        if word == "policy":
            return _POLICY
        if word == "sub":
            return sub(rest)
        if word == "zone":
            return Call("Fn::Select", [int(rest or 0), Call("Fn::GetAZs", "")])
        return ref(text)


def template_edits(
    document: Document, offset: int, resources: Sequence[New], parameters: Mapping[str, Mapping[str, Any]]
) -> tuple[Edit, ...]:
    """The edits that put new resources and parameters into a template; none where it has no place for them."""
    template = parse_template(document)
    style = writer(template)
    bodies = {new.id: _body(new) for new in resources}
    place = new_entry(document, "Resources", offset)
    if place is None:
        return ()
    if template.root is None:
        # Nothing but comments: a whole template.
        sections = {"Parameters": parameters} if parameters else {}
        whole = {"AWSTemplateFormatVersion": _FORMAT_VERSION, **sections, "Resources": bodies}
        begin = place.before[: len(place.before) - len(place.before.lstrip("\r\n"))]
        if style.json:
            text = style.block(whole, 0).lstrip()
        else:
            text = style.newline.join(f"{key}:{style.block(value, 0)}" for key, value in whole.items())
        return (Edit(document.uri, place.span, begin + text + place.after),)
    edits = []
    if parameters:
        own = new_entry(document, "Parameters")
        if own is None:
            return ()
        edits.append(_edit(style, own, parameters))
    return (*edits, _edit(style, place, bodies))


def _body(new: New) -> dict[str, Any]:
    body: dict[str, Any] = {"Type": new.type, **new.around}
    if new.values:
        body["Properties"] = new.values
    return body


def _edit(style: Writer, place: Region, entries: Mapping[str, Any]) -> Edit:
    if place.braced and not style.json:
        style = replace(style, json=True)  # which YAML takes in braces
    gap = style.newline * (2 if place.apart else 1)
    between = ("," if style.json else "") + gap + place.unit * place.indent
    text = between.join(f"{style.key(key)}:{style.block(value, place.indent)}" for key, value in entries.items())
    return Edit(place.uri, place.span, place.before + text + place.after)
