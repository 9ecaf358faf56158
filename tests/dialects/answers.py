"""What tests of language services have in common: how answers are written in cases, and what holds of all.

Names are marked in the text of a case: `⟦Name⟧` where one is declared, `«Name»` where it is used; `$0` is the cursor.
Hints stand in `⟪…⟫`.
"""

from __future__ import annotations

import itertools
import re

from lsp_server.core.document import Span, Unit
from lsp_server.dialects.service import FoldKind, Role

_MARK = re.compile(r"⟦([^⟦⟧«»]*)⟧|«([^⟦⟧«»]*)»")
_HINT = re.compile("⟪.*?⟫")
_FOLDS = {FoldKind.BLOCK: "", FoldKind.COMMENT: " comment", FoldKind.REGION: " region"}


def marked(text):
    """The text without marks, the cursor (None where there is none), and what was marked: span and role."""
    plain, spans, at, end = "", [], None, 0
    for match in _MARK.finditer(text):
        plain += text[end : match.start()]
        name = match[1] if match[1] is not None else match[2]
        if "$0" in name:
            at = len(plain) + name.index("$0")
            name = name.replace("$0", "")
        spans.append((Span(len(plain), len(plain) + len(name)), Role.DECLARATION if match[1] is not None else Role.USE))
        plain += name
        end = match.end()
    plain += text[end:]
    if at is None and "$0" in plain:
        at = plain.index("$0")
        spans = [(span.shifted(-2) if span.start > at else span, role) for span, role in spans]
    return plain.replace("$0", ""), at, spans


def hover_tells(found, document, offset, expected):
    """What is told of a place has the lines of a case: `on` what, what it `has`, and what `not`."""
    if expected == ["nothing"]:
        assert found is None
        return
    assert found is not None
    assert found.span.touches(offset)
    for line in expected:
        word, _, rest = line.partition(" ")
        match word:
            case "on":
                assert document.slice(found.span) == rest
            case "has":
                assert rest in found.text.replace("\r\n", "\n"), found.text
            case "not":
                assert rest not in found.text, found.text
            case _:
                raise AssertionError(line)


def outline(service, document):
    """The symbols as the cases write them, a line for each."""
    return [line for symbol in service.symbols(document) for line in _outlined(symbol, 0, 0)]


def _outlined(symbol, above, depth):
    lines = [symbol.extent.start.line + above, symbol.extent.end.line + above]
    place = "-".join(str(line + 1) for line in lines)
    facts = [symbol.name, symbol.kind.value, *([symbol.detail] if symbol.detail else [])]
    yield f"{place} {'  ' * depth}{' · '.join(facts)}"
    assert symbol.extent.start <= symbol.name_extent.start <= symbol.name_extent.end <= symbol.extent.end
    for child in symbol.children:
        yield from _outlined(child, lines[0], depth + 1)


def folds(service, document):
    """The folds as the cases write them."""
    return [f"{fold.first + 1}-{fold.last + 1}{_FOLDS[fold.kind]}" for fold in sorted(service.folds(document))]


def selections(service, document, offset):
    """What is selected step by step as the cases write it; the last step is the whole document."""
    found = service.selections(document, offset)
    assert found[-1] == Span(0, len(document.text))
    return [document.slice(span).replace("\n", "\\n") for span in found if span.start < span.end]


def without_hints(text):
    return _HINT.sub("", text)


def with_hints(service, document):
    """The text with the hints that are shown in it."""
    shown = document.text
    for inlay in reversed(service.inlays(Unit((document,)), document, Span(0, len(document.text)))):
        shown = f"{shown[: inlay.offset]}⟪{inlay.label}⟫{shown[inlay.offset :]}"
    return shown


def changed(text, changes):
    """A text in which at some places so many code points became something else, as half-typed texts are."""
    for place, length, piece in changes:
        start = place % (len(text) + 1)
        text = text[:start] + piece + text[start + length :]
    return text


def lie_in_the_text_and_nest(service, document, offset):
    """What is told of a document lies in it; what a selection grows to, folds and symbols nest."""
    unit, whole = Unit((document,)), Span(0, len(document.text))
    spans = service.selections(document, offset)
    assert spans[-1] == whole
    assert all(outer.encloses(inner) and outer != inner for inner, outer in itertools.pairwise(spans))
    assert all(whole.encloses(link.span) for link in service.links(unit, document))
    assert all(0 <= inlay.offset <= whole.end for inlay in service.inlays(unit, document, whole))
    _folds_nest(document, service.folds(document))
    for symbol in service.symbols(document):
        _symbols_nest(document, symbol, 0)


def _folds_nest(document, found):
    around = []
    last = len(document.line_starts) - 1
    for fold in sorted(found, key=lambda fold: (fold.first, -fold.last)):
        assert 0 <= fold.first < fold.last <= last
        while around and around[-1].last < fold.first:
            around.pop()
        assert not around or (around[-1].first < fold.first and fold.last <= around[-1].last)
        around.append(fold)


def _symbols_nest(document, symbol, above):
    extent, name = symbol.extent, symbol.name_extent
    assert symbol.name.strip()
    assert extent.start <= name.start <= name.end <= extent.end
    line = above + extent.start.line
    assert 0 <= line <= above + extent.end.line < len(document.line_starts)
    for child in symbol.children:
        start, end = ((line + place.line, place.column) for place in child.extent)
        assert (line, extent.start.column) <= start <= end <= (above + extent.end.line, extent.end.column)
        _symbols_nest(document, child, line)
