"""Values, of one resource or of two that refer to each other, which do not agree."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import insert, replace, rewrite
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, UNSAFE, Site


def protocol_of_endpoint(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """What a subscription delivers to tells how it delivers."""
    site = Site(context, diagnostic)
    protocol = site.template.node((*site.path[:3], "Protocol"))
    kinds = {"AWS::Lambda::Function.Arn": "lambda", "AWS::SQS::Queue.Arn": "sqs"}
    meant = next((word for kind, word in kinds.items() if f"formats ['{kind}']" in diagnostic.message), "")
    if isinstance(protocol, Scalar) and not protocol.tag and meant and protocol.value != meant:
        edits = rewrite(site.document, protocol, meant)
        yield from site.fix(f"Deliver with the protocol '{meant}', as to what it delivers", edits, UNSAFE)


def visible_as_long(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A message stays invisible as long as the function that works on it may run."""
    site = Site(context, diagnostic)
    told = re.search(r"timeout \((\d+)\) seconds$", diagnostic.message)
    queue = site.template.node((*site.path[:2], "Properties"))
    if told is None:
        return
    title = f"Let messages be invisible for {told[1]} seconds, as long as the function may run"
    present = queue.get("VisibilityTimeout") if isinstance(queue, Mapping) else None
    if isinstance(present, Scalar) and not present.tag:
        yield from site.fix(title, replace(site.document, present.span, told[1]), UNSAFE)
    elif isinstance(queue, Mapping) and present is None:
        edits = insert(site.document, site.writer, queue, {"VisibilityTimeout": int(told[1])})
        yield from site.fix(title, edits, UNSAFE)


def kept_long_enough(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """What goes into cold storage stays there for 90 days: it is deleted so much later."""
    site = Site(context, diagnostic)
    rule = site.template.node(site.path[:-1])
    names = ("MoveToColdStorageAfterDays", "DeleteAfterDays")
    cold, gone = (rule.get(name) if isinstance(rule, Mapping) else None for name in names)
    if isinstance(cold, Scalar) and isinstance(gone, Scalar) and cold.value.isdigit() and gone.value.isdigit():
        days = int(cold.value) + 90
        edits = replace(site.document, gone.span, str(days))
        yield from site.fix(f"Delete it after {days} days, 90 after it was moved", edits, UNSAFE)


def sizes_of_group(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """The least number of servers is more than the most: they are exchanged, or one of them is wrong."""
    site = Site(context, diagnostic)
    group = site.template.node(site.path[:3])
    least, most = (group.get(k) if isinstance(group, Mapping) else None for k in ("MinSize", "MaxSize"))
    if not isinstance(least, Scalar) or not isinstance(most, Scalar) or least.tag or most.tag:
        return
    both = (*replace(site.document, least.span, most.raw), *replace(site.document, most.span, least.raw))
    yield from site.fix("Exchange 'MinSize' and 'MaxSize'", both, DISPLAY_ONLY)
    edits = replace(site.document, most.span, least.raw)
    yield from site.fix(f"Let 'MaxSize' be {least.value} as well", edits, DISPLAY_ONLY)


FIXERS = (
    RuleFixer("cfn-lint", codes("W3694"), protocol_of_endpoint),
    RuleFixer("cfn-lint", codes("E3505"), visible_as_long),
    RuleFixer("cfn-lint", codes("E3504"), kept_long_enough),
    RuleFixer("cfn-lint", codes("E3706"), sizes_of_group),
)
