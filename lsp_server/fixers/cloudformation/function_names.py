"""A function whose name is a slip of another, or is written without its `Fn::`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.cloudformation.tree import Entry, Mapping
from lsp_server.dialects.cloudformation.vocabulary import ALL_FUNCTIONS
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import rename, replace
from lsp_server.fixers.cloudformation.names import CASE, certain, rank
from lsp_server.fixers.cloudformation.rules import FUNCTIONS, SCHEMA, codes
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site
from lsp_server.fixers.cloudformation.vocabulary import opaque

FUNCTION_NAMES = tuple(name for name in ALL_FUNCTIONS if name != "Condition")


def rename_function(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Write the function that was meant; below a macro of one's own, it may be one of that macro."""
    site = Site(context, diagnostic)
    if opaque(site.template):
        return
    node = site.node
    if node is not None and node.tag.startswith("!") and not node.tag.startswith("!!"):
        for name, trust in _meant(node.intrinsic):
            edits = replace(site.document, node.tag_span, f"!{name.removeprefix('Fn::')}")
            yield from site.fix(f"Use the function {name}", edits, trust)
    elif (entry := _misnamed(site)) is not None:
        for name, trust in _meant(entry.name):
            yield from site.fix(f"Use the function {name}", rename(site.document, entry, name), trust)


def _misnamed(site: Site) -> Entry | None:
    """An entry whose key stands for a function: it begins with `Fn:`, or is the only one where no object is due."""
    if site.entry is not None and site.entry.name.startswith("Fn:") and site.keyword != "type":
        return site.entry
    node, types = site.node, site.facts("types")
    due = bool(types) and "object" not in types
    return node.entries[0] if due and isinstance(node, Mapping) and len(node.entries) == 1 else None


def _meant(written: str) -> Iterator[tuple[str, Applicability]]:
    """The functions that a name is a slip of, and how sure that is; none for the name of one."""
    if written in FUNCTION_NAMES or written == "Condition":
        return
    name = written.removeprefix("Fn:").removeprefix(":")
    matches = rank(name if rank(name, ("Ref",)) else f"Fn::{name}", FUNCTION_NAMES)
    for match in matches[:2]:
        sure = match.distance <= CASE or written.startswith("Fn::")
        yield match.name, SAFE if match is matches[0] and certain(matches) and sure else UNSAFE


FIXERS = (RuleFixer("cfn-lint", SCHEMA | FUNCTIONS | codes("E6101 E6102"), rename_function),)
