"""What is loaded for good is looked through neither meanwhile nor later."""

from __future__ import annotations

import gc

import pytest

from lsp_server.core.loading import for_good


def test_what_is_loaded_for_good_is_set_aside() -> None:
    def load() -> list[list[int]]:
        assert not gc.isenabled()
        return [[n] for n in range(1000)]

    before = gc.get_freeze_count()
    try:
        loaded = for_good(load)
        assert gc.isenabled()
        assert gc.get_freeze_count() >= before + len(loaded)
    finally:
        gc.unfreeze()


def test_the_collector_goes_on_where_loading_fails() -> None:
    try:
        with pytest.raises(ZeroDivisionError):
            for_good(lambda: 1 / 0)
        assert gc.isenabled()
    finally:
        gc.unfreeze()
