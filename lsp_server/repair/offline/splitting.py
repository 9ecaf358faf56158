"""What the provider advises to write as resources of their own, though it may stand in one: a security group's rules.

https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lsp_server.repair.offline.recipes import Recipe, Split
from lsp_server.repair.offline.resource import New, Notation

_PORTS = ("from_port", "to_port")
_ALL = "-1"


def split(new: New, recipe: Recipe, notation: Notation, text: str) -> Iterator[New]:
    """Take out of a resource what is to be apart, and yield it.

    Where `text`, that of the file, has some of it inside, all stays there: the provider forbids to have both.
    """
    if any(re.search(rf"^\s*{name}\s*\{{", text, re.MULTILINE) for name in recipe.split):
        return
    for name, how in recipe.split.items():
        for item in new.values.pop(name, ()):
            for values in _of_item(item, how):
                said = f"{new.id}_{item.get('description', 'all')}".lower()
                id_ = notation.new_id(how.type, Recipe(), said)
                to = notation.reference(new.type, new.id, "id")
                yield New(how.type, id_, new.at, {how.to: to, **values}, by=new.type, finished=True)


def _of_item(item: Mapping[str, Any], how: Split) -> Iterator[dict[str, Any]]:
    """The settings of the resources that one item comes to."""
    everything = item.get("protocol") == _ALL
    plain = {k: v for k, v in item.items() if k not in how.each and not (everything and k in _PORTS)}
    for name in how.each:
        for one in item.get(name, ()):
            yield {how.renamed.get(key, key): value for key, value in (plain | {name: one}).items()}
