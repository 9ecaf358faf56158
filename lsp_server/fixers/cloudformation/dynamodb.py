"""Tables of DynamoDB: their keys have to be defined, and nothing else may be; throughput is told or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Mapping, Node, Scalar, Sequence
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import add_section, delete_element, delete_elements, insert, rewrite
from lsp_server.fixers.cloudformation.fitting import fresh_name
from lsp_server.fixers.cloudformation.items import append_item
from lsp_server.fixers.cloudformation.names import rank
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import UNSAFE, Site
from lsp_server.fixers.cloudformation.values import ref

_NAME = "AttributeName"
_UNITS = ("ReadCapacityUnits", "WriteCapacityUnits")


def match_keys(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Define a key as a string, take away the definition of what is no key; a slip of a key is that key."""
    site = Site(context, diagnostic)
    table = site.node
    if not isinstance(table, Mapping):
        return
    listed, keys = table.get("AttributeDefinitions"), _keys(table)
    if listed is None and keys:
        values = [{_NAME: name, "AttributeType": "S"} for name in keys]
        edits = insert(site.document, site.writer, table, {"AttributeDefinitions": values})
        yield from site.fix(f"Define {_shown(list(keys))} as a string", edits, UNSAFE)
    if isinstance(listed, Sequence) and listed.items and not listed.anchor:  # of which other tables may have more
        yield from _matched(site, listed, keys)


def _matched(site: Site, listed: Sequence, keys: dict[str, None]) -> Iterator[Fix]:
    defined = {node.value: (item, node) for item, node in _names(listed)}
    if len(defined) != len(listed.items) or not keys:
        return
    missing, unused = [name for name in keys if name not in defined], [name for name in defined if name not in keys]
    if len(missing) == len(unused) == 1 and rank(unused[0], missing):
        edits = rewrite(site.document, defined[unused[0]][1], missing[0])
        yield from site.fix(f"Define '{missing[0]}', not '{unused[0]}'", edits, UNSAFE)  # either may be the slip
        return
    made: list[Edit] = []
    for name in missing:
        made += append_item(site, listed, {_NAME: name, "AttributeType": "S"}) or ()
    made += delete_elements(site.document, site.template, [defined[name][0] for name in unused]) or ()
    told = [f"define {_shown(missing)} as a string"] if missing else []
    are = "is no key" if len(unused) == 1 else "are no keys"
    told += [f"delete the definition of {_shown(unused)}, which {are}"] if unused else []
    title = " and ".join(told)
    yield from site.fix(title[:1].upper() + title[1:], made, UNSAFE)


def _shown(names: list[str]) -> str:
    return " and ".join(f"'{name}'" for name in names)


def _names(node: Node | None) -> Iterator[tuple[Mapping, Scalar]]:
    """The items of a list that name an attribute, each with the name."""
    for item in node.items if isinstance(node, Sequence) else ():
        name = item.get(_NAME) if isinstance(item, Mapping) else None
        if isinstance(item, Mapping) and isinstance(name, Scalar) and not name.tag:
            yield item, name


def _keys(table: Mapping) -> dict[str, None]:
    """The names of all keys in the order of the text; none where a function gives some of them."""
    found: dict[str, None] = {}
    for listed in _key_lists(table):
        names = [name.value for _, name in _names(listed)]
        if not isinstance(listed, Sequence) or len(names) != len(listed.items):
            return {}
        found |= dict.fromkeys(names)
    return found


def _key_lists(table: Mapping) -> Iterator[Node | None]:
    """What stands for the keys of the table and of each index."""
    yield table.get("KeySchema")
    for section in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        indexes = table.get(section)
        listed = isinstance(indexes, Sequence) and not indexes.tag
        items = indexes.items if isinstance(indexes, Sequence) and listed else (indexes,) * (indexes is not None)
        for index in items:
            yield index.get("KeySchema") if isinstance(index, Mapping) else None


def key_of_one(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """The only attribute of a table is its key."""
    site = Site(context, diagnostic)
    table = site.node
    defined = [
        node.value for _, node in _names(table.get("AttributeDefinitions") if isinstance(table, Mapping) else None)
    ]
    if isinstance(table, Mapping) and site.facts("missing") == ["KeySchema"] and len(defined) == 1:
        edits = insert(site.document, site.writer, table, {"KeySchema": [{_NAME: defined[0], "KeyType": "HASH"}]})
        yield from site.fix(f"Make '{defined[0]}' the key", edits, UNSAFE)


def pay_per_request(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Of the two ways to pay, the one for which no throughput is told; or the throughput from new parameters."""
    site = Site(context, diagnostic)
    table = site.node
    if not isinstance(table, Mapping) or "ProvisionedThroughput" in table:
        return
    if "BillingMode" not in table:
        edits = insert(site.document, site.writer, table, {"BillingMode": "PAY_PER_REQUEST"})
        yield from site.fix("Pay for each request, since no throughput is told", edits, UNSAFE)
        return
    names = {unit: fresh_name(site.template, f"{site.owner}{unit}") for unit in _UNITS}
    bodies = {
        name: {"Type": "Number", "MinValue": 1, "Description": f"{unit} of {site.owner}"}
        for unit, name in names.items()
    }
    values = {"ProvisionedThroughput": {unit: ref(name) for unit, name in names.items()}}
    inserted = insert(site.document, site.writer, table, values)
    added = add_section(site.document, site.writer, site.template, "Parameters", bodies)
    if inserted and added:
        yield from site.fix("Add 'ProvisionedThroughput' and parameters for it", (*inserted, *added), UNSAFE)


def no_throughput(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Where each request is paid for, there is no throughput to tell."""
    site = Site(context, diagnostic)
    path = site.path[: site.path.index("ProvisionedThroughput") + 1] if "ProvisionedThroughput" in site.path else ()
    entry = site.template.entry(path) if path else None
    if entry is not None and len(entry.parent.entries) > 1:
        edits = delete_element(site.document, site.template, entry)
        yield from site.fix("Delete 'ProvisionedThroughput', since each request is paid for", edits, UNSAFE)


FIXERS = (
    RuleFixer("cfn-lint", codes("E3039"), match_keys),
    RuleFixer("cfn-lint", codes("E3003"), key_of_one),
    RuleFixer("cfn-lint", codes("E3639"), pay_per_request),
    RuleFixer("cfn-lint", codes("E3638"), no_throughput),
)
