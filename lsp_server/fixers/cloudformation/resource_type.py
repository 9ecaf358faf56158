"""A resource type that does not exist: misspelled, plural, of the wrong case or service."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.schema import schemas
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import rewrite
from lsp_server.fixers.cloudformation.names import Match, certain, distance
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site

_SEPARATORS = re.compile(r"[:./]+")


def rename_type(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Write the type that the unknown one is a slip of; its properties tell which of several."""
    site = Site(context, diagnostic)
    node = site.node
    if not isinstance(node, Scalar) or site.path[-1:] != ("Type",) or node.value in schemas():
        return
    body = site.template.node(site.path[:-1])
    properties = body.get("Properties") if isinstance(body, Mapping) else None
    written = [e.name for e in properties.entries] if isinstance(properties, Mapping) else []
    matches = sorted(near_types(node.value), key=lambda m: (m.distance - 0.6 * _share(m.name, written), m.name))
    for match in matches[:3]:
        safe = match is matches[0] and certain(matches) and (not written or _share(match.name, written) == 1)
        edits = rewrite(site.document, node, match.name)
        yield from site.fix(f"Use the resource type '{match.name}'", edits, SAFE if safe else UNSAFE)


def near_types(written: str) -> list[Match]:
    """The resource types that a slip in one of the three parts explains, or the same name in another service."""
    parts = _SEPARATORS.split(written)
    parts = parts if len(parts) > 2 else ["AWS", *parts]
    if (plain := "::".join(parts)) in schemas():
        return [Match(plain, 0.1)]
    found: list[Match] = []
    for name in schemas().types:
        other = name.split("::")
        if len(other) != len(parts):
            continue
        apart = sum(distance(a, b) for a, b in zip(parts, other, strict=True))
        if apart <= 2.5:
            found.append(Match(name, apart))
        elif len(parts) == 3 and parts[2].lower() == other[2].lower() and _kin(parts[1], other[1]):
            found.append(Match(name, 3.0))
    return sorted(found, key=lambda m: (m.distance, m.name))


def _kin(a: str, b: str) -> bool:
    return a.lower().startswith(b.lower()) or b.lower().startswith(a.lower())


def _share(name: str, written: list[str]) -> float:
    """How many of the written properties the type knows, from 0 to 1."""
    schema = schemas().get(name)
    if schema is None or not written:
        return 0.0
    known = schema.properties_at(())
    return sum(key in known for key in written) / len(written)


FIXERS = (RuleFixer("cfn-lint", codes("E3006 E3001 E3008"), rename_type),)
