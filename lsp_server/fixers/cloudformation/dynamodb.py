"""Attributes of a DynamoDB table: its keys have to be defined, and nothing else may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Mapping, Node, Scalar, Sequence
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import delete_element, rewrite
from lsp_server.fixers.cloudformation.items import append_item
from lsp_server.fixers.cloudformation.names import certain, rank
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site

_NAME = "AttributeName"


def match_keys(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Define a key as a string, take away the definition of what is no key; a slip of a key is that key."""
    site = Site(context, diagnostic)
    table = site.node
    listed = table.get("AttributeDefinitions") if isinstance(table, Mapping) else None
    if not isinstance(table, Mapping) or not isinstance(listed, Sequence) or not listed.items:
        return
    defined = {node.value: node for node in _names(listed)}
    keys = dict.fromkeys(node.value for node in _key_names(table))
    if len(defined) != len(listed.items) or not keys:
        return
    missing, unused = [name for name in keys if name not in defined], [name for name in defined if name not in keys]
    if len(missing) == len(unused) == 1 and (slips := rank(unused[0], missing)):
        edits = rewrite(site.document, defined[unused[0]], missing[0])
        trust = SAFE if certain(slips) else UNSAFE
        yield from site.fix(f"Define '{missing[0]}', not '{unused[0]}'", edits, trust)
        return
    made: list[Edit] = []
    for name in missing:
        made += append_item(site, listed, {_NAME: name, "AttributeType": "S"}) or ()
    for name in unused:
        made += delete_element(site.document, site.template, _item(defined[name])) or ()
    told = [f"define {_shown(missing)} as a string"] if missing else []
    told += [f"delete the definition of {_shown(unused)}, which is no key"] if unused else []
    title = " and ".join(told)
    yield from site.fix(title[:1].upper() + title[1:], made, UNSAFE)


def _shown(names: list[str]) -> str:
    return " and ".join(f"'{name}'" for name in names)


def _names(node: Node | None) -> Iterator[Scalar]:
    for item in node.items if isinstance(node, Sequence) else ():
        name = item.get(_NAME) if isinstance(item, Mapping) else None
        if isinstance(name, Scalar) and not name.tag:
            yield name


def _key_names(table: Mapping) -> Iterator[Scalar]:
    yield from _names(table.get("KeySchema"))
    for section in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        indexes = table.get(section)
        for index in indexes.items if isinstance(indexes, Sequence) else ():
            yield from _names(index.get("KeySchema") if isinstance(index, Mapping) else None)


def _item(name: Scalar) -> Node:
    """The item of the list that a name is in."""
    return name.parent.parent  # type: ignore[union-attr, return-value]


FIXERS = (RuleFixer("cfn-lint", codes("E3039"), match_keys),)
