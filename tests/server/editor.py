"""An editor for tests: a real client over a real server process, which waits for what is said instead of sleeping."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.exceptions import JsonRpcException
from pygls.lsp.client import LanguageClient
from pygls.protocol import LanguageServerProtocol as LanguageClientProtocol

PATIENCE = 90.0  # seconds after which a test is given up, on a busy machine

_CONVERTER = get_converter()

CAPABILITIES = types.ClientCapabilities(
    general=types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind.Utf16]),
    workspace=types.WorkspaceClientCapabilities(
        apply_edit=True,
        configuration=True,
        workspace_folders=True,
        workspace_edit=types.WorkspaceEditClientCapabilities(
            document_changes=True, change_annotation_support=types.ChangeAnnotationsSupportOptions()
        ),
        inlay_hint=types.InlayHintWorkspaceClientCapabilities(refresh_support=True),
        did_change_configuration=types.DidChangeConfigurationClientCapabilities(dynamic_registration=True),
        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
    ),
    text_document=types.TextDocumentClientCapabilities(
        synchronization=types.TextDocumentSyncClientCapabilities(did_save=True, will_save_wait_until=True),
        completion=types.CompletionClientCapabilities(
            completion_item=types.ClientCompletionItemOptions(
                snippet_support=True, documentation_format=[types.MarkupKind.Markdown]
            )
        ),
        hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
        definition=types.DefinitionClientCapabilities(link_support=True),
        rename=types.RenameClientCapabilities(prepare_support=True),
        document_symbol=types.DocumentSymbolClientCapabilities(hierarchical_document_symbol_support=True),
        publish_diagnostics=types.PublishDiagnosticsClientCapabilities(version_support=True),
        inline_completion=types.InlineCompletionClientCapabilities(),
        code_action=types.CodeActionClientCapabilities(
            code_action_literal_support=types.ClientCodeActionLiteralOptions(types.ClientCodeActionKindOptions([]))
        ),
    ),
    window=types.WindowClientCapabilities(work_done_progress=True),
    experimental={"lintel": {"version": 1}},
)
"""What VS Code with Lintel's extension says of itself."""


class Protocol(LanguageClientProtocol):
    """Leaves code actions as they came: the library takes one with a command for a bare command."""

    def get_result_type(self, method: str) -> Any:
        return None if method == types.TEXT_DOCUMENT_CODE_ACTION else super().get_result_type(method)


class Editor:
    """One editor with one server. All that the server says is kept in `heard`, as (method, params).

    What the server asks for by a method in `refuses` is answered with that error.
    """

    def __init__(self, settings: dict[str, Any] | None = None) -> None:
        self.client = LanguageClient("editor", "1", protocol_cls=Protocol)
        self.settings = settings or {}
        self.heard: list[tuple[str, Any]] = []
        self.refuses: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self._told = asyncio.Condition()
        self._ids = 1000
        for method in (
            types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS,
            types.WINDOW_SHOW_MESSAGE,
            types.WINDOW_LOG_MESSAGE,
            types.PROGRESS,
            "lintel/status",
            "lintel/suggestion",
        ):
            self._listen(method)
        self._listen(types.CLIENT_REGISTER_CAPABILITY, lambda _: None)
        self._listen(types.WINDOW_WORK_DONE_PROGRESS_CREATE, lambda _: None)
        self._listen(types.WORKSPACE_INLAY_HINT_REFRESH, lambda _: None)
        self._listen(types.WORKSPACE_CONFIGURATION, lambda params: [self.settings for _ in params.items])
        self._listen(types.WORKSPACE_APPLY_EDIT, lambda _: types.ApplyWorkspaceEditResult(applied=True))

    def _listen(self, method: str, answer: Callable[[Any], Any] = lambda _: None) -> None:
        async def hear(params: Any) -> Any:
            async with self._told:
                self.heard.append((method, params))
                self._told.notify_all()
            if method in self.refuses:
                raise JsonRpcException(self.refuses[method])
            return answer(params)

        self.client.feature(method)(hear)

    @property
    def process(self) -> asyncio.subprocess.Process:
        server = self.client._server
        assert server is not None
        return server

    async def start(
        self,
        root: Path,
        *,
        environment: dict[str, str] | None = None,
        capabilities: types.ClientCapabilities = CAPABILITIES,
        process_id: int | None = None,
        options: Any = None,
    ) -> types.InitializeResult:
        ambient = {k: v for k, v in os.environ.items() if not k.startswith(("ANTHROPIC", "LINTEL"))}
        await self.client.start_io(
            sys.executable, "-m", "lsp_server", "serve", "--stdio", env=ambient | (environment or {})
        )
        return await self.initialize(root, capabilities, process_id, options)

    async def initialize(
        self,
        root: Path,
        capabilities: types.ClientCapabilities = CAPABILITIES,
        process_id: int | None = None,
        options: Any = None,
    ) -> types.InitializeResult:
        folder = types.WorkspaceFolder(root.as_uri(), root.name)
        params = types.InitializeParams(
            process_id=process_id or os.getpid(),
            capabilities=capabilities,
            root_uri=root.as_uri(),
            workspace_folders=[folder],
            initialization_options=options,
        )
        result = await asyncio.wait_for(self.client.initialize_async(params), PATIENCE)
        self.client.initialized(types.InitializedParams())
        return result

    async def stop(self) -> None:
        if self.process.returncode is None:
            await asyncio.wait_for(self.client.shutdown_async(None), PATIENCE)
            self.client.exit(None)
        await asyncio.wait_for(self.client.stop(), PATIENCE)

    async def configure(self, settings: dict[str, Any]) -> None:
        """Change the settings; on return the server has taken them over."""
        self.settings = settings
        since = len(self.heard)
        self.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
        await self.until(types.WORKSPACE_CONFIGURATION, since=since)
        await self.ask("lintel/trace", {})  # answered behind the settings

    # -- documents ----------------------------------------------------------------------------------------------

    def open(self, path: Path, text: str | None = None, language: str = "") -> str:
        uri = path.as_uri()
        text = path.read_bytes().decode("utf-8", "replace") if text is None else text
        language = language or ("terraform" if path.suffix in (".tf", ".tfvars") else path.suffix[1:])
        self.texts[uri], self.versions[uri] = text, 1
        item = types.TextDocumentItem(uri, language, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def replace(self, uri: str, old: str, new: str) -> int:
        """Type `new` over the first `old`; returns the version."""
        text = self.texts[uri]
        start = text.index(old)
        change = types.TextDocumentContentChangePartial(
            types.Range(self.place(uri, start), self.place(uri, start + len(old))), new
        )
        self.texts[uri] = text[:start] + new + text[start + len(old) :]
        self.versions[uri] += 1
        self._change(uri, change)
        return self.versions[uri]

    def rewrite(self, uri: str, text: str) -> int:
        """Send the whole text anew; returns the version."""
        self.texts[uri] = text
        self.versions[uri] += 1
        self._change(uri, types.TextDocumentContentChangeWholeDocument(text))
        return self.versions[uri]

    def _change(self, uri: str, change: Any) -> None:
        identifier = types.VersionedTextDocumentIdentifier(self.versions[uri], uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [change]))

    def close(self, uri: str) -> None:
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def save(self, uri: str) -> None:
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def place(self, uri: str, offset: int) -> types.Position:
        """The position of an offset, in UTF-16 units."""
        before = self.texts[uri][:offset]
        line = before.count("\n")
        return types.Position(line, len(before.rpartition("\n")[2].encode("utf-16-le", "surrogatepass")) // 2)

    def after(self, uri: str, words: str) -> types.Position:
        """The position behind the first occurrence of `words`."""
        return self.place(uri, self.texts[uri].index(words) + len(words))

    def applied(self, uri: str, edits: Any) -> str:
        """The text of `uri` with LSP edits made."""
        text = self.texts[uri]
        lines = text.split("\n")
        starts = [sum(len(line) + 1 for line in lines[:n]) for n in range(len(lines))]
        spans = []
        for edit in edits:
            ends = []
            for place in (edit.range.start, edit.range.end):
                units = lines[place.line].encode("utf-16-le", "surrogatepass")[: place.character * 2]
                ends.append(starts[place.line] + len(units.decode("utf-16-le", "surrogatepass")))
            spans.append((ends[0], ends[1], edit.new_text))
        for start, end, new in sorted(spans, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    # -- waiting ------------------------------------------------------------------------------------------------

    async def until(self, method: str, holds: Callable[[Any], bool] = lambda _: True, since: int = 0) -> Any:
        """The params of the first message of `method` (from number `since` on) for which `holds`."""

        def found() -> Any:
            return next(((p,) for m, p in self.heard[since:] if m == method and holds(p)), None)

        async with self._told:
            await asyncio.wait_for(self._told.wait_for(lambda: found() is not None), PATIENCE)
            return found()[0]

    async def status(self, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The status as it is now, once it `holds`."""

        def now() -> dict[str, Any] | None:
            said = [plain(p) for m, p in self.heard if m == "lintel/status"]
            return said[-1] if said and holds(said[-1]) else None

        async with self._told:
            await asyncio.wait_for(self._told.wait_for(lambda: now() is not None), PATIENCE)
            found = now()
            assert found is not None
            return found

    async def findings(
        self, uri: str, holds: Callable[[list[types.Diagnostic]], bool] = lambda _: True, version: int | None = None
    ) -> list[types.Diagnostic]:
        """The first published findings for a version (the newest, by default) for which `holds`."""
        version = version if version is not None else self.versions.get(uri)
        published = await self.until(
            types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS,
            lambda p: p.uri == uri and p.version == version and holds(list(p.diagnostics)),
        )
        return list(published.diagnostics)

    def request(self, method: str, params: Any) -> tuple[int, asyncio.Future[Any]]:
        """Send a request; returns its id, to cancel it by, and its answer."""
        self._ids += 1
        return self._ids, asyncio.wrap_future(self.client.protocol.send_request(method, params, msg_id=self._ids))

    async def ask(self, method: str, params: Any) -> Any:
        return plain(await asyncio.wait_for(self.request(method, params)[1], PATIENCE))

    def cancel(self, request: int) -> None:
        self.client.cancel_request(types.CancelParams(request))

    async def code_actions(
        self, uri: str, at: types.Position, only: list[str] | None = None, diagnostics: Any = ()
    ) -> list[types.CodeAction]:
        context = types.CodeActionContext(
            list(diagnostics), only=only, trigger_kind=types.CodeActionTriggerKind.Invoked
        )
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), types.Range(at, at), context)
        answer = await asyncio.wait_for(self.client.text_document_code_action_async(params), PATIENCE)
        return [_CONVERTER.structure(plain(action), types.CodeAction) for action in answer or []]

    async def complete(self, uri: str, at: types.Position) -> list[types.CompletionItem]:
        params = types.CompletionParams(types.TextDocumentIdentifier(uri), at)
        answer = await asyncio.wait_for(self.client.text_document_completion_async(params), PATIENCE)
        assert answer is None or isinstance(answer, types.CompletionList)
        return list(answer.items) if answer is not None else []

    async def ghost(self, uri: str, at: types.Position) -> list[types.InlineCompletionItem]:
        context = types.InlineCompletionContext(types.InlineCompletionTriggerKind.Automatic)
        params = types.InlineCompletionParams(context, types.TextDocumentIdentifier(uri), at)
        answer = await asyncio.wait_for(self.client.text_document_inline_completion_async(params), PATIENCE)
        return list(answer.items) if isinstance(answer, types.InlineCompletionList) else list(answer or [])

    async def will_save(self, uri: str) -> list[types.TextEdit]:
        params = types.WillSaveTextDocumentParams(
            types.TextDocumentIdentifier(uri), types.TextDocumentSaveReason.Manual
        )
        answer = await asyncio.wait_for(self.client.text_document_will_save_wait_until_async(params), PATIENCE)
        return list(answer or [])


def plain(value: Any) -> Any:
    """The library turns objects of unknown messages into named tuples or leaves dicts; as dicts they can be read."""
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if hasattr(value, "__attrs_attrs__"):
        value = _CONVERTER.unstructure(value)
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value


def edits_of(edit: Any) -> dict[str, tuple[int | None, list[types.TextEdit]]]:
    """Version and text edits of each document of a workspace edit."""
    return {
        change.text_document.uri: (change.text_document.version, list(change.edits)) for change in edit.document_changes
    }


def codes(findings: list[types.Diagnostic]) -> list[str]:
    return sorted(str(d.code) for d in findings)
