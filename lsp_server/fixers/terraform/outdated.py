"""What stands in the place of something deprecated: a resource of its own, or an argument that the provider names.

Nothing of it is safe: the text works as it is, and what moves between resources may have to be imported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.terraform.tree import Attribute, Block, Broken
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform import layout, split_out, upgraded
from lsp_server.fixers.terraform.place import Place, fix, holder, kind_of, name_span
from lsp_server.fixers.terraform.step import Step

CODES = frozenset({"deprecated-by-provider"})
_IMPORTED = ", to be imported where it exists"
_OTHER = frozenset({"id", "ids", "arn", "arns", "name", "names", "url", "uri", "key", "keys"})
_INSTEAD = re.compile(
    r"(?:[Uu]se|in favou?r of|renamed to|superseded by|replaced (?:with|by))(?: the)?(?: property| field)? "
    r"[`'\"]?([a-z][a-z0-9_]*)[`'\"]?(?=[ .,;]|$)(?! resource| data source)"
)


def fix_outdated(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """Fixes for a hint at a deprecated argument or block."""
    found = holder(context, diagnostic.span) if diagnostic.data.get("kind") != "type" else None
    if found is None:
        return
    place, item = found
    for step in _steps(place, item, str(diagnostic.data.get("why", ""))):
        gone = split_out.moved(place, item) if step.proposer == "split_out" else [item]
        clears = [
            other
            for other in context.diagnostics
            if other.uri == diagnostic.uri
            and other.code in CODES
            and any(name_span(one).encloses(other.span) for one in gone)
        ]
        title = step.title + _IMPORTED * (step.proposer == "split_out")
        trust = step.applicability.least(Applicability.UNSAFE)
        yield fix(title, step.edits, clears or [diagnostic], step.proposer, trust)


def _steps(place: Place, item: Attribute | Block, why: str) -> Iterator[Step]:
    known = [*upgraded.steps(place, item), *split_out.steps(place, item)]
    yield from (replace(step, reveals=False) for step in known)
    if not known:
        yield from _renamed(place, item, why)


def _renamed(place: Place, item: Attribute | Block, why: str) -> Iterator[Step]:
    """The one argument or block beside it that is named, where it takes what is written."""
    old = item.name if isinstance(item, Attribute) else kind_of(item)
    found = {name for name in _INSTEAD.findall(why) if name != old}
    name = found.pop() if len(found) == 1 else ""
    if not name or place.has(name):
        return
    if isinstance(item, Attribute):
        ours, theirs = place.content.argument(old), place.content.argument(name)
        if ours is None or theirs is None or not place.content.takes_argument(name) or isinstance(item.value, Broken):
            return
        if ours.type == theirs.type and _same(old, name):
            edits = layout.rename(place.document, place.block, item, name)
            yield Step(f"Change `{old}` to `{name}`, which has taken its place", tuple(edits), "outdated")
        return
    before, after = place.content.block(old), place.content.block(name)
    if before is None or after is None or item.type == "dynamic" or before.block != after.block:
        return
    if _same(old, name) and len([block for block in place.block.body.blocks if kind_of(block) == old]) == 1:
        edit = Edit(place.document.uri, item.type_span, name)
        yield Step(f"Change `{old}` to `{name}`, which has taken its place", (edit,), "outdated")


def _same(old: str, new: str) -> bool:
    """Whether two names speak of one value: no id for a name, no `disabled` for `enabled`, nothing that is narrower."""
    words, others = (
        re.sub(r"enabled?", "enable", re.sub(r"disabled?", "disable", one)).split("_") for one in (old, new)
    )
    if {words[-1], others[-1]} & _OTHER or ("disable" in words) != ("disable" in others):
        return False
    return set(words) <= set(others) or set(others) <= set(words) or old[:3] == new[:3]
