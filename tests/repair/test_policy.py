"""The rules of the loop as a table: what came of the answers, one after the other, and what follows."""

from __future__ import annotations

import pytest

from lsp_server.repair.outcome import Stop
from lsp_server.repair.policy import Streak

ONE, TWO = frozenset({("u", "s", "c", "one")}), frozenset({("u", "s", "c", "two")})


@pytest.mark.parametrize(
    ("answers", "follows"),
    [
        (["refused a"], None),
        (["refused a", "refused b"], None),
        (["refused a", "refused a"], Stop.STALLED),
        (["refused a", "refused b", "refused a"], None),
        (["refused a", "taken", "refused a"], None),
        ([ONE], None),
        ([ONE, TWO], None),
        ([ONE, TWO, ONE], None),
        ([ONE, ONE], Stop.REGRESSED),
        (["taken", ONE, ONE], Stop.STALLED),
        ([ONE, "taken", ONE], None),
        ([ONE, "refused a", ONE], Stop.REGRESSED),
        (["refused a", ONE, "refused a"], None),
    ],
)
def test_whether_a_model_is_asked_again(answers: list[object], follows: Stop | None) -> None:
    streak, stop = Streak(), None
    for answer in answers:
        assert stop is None
        if answer == "taken":
            streak.take()
        elif isinstance(answer, str):
            stop = streak.refuse(answer)
        elif isinstance(answer, frozenset):
            stop = streak.reject(answer)
    assert stop is follows
