"""Statements of IAM policies: what a kind of policy does not have, or has always, and whom one names."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Mapping, Node, Scalar
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.calls import referred
from lsp_server.fixers.cloudformation.edits import delete_element, insert, rename
from lsp_server.fixers.cloudformation.items import scalars_of
from lsp_server.fixers.cloudformation.lifting import instead
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, UNSAFE, Site
from lsp_server.fixers.cloudformation.values import Raw, get_att, sub

_SERVICE = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?")
_ACCOUNT = re.compile(r"\d{12}|arn:[\w-]+:(?:iam|sts)::.+")
_TRUST = "E3530"
_IDENTITY = "E3510"


def delete_superfluous(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """What a role trusts holds for the role, and what an identity may do holds for that identity."""
    site = Site(context, diagnostic)
    entry = site.entry
    if entry is None or site.validator != "additionalProperties" or "Statement" not in site.path:
        return
    edits = delete_element(site.document, site.template, entry)
    if diagnostic.code == _TRUST and entry.name in ("Resource", "NotResource"):
        yield from site.fix(f"Delete '{entry.name}', since trust is in the role itself", edits, UNSAFE)
    elif diagnostic.code == _IDENTITY and entry.name == "Principal" and not _assumes(entry.parent):
        trust = UNSAFE if _nobody_else(entry.value) else DISPLAY_ONLY
        yield from site.fix("Delete 'Principal', since the policy is of whom it is attached to", edits, trust)


def _nobody_else(principal: Node | None) -> bool:
    """Whether a principal names no user or account, which may have been meant to have what the statement gives."""
    if isinstance(principal, Mapping):
        return all(entry.name == "Service" or _nobody_else(entry.value) for entry in principal.entries)
    return isinstance(principal, Scalar) and principal.value == "*"


def _assumes(statement: Mapping) -> bool:
    """Whether it is about assuming a role: then the whole statement stands in the wrong place."""
    return any("AssumeRole" in action.value for action in scalars_of(statement.get("Action")))


def name_kind(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A service, or an account, in the place of what says that it is one: `Principal: lambda.amazonaws.com`."""
    site = Site(context, diagnostic)
    node = site.node
    steps = [step for step in site.path if isinstance(step, str)]
    if not isinstance(node, Scalar) or steps[-1:] != ["Principal"] or node.tag:
        return
    kind = "Service" if _SERVICE.fullmatch(node.value) else "AWS" if _ACCOUNT.fullmatch(node.value) else ""
    if kind:
        edits = instead(site, node, site.writer.flow({kind: Raw(node.raw)}))
        yield from site.fix(f"Say that '{node.value}' is a {_KINDS[kind]}", edits, UNSAFE)


_KINDS = {"Service": "service", "AWS": "principal of AWS"}


def other_kind(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Services below `AWS`, or accounts below `Service`."""
    site = Site(context, diagnostic)
    at = next((i for i, step in enumerate(site.path) if step == "Principal"), -1)
    entry = site.template.entry(site.path[: at + 2]) if 0 <= at < len(site.path) - 1 else None
    if entry is None or entry.name not in _KINDS:
        return
    values = list(scalars_of(entry.value))
    other, form = ("Service", _SERVICE) if entry.name == "AWS" else ("AWS", _ACCOUNT)
    if values and other not in entry.parent and all(not v.tag and form.fullmatch(v.value) for v in values):
        shown = "services" if other == "Service" else "accounts"
        edits = rename(site.document, entry, other)
        yield from site.fix(f"Write '{other}' for '{entry.name}', since these are {shown}", edits, UNSAFE, any_way=True)


def resources_of_bucket(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A bucket's policy is about the bucket and the objects in it, however many others `*` would be."""
    site = Site(context, diagnostic)
    bucket = _bucket(site)
    if not bucket:
        return
    value = [get_att(bucket, "Arn"), sub(f"${{{bucket}.Arn}}/*")]
    title = f"Say that it is about '{bucket}' and all objects in it"
    node = site.node
    if isinstance(node, Scalar) and node.value == "*" and site.path[-1:] == ("Resource",):
        yield from site.fix(title, instead(site, node, site.writer.flow(value)), UNSAFE)
    elif isinstance(node, Mapping) and "Resource" in (site.facts("one_of") or site.facts("missing")):
        edits = insert(site.document, site.writer, node, {"Resource": value})
        yield from site.fix(title, edits, UNSAFE)


def _bucket(site: Site) -> str:
    """The bucket that a policy is of."""
    resource = site.template.resources.get(site.owner)
    if resource is None or resource.type != "AWS::S3::BucketPolicy" or resource.properties is None:
        return ""
    return referred(resource.properties.get("Bucket"))


def only_resource(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """In the policy of a key, `*` is that key. What an identity may do everything with is for a person to say."""
    site = Site(context, diagnostic)
    node = site.node
    if not isinstance(node, Mapping) or "Resource" not in site.facts("one_of") or "Resource" in node:
        return
    if any(name in node for name in ("NotResource", "Resources")) or _bucket(site):
        return
    edits = insert(site.document, site.writer, node, {"Resource": "*"})
    if "KeyPolicy" in site.path:
        yield from site.fix("Add 'Resource' with '*', which is the key itself", edits, UNSAFE)
    elif diagnostic.code == _IDENTITY:
        yield from site.fix("Add 'Resource' with '*', which is everything", edits, DISPLAY_ONLY)


def add_effect(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A statement allows or denies: which of the two, a person says."""
    site = Site(context, diagnostic)
    node = site.node
    if isinstance(node, Mapping) and site.facts("missing") == ["Effect"] and "Statement" in site.path:
        for effect in ("Allow", "Deny"):
            edits = insert(site.document, site.writer, node, {"Effect": effect})
            yield from site.fix(f"Add 'Effect: {effect}'", edits, DISPLAY_ONLY)


FIXERS = (
    RuleFixer("cfn-lint", codes("E3510 E3530"), delete_superfluous),
    RuleFixer("cfn-lint", codes("E3512 E3530 E3513"), name_kind),
    RuleFixer("cfn-lint", codes("E3512 E3530 E3513"), other_kind),
    RuleFixer("cfn-lint", codes("E3512 E3514"), resources_of_bucket),
    RuleFixer("cfn-lint", codes("E3510 E3512"), only_resource),
    RuleFixer("cfn-lint", codes("E3510 E3512 E3513 E3530"), add_effect),
)
