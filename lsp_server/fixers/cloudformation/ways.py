"""The ways to go on from a line at which YAML gives up, and which of them is plainly the one that was meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit, apply_edits
from lsp_server.core.fix import Applicability
from lsp_server.dialects.cloudformation.template import Template, parse_template
from lsp_server.dialects.cloudformation.tree import Scalar, Style
from lsp_server.fixers.cloudformation.readable import Reader, Reading, Search, stop_of
from lsp_server.fixers.cloudformation.site import DISPLAY_ONLY, SAFE, UNSAFE
from lsp_server.fixers.cloudformation.slips_yaml import Try, attempts, attempts_of_two
from lsp_server.fixers.cloudformation.strangeness import SLIP, strangeness

_CANDIDATES = 12  # ways that are compared
_CHEAP = 4  # up to this cost an edit is one that people often have to make
_RIVALS = 2  # by how much more an edit may cost to be looked at beside one that does well
_LINES = 150_000  # read in search of a way


@dataclass(frozen=True)
class Way:
    """An attempt after which the text can be read, or read further.

    `left` are the lines around that our own tree cannot read then, `strange` is how much there is not as it should be.
    `fits`: what the attempt moved or made whole is no stranger where it then stands than if it were not there at all.
    """

    attempt: Try
    reading: Reading
    left: int
    strange: float
    fits: bool

    @property
    def rank(self) -> tuple[bool, int, float, int]:
        """What tells the better way: smaller is better."""
        return *self._worth, self.attempt.cost

    @property
    def _worth(self) -> tuple[bool, int, float]:
        reading = self.reading
        return reading.stop is not None, self.left, self.strange + 3 * reading.swallowed + reading.odd

    @property
    def well(self) -> bool:
        """Whether nothing that was touched looks odd afterwards."""
        return self.reading.stop is None and not self.reading.swallowed and self.fits

    def worse(self, other: Way, by: float = 0.0) -> bool:
        """Whether it leaves the text stranger than another does by more than that."""
        (unread, left, strange), (its_unread, its_left, its) = self._worth, other._worth
        return (unread, left, strange) > (its_unread, its_left, its + by)

    def _costs_more(self, other: Way) -> bool:
        """Whether it is plainly a dearer way than another, or a little dearer and does not get as far."""
        more, stop, its = self.attempt.cost - other.attempt.cost, self.reading.stop, other.reading.stop
        return more > 1 or (more > 0 and stop is not None and its is not None and stop < its)

    def trust(self, ways: Iterable[Way]) -> Applicability:
        """How far it may be trusted among all `ways`, of which the first is the best.

        Safe where it is cheap and plainly better than any other way, and lines that it moves fit where they then stand.
        A way that makes text of what was none, or that is worse than the best, is for a person to choose.
        """
        best = next(iter(ways))
        if self.reading.swallowed or self.worse(best) or self.attempt.cost > best.attempt.cost + 2:
            return DISPLAY_ONLY
        rivals = [other for other in ways if other.attempt.edits != self.attempt.edits]
        beaten = all(other.worse(self) or other._costs_more(self) for other in rivals)
        moves = any(not edit.text.strip(" -") for edit in self.attempt.edits)
        fine = self.fits if moves or self.reading.stop is not None else True
        return SAFE if fine and beaten and self.attempt.cost <= _CHEAP * self.attempt.slips else UNSAFE


def find_ways(document: Document, stop: int) -> Search[list[Way]]:
    """What may be done about the line `stop` at which YAML gives up, the best first; each was tried on all the text."""
    search = _Search(document, stop)
    found = yield from search.among(attempts(document, stop))
    if not any(way.well or (way.fits and way.left < search.left and not way.reading.swallowed) for way in found):
        found += yield from search.among(attempts_of_two(document, stop))
    if any(not way.reading.swallowed for way in found):
        found = [way for way in found if not way.reading.swallowed]
    found.sort(key=lambda way: way.rank)
    kept = []
    for way in found:
        after = yield from stop_of(apply_edits(document.text, way.attempt.edits))
        if after is None or after > stop + 1 or (after >= stop and way.left < search.left):
            kept.append(way)
    return kept


class _Search:
    def __init__(self, document: Document, stop: int) -> None:
        self._document = document
        self._stop = stop
        self._reader = Reader(document, stop)
        before = self._after(())
        self.left, self._running_on = len(before.syntax), _running_on(before)

    def among(self, some: Iterable[Try]) -> Search[list[Way]]:
        """The attempts after which the text around can be read, or read further."""
        found: list[Way] = []
        most = 99
        for attempt in sorted(some, key=lambda t: t.cost):
            if attempt.cost > most or len(found) >= _CANDIDATES or self._reader.lines > _LINES:
                break
            if (way := self._way(attempt)) is not None:
                found.append(way)
                most = min(most, attempt.cost + _RIVALS) if way.well else most
            yield
        return found

    def _way(self, attempt: Try) -> Way | None:
        reading = self._reader.reading(attempt.edits)
        if reading.stop is not None and reading.stop < self._stop:
            return None
        template = self._after(attempt.edits)
        left = len(template.syntax)
        if reading.stop is not None and reading.stop <= self._stop + 1 and left >= self.left:
            return None
        if reading.stop is not None:
            reading = replace(reading, swallowed=max(0, _running_on(template) - self._running_on))
        strange, out = strangeness(template), self._taken_out(attempt.edits)
        without, reading_without = strangeness(self._after(out)), self._reader.reading(out)
        odd = reading_without.odd if reading_without.stop is None else 0
        fits = strange <= without + SLIP * attempt.slips and reading.odd <= odd
        return Way(attempt, reading, left, strange, fits)

    def _after(self, edits: tuple[Edit, ...]) -> Template:
        """The text around the place, after edits, as our own tree has it."""
        return parse_template(self._document.with_text(self._reader.after(edits)[0]))

    def _taken_out(self, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
        """Edits that take the lines away that others touch."""
        document = self._document
        starts = (*document.line_starts, len(document.text))
        touched = {document.position(edit.span.start).line for edit in edits}
        return tuple(Edit(document.uri, Span(starts[n], starts[n + 1]), "") for n in sorted(touched))


def _running_on(template: Template) -> int:
    """How many lines are part of a plain text that begins in a line above."""
    nodes = template.root.walk() if template.root is not None else ()
    return sum(node.raw.count("\n") for node in nodes if isinstance(node, Scalar) and node.style is Style.PLAIN)
