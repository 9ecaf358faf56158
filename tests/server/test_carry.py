"""Findings that wait for a fresh verdict move with the text, or go where it was edited."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Document, Span, Unit
from lsp_server.server.carry import carried

URI = "file:///a.tf"


def words(before: str, after: str, word: str) -> list[str]:
    """What a finding on `word` stands on after the change."""
    start = before.index(word)
    finding = Diagnostic(URI, Span(start, start + len(word)), Severity.ERROR, "cfn-lint", "E1", "m")
    old, new = Document(URI, before, 1), Document(URI, after, 2)
    return [new.slice(d.span) for d in carried([finding], Unit((old,)), Unit((new,)))]


@pytest.mark.parametrize(
    ("after", "left"),
    [
        ("one\ntwo\nthree\n", ["two"]),
        ("new\none\ntwo\nthree\n", ["two"]),
        ("one\ntwo\ntwo2\nthree\n", ["two"]),
        ("one\nt2\ntwo\nthree\n", ["two"]),
        ("one and more\ntwo\nthree\n", ["two"]),
        ("two\nthree\n", ["two"]),
        ("one\ntwoo\nthree\n", []),
        ("one\nthree\n", []),
        ("one\r\ntwo\nthree\n", ["two"]),
        ("", []),
    ],
)
def test_a_finding_moves_or_goes(after: str, left: list[str]) -> None:
    assert words("one\ntwo\nthree\n", after, "two") == left


def test_a_document_that_is_gone_takes_its_findings_along() -> None:
    finding = Diagnostic(URI, Span(0, 1), Severity.ERROR, "cfn-lint", "E1", "m")
    assert not list(carried([finding], Unit((Document(URI, "a"),)), Unit((Document("file:///b.tf", "a"),))))


lines = st.lists(st.sampled_from(["a", "bb", "", "a\r", "😀"]), max_size=8).map("\n".join)


@given(before=lines, after=lines, data=st.data())
def test_what_is_carried_stands_on_the_same_text(before: str, after: str, data: st.DataObject) -> None:
    start, end = sorted([data.draw(st.integers(0, len(before))), data.draw(st.integers(0, len(before)))])
    finding = Diagnostic(URI, Span(start, end), Severity.ERROR, "cfn-lint", "E1", "m")
    old, new = Document(URI, before, 1), Document(URI, after, 2)
    for moved in carried([finding], Unit((old,)), Unit((new,))):
        assert new.slice(moved.span) == old.slice(finding.span)
