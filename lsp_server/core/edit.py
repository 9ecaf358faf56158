"""Edits to text: the only way a document changes, and untouched text stays byte-identical."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from lsp_server.core.alignment import changed_lines
from lsp_server.core.document import Document, Span, Unit

_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_TOKENS = re.compile(r"\r\n|\r|\n|[ \t]+|\w+|[^\w\s]|\s")


class EditConflict(ValueError):
    """Edits overlap, or lie outside the text."""


@dataclass(frozen=True)
class Edit:
    """Replace the code points of `span` in the document `uri` by `text`; an empty span inserts."""

    uri: str
    span: Span
    text: str


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """`text` with all edits made at once; spans are those of `text`. Insertions at one place keep their order.

    Raises EditConflict where two edits overlap or one lies outside the text.
    """
    pieces: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda e: (e.span.start, e.span.end)):
        if edit.span.start < at or edit.span.end < edit.span.start or edit.span.end > len(text):
            raise EditConflict(f"edit at {edit.span.start}..{edit.span.end} overlaps another or lies outside the text")
        pieces += (text[at : edit.span.start], edit.text)
        at = edit.span.end
    return "".join(pieces) + text[at:]


def edit_unit(unit: Unit, edits: Iterable[Edit]) -> Unit:
    """The unit with all edits made. Raises EditConflict, also for a document that the unit does not have."""
    by_uri: defaultdict[str, list[Edit]] = defaultdict(list)
    for edit in edits:
        by_uri[edit.uri].append(edit)
    changed: list[Document] = []
    for uri, own in by_uri.items():
        document = unit.get(uri)
        if document is None:
            raise EditConflict(f"{uri} is not part of what is edited")
        changed.append(document.with_text(apply_edits(document.text, own)))
    return unit.replacing(changed)


def consistent(edits: Iterable[Edit]) -> bool:
    """Whether edits can be made at once: in each document, none begins before another ends."""
    ends: dict[str, int] = {}
    for edit in sorted(edits, key=lambda e: e.span):
        if edit.span.start < ends.get(edit.uri, 0):
            return False
        ends[edit.uri] = edit.span.end
    return True


def compatible(chosen: Iterable[Edit], more: Iterable[Edit]) -> bool:
    """Whether `more` can be made together with `chosen`: no two of them overlap."""
    others = list(chosen)
    return not any(a.uri == b.uri and a.span.overlaps(b.span) for a in more for b in others)


def minimal_edits(uri: str, before: str, after: str) -> tuple[Edit, ...]:
    """The small edits that turn `before` into `after`: changed lines first, then the changed words in them."""
    if before == after:
        return ()
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    starts = list(itertools.accumulate((len(line) for line in old), initial=0))
    edits: list[Edit] = []
    for mine, its in changed_lines(old, new):
        edits += _word_edits(uri, starts[mine.start], "".join(old[mine]), "".join(new[its]))
    return tuple(edits)


def with_ends_of(before: str, after: str) -> str:
    """`after`, in which lines that `before` has too end as there: white space at their ends, and line endings."""
    old, new = _LINES.findall(before), _LINES.findall(after)
    at = 0
    bodies = [[line.rstrip(" \t\r\n") for line in lines] for lines in (old, new)]
    for mine, its in (*changed_lines(*bodies), (slice(len(old), 0), slice(len(new), 0))):
        for k in range(at, its.start):
            line = old[k + mine.start - its.start]
            ends = [text[len(text.rstrip("\r\n")) :] for text in (line, new[k])]
            new[k] = line if all(ends) else line.rstrip("\r\n") + ends[1]
        at = its.stop
    result = "".join(new)
    return result if len(_LINES.findall(result)) == len(new) else after  # a CR and a LF that met


def _word_edits(uri: str, start: int, before: str, after: str) -> list[Edit]:
    import difflib

    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    if not old or not new or max(len(old), len(new)) > 400:
        return [Edit(uri, Span(start, start + len(before)), after)]
    starts = list(itertools.accumulate((len(token) for token in old), initial=start))
    return [
        Edit(uri, Span(starts[i], starts[j]), "".join(new[k:m]))
        for tag, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if tag != "equal"
    ]


def unit_edits(before: Unit, after: Unit) -> tuple[Edit, ...]:
    """The minimal edits that turn one unit into the other; both have the same documents."""
    return tuple(
        edit for document in before for edit in minimal_edits(document.uri, document.text, after[document.uri].text)
    )
