"""Load balancers: certificates, subnets in two zones, and what checks their targets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Mapping, Node, Scalar, Sequence
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.calls import referred
from lsp_server.fixers.cloudformation.edits import add_section, insert, rewrite
from lsp_server.fixers.cloudformation.fitting import add_parameter, fresh_name
from lsp_server.fixers.cloudformation.items import append_item
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, UNSAFE, Site
from lsp_server.fixers.cloudformation.values import ref

_SUBNET, _SUBNET_ID = "AWS::EC2::Subnet", "AWS::EC2::Subnet::Id"
_PUBLIC = re.compile(r"public|private")
_CERTIFICATE = "AWS::CertificateManager::Certificate"


def add_certificate(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """An encrypted listener has a certificate: the only one of the template, or one that a new parameter names."""
    site = Site(context, diagnostic)
    holder, missing = site.node, site.facts("missing")
    if not isinstance(holder, Mapping) or missing not in (["Certificates"], ["SSLCertificateId"]):
        return
    own = [r.logical_id for r in site.template.resources.values() if r.type == _CERTIFICATE]
    name = own[0] if len(own) == 1 else fresh_name(site.template, f"{site.owner}CertificateArn")
    value = [{"CertificateArn": ref(name)}] if missing == ["Certificates"] else ref(name)
    inserted = insert(site.document, site.writer, holder, {missing[0]: value})
    if len(own) == 1:
        yield from site.fix(f"Use the certificate '{name}'", inserted, UNSAFE)
        return
    body = {"Type": "String", "Description": f"ARN of the certificate of {site.owner}"}
    added = add_section(site.document, site.writer, site.template, "Parameters", {name: body})
    if inserted and added:
        yield from site.fix(f"Add '{missing[0]}' and a parameter '{name}' for it", (*inserted, *added), UNSAFE)


def second_subnet(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A subnet more, for another zone: one of its kind that the template has, or one that a new parameter names."""
    site = Site(context, diagnostic)
    listed = site.node
    if not isinstance(listed, Sequence) or len(listed.items) != 1 or listed.tag:
        return
    used = referred(listed.items[0])
    found = list(_others(site, used))
    for name in found:
        edits = append_item(site, listed, ref(name))
        yield from site.fix(f"Add the subnet '{name}'", edits, UNSAFE if len(found) == 1 else DISPLAY_ONLY)
    if not found:
        body: dict[str, object] = {"Type": _SUBNET_ID, "Description": f"Subnet of {site.owner} in another zone"}
        name, added = add_parameter(site, f"{site.owner}SecondSubnet", body)
        inserted = append_item(site, listed, ref(name))
        if added and inserted:
            yield from site.fix(f"Add a subnet that a new parameter '{name}' names", (*inserted, *added), UNSAFE)


def _others(site: Site, used: str) -> Iterator[str]:
    """The other subnets like the one that is used: public or not, in the same network, and not in the same zone."""
    kind = _kind(site, used)
    if used in site.template.parameters:
        for name, entry in site.template.parameters.items():
            body = entry.value
            written = body.get("Type") if isinstance(body, Mapping) else None
            public = [_PUBLIC.findall(word.lower()) for word in (name, used)]
            if name != used and isinstance(written, Scalar) and written.value == _SUBNET_ID and public[0] == public[1]:
                yield name
    for resource in site.template.resources.values():
        if kind and resource.type == _SUBNET and resource.logical_id != used:
            other = _kind(site, resource.logical_id)
            if other[:2] == kind[:2] and (not kind[2] or other[2] != kind[2]):
                yield resource.logical_id


def _kind(site: Site, subnet: str) -> tuple[str, ...]:
    """The network of a subnet, whether what starts there has a public address, and its zone, as they are written."""
    resource = site.template.resources.get(subnet)
    properties = resource.properties if resource is not None and resource.type == _SUBNET else None
    if properties is None:
        return ()
    return tuple(_text(site, properties.get(key)) for key in ("VpcId", "MapPublicIpOnLaunch", "AvailabilityZone"))


def _text(site: Site, node: Node | None) -> str:
    return "".join(site.document.slice(node.full_span).split()) if node is not None else ""


def check_of_balancer(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """The check of an instance itself is made in any case: it is not told beside another."""
    site = Site(context, diagnostic)
    node = site.node
    if isinstance(node, Scalar) and not node.tag:
        kinds = [kind.strip() for kind in node.value.split(",") if kind.strip() != "EC2"]
        edits = rewrite(site.document, node, ",".join(kinds))
        yield from site.fix(f"Write '{','.join(kinds)}', beside which EC2 is checked anyway", edits, UNSAFE)


FIXERS = (
    RuleFixer("cfn-lint", codes("E3676 E3679"), add_certificate),
    RuleFixer("cfn-lint", codes("E3680"), second_subnet),
    RuleFixer("cfn-lint", codes("E3056"), check_of_balancer),
)
