"""Queues that keep an order, and queues that do not."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import delete_element, insert, insert_below, rewrite
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, UNSAFE, Site
from lsp_server.fixers.cloudformation.vocabulary import property_path

_ENDING = ".fifo"


def end_name(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """The name of a queue that keeps the order ends with `.fifo`."""
    site = Site(context, diagnostic)
    node = site.node
    wanted = site.path[-1:] == ("QueueName",) and "fifo" in str(diagnostic.data.get("pattern"))
    if isinstance(node, Scalar) and wanted and node.tag in ("", "!Sub") and not node.value.endswith(_ENDING):
        edits = rewrite(site.document, node, node.value + _ENDING)
        yield from site.fix(f"Let the name end with '{_ENDING}'", edits, UNSAFE)


def keep_order(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """A property that only an ordered queue has: its name tells whether it is to be one."""
    site = Site(context, diagnostic)
    entry = site.entry
    if entry is None or site.validator not in ("", "additionalProperties") or not property_path(site.path):
        return
    name = entry.parent.get("QueueName")
    ordered = isinstance(name, Scalar) and name.value.endswith(_ENDING)
    if "FifoQueue" not in entry.parent:
        edits = insert(site.document, site.writer, entry.parent, {"FifoQueue": True})
        yield from site.fix("Let the queue keep the order", edits, UNSAFE if ordered else DISPLAY_ONLY)
    if not ordered:
        edits = delete_element(site.document, site.template, entry)
        yield from site.fix(f"Delete '{entry.name}', which only an ordered queue has", edits, DISPLAY_ONLY)


def order_what_is_left(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """What an ordered queue cannot deliver goes to an ordered queue."""
    site = Site(context, diagnostic)
    source = site.owner
    targets = [r.target for r in site.template.references if r.path[1:2] == (source,) and "RedrivePolicy" in r.path]
    target = site.template.resources.get(targets[0]) if len(targets) == 1 else None
    if (
        target is None
        or target.type != "AWS::SQS::Queue"
        or "source queue type 'fifo'" not in diagnostic.message.lower()
    ):
        return
    title = f"Let '{target.logical_id}' keep the order as well"
    if target.properties is not None:
        name = target.properties.get("QueueName")
        edits = insert(site.document, site.writer, target.properties, {"FifoQueue": True})
        if isinstance(name, Scalar) and name.tag in ("", "!Sub") and not name.value.endswith(_ENDING):
            edits = (*(edits or ()), *(rewrite(site.document, name, name.value + _ENDING) or ()))
        yield from site.fix(title, edits, UNSAFE)
    elif isinstance(target.body, Mapping):
        entry = target.body.entry("Properties")
        if entry is not None:
            edits = insert_below(site.document, site.writer, entry, {"FifoQueue": True})
        else:
            edits = insert(site.document, site.writer, target.body, {"Properties": {"FifoQueue": True}})
        yield from site.fix(title, edits, UNSAFE)


FIXERS = (
    RuleFixer("cfn-lint", codes("E3501"), end_name),
    RuleFixer("cfn-lint", codes("E3501"), keep_order),
    RuleFixer("cfn-lint", codes("E3502"), order_what_is_left),
)
