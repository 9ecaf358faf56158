"""Access control lists of buckets, which policies have replaced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.template import Resource
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Scalar, Sequence
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.calls import referred
from lsp_server.fixers.cloudformation.edits import Edits, add_section, delete, insert
from lsp_server.fixers.cloudformation.fitting import fresh_name
from lsp_server.fixers.cloudformation.items import append_item
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import UNSAFE, Site
from lsp_server.fixers.cloudformation.values import ref, sub

_NOTHING = {
    "Private": "the default",
    "BucketOwnerRead": "which S3 ignores for a bucket",
    "BucketOwnerFullControl": "which S3 ignores for a bucket",
}
_POLICY = "AWS::S3::BucketPolicy"


def delete_what_does_nothing(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """`AccessControl: Private` is what a bucket has anyway."""
    site = Site(context, diagnostic)
    value = _value(site)
    if value in _NOTHING and site.entry is not None:
        edits = delete(site.document, site.template, site.entry)
        yield from site.fix(f"Delete 'AccessControl: {value}', {_NOTHING[value]}", edits, UNSAFE)


def _value(site: Site) -> str:
    entry = site.entry
    plain = entry is not None and entry.name == "AccessControl" and isinstance(entry.value, Scalar)
    return entry.value.value if plain and entry is not None and isinstance(entry.value, Scalar) else ""


def deliver_logs(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Let a policy say who may write access logs, where other buckets of the template log into this one.

    Distributions of CloudFront write their logs by access control list only.
    """
    site = Site(context, diagnostic)
    if _value(site) != "LogDeliveryWrite" or site.entry is None:
        return
    bucket = site.owner
    uses = {r.path[2:-1] for r in site.template.references if r.target == bucket and r.path[:1] == ("Resources",)}
    if not any("LoggingConfiguration" in path for path in uses) or any("DistributionConfig" in path for path in uses):
        return
    allowed = _allow(site, bucket)
    gone = delete(site.document, site.template, site.entry)
    if allowed and gone:
        title = "Let a bucket policy allow the delivery of logs, in the place of 'AccessControl'"
        yield from site.fix(title, (*gone, *allowed), UNSAFE)


def _allow(site: Site, bucket: str) -> Edits | None:
    statement = {
        "Sid": "S3ServerAccessLogs",
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": sub(f"${{{bucket}.Arn}}/*"),
        "Condition": {"StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")}},
    }
    for policy in _policies(site, bucket):
        document = policy.properties.get("PolicyDocument") if policy.properties is not None else None
        statements = document.get("Statement") if isinstance(document, Mapping) else None
        return append_item(site, statements, statement) if isinstance(statements, Sequence) else None
    document_ = {"Version": "2012-10-17", "Statement": [statement]}
    body = {"Type": _POLICY, "Properties": {"Bucket": ref(bucket), "PolicyDocument": document_}}
    name = fresh_name(site.template, f"{bucket}Policy")
    return add_section(site.document, site.writer, site.template, "Resources", {name: body})


def _policies(site: Site, bucket: str) -> Iterator[Resource]:
    """The policies of the bucket: there can be one."""
    for resource in site.template.resources.values():
        named = resource.properties.get("Bucket") if resource.properties is not None else None
        if resource.type == _POLICY and referred(named) == bucket:
            yield resource


def own_objects(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """An access control list takes effect only where the object writer may own objects."""
    site = Site(context, diagnostic)
    holder = site.node
    if not isinstance(holder, Mapping) and isinstance(site.entry, Entry):
        holder = site.entry.parent
    if isinstance(holder, Mapping) and "OwnershipControls" not in holder:
        values = {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}}
        edits = insert(site.document, site.writer, holder, values)
        yield from site.fix("Add 'OwnershipControls', so that 'AccessControl' takes effect", edits, UNSAFE)


FIXERS = (
    RuleFixer("cfn-lint", codes("W3045"), delete_what_does_nothing),
    RuleFixer("cfn-lint", codes("W3045"), deliver_logs),
    RuleFixer("cfn-lint", codes("E3045"), own_objects),
)
