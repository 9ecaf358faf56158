"""Opened, changed and closed documents: each change starts a new judgement of its unit."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from lsprotocol import types

from lsp_server.analysis import Analysis
from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.base import Language
from lsp_server.server.analyses import Lane
from lsp_server.server.installed import InstalledProviders
from lsp_server.server.session import LintelServer
from lsp_server.server.turns import Turns
from lsp_server.server.workspace import SOURCE, folder_uri, unit_key
from lsp_server.sources import UnreadableError, calls, path_of, read_document

if TYPE_CHECKING:
    from lsp_server.engine import Engine

log = logging.getLogger(__name__)

CONFIGURATION_FILES = (".cfnlintrc", ".tflint", ".terraform.lock")  # how the names begin of what concerns all units


class Sync:
    """Keeps a lane for each unit that has an open document."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server
        self._units: dict[str, str] = {}
        self._broken: dict[str, str] = {}
        self._installed = InstalledProviders(server.configuration, server.spawn, self._schemas_arrived)
        self._turns = {language: (Turns(), Turns()) for language in Language}
        server.configuration.subscribe(self._configured)

    def open(self, params: types.DidOpenTextDocumentParams) -> None:
        """Take over an opened document."""
        document = self._server.documents.open(params.text_document)
        self._server.files.refresh()
        self._installed.opened(document.uri)
        if "\ufffd" in document.text:
            self._server.spawn(self._check_bytes(document))
        self._judge(document)
        self._judge_callers(document.uri)
        for tell in self._server.on_open:
            tell(document)

    def change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Take over a change."""
        document = self._server.documents.change(params.text_document, params.content_changes)
        if document is not None:
            self._server.changed(document.uri)
            self._judge(document)
            self._judge_callers(document.uri)

    def close(self, params: types.DidCloseTextDocumentParams) -> None:
        """Forget a document; the rest of its unit is judged with the file on disk instead."""
        uri = params.text_document.uri
        self._server.documents.close(uri)
        self._broken.pop(uri, None)
        self._server.changed(uri)
        self._leave(uri)
        self._judge_callers(uri)

    def watched(self, params: types.DidChangeWatchedFilesParams) -> None:
        """Judge again what changed files have a part in."""
        opened = {document.uri for document in self._server.documents}
        changed = {change.uri for change in params.changes}
        configured = any(uri.rsplit("/", 1)[-1].startswith(CONFIGURATION_FILES) for uri in changed)
        if any(self._installed.changed(uri) for uri in changed):
            self._server.files.refresh()
            configured = True
        changed -= opened  # there the buffer counts, not the file
        folders = {folder_uri(uri) for uri in changed}
        for uri in changed:
            self._server.changed(uri)
        self._judge_again(lambda key: configured or key in folders)
        for uri in {folder_uri(uri): uri for uri in changed}.values():
            self._judge_callers(uri)

    def _configured(self, linters_changed: bool) -> None:
        engine = self._server.configuration.engine
        if linters_changed and engine is not None:
            self._installed.configured()
            self._server.books.close()
            for lane in self._server.lanes.values():
                lane.reconfigure(engine.toolchain)
            self._judge_again(lambda _: True)

    def _schemas_arrived(self, titles: list[str]) -> None:
        """Judge all modules again by the schemas that have come, or tell that a provider cannot be asked."""
        if titles:
            sentence = f"read from the installed providers: the schemas of {', '.join(titles)}"
            self._server.window_log_message(types.LogMessageParams(types.MessageType.Info, sentence))
        modules = {key for key, lane in self._server.lanes.items() if lane.language is Language.TERRAFORM}
        for uri in [uri for uri, key in self._units.items() if key in modules]:
            self._server.changed(uri)
        self._judge_again(lambda key: key in modules)

    def _judge_again(self, wanted: Callable[[str], bool]) -> None:
        for document in self._server.documents:
            key = self._units.get(document.uri)
            if key is None or wanted(key):
                self._judge(document)

    def _judge_callers(self, uri: str) -> None:
        """Judge again the modules that call the one in which a document changed."""
        modules = {key: lane for key, lane in self._server.lanes.items() if lane.language is Language.TERRAFORM}
        callers = {key for key, lane in modules.items() if calls(lane.unit, uri)}
        for document in self._server.documents:
            key = self._units.get(document.uri)
            if key in callers:
                callers.discard(key)
                self._judge(document)

    def _judge(self, document: Document) -> None:
        engine = self._server.configuration.engine
        if engine is None:
            return  # all that is open is judged once it is loaded
        dialect = engine.dialect_of(document)
        key = unit_key(document, dialect.language) if dialect is not None else None
        if self._units.get(document.uri) not in (None, key):
            self._leave(document.uri)
        if dialect is None or key is None:
            return
        self._units[document.uri] = key
        lane = self._server.lanes.get(key)
        if lane is None or lane.language is not dialect.language:
            lane = self._server.lanes[key] = self._lane(key, dialect.language, engine)
            self._server.spawn(self._server.configuration.prepared(dialect.language))
        unit = self._server.files.unit(document, dialect.language)
        self._installed.look(unit)
        lane.start(unit)

    def _lane(self, key: str, language: Language, engine: Engine) -> Lane:
        def show(unit: Unit, diagnostics: tuple[Diagnostic, ...]) -> None:
            problems = self._server.files.problems(unit)
            self._server.publisher.show(key, unit, (*diagnostics, *self._not_utf8(unit), *problems))

        def done(analysis: Analysis) -> None:
            self._server.books.take(analysis)
            self._server.status.note(key, analysis.notes)

        prepared = partial(self._server.configuration.prepared, language)
        return Lane(language, engine.toolchain, show, done, engine.advised, self._turns[language], prepared)

    def _leave(self, uri: str) -> None:
        """Take a document out of its unit; the last one takes the findings along."""
        key = self._units.pop(uri, None)
        if key is None:
            return
        others = [other for other, its in self._units.items() if its == key]
        if not others:
            self._server.lanes.pop(key).stop()
            self._server.publisher.clear(key)
            self._server.status.note(key, ())
            return
        document = self._server.documents.get(others[0])
        if document is not None:
            self._judge(document)

    def _not_utf8(self, unit: Unit) -> Iterator[Diagnostic]:
        for document in unit:
            at = document.text.find("\ufffd") if document.uri in self._broken else -1
            if at >= 0:
                message = f"The file is {self._broken[document.uri]}; saving it would replace what cannot be shown."
                yield Diagnostic(document.uri, Span(at, at + 1), Severity.WARNING, SOURCE, "encoding", message)

    async def _check_bytes(self, document: Document) -> None:
        """Tell when the file is not UTF-8: what the editor shows, and would save, is not what is there."""
        try:
            await asyncio.to_thread(read_document, path_of(document.uri))
        except UnreadableError as error:
            if "not UTF-8" not in str(error):
                return
            self._broken[document.uri] = str(error).rsplit(": ", 1)[-1]
            current = self._server.documents.get(document.uri)
            if current is not None:
                self._judge(current)


def register(server: LintelServer) -> None:
    """Register the handlers."""
    sync = Sync(server)
    server.on(types.TEXT_DOCUMENT_DID_OPEN, sync.open)
    server.on(types.TEXT_DOCUMENT_DID_CHANGE, sync.change)
    server.on(types.TEXT_DOCUMENT_DID_CLOSE, sync.close)
    server.on(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, sync.watched)
