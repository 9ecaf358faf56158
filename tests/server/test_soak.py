"""A short soak: whatever the model does and whoever cancels, the server holds afterwards what it held before."""

from __future__ import annotations

import sys

import pytest

from benchmarks.soak import missed, soak


@pytest.mark.skipif(sys.platform != "linux", reason="what a process holds is read from /proc")
async def test_nothing_is_left_of_runs_that_fail_or_are_cancelled() -> None:
    result = await soak(cycles=30, seed=7)
    assert missed(result) == []
    assert result.cancels
    assert result.should_ask >= 10
