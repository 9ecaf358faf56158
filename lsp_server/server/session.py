"""One connection to one editor: what every feature of the server needs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, NamedTuple

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcException, JsonRpcInternalError
from pygls.lsp.server import LanguageServer

from lsp_server import __version__
from lsp_server.analysis import Analysis
from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import Edit
from lsp_server.dialects.base import Dialect, Language
from lsp_server.dialects.service import LanguageService, RefusedError
from lsp_server.server.analyses import Lane, OutdatedError
from lsp_server.server.client import Client
from lsp_server.server.configuration import Configuration, LoadEngine
from lsp_server.server.diagnostics import Publisher
from lsp_server.server.documents import OpenDocuments
from lsp_server.server.encoding import Encoding
from lsp_server.server.fixes import FixBooks
from lsp_server.server.protocol import LintelProtocol, plain_converter
from lsp_server.server.runs import BusyError, Runs
from lsp_server.server.status import Status
from lsp_server.server.workspace import Workspace, unit_key
from lsp_server.server.workspace_index import WorkspaceIndex
from lsp_server.sources import path_of

log = logging.getLogger(__name__)


class Served(NamedTuple):
    """A document that an editor asks about, its unit, and who answers."""

    document: Document
    unit: Unit
    service: LanguageService


class LintelServer(LanguageServer):
    """The server, with the state of its session. Features register their handlers on it."""

    def __init__(self, load_engine: LoadEngine) -> None:
        super().__init__("lintel", __version__, protocol_cls=LintelProtocol, converter_factory=plain_converter)
        self.client = Client()
        self.documents = OpenDocuments()
        self.files = Workspace(self.documents, self._in_module)
        self.status = Status(lambda state: self.tell_extension("lintel/status", state), self._complain)
        self.runs = Runs(self.status)
        self.configuration = Configuration(load_engine, self.status)
        self.configuration.subscribe(lambda _: self.runs.end("the settings have changed, so the run was ended"))
        self.publisher = Publisher(self.text_document_publish_diagnostics, self.files.version)
        self.lanes: dict[str, Lane] = {}
        self.index = WorkspaceIndex(self)
        self.books = FixBooks(lambda: self.configuration.engine, lambda: self.configuration.settings.on_save == "apply")
        self.greeted = asyncio.Event()
        self.broken = asyncio.Event()
        self.closing = False
        self.on_change: list[Callable[[str], None]] = []
        self.on_open: list[Callable[[Document], None]] = []
        self.on_greeting: list[Callable[[], None]] = []
        self.on_settings: list[Callable[[], None]] = []
        self.registering: list[Callable[[], list[types.Registration]]] = []
        self._tasks: set[asyncio.Task[Any]] = set()

    def on(self, method: str, handler: Callable[[Any], Any], options: Any = None) -> None:
        """Register a handler: a plain function, or a coroutine function, which may be cancelled.

        An answer that came too late is refused as outdated; any other failure is logged.
        """

        async def called_async(params: Any) -> Any:
            with _failures(method):
                return await handler(params)

        def called(params: Any) -> Any:
            with _failures(method):
                return handler(params)

        self.feature(method, options)(called_async if asyncio.iscoroutinefunction(handler) else called)

    def on_command(self, name: str, handler: Callable[..., Coroutine[Any, Any, Any]]) -> None:
        """Register what `workspace/executeCommand` runs. Before `initialize` is answered: only then it is told."""

        async def called(*arguments: Any) -> Any:
            with _failures(name):
                return await handler(*arguments)

        self.command(name)(called)

    @property
    def encoding(self) -> Encoding:
        """What the editor counts in."""
        return self.documents.encoding

    def set_encoding(self, name: str) -> None:
        """Take over what was negotiated."""
        self.documents.encoding = self.publisher.encoding = Encoding(name)

    def set_folders(self, uris: list[str]) -> None:
        """Take over the workspace's folders."""
        self.configuration.set_roots(path_of(uri) for uri in uris if uri.startswith("file:"))

    async def served(self, uri: str) -> Served | None:
        """An open document, as it is at the call, and who answers about it; None where nobody does."""
        found = await self.ours(uri)
        service = found[1].service if found is not None else None
        if found is None or service is None:
            return None
        document, dialect = found
        return Served(document, self.files.unit(document, dialect.language), service)

    async def ours(self, uri: str) -> tuple[Document, Dialect] | None:
        """An open document, as it is at the call, and its dialect; None where it is not open or of no dialect."""
        document = self.documents.get(uri)
        if document is None:
            return None
        dialect = (await self.configuration.loaded()).dialect_of(document)
        if dialect is None:
            return None
        await self.configuration.prepared(dialect.language)
        return document, dialect

    def _in_module(self, document: Document) -> bool:
        engine = self.configuration.engine
        dialect = engine.dialect_of(document) if engine is not None else None
        return dialect is not None and dialect.language is Language.TERRAFORM

    def versioned(self, uri: str, version: int) -> Document:
        """The open document of that version. Raises OutdatedError when there is another one by now."""
        document = self.documents.get(uri)
        if document is None or document.version != version:
            raise OutdatedError(f"{uri.rsplit('/', 1)[-1]} has changed")
        return document

    def tell_extension(self, method: str, params: Any) -> None:
        """Send a message of our own; an editor that does not know it would only complain."""
        if self.client.extension:
            self.protocol.notify(method, params)

    def workspace_edit(self, unit: Unit, edits: tuple[Edit, ...], warning: str = "") -> types.WorkspaceEdit:
        """The edits to `unit` and its callers, each document with the version that they are for where that can be.

        An editor that can shows the `warning` and has the edits confirmed.
        """
        touched = [document for document in (*unit, *unit.callers) if any(edit.uri == document.uri for edit in edits)]
        if not self.client.versions_edits:
            return types.WorkspaceEdit({d.uri: self.encoding.text_edits(d, edits) for d in touched})
        annotation = "warning" if warning and self.client.annotates_edits else ""
        changes = [
            types.TextDocumentEdit(
                types.OptionalVersionedTextDocumentIdentifier(document.uri, self.files.version(document)),
                _annotated(self.encoding.text_edits(document, edits), annotation),
            )
            for document in touched
        ]
        notes = {annotation: types.ChangeAnnotation(warning, needs_confirmation=True)} if annotation else None
        return types.WorkspaceEdit(document_changes=changes, change_annotations=notes)

    async def refused(self, edit: types.WorkspaceEdit) -> str:
        """Have the editor make an edit. Returns a sentence on why it did not, or nothing."""
        try:
            answer = await self.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit, "Lintel"))
        except JsonRpcException as error:
            why = str(error)
        else:
            if answer.applied:
                return ""
            why = answer.failure_reason or ""
        return f"The editor refused the edit, nothing was changed. {why}".rstrip()

    def lane(self, document: Document, dialect: Dialect) -> Lane:
        """The lane that judges an open document. Raises OutdatedError where there is none."""
        try:
            return self.lanes[unit_key(document, dialect.language)]
        except KeyError:
            raise OutdatedError(f"{document.name} is not judged") from None

    def changed(self, uri: str) -> None:
        """Tell the features that a document is no longer what it was, nor is what it is judged together with."""
        units = [lane.unit for lane in self.lanes.values()]
        units = [unit for unit in units if any(d.uri == uri for d in (*unit, *unit.nearby, *unit.beside))]
        for its in dict.fromkeys([uri, *(document.uri for unit in units for document in unit)]):
            self.books.outdated(its)
            self.runs.changed(its)
            for tell in self.on_change:
                tell(its)

    def findings_at(self, analysis: Analysis, document: Document, span: Span) -> list[Diagnostic]:
        """The findings that a range touches, else those on its lines: a rule points at a key, a person at the value."""
        own = analysis.of(document.uri)
        touched = [d for d in own if d.span.overlaps(span) or d.span.touches(span.start)]
        first, last = document.position(span.start).line, document.position(span.end).line
        return touched or [d for d in own if first <= document.position(d.span.start).line <= last]

    def is_current(self, analysis: Analysis) -> bool:
        """Whether nothing has changed since a verdict."""
        return self.files.current(analysis.unit, analysis.language)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do `work` in the background; a failure is logged."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("background work failed", exc_info=error)

    async def close(self) -> None:
        """End all background work and all child processes."""
        self.closing = True
        self.runs.end("the server ends")
        self.books.close()
        for lane in self.lanes.values():
            lane.stop()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.configuration.close()

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log a mistake of ours; a pop-up helps nobody. What was refused with a reason is none."""
        refused = isinstance(error, JsonRpcException) and not isinstance(error, JsonRpcInternalError)
        log.log(logging.DEBUG if refused else logging.ERROR, "%s: %s", getattr(source, "__name__", source), error)

    def _complain(self, sentence: str, broken: bool) -> None:
        """Tell what a verdict leaves out: in the way of a person only where something is broken."""
        if self.closing:
            return
        log.warning("%s", sentence)
        if not broken:
            self.window_log_message(types.LogMessageParams(types.MessageType.Info, sentence))
        else:
            self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"Lintel: {sentence}"))


def _annotated(edits: list[types.TextEdit], annotation: str) -> list[types.TextEdit | types.AnnotatedTextEdit]:
    return [types.AnnotatedTextEdit(annotation, e.range, e.new_text) if annotation else e for e in edits]


@contextlib.contextmanager
def _failures(method: str) -> Iterator[None]:
    try:
        yield
    except OutdatedError as error:
        raise JsonRpcContentModified(str(error)) from None
    except (RefusedError, BusyError) as error:
        raise JsonRpcException(str(error), types.LSPErrorCodes.RequestFailed) from None
    except JsonRpcException:
        raise
    except Exception:
        log.exception("%s failed", method)
        raise
