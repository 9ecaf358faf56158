"""YAML with several slips: each is undone in the block where it stands, until the whole can be read."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.document import Document
from lsp_server.core.edit import apply_edits
from lsp_server.dialects.cloudformation.template import Template, parse_template
from lsp_server.fixers.cloudformation.readable import read
from lsp_server.fixers.cloudformation.slips_yaml import Try, attempts
from lsp_server.fixers.cloudformation.vocabulary import strangeness

_MOST = 12  # slips
_COSTLIEST = 6  # an edit that people seldom have to make is a guess, and guesses do not add up
_LINES = 400_000  # parsed in search of the edits


def undo_all(document: Document) -> tuple[tuple[str, ...], str] | None:
    """What was done, in order, and the text in which YAML then gives up nowhere; None where no way there was found.

    Our own tree tells where the other slips stand: YAML gives up at one, and often far from it.
    """
    titles: list[str] = []
    search = _Search()
    while (stop := read(document.text)[0]) is not None:
        found = search.next(document, stop) if len(titles) < _MOST else None
        if found is None:
            return None
        attempt, document = found
        titles.append(attempt.title)
    return tuple(titles), document.text


class _Search:
    def __init__(self) -> None:
        self._parsed = 0

    def next(self, document: Document, stop: int) -> tuple[Try, Document] | None:
        """The likeliest edit that undoes a slip, and the document after it."""
        slips = _slips(parse_template(document))
        for line in dict.fromkeys([*slips, stop]):
            ways = list(self._ways(document, slips, line))
            if ways:
                return min(ways, key=lambda way: way[0])[1:]
        return None

    def _ways(
        self, document: Document, slips: list[int], line: int
    ) -> Iterator[tuple[tuple[int, int, int], Try, Document]]:
        for attempt in sorted(attempts(document, line), key=lambda a: a.cost):
            if attempt.cost > _COSTLIEST or self._parsed > _LINES:
                return
            after = document.with_text(apply_edits(document.text, attempt.edits))
            self._parsed += len(after.line_starts)
            template = parse_template(after)
            left = _slips(template)
            if _undone(line, slips, left) if line in slips else not left and read(after.text)[0] is None:
                yield (len(left), strangeness(template), attempt.cost), attempt, after


def _slips(template: Template) -> list[int]:
    """The lines at which our own tree sees slips, from the top."""
    document = template.document
    return sorted(document.position(mistake.span.start).line for mistake in template.syntax)


def _undone(line: int, before: list[int], after: list[int]) -> bool:
    """Whether the slip is gone; one that it hid may show further down."""
    return line not in after and len(after) <= len(before) and all(n in before or n > line for n in after)
