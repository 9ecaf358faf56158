"""Comments that an answer dropped are put back where their line still is: a good answer need not be asked for again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from lsp_server.core.alignment import changed_lines
from lsp_server.core.document import Unit
from lsp_server.core.edit import EditConflict, edit_unit, minimal_edits
from lsp_server.dialects.base import Dialect
from lsp_server.repair.proposer import Proposal

_WORD = re.compile(r"\w+")
_MARKS = " \t#/*"
_ENDS = "\r\n"


def with_comments_kept(
    unit: Unit, dialect: Dialect, proposal: Proposal, removes: frozenset[tuple[str, ...]] = frozenset()
) -> Proposal | None:
    """The proposal with the comments that it loses put back; None where it loses none, or none has a place any more.

    `removes` are those that go on purpose, as `("#", text)`.
    """
    try:
        after = edit_unit(unit, proposal.edits)
    except EditConflict:
        return None
    edits, restored = list(proposal.edits), False
    for document in unit:
        old, new = Counter(dialect.comments(document)), Counter(dialect.comments(after[document.uri]))
        lost = {comment for comment in old - new if ("#", comment) not in removes}
        if not lost:
            continue
        text = _restored(document.text, after[document.uri].text, lost)
        restored = restored or text != after[document.uri].text
        edits = [edit for edit in edits if edit.uri != document.uri]
        edits += minimal_edits(document.uri, document.text, text)
    return replace(proposal, edits=tuple(edits), parts=()) if restored and edits else None


def _restored(before: str, after: str, lost: Collection[str]) -> str:
    """`after` with the lost comments of `before`, each in the run of changed lines that it was in."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    result: list[str] = []
    at = 0
    for mine, its in changed_lines(old, new):
        result += new[at : its.start]
        result += _with_comments(old[mine], new[its], old[mine.stop : mine.stop + 1], lost)
        at = its.stop
    return "".join(result + new[at:])


def _with_comments(
    old: Sequence[str], new: Sequence[str], following: Sequence[str], lost: Collection[str]
) -> list[str]:
    """The new lines of a run with the comments of the old ones, behind or above the lines that they belong to."""
    result = list(new)
    taken: set[int] = set()
    for number, line in enumerate(old):
        comment = next((c for c in lost if c in line), None)
        if comment is None:
            continue
        head = line[: line.rfind(comment)].rstrip(_MARKS)
        if head.strip():
            at = _same_line(head, number, old, result, taken)
            if at is not None:
                end = result[at][len(result[at].rstrip(_ENDS)) :]
                result[at] = result[at].rstrip(_MARKS + _ENDS) + line[len(head) :].rstrip(_ENDS) + end
                taken.add(at)
        else:
            result.insert(_above(_key([*old[number + 1 :], *following]), result, number), line)
    return result


def _same_line(head: str, number: int, old: Sequence[str], new: Sequence[str], taken: Collection[int]) -> int | None:
    """Which of the new lines is an old one without its comment: the same, else its only counterpart."""
    same = [at for at, line in enumerate(new) if line.strip() == head.strip() and at not in taken]
    if same:
        return same[0]
    key = _key([head])
    alike = [at for at, line in enumerate(new) if _key([line]) == key and at not in taken]
    if len(alike) == 1:
        return alike[0]
    return number if len(old) == len(new) and number not in taken else None


def _above(key: str, lines: Sequence[str], number: int) -> int:
    """Before which of the lines a comment goes that stood above a line which begins with `key`."""
    alike = [at for at, line in enumerate(lines) if key and _key([line]) == key]
    return alike[0] if alike else min(number, len(lines))


def _key(lines: Sequence[str]) -> str:
    """The first word of the first line that has one and is no comment."""
    words = (_WORD.search(line) for line in lines if not line.lstrip().startswith(("#", "//", "/*")))
    return next((word[0] for word in words if word), "")
