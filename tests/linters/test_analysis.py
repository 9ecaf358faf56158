"""Findings of several linters become one list: each mistake once, and none of one linter's rules lost."""

import pytest

from lsp_server.analysis import merge
from lsp_server.core.diagnostic import Diagnostic, Severity
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
