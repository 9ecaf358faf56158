"""A loop (`Fn::ForEach`) that makes the same key over and over, because the key does not hold the loop's variable."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Sequence
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import replace
from lsp_server.fixers.cloudformation.names import certain, rank
from lsp_server.fixers.cloudformation.references import loop_variables
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site

_VARIABLE = re.compile(r"[$&]\{(\w+)\}")


def rename_variable(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Write the loop's variable for the name in the key that is a slip of it."""
    site = Site(context, diagnostic)
    for entry in _keys(site):
        variables = loop_variables(entry.key)
        for hit in _VARIABLE.finditer(entry.key.raw):
            matches = rank(hit[1], variables) if hit[1] not in variables else []
            for match in matches[:1]:
                start = entry.key.span.start
                edits = replace(site.document, Span(start + hit.start(1), start + hit.end(1)), match.name)
                trust = SAFE if certain(matches) else UNSAFE
                yield from site.fix(f"Use the loop's variable '{match.name}' for '{hit[1]}'", edits, trust)


def _keys(site: Site) -> Iterator[Entry]:
    """The keys that loops make."""
    for node in site.template.root.walk() if site.template.root is not None else ():
        owner = node.parent
        loop = owner.parent if isinstance(owner, Sequence) else None
        if isinstance(node, Mapping) and isinstance(loop, Entry) and loop.name.startswith("Fn::ForEach::"):
            yield from node.entries


FIXERS = (RuleFixer("cfn-lint", codes("E0001"), rename_variable),)
