"""Refactorings in the light bulb: offered at once by their titles, worked out and verified when one is picked."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from lsprotocol import types

from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.base import Dialect
from lsp_server.dialects.service import RefusedError
from lsp_server.refactorings.base import Kind, Refactoring, Selection
from lsp_server.server.analyses import OutdatedError
from lsp_server.server.diagnostics import to_lsp
from lsp_server.server.session import LintelServer
from lsp_server.sources import path_of

if TYPE_CHECKING:
    from lsp_server.engine import Engine
    from lsp_server.repair.refactoring import Refactored

log = logging.getLogger(__name__)

SHOW = "lintel.showDocument"
KINDS = {
    Kind.IGNORE: types.CodeActionKind.QuickFix,
    Kind.EXTRACT: types.CodeActionKind.RefactorExtract,
    Kind.INLINE: types.CodeActionKind.RefactorInline,
    Kind.REWRITE: types.CodeActionKind.RefactorRewrite,
}
_PATIENCE = 15.0  # seconds that a person waits for what they picked, which no editor lets them cancel
_EAGERLY = 4.0  # seconds for all that are asked for, where the editor cannot ask for the one that is picked


def wants(context: types.CodeActionContext, *kinds: str, explicitly: bool = False) -> bool:
    """Whether the editor asks for one of `kinds` or a kind above it; without a wish it asks for everything."""
    if not context.only:
        return not explicitly
    only = [getattr(kind, "value", kind) for kind in context.only]
    return any(kind == wish or kind.startswith(f"{wish}.") or wish == "" for wish in only for kind in kinds)


class Refactorings:
    """Offers refactorings as code actions and works the picked one out."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server

    async def actions(
        self, context: types.CodeActionContext, document: Document, dialect: Dialect, span: Span
    ) -> list[types.CodeAction]:
        """What is offered for a range; where the editor resolves nothing, only what it asked for by kind."""
        lazily = self._server.client.resolves_actions
        kinds = [kind for kind, name in KINDS.items() if wants(context, name.value, explicitly=not lazily)]
        engine = self._server.configuration.engine
        if engine is None or not kinds:
            return []
        asked = context.trigger_kind is not types.CodeActionTriggerKind.Automatic or bool(context.only)
        selection = self._selection(document, dialect, span, asked=asked)
        offered = engine.refactorings_at(selection, dialect.language, kinds)
        if lazily:
            return [self._action(selection, refactoring) for refactoring in offered]
        return await self._eagerly(engine, dialect, selection, offered)

    async def resolved(self, action: types.CodeAction) -> types.CodeAction:
        """The action with its edit; one that may not be made stays without, and a message says why."""
        data: Any = action.data
        if not isinstance(data, dict) or "refactoring" not in data:
            return action
        document = self._server.versioned(data["uri"], data["version"])
        found = await self._server.ours(document.uri)
        if found is None:
            raise OutdatedError(f"{document.name} has changed")
        span = Span(data["start"], data["end"])
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._resolve(action, document, found[1], span, data["refactoring"])
        except (RefusedError, TimeoutError) as reason:
            why = str(reason) or f"it took longer than {_PATIENCE:.0f} seconds"
            message = f"Lintel: nothing was changed. {action.title}: {why}."
            self._server.window_show_message(types.ShowMessageParams(types.MessageType.Warning, message))
        return action

    async def _resolve(
        self, action: types.CodeAction, document: Document, dialect: Dialect, span: Span, key: str
    ) -> None:
        engine = await self._server.configuration.loaded()
        await self._server.lane(document, dialect).verdict(document)  # with the findings at the place
        selection = self._selection(document, dialect, span, asked=True)
        offered = engine.refactorings_at(selection, dialect.language, frozenset(Kind))
        picked = next((one for one in offered if one.key == key and one.title == action.title), None)
        if picked is None:
            raise RefusedError("it is no longer possible here")
        self._add_edit(action, await self._worked_out(engine, dialect, document, picked))

    async def _eagerly(
        self, engine: Engine, dialect: Dialect, selection: Selection, offered: Iterator[Refactoring]
    ) -> list[types.CodeAction]:
        actions: list[types.CodeAction] = []
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_EAGERLY):
                for refactoring in offered:
                    action = self._action(selection, refactoring)
                    with contextlib.suppress(RefusedError):
                        made = await self._worked_out(engine, dialect, selection.document, refactoring)
                        self._add_edit(action, made)
                        actions.append(action)
        return actions

    async def _worked_out(
        self, engine: Engine, dialect: Dialect, document: Document, refactoring: Refactoring
    ) -> Refactored:
        analysis = await self._server.lane(document, dialect).verdict(document)
        made = await engine.refactor(analysis, document, refactoring)
        if not self._server.is_current(analysis):
            raise OutdatedError(f"{document.name} has changed")
        log.info("%s (%s)", refactoring.title, made.evidence)
        return made

    def _selection(self, document: Document, dialect: Dialect, span: Span, *, asked: bool) -> Selection:
        lane = self._server.lane(document, dialect)
        analysis = lane.analysis
        known = analysis is not None and document in analysis.unit.documents
        findings = self._server.findings_at(analysis, document, span) if known and analysis is not None else []
        unit = lane.unit if document in lane.unit.documents else Unit((document,))
        return Selection(unit, document, span, tuple(findings), asked, self._new_file(document))

    def _action(self, selection: Selection, refactoring: Refactoring) -> types.CodeAction:
        document = selection.document
        place = {"uri": document.uri, "version": document.version, "start": selection.span.start}
        findings = [to_lsp(d, document, self._server.encoding) for d in refactoring.clears]
        return types.CodeAction(
            refactoring.title,
            kind=KINDS[refactoring.kind],
            diagnostics=findings or None,
            data={**place, "end": selection.span.end, "refactoring": refactoring.key},
        )

    def _add_edit(self, action: types.CodeAction, made: Refactored) -> None:
        action.edit = self._server.workspace_edit(made.before, made.edits)
        if not made.created:
            return
        start = types.Position(0, 0)
        changes: list[Any] = []
        for document in made.created:
            identifier = types.OptionalVersionedTextDocumentIdentifier(document.uri, None)
            text = types.TextEdit(types.Range(start, start), document.text)
            changes += (types.CreateFile(document.uri), types.TextDocumentEdit(identifier, [text]))
        # an editor that makes files reads changes by document
        action.edit = types.WorkspaceEdit(document_changes=[*changes, *(action.edit.document_changes or ())])
        if self._server.client.shows_documents:
            action.command = types.Command("Show", SHOW, arguments=[made.created[0].uri])

    def _new_file(self, document: Document) -> Callable[[str], str | None]:
        """What gives the uri of a new file by its name; None where the editor cannot make it, or where it is there."""

        def new_file(name: str) -> str | None:
            if not self._server.client.creates_files or not document.uri.startswith("file:"):
                return None
            uri = f"{document.uri.rpartition('/')[0]}/{quote(name)}"
            taken = self._server.documents.get(uri) is not None or path_of(uri).exists()
            return None if taken else uri

        return new_file


def register(server: LintelServer) -> None:
    """Register the command that shows a document which an action made, for an editor that can."""

    async def show(uri: str) -> None:
        await server.window_show_document_async(types.ShowDocumentParams(uri, take_focus=True))

    def greeted() -> None:
        if server.client.creates_files and server.client.shows_documents:
            server.on_command(SHOW, show)

    server.on_greeting.append(greeted)
