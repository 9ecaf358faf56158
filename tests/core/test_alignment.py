"""Lines that are said to be the same are, and large texts are not compared line by line with each other."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_server.core import alignment
from lsp_server.core.alignment import changed_lines

lines = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n", "e\n", "f\n", ""]), max_size=14)


@given(old=lines, new=lines, compared=st.sampled_from([0, 4, 250_000]))
def test_everything_but_the_changes_is_the_same(old: list[str], new: list[str], compared: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alignment, "_COMPARED", compared)
        changes = list(changed_lines(old, new))
    at_old = at_new = 0
    for before, after in changes:
        assert old[at_old : before.start] == new[at_new : after.start]
        assert old[before] != new[after]
        at_old, at_new = before.stop, after.stop
    assert old[at_old:] == new[at_new:]


def test_distant_changes_in_a_large_text_are_found_without_comparing_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    class Counting(difflib.SequenceMatcher[str]):
        def __init__(self, junk: None, a: Sequence[str], b: Sequence[str], autojunk: bool) -> None:
            sizes.append(len(a) * len(b))
            super().__init__(junk, a, b, autojunk)

    monkeypatch.setattr(difflib, "SequenceMatcher", Counting)
    old = [line for n in range(2500) for line in (f"  Q{n}:\n", "    Type: AWS::SQS::Queue\n", "    Retain: 5\n", "\n")]
    new = ["  # first\n", *old[:-1], "  # last\n"]
    new[5002] = "    Retain: 6\n"
    changes = [("".join(old[before]), "".join(new[after])) for before, after in changed_lines(old, new)]
    assert changes == [("", "  # first\n"), ("    Type: AWS::SQS::Queue\n", "    Retain: 6\n"), ("\n", "  # last\n")]
    assert sum(sizes) < 1_000_000


@pytest.mark.parametrize(("gone", "changes"), [(0, 2), (1, 1)])
def test_a_large_text_without_a_line_of_its_own(gone: int, changes: int) -> None:
    old = ["a\n", "b\n"] * 400
    new = ["c\n", *old[1 : -1 - gone], "d\n"]
    assert len(list(changed_lines(old, new))) == changes
