"""The `moved` blocks that keep a renamed resource or module from being destroyed and made anew.

https://developer.hashicorp.com/terraform/language/modules/develop/refactoring
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.dialects.service import RefusedError
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import is_json, is_override, trees_of
from lsp_server.dialects.terraform.service.names import How, Name, Place, Space
from lsp_server.dialects.terraform.service.new_names import where
from lsp_server.dialects.terraform.service.site import Site, site_at

_FIRST_KEY = re.compile(r"\ufeff?\s*\{(?P<blank>\s*)\"")
MOVABLE = frozenset({Space.RESOURCE, Space.MODULE})


def in_moved(place: Place) -> bool:
    """Whether the name stands in the address of a `moved` block, which tells of the past and stays as it is."""
    return place.mention.how is How.ADDRESS and _block(place) is not None


def moved_edits(old: Name, places: Sequence[Place], others: Sequence[Place], new: str) -> list[Edit]:
    """The edits that tell of a new name: a block behind the one that is renamed, or one turned round that is there.

    `places` are those of the old name, `others` those of the new one. Raises RefusedError where the moves that are
    written already would not go together with it.
    """
    before = [one for one in others if in_moved(one)]
    if before:
        return _turned(old, before, new)
    declared = [one for one in places if one.declares]
    first = next((one for one in declared if not is_override(one.document)), declared[0])
    return [_added(first, old, new)]


def _added(place: Place, old: Name, new: str) -> Edit:
    document = place.document
    if is_json(document):
        return _added_to_json(place, old, new)
    site = site_at(document, place.span.start)
    end = site.span(site.blocks[0].span).end if site is not None and site.blocks else place.span.end
    line = document.position(max(end - 1, place.span.start)).line
    at = document.line_span(line).end
    above = old.address.removesuffix(old.text)
    lines = ["", "", "moved {", f"  from = {above}{old.text}", f"  to   = {above}{new}", "}"]
    return Edit(document.uri, document.line_span(line)._replace(start=at), document.newline.join(lines))


def _added_to_json(place: Place, old: Name, new: str) -> Edit:
    """The entry of a `moved` block behind all others of the file's object."""
    document, text = place.document, place.document.text
    end = text.rstrip().rfind("}")
    opening = _FIRST_KEY.match(text)
    if opening is None or end != len(text.rstrip()) - 1 or any(b.type == "moved" for b in trees_of(document).blocks):
        raise RefusedError(
            f"A `moved` block has to tell of the new name, and there is no place for it in {document.name}."
        )
    above = old.address.removesuffix(old.text)
    at = len(text[:end].rstrip())
    entry = f'"moved": {{"from": "{above}{old.text}", "to": "{above}{new}"}}'
    return Edit(document.uri, Span(at, at), f",{opening['blank'] or ' '}{entry}")


def _turned(old: Name, before: Sequence[Place], new: str) -> list[Edit]:
    """`from = new, to = old` becomes `from = old, to = new`: the state may have followed the move already."""
    only = before[0]
    block = _block(only)
    source, target = (block.body.attribute(name) if block else None for name in ("from", "to"))
    if len(before) == 1 and source and target and _is_all(source, only) and _names_all(target, old):
        return [
            Edit(only.uri, source.value.span.shifted(only.start), target_text(only, target)),
            Edit(only.uri, target.value.span.shifted(only.start), target_text(only, source)),
        ]
    sentence = f"a `moved` block speaks of {old.address.removesuffix(old.text)}{new}, {where(only)}"
    raise RefusedError(f"{new} was another's name: {sentence}. It has to go first.")


def target_text(place: Place, argument: t.Attribute) -> str:
    """The value of an argument as it is written."""
    return place.document.slice(argument.value.span.shifted(place.start))


def _is_all(argument: t.Attribute, place: Place) -> bool:
    return argument.value.span == place.mention.whole


def _names_all(argument: t.Attribute, name: Name) -> bool:
    value = argument.value
    return (
        isinstance(value, t.Traversal)
        and len(value.parts) == len(value.names)
        and (".".join(value.names) == name.address)
    )


def _block(place: Place) -> t.Block | None:
    site: Site | None = site_at(place.document, place.span.start)
    block = site.blocks[0] if site is not None and site.blocks else None
    return block if block is not None and block.type == "moved" else None
