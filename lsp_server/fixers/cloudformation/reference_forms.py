"""A reference in the form of another: Ref with an attribute, GetAtt without one, or with one in several parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.references import Reference, ReferenceKind
from lsp_server.dialects.cloudformation.schema import schemas
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Scalar, Sequence
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.calls import whole_call
from lsp_server.fixers.cloudformation.fitting import reference_for
from lsp_server.fixers.cloudformation.references import CODES, call_instead, declared, references_at
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site
from lsp_server.fixers.cloudformation.values import get_att, ref, sub
from lsp_server.fixers.cloudformation.vocabulary import property_of

_ONE = re.compile(r"\$\{\s*([\w:]+)\s*\}")


def ref_with_attribute(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """`!Ref Role.Arn` asks for an attribute, which is what GetAtt does."""
    site = Site(context, diagnostic)
    for reference in references_at(site):
        name, dot, attribute = reference.target.partition(".")
        if reference.kind is ReferenceKind.REF and dot and _has(site.template, name, attribute):
            edits = call_instead(site, reference.node, get_att(name, attribute))
            yield from site.fix(f"Ask for the attribute '{attribute}' with GetAtt", edits, SAFE)


def _has(template: Template, name: str, attribute: str) -> bool:
    resource = template.resources.get(name)
    schema = schemas().get(resource.type) if resource is not None else None
    return schema is not None and schema.attribute(attribute) is not None


def ref_with_variable(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """`!Ref "${Name}"` is a Ref of the name; with more text around it is a Sub."""
    site = Site(context, diagnostic)
    for reference in references_at(site):
        if reference.kind is not ReferenceKind.REF or "${" not in reference.target:
            continue
        names = _ONE.findall(reference.target)
        known = declared(site.template, ReferenceKind.REF)
        if not names or any(name not in known for name in names):
            continue
        value = ref(names[0]) if _ONE.fullmatch(reference.target.strip()) else sub(reference.target)
        title = f"Refer to '{names[0]}'" if value.name == "Ref" else "Use Sub for the text"
        yield from site.fix(title, call_instead(site, reference.node, value), SAFE)


def attribute_in_parts(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """`[Database, Endpoint, Address]` asks for the attribute `Endpoint.Address`."""
    site = Site(context, diagnostic)
    node = site.node
    if site.path[-1:] != ("Fn::GetAtt",) or not isinstance(node, Sequence) or len(node.items) < 3:
        return
    parts = [item.value for item in node.items if isinstance(item, Scalar) and not item.tag]
    attribute = ".".join(parts[1:])
    if len(parts) == len(node.items) and _has(site.template, parts[0], attribute):
        edits = call_instead(site, node, get_att(parts[0], attribute))
        yield from site.fix(f"Ask for the attribute '{attribute}'", edits, SAFE)


def no_attribute(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """GetAtt of a resource alone: what the property takes tells whether its ARN or its name is meant."""
    site = Site(context, diagnostic)
    for reference in references_at(site):
        resource = site.template.resources.get(reference.target)
        schema = schemas().get(resource.type) if resource is not None else None
        if reference.kind is ReferenceKind.GET_ATT and not reference.attribute and schema is not None:
            yield from _fitting(site, reference)


def _fitting(site: Site, reference: Reference) -> Iterator[Fix]:
    node = reference.node
    known = property_of(site.template, site.template.path_of(whole_call(node)))
    call = reference_for(site.template, reference.target, known)
    if call is not None:
        shown = "Ref" if call.name == "Ref" else f"the attribute '{call.named.partition('.')[2]}'"
        yield from site.fix(f"Ask for {shown}", call_instead(site, node, call), UNSAFE)


def arn_of_role(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """The name of a role with a path does not tell which one it is."""
    site = Site(context, diagnostic)
    for reference in references_at(site):
        if reference.kind is ReferenceKind.REF and _has(site.template, reference.target, "Arn"):
            edits = call_instead(site, reference.node, get_att(reference.target, "Arn"))
            yield from site.fix("Ask for the attribute 'Arn'", edits, UNSAFE)


FIXERS = (
    RuleFixer("cfn-lint", codes("E3050"), arn_of_role),
    RuleFixer("cfn-lint", CODES, ref_with_attribute),
    RuleFixer("cfn-lint", CODES, ref_with_variable),
    RuleFixer("cfn-lint", CODES, attribute_in_parts),
    RuleFixer("cfn-lint", CODES, no_attribute),
)
