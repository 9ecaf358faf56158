"""IAM policies: actions that do not exist, ARNs that are too short, the old policy version."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.policies import services_by_action
from lsp_server.dialects.cloudformation.policy_words import KNOWN_POLICIES
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar, Sequence
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import delete_element, insert, rewrite
from lsp_server.fixers.cloudformation.items import scalars_of
from lsp_server.fixers.cloudformation.names import rank
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, UNSAFE, Site
from lsp_server.fixers.cloudformation.values import ref

_VERSION = "2012-10-17"
_MANAGED = re.compile(
    r"(?:arn:aws:iam::(?:aws)?:?policy/)?(?P<path>service-role/|job-function/|aws-service-role/)?"
    r"(?P<name>(?:Amazon|AWS|Cloud[A-Z])\w+|(?:ReadOnly|Administrator|PowerUser|IAMFull)Access|SecurityAudit)"
)
_AT_THE_ROOT = re.compile(r"\w+(?:Access|ReadOnly|PowerUser)|SecurityAudit")  # what has no path; others may have one
_CLOSE = 94  # of 100: names that share most of their letters in order


# Operations of a service's API whose permission has another name; people write the operation.
_OPERATIONS = {
    "s3:listbuckets": "ListAllMyBuckets",
    "s3:listobjects": "ListBucket",
    "s3:listobjectsv2": "ListBucket",
    "s3:listobjectversions": "ListBucketVersions",
    "s3:headbucket": "ListBucket",
    "s3:headobject": "GetObject",
    "s3:copyobject": "PutObject",
    "s3:createmultipartupload": "PutObject",
    "s3:uploadpart": "PutObject",
    "s3:completemultipartupload": "PutObject",
    "s3:deleteobjects": "DeleteObject",
    "lambda:invoke": "InvokeFunction",
}


def rename_action(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Write the action that was meant; one that is like no other may be deleted by who knows that it is none.

    Nothing of this is safe: the policy may be in force, and then an action that is right is a permission given.
    """
    site = Site(context, diagnostic)
    unknown, allowed = str(diagnostic.data.get("instance") or ""), site.facts("allowed")
    for node in scalars_of(site.node):
        service, _, action = node.value.partition(":")
        if ":" not in node.value or not unknown or action.lower() != unknown.lower():
            continue
        names = [m.name for m in rank(unknown, allowed)[:2]] or _alike(unknown, allowed)
        meant = [_cased(action, name) for name in names]
        if operation := _OPERATIONS.get(node.value.lower()):
            meant = [operation]
        others = node.parent.items if isinstance(node.parent, Sequence) else ()
        listed = {other.value.lower() for other in others if isinstance(other, Scalar)}
        if meant and (same := f"{service}:{meant[0]}").lower() in listed:
            edits = delete_element(site.document, site.template, node)
            yield from site.fix(f"Delete '{node.value}': '{same}' is in the list", edits, UNSAFE)
            return
        for name in meant:
            title = f"Write the action '{service}:{name}'"
            yield from site.fix(title, rewrite(site.document, node, f"{service}:{name}"), UNSAFE)
        if not meant and len(others) > 1:
            edits = delete_element(site.document, site.template, node)
            yield from site.fix(f"Delete the action '{node.value}', which is not known", edits, DISPLAY_ONLY)


def _alike(unknown: str, allowed: list[str]) -> list[str]:
    found = process.extract(unknown, allowed, scorer=JaroWinkler.normalized_similarity, limit=1)
    return [name for name, score, _ in found if score * 100 >= _CLOSE]


def _cased(written: str, name: str) -> str:
    """The name, which the linter gives in lower case, with the capitals of what was written."""
    letters = list(name.capitalize() if written[:1].isupper() else name)
    for block in SequenceMatcher(None, written.lower(), name, autojunk=False).get_matching_blocks():
        letters[block.b : block.b + block.size] = written[block.a : block.a + block.size]
    return "".join(letters)


def complete_arn(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """An ARN that ends early with `*` means everything below: the parts that are missing are `*` as well."""
    site = Site(context, diagnostic)
    node = site.node
    if not isinstance(node, Scalar) or node.tag or not node.value.startswith("arn:") or "${" in node.value:
        return
    parts = node.value.split(":")
    if len(parts) < 6 and parts[-1] == "*":
        whole = ":".join([*parts, *["*"] * (6 - len(parts))])
        yield from site.fix(f"Write the whole ARN '{whole}'", rewrite(site.document, node, whole), UNSAFE)


def current_version(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """The policy language of 2012."""
    site = Site(context, diagnostic)
    node = site.node
    told = _VERSION in diagnostic.message or _VERSION in site.facts("allowed")
    if isinstance(node, Scalar) and not node.tag and told and site.path[-1:] == ("Version",):
        yield from site.fix(f"Use the policy version '{_VERSION}'", rewrite(site.document, node, _VERSION), UNSAFE)


def name_service(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """An action without its service: the one that has it, or of several the one of the other actions in the list."""
    site = Site(context, diagnostic)
    words = [node for node in scalars_of(site.node) if not node.tag]
    listed = {node.value.partition(":")[0].lower() for node in words if ":" in node.value}
    for node in words:
        if ":" in node.value or node.value == "*" or f"'{node.value}'" not in diagnostic.message:
            continue
        service, _, action = node.value.rpartition(".")
        found = [name for name in services_by_action().get(action.lower(), ()) if service in ("", name)]
        chosen = found if len(found) == 1 else [name for name in found if name in listed]
        if len(chosen) == 1:
            whole = f"{chosen[0]}:{action}"
            yield from site.fix(f"Write the action '{whole}'", rewrite(site.document, node, whole), UNSAFE)


def whole_policy_arn(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A policy that AWS manages, by its name alone or without the account `aws`, has an ARN."""
    site = Site(context, diagnostic)
    node = site.node
    named = "ManagedPolicyArns" in site.path or site.path[-1:] == ("PermissionsBoundary",)
    if not isinstance(node, Scalar) or node.tag or not named:
        return
    hit = _MANAGED.fullmatch(node.value)
    if hit is None:
        return
    path, name = hit["path"], hit["name"]
    arn = f"arn:aws:iam::aws:policy/{f'{path}{name}' if path else KNOWN_POLICIES.get(name, name)}"
    if arn != node.value:
        trust = UNSAFE if path or name in KNOWN_POLICIES or _AT_THE_ROOT.fullmatch(name) else DISPLAY_ONLY
        yield from site.fix(f"Write the ARN '{arn}'", rewrite(site.document, node, arn), trust)


def expected_service(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Who invokes a function is the service whose resource is told beside it."""
    site = Site(context, diagnostic)
    node, service = site.node, str(diagnostic.data.get("suggestion") or "")
    if isinstance(node, Scalar) and not node.tag and service:
        edits = rewrite(site.document, node, service)
        yield from site.fix(f"Trust the service '{service}', whose resource it is", edits, UNSAFE)


def own_source_account(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A bucket's ARN does not tell its account, and another may take the name: only this account's is trusted."""
    site = Site(context, diagnostic)
    if isinstance(site.node, Mapping) and "SourceAccount" not in site.node:
        edits = insert(site.document, site.writer, site.node, {"SourceAccount": ref("AWS::AccountId")})
        yield from site.fix("Add 'SourceAccount' with this account", edits, UNSAFE)


FIXERS = (
    RuleFixer("cfn-lint", codes("W3037"), rename_action),
    RuleFixer("cfn-lint", codes("W3037"), name_service),
    RuleFixer("cfn-lint", codes("E3031"), whole_policy_arn),
    RuleFixer("cfn-lint", codes("E3510 E3512 E3513 E3514 E3031"), complete_arn),
    RuleFixer("cfn-lint", codes("W2511 E3510 E3512 E3513 E3530"), current_version),
    RuleFixer("cfn-lint", codes("W3664"), expected_service),
    RuleFixer("cfn-lint", codes("W3663"), own_source_account),
)
