"""A resource type that does not exist: misspelled, plural, of the wrong case or service."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.schema import schemas
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import rewrite
from lsp_server.fixers.cloudformation.names import PLURAL, SLIP, Match, certain, distance, rank
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site

_FURTHEST = 6  # letters by which the whole names of two types may differ to be looked at
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
    near = near_types(node.value) or [m for m in _guesses(node.value) if written and _knows_all(m.name, written)]
    matches = sorted(near, key=lambda m: (m.distance - 0.6 * _share(m.name, written), m.name))
    for match in matches[:3]:
        safe = match is matches[0] and certain(matches) and _knows_all(match.name, written)
        edits = rewrite(site.document, node, match.name)
        yield from site.fix(f"Use the resource type '{match.name}'", edits, SAFE if safe else UNSAFE)


def near_types(written: str) -> list[Match]:
    """The resource types that a slip in one of the three parts explains, or the same name in another service."""
    parts = _SEPARATORS.split(written)
    parts = parts if len(parts) > 2 else ["AWS", *parts]
    if (plain := "::".join(parts)) in schemas():
        return [Match(plain, 0.1)]
    found: list[Match] = []
    for name in _alike(parts):
        other = name.split("::")
        if len(other) != len(parts):
            continue
        apart = sum(_apart(a, b) for a, b in zip(parts, other, strict=True))
        if apart <= 2.5:
            found.append(Match(name, apart))
        elif len(parts) == 3 and parts[2].lower() == other[2].lower() and _kin(parts[1], other[1]):
            found.append(Match(name, 3.0))
    return sorted(set(found), key=lambda m: (m.distance, m.name))


def _apart(a: str, b: str) -> float:
    """How far apart two parts are; the plural of a misspelled word counts as one slip more."""
    plain, singular = distance(a, b), a.removesuffix("s")
    return min(plain, distance(singular, b) + PLURAL) if singular != a and plain > PLURAL else plain


def _guesses(written: str) -> list[Match]:
    """The types of the same service in whose short names two slips explain the difference."""
    service, _, last = written.rpartition("::")
    names = [name for name in schemas().types if name.rpartition("::")[0] == service]
    apart = [(OSA.distance(last.lower(), name.rpartition("::")[2].lower(), score_cutoff=2), name) for name in names]
    return [Match(name, SLIP + away) for away, name in sorted(apart) if away <= 2 < len(last) - 1]


def _alike(parts: list[str]) -> list[str]:
    """The types worth a closer look: their names are spelled alike, or end alike."""
    lower = _lower_case()
    found = process.extract("::".join(parts).lower(), lower, scorer=OSA.distance, score_cutoff=_FURTHEST, limit=None)
    return [name for _, _, name in found] + [n for n, one in lower.items() if one.endswith(f"::{parts[-1].lower()}")]


@lru_cache(1)
def _lower_case() -> dict[str, str]:
    return {name: name.lower() for name in schemas().types}


def _kin(a: str, b: str) -> bool:
    return a.lower().startswith(b.lower()) or b.lower().startswith(a.lower())


def _share(name: str, written: list[str]) -> float:
    """How many of the written properties the type knows, from 0 to 1."""
    schema = schemas().get(name)
    if schema is None or not written:
        return 0.0
    known = schema.properties_at(())
    return sum(key in known for key in written) / len(written)


def _knows_all(name: str, written: list[str]) -> bool:
    """Whether the type has all the written properties, or such that they are slips of."""
    schema = schemas().get(name)
    known = list(schema.properties_at(())) if schema is not None else []
    return all(key in known or rank(key, known) for key in written)


FIXERS = (RuleFixer("cfn-lint", codes("E3006 E3001 E3008"), rename_type),)
