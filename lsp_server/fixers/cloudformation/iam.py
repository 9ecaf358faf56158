"""IAM policies: actions that do not exist, ARNs that are too short, the old policy version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Node, Scalar, Sequence
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import delete_element, rewrite
from lsp_server.fixers.cloudformation.names import rank
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, UNSAFE, Site

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
    for node in _actions(site.node):
        service, _, action = node.value.partition(":")
        if not unknown or action.lower() != unknown.lower():
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


def _actions(node: Node | None) -> Iterator[Scalar]:
    for item in node.items if isinstance(node, Sequence) else (node,):
        if isinstance(item, Scalar) and ":" in item.value:
            yield item


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
    if isinstance(node, Scalar) and not node.tag and "2012-10-17" in diagnostic.message:
        yield from site.fix("Use the policy version '2012-10-17'", rewrite(site.document, node, "2012-10-17"), UNSAFE)


FIXERS = (
    RuleFixer("cfn-lint", codes("W3037"), rename_action),
    RuleFixer("cfn-lint", codes("E3510 E3512 E3513 E3514 E3031"), complete_arn),
    RuleFixer("cfn-lint", codes("W2511"), current_version),
)
