"""Findings of several linters become one list: each mistake once, and none of one linter's rules lost."""

from dataclasses import replace

import pytest

from lsp_server.analysis import merge
from lsp_server.core.diagnostic import Diagnostic, Severity, Tag
from lsp_server.core.document import Document, Span, Unit

UNIT = Unit((Document("file:///main", "text of a document"), Document("file:///other", "other")))


def finding(linter: str, code: str, message: str = "wrong", at: int = 0, **rest: object) -> Diagnostic:
    uri = str(rest.pop("uri", "file:///main"))
    return Diagnostic(uri, Span(at, at + 4), Severity.ERROR, linter, code, message, data=rest)


@pytest.mark.parametrize(
    ("found", "kept"),
    [
        ([finding("a", "1"), finding("b", "2")], [0]),
        ([finding("a", "1"), finding("a", "2")], [0, 1]),
        ([finding("a", "1"), finding("a", "2"), finding("b", "2")], [0, 1]),
        ([finding("a", "1"), finding("a", "1")], [0]),
        ([finding("a", "1"), finding("b", "1", "otherwise wrong")], [0, 1]),
        ([finding("a", "1", mistake="m"), finding("b", "2", "otherwise wrong", 5, mistake="m")], [0]),
        ([finding("a", "1"), finding("b", "1", at=5)], [0, 1]),
        ([finding("a", "1", uri="file:///other"), finding("a", "1", at=5), finding("a", "1")], [2, 1, 0]),
    ],
)
def test_each_mistake_once(found: list[Diagnostic], kept: list[int]) -> None:
    assert merge(UNIT, found) == tuple(found[n] for n in kept)


def hint(linter: str, code: str, at: int, place: tuple[str, int], severity: Severity = Severity.HINT) -> Diagnostic:
    found = Diagnostic("file:///main", Span(at, at + 2), severity, linter, code, f"{linter} says so", tag=None)
    return replace(found, data={"place": place, "mistake": (linter, at)})


def test_a_hint_gives_way_to_a_warning_of_the_same_place_and_leaves_it_its_looks() -> None:
    own = replace(hint("own", "unused", 5, ("unused", 5)), tag=Tag.UNNECESSARY)
    other = hint("other", "unused_too", 0, ("unused", 0), Severity.WARNING)
    for found in ([own, other], [other, own]):
        (kept,) = merge(UNIT, found)
        assert (kept.code, kept.severity, kept.span) == ("unused_too", Severity.WARNING, other.span)
    assert merge(UNIT, [own, other])[0].tag is Tag.UNNECESSARY


def test_hints_at_two_places_or_of_two_kinds_are_two() -> None:
    found = [hint("own", "a", 0, ("a", 0)), hint("own", "a", 5, ("a", 0)), hint("other", "b", 5, ("b", 0))]
    assert merge(UNIT, found) == tuple(found)
    assert merge(UNIT, [*found, replace(found[1], source="other")]) == tuple(found)
