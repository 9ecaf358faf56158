"""The requests that run the loop, with progress and cancellation, and those that show what it did."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import msgspec
from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams, JsonRpcRequestCancelled

from lsp_server.analysis import Analysis, analyze
from lsp_server.core.document import Document, Span
from lsp_server.dialects.base import Dialect, Language
from lsp_server.server.analyses import OutdatedError
from lsp_server.server.results import attempts, result, without_model
from lsp_server.server.session import LintelServer

if TYPE_CHECKING:
    from lsp_server.engine import Engine
    from lsp_server.models.recording import Exchange
    from lsp_server.repair.ledger import Progress
    from lsp_server.repair.outcome import Outcome
    from lsp_server.repair.proposer import IntentTask

REPAIR, GENERATE, CHANGE = "lintel/repair", "lintel/generate", "lintel/change"
ATTEMPTS, TRACE = "lintel/attempts", "lintel/trace"
_RUNS_KEPT = 20

Count = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
T = TypeVar("T")
Report = Callable[["Progress"], None]


class Wire(msgspec.Struct, frozen=True, rename="camel"):
    """A value as the client sends it."""


class At(Wire, frozen=True):
    """A position."""

    line: Count
    character: Count


class Between(Wire, frozen=True):
    """A range."""

    start: At
    end: At


class Versioned(Wire, frozen=True):
    """A document and its version."""

    uri: str
    version: int


class RepairParams(Wire, frozen=True):
    """`lintel/repair`."""

    text_document: Versioned
    range: Between | None = None
    work_done_token: str | int | None = None


class GenerateParams(Wire, frozen=True):
    """`lintel/generate`; without `intent` it is the comment at `position`."""

    text_document: Versioned
    position: At
    intent: str | None = None
    work_done_token: str | int | None = None


class ChangeParams(Wire, frozen=True):
    """`lintel/change`: what `range` touches is to be changed as `words` say."""

    text_document: Versioned
    range: Between
    words: str
    work_done_token: str | int | None = None


class AttemptsParams(Wire, frozen=True):
    """`lintel/attempts`."""

    uri: str


class Commands:
    """Handles the loop's requests."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server
        self._outcomes: OrderedDict[str, Outcome] = OrderedDict()

    async def repair(self, raw: Any) -> dict[str, Any]:
        """Run the loop on the findings of a document, or on those in a range of it."""
        params = converted(raw, RepairParams)
        document = self._server.versioned(params.text_document.uri, params.text_document.version)
        engine = await self._server.configuration.loaded()

        async def work(report: Report) -> Outcome:
            analysis = await self._verdict(engine, document)
            span = self._span(document, params.range)
            targets = self._server.findings_at(analysis, document, span) if span is not None else None
            return await engine.repair(analysis, unsafe=True, model=True, targets=targets, report=report)

        outcome = await self._run(document, "Repairing", params.work_done_token, work)
        return result(self._server, outcome, without_model(self._server))

    async def generate(self, raw: Any) -> dict[str, Any]:
        """Write what a comment, or a sentence of the person's, asks for."""
        params = converted(raw, GenerateParams)
        document = self._server.versioned(params.text_document.uri, params.text_document.version)
        engine = await self._generating()
        dialect = engine.dialect_of(document) or engine.dialect(_language(document))
        await self._server.configuration.prepared(dialect.language)
        task = self._intent(document, dialect, params)

        async def work(report: Report) -> Outcome:
            return await engine.generate(await self._verdict(engine, document), task, report=report)

        return result(self._server, await self._run(document, "Generating", params.work_done_token, work))

    async def change(self, raw: Any) -> dict[str, Any]:
        """Change what a person selected as they say in words, and nothing else."""
        params = converted(raw, ChangeParams)
        document = self._server.versioned(params.text_document.uri, params.text_document.version)
        engine = await self._generating()
        span = self._span(document, params.range)
        assert span is not None
        task = _to_change(document, span, params.words.strip())

        async def work(report: Report) -> Outcome:
            return await engine.change(await self._verdict(engine, document), task, report=report)

        return result(self._server, await self._run(document, "Changing", params.work_done_token, work))

    async def _generating(self) -> Engine:
        """The engine, if anybody may write what is asked for in words. Raises JsonRpcInvalidParams."""
        engine = await self._server.configuration.loaded()
        if engine.model_name == "none":
            raise JsonRpcInvalidParams("no model may take part (lintel.model.provider is none)")
        return engine

    def attempts(self, raw: Any) -> dict[str, Any]:
        """What the last run on a document tried."""
        outcome = self._outcomes.get(converted(raw, AttemptsParams).uri)
        return {"attempts": attempts(outcome) if outcome is not None else []}

    def trace(self, _: Any) -> dict[str, Any]:
        """Every request to a model in this session, as it was sent."""
        return {"requests": [_told(n, exchange) for n, exchange in enumerate(self._server.status.exchanges, 1)]}

    def remember(self, uri: str, outcome: Outcome) -> None:
        """Keep a run's outcome for `lintel/attempts`."""
        self._outcomes[uri] = outcome
        self._outcomes.move_to_end(uri)
        while len(self._outcomes) > _RUNS_KEPT:
            self._outcomes.popitem(last=False)

    def _intent(self, document: Document, dialect: Dialect, params: GenerateParams) -> IntentTask:
        from lsp_server.repair.proposer import IntentTask

        position = types.Position(params.position.line, params.position.character)
        offset = self._server.encoding.offset(document, position)
        intent = dialect.intent_at(document, offset)
        if params.intent and params.intent.strip():
            return IntentTask(params.intent.strip(), document.uri, _place(document, offset))
        if intent is None:
            raise JsonRpcInvalidParams("there is no comment here that says what is wanted")
        return IntentTask(intent.words, document.uri, intent.insert_at)

    async def _verdict(self, engine: Engine, document: Document) -> Analysis:
        """The verdict on a document, also on one that nothing says the language of (an empty one, say)."""
        dialect = engine.dialect_of(document)
        if dialect is None:
            language = _language(document)
            await self._server.configuration.prepared(language)
            return await analyze(self._server.files.unit(document, language), language, engine.toolchain)
        return await self._server.lane(document, dialect).verdict(document)

    def _span(self, document: Document, between: Between | None) -> Span | None:
        return span_of(self._server, document, between) if between is not None else None

    async def _run(
        self, document: Document, title: str, token: str | int | None, work: Callable[[Report], Awaitable[Outcome]]
    ) -> Outcome:
        task = asyncio.current_task()
        assert task is not None
        progress = self._server.work_done_progress
        if token is not None:
            progress.begin(token, types.WorkDoneProgressBegin(f"{title} {document.name}", cancellable=True))
            progress.tokens[token].add_done_callback(lambda future: task.cancel() if future.cancelled() else None)

        def report(done: Progress) -> None:
            if token is not None:
                progress.report(token, types.WorkDoneProgressReport(message=str(done)))

        try:
            with self._server.runs.under_way(document, asked=True):
                outcome = await work(report)
        except asyncio.CancelledError:
            raise JsonRpcRequestCancelled("cancelled") from None
        finally:
            if token is not None:
                progress.tokens.pop(token, None)
                progress.end(token, types.WorkDoneProgressEnd())
        if not self._server.is_current(outcome.before):
            raise OutdatedError(f"a file beside {document.name} has changed")
        self.remember(document.uri, outcome)
        return outcome


def converted(raw: Any, kind: type[T]) -> T:
    """Parameters of a request of our own. Raises JsonRpcInvalidParams."""
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        raise JsonRpcInvalidParams(str(error)) from None


def span_of(server: LintelServer, document: Document, between: Between) -> Span:
    """What a range of the editor's is in a document."""
    start = types.Position(between.start.line, between.start.character)
    end = types.Position(between.end.line, between.end.character)
    return server.encoding.span(document, types.Range(start, end))


def _language(document: Document) -> Language:
    """The language that a document of no dialect is taken for: by its name and what the editor calls it."""
    terraform = document.name.endswith((".tf", ".tofu")) or document.language in ("terraform", "hcl", "opentofu")
    return Language.TERRAFORM if terraform else Language.CLOUDFORMATION


def _to_change(document: Document, span: Span, words: str) -> IntentTask:
    """The task of changing what a span touches, without the white space at its ends."""
    from lsp_server.repair.proposer import IntentTask, Place

    text = document.slice(span)
    start = span.start + len(text) - len(text.lstrip()) if text.strip() else span.start
    end = start + len(text.strip())
    return IntentTask(words, document.uri, end, (Place(document.uri, Span(start, end)),))


def _place(document: Document, offset: int) -> int:
    """Where a described resource goes: at a cursor that stands on an empty line, else at the end."""
    empty = not document.line_text(document.position(offset).line).strip()
    return offset if empty else len(document.text)


def _told(number: int, exchange: Exchange) -> dict[str, Any]:
    usage = exchange.usage
    return {
        "id": number,
        "time": dt.datetime.fromtimestamp(exchange.at, dt.UTC).isoformat(timespec="milliseconds"),
        "provider": exchange.model,
        "model": _sent(exchange.body).get("model", ""),
        "request": _sent(exchange.body),
        "response": exchange.answer or exchange.failure,
        "stop": exchange.stop_reason or exchange.failure,
        "usage": {
            "inputTokens": usage.input_tokens,
            "outputTokens": usage.output_tokens,
            "cacheReadTokens": usage.cache_read_tokens,
            "cacheWriteTokens": usage.cache_write_tokens,
            "cost": usage.cost,
            "estimated": usage.estimated,
        },
    }


def _sent(body: str) -> dict[str, Any]:
    try:
        sent = json.loads(body)
    except ValueError:
        return {"text": body}
    return sent if isinstance(sent, dict) else {"text": body}


def register(server: LintelServer) -> None:
    """Register the handlers."""
    commands = Commands(server)
    server.on(REPAIR, commands.repair)
    server.on(GENERATE, commands.generate)
    server.on(CHANGE, commands.change)
    server.on(ATTEMPTS, commands.attempts)
    server.on(TRACE, commands.trace)
