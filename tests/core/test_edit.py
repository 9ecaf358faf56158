"""Edits change what they say and nothing else, for any text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import (
    Edit,
    EditConflict,
    apply_edits,
    compatible,
    consistent,
    edit_unit,
    minimal_edits,
    unit_edits,
    with_ends_of,
)

URI = "file:///t"
texts = st.text(alphabet=st.sampled_from("ab: -#\t\r\n\"'é😀\u2028\ufeff{}"), max_size=60)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    text = draw(texts)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    return text, [Edit(URI, Span(a, b), draw(texts)) for a, b in pairs]


@given(edited())
def test_untouched_text_is_kept_to_the_letter(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    result = apply_edits(text, edits)
    at = 0
    for edit in edits:
        before = text[at : edit.span.start]
        assert result.startswith(before + edit.text)
        result = result[len(before) + len(edit.text) :]
        at = edit.span.end
    assert result == text[at:]


@given(texts, texts)
def test_minimal_edits_lead_from_one_text_to_the_other(before: str, after: str) -> None:
    edits = minimal_edits(URI, before, after)
    assert apply_edits(before, edits) == after
    assert bool(edits) == (before != after)


lines = st.lists(
    st.tuples(st.sampled_from(["a", "  b: x", ""]), st.sampled_from(["", " ", "\t "]), st.sampled_from(["\n", "\r\n"]))
).map(lambda parts: "".join(map("".join, parts)))


@given(lines)
def test_what_lost_the_white_space_at_its_ends_gets_it_back(text: str) -> None:
    bare = "\n".join(line.rstrip() for line in text.split("\n"))
    assert with_ends_of(text, bare) == text


@given(st.one_of(lines, texts), st.one_of(lines, texts))
def test_only_ends_of_lines_are_brought_back(before: str, after: str) -> None:
    got, wanted = (
        [part.rstrip(" \t") for part in re.split("\r\n|\r|\n", text)] for text in (with_ends_of(before, after), after)
    )
    assert got == wanted


def test_minimal_edits_touch_only_the_changed_word() -> None:
    before = "a:\r\n  Statuss: Enabled # keep\r\n  b: 1\r\n"
    (edit,) = minimal_edits(URI, before, before.replace("Statuss", "Status"))
    assert (before[edit.span.start : edit.span.end], edit.text) == ("Statuss", "Status")


@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 6), st.integers(0, 6))
def test_overlapping_edits_are_refused(a: int, b: int, c: int, d: int) -> None:
    one, other = Edit(URI, Span(min(a, b), max(a, b)), "x"), Edit(URI, Span(min(c, d), max(c, d)), "y")
    if compatible([one], [other]):
        assert len(apply_edits("abcdef", [one, other])) >= 2
    elif one.span.start < one.span.end and other.span.start < other.span.end:
        with pytest.raises(EditConflict):
            apply_edits("abcdef", [one, other])


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=4))
def test_edits_are_consistent_when_they_can_be_made(ends: list[tuple[int, int]]) -> None:
    edits = [Edit(URI, Span(min(pair), max(pair)), "x") for pair in ends]
    if consistent(edits):
        assert apply_edits("abcdef", edits).count("x") == len(edits)
    else:
        with pytest.raises(EditConflict):
            apply_edits("abcdef", edits)


def test_edits_outside_the_text_or_the_unit_are_refused() -> None:
    with pytest.raises(EditConflict):
        apply_edits("abc", [Edit(URI, Span(2, 9), "")])
    with pytest.raises(EditConflict):
        edit_unit(Unit((Document(URI, "abc"),)), [Edit("file:///other", Span(0, 0), "x")])


def test_a_unit_is_edited_document_by_document() -> None:
    before = Unit((Document("file:///a", "one\n"), Document("file:///b", "two\n")))
    after = edit_unit(before, [Edit("file:///b", Span(0, 0), "# "), Edit("file:///a", Span(3, 3), "!")])
    assert [d.text for d in after] == ["one!\n", "# two\n"]
    assert edit_unit(before, unit_edits(before, after)) == after
