"""A value of the wrong form whose right form is plain: the name of something declared, a managed key, a group's id."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.schema import schemas
from lsp_server.dialects.cloudformation.tree import Mapping, Node, Scalar
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import insert, rename, replace, rewrite
from lsp_server.fixers.cloudformation.fitting import giving
from lsp_server.fixers.cloudformation.references import call_instead
from lsp_server.fixers.cloudformation.rules import SCHEMA, codes
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site
from lsp_server.fixers.cloudformation.values import ref
from lsp_server.fixers.cloudformation.vocabulary import names_at, property_of, property_path

_FORMATS = codes("E1150 E1151 E1152 E1153 E1154 E1155 E1156 E1157 E1158 E1159 E1160 E1161 E1162 E1163 E1164")
_IDS = "SecurityGroupIds"
_DESTINATION = re.compile(r"destination format of '([^']+)'")
_PARAMETER_TYPES = {
    "boolean": "String",
    "bool": "String",
    "str": "String",
    "text": "String",
    "password": "String",
    "securestring": "String",
    "integer": "Number",
    "int": "Number",
    "float": "Number",
    "list": "CommaDelimitedList",
    "list<string>": "CommaDelimitedList",
    "array": "CommaDelimitedList",
    "stringlist": "CommaDelimitedList",
    "list<integer>": "List<Number>",
}

_IMPLIED: dict[str, dict[str, object]] = {
    "bool": {"AllowedValues": ["true", "false"]},
    "password": {"NoEcho": True},
    "secure": {"NoEcho": True},
}


def refer(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A plain string that is the name of a parameter or resource is meant to be a Ref."""
    site = Site(context, diagnostic)
    node = site.node
    if not isinstance(node, Scalar) or node.tag or not property_path(site.path):
        return
    if "Ref" in site.path[-1:] or any(str(s).startswith("Fn::") for s in site.path[-2:]):
        return
    if node.value in site.template.parameters or node.value in site.template.resources:
        edits = replace(site.document, node.span, site.writer.flow(ref(node.value)))
        trust = SAFE if node.value in site.template.parameters else UNSAFE
        yield from site.fix(f"Refer to '{node.value}'", edits, trust, any_way=True)


def managed_key(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """`aws/sns` is the alias `alias/aws/sns`."""
    site = Site(context, diagnostic)
    node = site.node
    if isinstance(node, Scalar) and not node.tag and re.fullmatch(r"aws/[a-z0-9-]+", node.value):
        alias = f"alias/{node.value}"
        yield from site.fix(f"Write the alias '{alias}'", rewrite(site.document, node, alias), SAFE, any_way=True)


def by_id(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """The id of a security group among names (`SecurityGroups`): the property of ids stands beside it."""
    site = Site(context, diagnostic)
    entry = site.template.entry(site.path)
    if entry is None or entry.name != "SecurityGroups" or "AWS::EC2::SecurityGroup.Name" not in diagnostic.message:
        return
    if _IDS in entry.parent or _IDS not in names_at(site.template, site.path[:-2]):
        return
    yield from site.fix(f"Rename to '{_IDS}', which takes ids", rename(site.document, entry, _IDS), UNSAFE)


def other_attribute(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A reference that gives a name where an id or ARN is due: the one of the same resource that gives that."""
    site = Site(context, diagnostic)
    hit = _DESTINATION.search(diagnostic.message)
    known = property_of(site.template, site.path)
    wanted = hit[1] if hit else known.format or known.item_format if known is not None else ""
    if site.node is None or not wanted:
        return
    for reference in site.template.references:
        resource = site.template.resources.get(reference.target)
        schema = schemas().get(resource.type) if resource is not None else None
        if schema is None or not _is(site.node, reference.node):
            continue
        call = giving(schema, reference.target, wanted, by_ref=bool(reference.attribute))
        if call is not None:
            title = f"Use the {wanted.rsplit('.', 1)[-1]} of '{reference.target}'"
            yield from site.fix(title, call_instead(site, reference.node, call), UNSAFE)


def _is(node: Node, argument: Node) -> bool:
    """Whether a value is the function with that argument, and nothing more."""
    return node is argument or (
        isinstance(node, Mapping) and len(node.entries) == 1 and node.entries[0].value is argument
    )


def parameter_type(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Types that other languages have: a boolean parameter is a String that allows true and false."""
    site = Site(context, diagnostic)
    node = site.node
    if not isinstance(node, Scalar) or site.path[:1] != ("Parameters",) or site.path[-1:] != ("Type",):
        return
    written = node.value.lower()
    if written not in _PARAMETER_TYPES:
        return
    body = site.template.node(site.path[:-1])
    edits = rewrite(site.document, node, _PARAMETER_TYPES[written])
    implied = next((values for word, values in _IMPLIED.items() if word in written), {})
    if isinstance(body, Mapping) and edits and not any(name in body for name in implied):
        edits += insert(site.document, site.writer, body, implied) or () if implied else ()
    yield from site.fix(f"Use the parameter type '{_PARAMETER_TYPES[written]}'", edits, UNSAFE)


FIXERS = (
    RuleFixer("cfn-lint", SCHEMA | _FORMATS, refer),
    RuleFixer("cfn-lint", SCHEMA | _FORMATS, managed_key),
    RuleFixer("cfn-lint", codes("E1040"), by_id),
    RuleFixer("cfn-lint", codes("E1040 E1041 E3002 E3012 W1030"), other_attribute),
    RuleFixer("cfn-lint", codes("E2002"), parameter_type),
)
