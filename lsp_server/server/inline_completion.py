"""Ghost text: the verified block below a comment that says what should stand there."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import TYPE_CHECKING

from lsprotocol import types

from lsp_server.core.document import Document
from lsp_server.dialects.base import Dialect, Intent
from lsp_server.server.analyses import OutdatedError
from lsp_server.server.session import LintelServer

if TYPE_CHECKING:
    from lsp_server.engine import Engine

_PAUSE = 0.4  # seconds without a key press before a model that costs money is asked
_KEPT = 32  # answers


class InlineCompletions:
    """Answers `textDocument/inlineCompletion`. Typing cancels the request, and with it the run."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server
        self._known: OrderedDict[tuple[str, str, int, str], str] = OrderedDict()

    async def complete(self, params: types.InlineCompletionParams) -> types.InlineCompletionList | None:
        """The block that the comment at the cursor, or on the line above it, asks for."""
        found = await self._server.ours(params.text_document.uri)
        if found is None or not self._server.configuration.settings.ghost_text.enabled:
            return None
        document, dialect = found
        offset = self._server.encoding.offset(document, params.position)
        intent = _intent(document, dialect, offset)
        if intent is None:
            return None
        automatic = params.context.trigger_kind is types.InlineCompletionTriggerKind.Automatic
        try:
            after = await self._generated(document, dialect, intent, automatic)
        except OutdatedError:
            return None
        text = insertion(document.text, after, offset)
        if not text:
            return None
        place = self._server.encoding.position(document, offset)
        return types.InlineCompletionList([types.InlineCompletionItem(text, range=types.Range(place, place))])

    async def _generated(self, document: Document, dialect: Dialect, intent: Intent, automatic: bool) -> str:
        """The text of the document with the block in it; the text as it is where nothing could be verified."""
        engine = await self._server.configuration.loaded()
        key = document.text, intent.words, intent.insert_at, engine.model_name
        if key not in self._known:
            if automatic and engine.model is not None:
                await asyncio.sleep(_PAUSE)
            self._known[key] = await self._run(engine, document, dialect, intent)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return self._known[key]

    async def _run(self, engine: Engine, document: Document, dialect: Dialect, intent: Intent) -> str:
        from lsp_server.repair.proposer import IntentTask

        if engine.model_name == "none":
            return document.text
        analysis = await self._server.lane(document, dialect).verdict(document)
        task = IntentTask(intent.words, document.uri, intent.insert_at)
        with self._server.status.model_runs():
            outcome = await engine.generate(analysis, task)
        if not self._server.is_current(analysis):
            raise OutdatedError(f"{document.name} has changed")
        others = [d for d in outcome.before.unit if d.uri != document.uri and outcome.unit[d.uri].text != d.text]
        return document.text if others else outcome.unit[document.uri].text


def _intent(document: Document, dialect: Dialect, offset: int) -> Intent | None:
    """The intent at the end of whose comment the cursor stands, or on the empty line below which."""
    line = document.position(offset).line
    if document.text[offset : document.line_span(line).end].strip():
        return None
    if document.line_text(line).strip():
        return dialect.intent_at(document, offset)
    return dialect.intent_at(document, document.line_span(line - 1).end) if line > 0 else None


def insertion(before: str, after: str, offset: int) -> str:
    """What has to be typed at `offset` to turn one text into the other; empty where typing there cannot."""
    rest = len(before) - offset
    if after[:offset] != before[:offset] or (rest and after[-rest:] != before[offset:]):
        return ""
    return after[offset : len(after) - rest] if len(after) > len(before) else ""


def register(server: LintelServer) -> None:
    """Register the handler."""
    completions = InlineCompletions(server)
    server.on(types.TEXT_DOCUMENT_INLINE_COMPLETION, completions.complete, types.InlineCompletionOptions())
