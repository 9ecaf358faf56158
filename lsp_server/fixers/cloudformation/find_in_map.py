"""A key that FindInMap asks for and its mapping does not have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar, Sequence
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import rewrite
from lsp_server.fixers.cloudformation.names import certain, rank
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site


def rename_key(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Write the key of the mapping that was meant."""
    site = Site(context, diagnostic)
    node, step = site.node, site.path[-1] if site.path else None
    arguments = node.parent if node is not None else None
    if not isinstance(node, Scalar) or node.tag or not isinstance(arguments, Sequence) or step not in (1, 2):
        return
    name = arguments.items[0]
    mapping = site.template.node(("Mappings", name.value)) if isinstance(name, Scalar) and not name.tag else None
    matches = rank(node.value, _keys(mapping, int(step)))
    for match in matches[:2]:
        safe = match is matches[0] and certain(matches)
        edits = rewrite(site.document, node, match.name)
        yield from site.fix(f"Ask the mapping for '{match.name}'", edits, SAFE if safe else UNSAFE)


def _keys(mapping: object, level: int) -> Iterator[str]:
    for entry in mapping.entries if isinstance(mapping, Mapping) else ():
        if level == 1:
            yield entry.name
        else:
            yield from _keys(entry.value, 1)


FIXERS = (RuleFixer("cfn-lint", codes("E1011"), rename_key),)
