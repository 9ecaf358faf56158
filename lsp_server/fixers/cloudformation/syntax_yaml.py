"""YAML that cannot be read: try the few edits that make it whole, and offer those that are plainly meant."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.edit import apply_edits
from lsp_server.core.fix import Fix
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.readable import stop_of
from lsp_server.fixers.cloudformation.several_slips import undo_all, ways_elsewhere
from lsp_server.fixers.cloudformation.site import Site
from lsp_server.fixers.cloudformation.ways import find_ways

_OFFERED = 4


def make_whole(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix | None]:
    """Yield the edits that make the text readable, the likeliest first; None now and then while they are looked for."""
    site = Site(context, diagnostic)
    if site.template.format == "json" or not diagnostic.syntax:
        return
    stop = yield from stop_of(site.document.text)
    if stop is None:
        return
    ways = yield from find_ways(site.document, stop)
    whole = bool(ways) and (yield from stop_of(apply_edits(site.document.text, ways[0].attempt.edits))) is None
    others = [] if ways else (yield from ways_elsewhere(site.document, stop))
    undone = None if whole else (yield from undo_all(site.document, ways or others))
    if undone is not None:
        yield from site.fix("; ".join(dict.fromkeys(undone.titles)), undone.edits, undone.trust)
    elif ways and not whole:
        others = yield from ways_elsewhere(site.document, stop)
    for found in (ways, others):
        for way in found[:_OFFERED]:
            yield from site.fix(way.attempt.title, way.attempt.edits, way.trust(found))


FIXERS = (RuleFixer("cfn-lint", frozenset({"E0000"}), make_whole),)
