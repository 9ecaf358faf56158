"""On save: safe fixes that are already verified, or a repair in the background; never a model, never a wait."""

from __future__ import annotations

import asyncio
import time

from lsprotocol import types

from lsp_server.core.document import Document
from lsp_server.dialects.base import Dialect
from lsp_server.repair.outcome import Outcome
from lsp_server.server.analyses import OutdatedError
from lsp_server.server.results import changed_documents, new_texts
from lsp_server.server.session import LintelServer

_DEADLINE = 1.2  # seconds a save may wait for linter and fixers; editors give up after two


class Save:
    """Handles saving as `lintel.onSave` says."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server
        self._suggested: set[str] = set()

    async def will_save(self, params: types.WillSaveTextDocumentParams) -> list[types.TextEdit] | None:
        """With `apply`: the safe edits to the version that is being saved, if they are verified in time."""
        if self._mode != "apply" or params.reason is types.TextDocumentSaveReason.AfterDelay:
            return None
        found = await self._server.ours(params.text_document.uri)
        if found is None:
            return None
        began = time.monotonic()
        try:
            async with asyncio.timeout(_DEADLINE):
                analysis = await self._server.lane(*found).verdict(found[0])
        except (OutdatedError, TimeoutError):
            return None
        book = self._server.books.of(analysis)
        left = max(0.0, _DEADLINE - (time.monotonic() - began))
        outcome = await book.repair(unsafe=False, seconds=left) if book is not None else None
        if outcome is None or not self._server.is_current(analysis) or not _only_touches(outcome, found[0]):
            return None
        return self._server.encoding.text_edits(found[0], outcome.edits)

    async def did_save(self, params: types.DidSaveTextDocumentParams) -> None:
        """With `suggest`, or what `apply` could not do in time: work out a repair and offer it."""
        if self._mode == "off" or not self._server.client.extension:
            return
        found = await self._server.ours(params.text_document.uri)
        if found is not None:
            self._server.spawn(self._suggest(*found))

    def withdraw(self, uri: str) -> None:
        """Take back a suggestion for a text that has changed."""
        if uri in self._suggested:
            self._suggested.discard(uri)
            document = self._server.documents.get(uri)
            self._tell(uri, document.version if document is not None else 0, None)

    @property
    def _mode(self) -> str:
        return self._server.configuration.settings.on_save

    async def _suggest(self, document: Document, dialect: Dialect) -> None:
        try:
            analysis = await self._server.lane(document, dialect).verdict(document)
        except OutdatedError:
            return
        book = self._server.books.of(analysis)
        outcome = await book.repair(unsafe=self._mode == "suggest", seconds=None) if book is not None else None
        if outcome is None or not outcome.changed or not self._server.is_current(analysis):
            return
        self._suggested.add(document.uri)
        self._tell(document.uri, document.version, outcome)

    def _tell(self, uri: str, version: int, outcome: Outcome | None) -> None:
        cleared = len(outcome.evidence.cleared) if outcome is not None else 0
        suggestion = {
            "uri": uri,
            "version": version,
            "title": f"Fix {cleared} finding{'' if cleared == 1 else 's'}" if outcome is not None else "",
            "evidence": str(outcome.evidence) if outcome is not None else "",
            "applicability": outcome.applicability.value if outcome is not None else "display-only",
            "edit": self._server.workspace_edit(outcome.before.unit, outcome.edits) if outcome is not None else None,
            "documents": new_texts(self._server, outcome) if outcome is not None else [],
        }
        self._server.tell_extension("lintel/suggestion", suggestion)


def _only_touches(outcome: Outcome, document: Document) -> bool:
    """Whether nothing but the saved document changes: a save cannot edit any other."""
    return [d.uri for d in changed_documents(outcome)] == [document.uri]


def register(server: LintelServer) -> None:
    """Register the handlers."""
    save = Save(server)
    server.on_change.append(save.withdraw)
    server.on(types.TEXT_DOCUMENT_WILL_SAVE_WAIT_UNTIL, save.will_save)
    server.on(types.TEXT_DOCUMENT_DID_SAVE, save.did_save)
