"""The order in which fixes are worked out: what a person asks for before what may be asked for later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from lsp_server.analysis import Analysis
from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.base import Language
from lsp_server.engine import VerifiedFix
from lsp_server.server.fixes import FixBook, Precedence
from tests.server.editor import PATIENCE

pytestmark = pytest.mark.asyncio(loop_scope="session")


class SlowFixers:
    """Stands in for the engine: what is begun is told, and ends when the test lets it."""

    def __init__(self) -> None:
        self.begun: asyncio.Queue[str] = asyncio.Queue()
        self.ending: dict[str, asyncio.Event] = {}

    def has_fixer(self, diagnostic: Diagnostic, language: Language) -> bool:
        return True

    async def quick_fixes(self, analysis: Analysis, findings: list[Diagnostic]) -> AsyncIterator[VerifiedFix]:
        code = findings[0].code
        ending = self.ending[code] = asyncio.Event()
        self.begun.put_nowait(code)
        await ending.wait()
        for fix in ():
            yield fix

    async def next(self) -> str:
        return await asyncio.wait_for(self.begun.get(), PATIENCE)


def analysis_of(name: str, *codes: str) -> Analysis:
    document = Document(f"file:///{name}/main.tf", "")
    found = [Diagnostic(document.uri, Span(0, 0), Severity.ERROR, "check", code, code) for code in codes]
    return Analysis(Unit((document,)), Language.TERRAFORM, tuple(found), ("check",), ())


async def test_what_is_asked_for_goes_before_what_is_worked_out_ahead_for_any_document() -> None:
    engine, precedence = SlowFixers(), Precedence()
    books = [
        FixBook(engine, one, precedence)
        for one in (analysis_of("one", "1a", "1b", "1c"), analysis_of("other", "2a", "2b"))
    ]
    try:
        first = await engine.next()  # one thing ahead, for one of the two
        of = books[1] if first == "1a" else books[0]
        asked = asyncio.create_task(of.fixes(of.analysis.diagnostics[-1:], PATIENCE))
        wanted = of.analysis.diagnostics[-1].code
        assert await engine.next() == wanted  # at once, beside the other
        engine.ending[first].set()
        for _ in range(20):
            await asyncio.sleep(0)
        assert engine.begun.empty()  # somebody still waits
        engine.ending[wanted].set()
        assert await asked == []
        assert await engine.next() not in {first, wanted}
    finally:
        for book in books:
            book.close()
