"""Values are made when they are asked for, once."""

import pytest

from lsp_server.core.by_need import ByNeed


def test_a_value_is_made_once_and_only_when_it_is_asked_for():
    made = []
    values = ByNeed({"a": lambda: made.append("a") or [], "b": lambda: made.append("b") or []})
    assert "a" in values
    assert len(values) == 2
    assert list(values) == ["a", "b"]
    assert made == []
    assert values["a"] is values.get("a")
    assert made == ["a"]
    assert values.get("c") is None
    with pytest.raises(KeyError):
        values["c"]
