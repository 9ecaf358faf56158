"""Instance types that a service does not have: without the service's prefix, or of a generation that has ended."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Scalar
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import rewrite
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site

_PARTS = re.compile(
    r"(?P<before>[a-z]+\.)?(?P<family>[a-z]+?)(?P<generation>\d+)(?P<kind>[a-z]*(?:-[a-z0-9]+)?)"
    r"\.(?P<size>[\w-]+)(?P<after>\.[a-z]+)?"
)


def rename_type(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Write the same type as the service calls it, or that of the next generation in the same family and size."""
    site = Site(context, diagnostic)
    node, allowed = site.node, site.facts("allowed")
    if not isinstance(node, Scalar) or node.tag or node.value in allowed:
        return
    if name := called_here(node.value, allowed):
        edits = rewrite(site.document, node, name)
        yield from site.fix(f"Write '{name}', as the service calls it", edits, SAFE)
    elif name := next_generation(node.value, allowed):
        edits = rewrite(site.document, node, name)
        yield from site.fix(f"Use '{name}', of another generation than '{node.value}'", edits, UNSAFE)


def called_here(written: str, allowed: list[str]) -> str:
    """The allowed type that is the same but for what the service puts before and behind it; empty for none."""
    own = _PARTS.fullmatch(written.lower())
    same = [name for name, hit in _parsed(allowed) if own is not None and _core(hit) == _core(own)]
    return same[0] if len(same) == 1 else ""


def next_generation(written: str, allowed: list[str]) -> str:
    """The allowed type of the nearest generation, later ones first, that has the same family, size and processor."""
    own = _PARTS.fullmatch(written.lower())
    if own is None:
        return ""
    number = int(own["generation"])
    found = []
    for name, hit in _parsed(allowed):
        if hit["family"] == own["family"] and hit["size"] == own["size"] and hit["kind"] in (own["kind"], ""):
            other = int(hit["generation"])
            found.append((other < number, hit["kind"] != own["kind"], abs(other - number), name))
    return min(found)[-1] if found else ""


def _parsed(allowed: list[str]) -> Iterator[tuple[str, re.Match[str]]]:
    yield from ((name, hit) for name in allowed if (hit := _PARTS.fullmatch(name)) is not None)


def _core(hit: re.Match[str]) -> tuple[str, ...]:
    return hit["family"], hit["generation"], hit["kind"], hit["size"]


_RULES = "E3025 E3617 E3620 E3621 E3628 E3635 E3640 E3641 E3642 E3643 E3644 E3647 E3652 E3653 E3667 E3670 E3672 E3675"
FIXERS = (RuleFixer("cfn-lint", codes(f"{_RULES} E3062 E3694 W2030"), rename_type),)
