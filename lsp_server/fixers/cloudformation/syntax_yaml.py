"""YAML that cannot be read: try the few edits that make it whole, and offer those that are plainly meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.edit import apply_edits, minimal_edits
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.cloudformation.template import parse_template
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.readable import Reader, Reading, read
from lsp_server.fixers.cloudformation.several_slips import undo_all
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, SAFE, UNSAFE, Site
from lsp_server.fixers.cloudformation.slips_yaml import Try, attempts
from lsp_server.fixers.cloudformation.vocabulary import strangeness

_CANDIDATES = 12  # ways to make the text whole that are compared
_OFFERED = 4
_CHEAP = 4  # up to this cost an edit is one that people often have to make
_LINES = 300_000  # read in search of a way


@dataclass(frozen=True)
class _Way:
    """An attempt after which the text can be read, or read further, and how much in it then is not as it should be."""

    attempt: Try
    reading: Reading
    strange: int

    @property
    def rank(self) -> tuple[bool, int, int]:
        reading = self.reading
        return reading.stop is not None, self.strange + 3 * reading.swallowed + reading.odd, self.attempt.cost


def make_whole(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Yield the edits that make the text readable, the likeliest first."""
    site = Site(context, diagnostic)
    if site.template.format == "json" or not diagnostic.syntax:
        return
    stop, _ = read(context.document.text)
    if stop is None:
        return
    ways = _ways(site, stop)
    for way in ways[:_OFFERED]:
        yield from site.fix(way.attempt.title, way.attempt.edits, _trust(way, ways))
    if not any(way.reading.stop is None for way in ways):
        yield from _together(site)


def _together(site: Site) -> Iterable[Fix]:
    """All slips at once, where no single edit makes the text readable."""
    if (found := undo_all(site.document)) is not None:
        titles, text = found
        several = "; ".join(dict.fromkeys(titles))
        yield from site.fix(several, minimal_edits(site.document.uri, site.document.text, text), UNSAFE)


def _ways(site: Site, stop: int) -> list[_Way]:
    """What makes the text readable, or readable further, the best first."""
    document, reader = site.document, Reader(site.document, stop)
    found: list[_Way] = []
    for attempt in sorted(attempts(document, stop), key=lambda t: t.cost):
        if len(found) >= _CANDIDATES or reader.lines > _LINES:
            break
        reading = reader.reading(attempt.edits)
        if _further(reading.stop, stop):
            near = document.with_text(reader.near(attempt.edits))
            found.append(_Way(attempt, reading, strangeness(parse_template(near))))
    if any(not way.reading.swallowed for way in found):
        found = [way for way in found if not way.reading.swallowed]
    found.sort(key=lambda way: way.rank)
    return [way for way in found if _further(read(apply_edits(document.text, way.attempt.edits))[0], stop)]


def _further(after: int | None, before: int) -> bool:
    return after is None or after > before + 1


def _trust(way: _Way, ways: list[_Way]) -> Applicability:
    """Safe where it is cheap and plainly better than any other way; where it moves lines, if nothing is odd then.

    A way that makes text of what was none, or that is worse than the best, is for a person to choose.
    """
    best = ways[0]
    if way.reading.swallowed or way.rank[:2] > best.rank[:2] or way.attempt.cost > best.attempt.cost + 2:
        return DISPLAY_ONLY
    rivals = [o for o in ways if o is not way and o.attempt.edits != way.attempt.edits]
    beaten = all(o.rank[:2] > way.rank[:2] or o.attempt.cost > way.attempt.cost + 1 for o in rivals)
    moves = not any(edit.text.strip(" -") for edit in way.attempt.edits)
    well = way.reading.stop is None and (way.rank[1] == 0 or not moves)
    return SAFE if well and beaten and way.attempt.cost <= _CHEAP else UNSAFE


FIXERS = (RuleFixer("cfn-lint", frozenset({"E0000"}), make_whole),)
