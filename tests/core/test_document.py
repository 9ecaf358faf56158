"""Positions and offsets agree for any text, and lines end where they should."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.core.document import Document, Position, Span, Unit

texts = st.text(alphabet=st.sampled_from("ab: -#\t\r\n\"'é😀\u2028\ufeff{}"), max_size=80)


@given(texts, st.integers(-5, 100))
def test_offsets_round_trip_through_positions(text: str, offset: int) -> None:
    document = Document("file:///t", text)
    inside = max(0, min(offset, len(text)))
    position = document.position(offset)
    line = document.line_span(position.line)
    assert document.line_starts[position.line] <= inside
    if inside <= line.end:
        assert document.offset(position) == inside


@given(texts)
def test_lines_and_their_endings_are_the_text(text: str) -> None:
    document = Document("file:///t", text)
    pieces = []
    for number in range(len(document.line_starts)):
        span = document.line_span(number)
        following = (*document.line_starts, len(text))[number + 1]
        ending = text[span.end : following]
        assert ending in ("", "\n", "\r", "\r\n")
        assert "\n" not in document.line_text(number)
        assert "\r" not in document.line_text(number)
        pieces.append(document.line_text(number) + ending)
    assert "".join(pieces) == text


@given(texts, st.integers(0, 80), st.integers(0, 80), texts)
def test_a_spliced_document_is_the_one_with_that_text(text: str, one: int, other: int, typed: str) -> None:
    start, end = sorted(min(place, len(text)) for place in (one, other))
    after = Document("file:///t", text, 1, "yaml").spliced(Span(start, end), typed, 2)
    anew = Document("file:///t", text[:start] + typed + text[end:], 2, "yaml")
    assert after == anew
    assert after.line_starts == anew.line_starts


@pytest.mark.parametrize(
    ("text", "newline"), [("", "\n"), ("a", "\n"), ("a\nb\r\n", "\n"), ("a\r\nb\n", "\r\n"), ("a\rb", "\r")]
)
def test_newline_is_that_of_the_first_line(text: str, newline: str) -> None:
    assert Document("file:///t", text).newline == newline


def test_places_outside_the_text_are_clamped() -> None:
    document = Document("file:///t", "ab\ncd")
    assert document.offset(Position(0, 99)) == 2
    assert document.offset(Position(9, 0)) == 5
    assert document.offset(Position(-1, 3)) == 0
    with pytest.raises(IndexError):
        document.line_span(2)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Span(0, 2), Span(2, 4), False),
        (Span(0, 3), Span(2, 4), True),
        (Span(2, 2), Span(2, 4), True),
        (Span(5, 5), Span(2, 4), False),
    ],
)
def test_overlap(one: Span, other: Span, expected: bool) -> None:
    assert one.overlaps(other) is expected
    assert other.overlaps(one) is expected


def test_a_unit_replaces_by_uri_and_keeps_its_order() -> None:
    first, second, third = (Document(f"file:///{n}", n) for n in "abc")
    unit = Unit((first, second)).replacing([second.with_text("changed"), third])
    assert [d.text for d in unit] == ["a", "changed", "c"]
    assert unit.main is first
