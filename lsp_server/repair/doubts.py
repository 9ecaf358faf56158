"""What a person would doubt of a repair that no linter objects to: a model is asked again, and the person is told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import Edit, apply_edits
from lsp_server.repair.least import Hunk, hunks_of

_WORD = re.compile(r"\w+")
_COMMENT = re.compile(r"(?:^|(?<=[ \t]))(?:#|//).*$", re.MULTILINE)
_REFERENCE = re.compile(  # a text that `Sub` finds nothing in refers to nothing
    r"!(?!Base64|Sub\s+[\"'][^$\"']*[\"'])[A-Z]\w+|\"?\b(?:Ref|Fn::(?!Base64)\w+)\"?\s*:|\b(?:var|local|module|data|each|count)\.\w"
    r"|\b[a-z]+_\w+\.\w+(?:\.|\[)"
)
_OPEN = re.compile(
    r"0\.0\.0\.0/0|::/0|\bpublic-read(?:-write)?\b|\bprincipals?\b[\"']?\s*[:=]\s*[\"']?\*"
    r"|\bpublicly_?accessible[\"']?\s*[:=]\s*[\"']?true",
    re.IGNORECASE,
)
_OFF = re.compile(
    r"\b\w*(?:encrypt|block_?public|ignore_?public|restrict_?public|(?:deletion|termination)_?protection)\w*"
    r"[\"']?\s*[:=]\s*[\"']?false",
    re.IGNORECASE,
)
_NOTHING = re.compile(r"\bAWS::NoValue\b|[:=]\s*null\b")
_COMMA = re.compile(",")
_SHOWN = 70


@dataclass(frozen=True)
class _Change:
    """The lines of a hunk before and after it, without those that are comments; `after` alone where lines are new."""

    before: str
    after: str


def doubts_of(unit: Unit, edits: Iterable[Edit]) -> Iterator[str]:
    """What edits do to the unit that nobody may do unasked, as a sentence each, without its full stop."""
    changes = [_change(unit[hunk.uri], hunk) for hunk in hunks_of(unit, edits)]
    old, new = "\n".join(c.before for c in changes), "\n".join(c.after for c in changes)
    gone = Counter(_WORD.findall(old)) - Counter(_WORD.findall(new))
    loses_references = _count(_REFERENCE, new) < _count(_REFERENCE, old)
    for change in changes:
        if taken := _taken_out(change, gone):
            yield f"it takes out “{_brief(taken)}”"
        elif (
            loses_references
            and _WORD.search(change.after)
            and _count(_REFERENCE, change.after) < _count(_REFERENCE, change.before)
        ):
            yield f"it writes “{_brief(change.after)}” where something was referred to: “{_brief(change.before)}”"
    for what, pattern in (("it opens to everybody", _OPEN), ("it switches a protection off", _OFF)):
        if more := _more(old, new, pattern):
            yield f"{what}: “{_brief(more)}”"


def settings_lost(unit: Unit, edits: Iterable[Edit]) -> Iterator[str]:
    """The lines that edits take out and of which nothing stands anywhere in what they write, in brief."""
    changes = [_change(unit[hunk.uri], hunk) for hunk in hunks_of(unit, edits)]
    left = Counter(word for change in changes for word in _WORD.findall(change.after))
    for change in changes:
        for line in change.before.splitlines():
            words = _WORD.findall(line)
            if len(words) > 1 and not any(left[word] for word in words):
                yield f"“{_brief(line)}”"


def _taken_out(change: _Change, gone: Counter[str]) -> str:
    """What of the lines of a hunk is a setting or an item and stands nowhere any more; empty where nothing is."""
    words = _WORD.findall(change.before)
    lost = [word for word in words if gone[word] > 0]
    if 2 * len(lost) > len(words) and not _WORD.search(change.after):
        return change.before
    if _count(_NOTHING, change.after) > _count(_NOTHING, change.before):
        return change.before
    fewer = _count(_COMMA, change.after) < _count(_COMMA, change.before)
    if fewer and lost and not Counter(_WORD.findall(change.after)) - Counter(words):
        return " ".join(dict.fromkeys(lost))
    return ""


def _change(document: Document, hunk: Hunk) -> _Change:
    if hunk.adds:
        return _Change("", _COMMENT.sub("", "\n".join(edit.text for edit in hunk.edits)))
    start = document.line_starts[hunk.first]
    end = max(document.line_span(hunk.last).end, *(edit.span.end for edit in hunk.edits))
    own = [Edit(e.uri, Span(e.span.start - start, e.span.end - start), e.text) for e in hunk.edits]
    text = document.text[start:end]
    return _Change(_COMMENT.sub("", text), _COMMENT.sub("", apply_edits(text, own)))


def _more(old: str, new: str, pattern: re.Pattern[str]) -> str:
    """What a pattern finds more often in the new text; empty where it does not."""
    found = pattern.findall(new)
    more = Counter(match.lower() for match in found) - Counter(match.lower() for match in pattern.findall(old))
    return next((match for match in found if more[match.lower()]), "")


def _count(pattern: re.Pattern[str], text: str) -> int:
    return sum(1 for _ in pattern.finditer(text))


def _brief(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[:_SHOWN].rsplit(" ", 1)[0] + " …"
