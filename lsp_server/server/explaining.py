"""What is known of the findings at a place: for a person who asks, and in brief for the mouse."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcInvalidParams

from lsp_server.core.document import Document
from lsp_server.dialects.base import Dialect
from lsp_server.dialects.service import Hover, RefusedError
from lsp_server.server.analyses import OutdatedError
from lsp_server.server.commands import At, Between, Versioned, Wire, converted, span_of
from lsp_server.server.session import LintelServer

if TYPE_CHECKING:
    from lsp_server.analysis import Analysis
    from lsp_server.engine import Engine
    from lsp_server.repair.explanation import Explanation

EXPLAIN = "lintel/explain"
_WAIT = 4.0  # seconds for fixes that are still being verified: a person has asked, and may cancel
_MOST = 20  # findings that are explained at once; nobody reads more of them
_BETWEEN = "\n\n---\n\n"


class ExplainParams(Wire, frozen=True):
    """`lintel/explain`: the findings that `range` touches, or `position`; with `model`, one is asked."""

    text_document: Versioned
    range: Between | None = None
    position: At | None = None
    model: bool = False


class Explaining:
    """Answers `lintel/explain`, from the verdict on that very version; no linter is asked anew for it.

    What is known is there at once, and a model's words take seconds: an editor asks without a model first, shows that,
    and asks for what is `added` where the answer says that somebody `asks` a model.
    """

    def __init__(self, server: LintelServer) -> None:
        self._server = server

    async def explain(self, raw: Any) -> dict[str, Any]:
        """Explain each finding at a place. Raises OutdatedError, RefusedError."""
        params = converted(raw, ExplainParams)
        document = self._server.versioned(params.text_document.uri, params.text_document.version)
        engine = await self._server.configuration.loaded()
        analysis, told = await self._explanations(engine, document, params)
        first = told[0].title
        return {
            "title": first if len(told) == 1 else f"{first} and {len(told) - 1} more",
            "markdown": _BETWEEN.join(one.markdown for one in told) + "\n",
            "brief": "\n\n".join(one.short for one in told),
            "asks": engine.explainer is not None,
            "added": await self._added(engine, document, analysis, told) if params.model else "",
        }

    async def _added(self, engine: Engine, document: Document, analysis: Analysis, told: list[Explanation]) -> str:
        """What a model says besides."""
        with self._server.runs.reading(document):
            added = await engine.interpreted(analysis, told)
        self._check(document, analysis)
        return added

    async def _explanations(
        self, engine: Engine, document: Document, params: ExplainParams
    ) -> tuple[Analysis, list[Explanation]]:
        between = params.range
        if between is None and params.position is not None:
            between = Between(params.position, params.position)
        if between is None:
            raise JsonRpcInvalidParams("a range or a position is needed")
        span = span_of(self._server, document, between)
        dialect = engine.dialect_of(document)
        if dialect is None:
            raise RefusedError(f"{document.name} is neither a CloudFormation template nor a Terraform file")
        analysis = await self._server.lane(document, dialect).verdict(document)
        found = self._server.findings_at(analysis, document, span)[:_MOST]
        if not found:
            raise RefusedError("No linter reports anything here.")
        book = self._server.books.of(analysis)
        if book is not None:
            await book.fixes(found, _WAIT)
        told = []
        for finding in found:
            told.append(engine.explained(analysis, finding, book.known([finding]) if book is not None else ()))
            await asyncio.sleep(0)
        self._check(document, analysis)
        return analysis, told

    def _check(self, document: Document, analysis: Analysis) -> None:
        if not self._server.is_current(analysis):
            raise OutdatedError(f"{document.name} has changed")


def known_at(server: LintelServer, document: Document, dialect: Dialect, offset: int) -> Hover | None:
    """In brief, what the messages of the findings at an offset leave out; None where that is nothing.

    Only what is known by now counts: the mouse waits for no linter.
    """
    try:
        analysis = server.lane(document, dialect).analysis
    except OutdatedError:
        return None
    engine = server.configuration.engine
    if analysis is None or engine is None or document not in analysis.unit.documents:
        return None
    book = server.books.of(analysis)
    told: dict[str, Hover] = {}
    for finding in analysis.of(document.uri):
        if finding.span.touches(offset):
            one = engine.explained(analysis, finding, book.known([finding]) if book is not None else ())
            if one.brief:
                told.setdefault(one.brief, Hover(f"**{one.title}** · {one.brief}", finding.span))
    if not told:
        return None
    return Hover("\n\n".join(one.text for one in told.values()), next(iter(told.values())).span)


def register(server: LintelServer) -> None:
    """Register the handler."""
    server.on(EXPLAIN, Explaining(server).explain)
