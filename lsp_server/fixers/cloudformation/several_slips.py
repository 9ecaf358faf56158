"""YAML with several slips: one after the other is undone where YAML gives up, until the whole can be read."""

from __future__ import annotations

from dataclasses import dataclass

from lsp_server.core.document import Document
from lsp_server.core.edit import Edit, apply_edits, minimal_edits
from lsp_server.core.fix import Applicability
from lsp_server.dialects.cloudformation.template import parse_template
from lsp_server.dialects.cloudformation.unread import unread_blocks
from lsp_server.fixers.cloudformation.readable import Search, stop_of
from lsp_server.fixers.cloudformation.site import SAFE
from lsp_server.fixers.cloudformation.ways import Way, find_ways

_MOST = 12  # slips
_COSTLIEST = 8  # an edit that people seldom have to make is a guess, and guesses do not add up


@dataclass(frozen=True)
class Undone:
    """What was done, in order, the edits it comes to, and how far the least certain of it may be trusted."""

    titles: tuple[str, ...]
    edits: tuple[Edit, ...]
    trust: Applicability


def undo_all(document: Document, ways: list[Way]) -> Search[Undone | None]:
    """All slips at once; None where no way there was found. `ways` are those for the first."""
    text, titles, trust = document.text, list[str](), SAFE
    at: int | None = 0
    while at is not None:
        if not ways or len(titles) == _MOST or ways[0].attempt.cost > _COSTLIEST:
            return None
        titles.append(ways[0].attempt.title)
        trust = trust.least(ways[0].trust(ways))
        document = document.with_text(apply_edits(document.text, ways[0].attempt.edits))
        at = yield from stop_of(document.text)
        if at is not None:
            ways = (yield from find_ways(document, at)) or (yield from ways_elsewhere(document, at))
    return Undone(tuple(titles), minimal_edits(document.uri, text, document.text), trust)


def ways_elsewhere(document: Document, stop: int) -> Search[list[Way]]:
    """The ways at the first other line than `stop` where there are any: YAML may give up far from a slip.

    First come the lines at which it gives up a block alone, then those that our own tree cannot read.
    """
    for line in dict.fromkeys([*(yield from _stops_alone(document)), *_mistaken(document)]):
        if line != stop and (ways := (yield from find_ways(document, line))):
            return ways
    return []


def _stops_alone(document: Document) -> Search[list[int]]:
    stops = []
    for span in unread_blocks(document):
        stop = yield from stop_of(document.slice(span))
        stops += [document.position(span.start).line + stop] if stop is not None else []
    return stops


def _mistaken(document: Document) -> list[int]:
    return [document.position(mistake.span.start).line for mistake in parse_template(document).syntax]
