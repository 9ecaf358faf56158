"""The light bulb: verified fixes for each finding, the way to the model, intents in comments, and fix all."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from lsp_server.analysis import Analysis
from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Document, Span
from lsp_server.core.fix import Applicability
from lsp_server.dialects.base import Dialect
from lsp_server.server.analyses import OutdatedError
from lsp_server.server.diagnostics import to_lsp
from lsp_server.server.refactorings import KINDS, Refactorings, wants
from lsp_server.server.session import LintelServer

if TYPE_CHECKING:
    from lsp_server.engine import VerifiedFix

FIX_ALL = "source.fixAll.lintel"
FIX_WITH_MODEL = "lintel.fixWithModel"
GENERATE = "lintel.generateFromComment"
EXPLAIN = "lintel.explain"

_WAIT = 1.0  # seconds that the light bulb waits for fixes that are still being verified
_WAIT_ASKED = 4.0  # the same when a person opened the menu
_ORDER = {Applicability.SAFE: 0, Applicability.UNSAFE: 1, Applicability.DISPLAY_ONLY: 2}


class CodeActions:
    """Answers `textDocument/codeAction` and `codeAction/resolve`."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server
        self._refactorings = Refactorings(server)

    async def actions(self, params: types.CodeActionParams) -> list[types.CodeAction] | None:
        """All actions for a range; nothing about a text that has changed in the meantime."""
        found = await self._server.ours(params.text_document.uri)
        if found is None or not self._server.client.code_actions:
            return None
        document, dialect = found
        span = self._server.encoding.span(document, params.range)
        try:
            if wants(params.context, types.CodeActionKind.SourceFixAll.value, FIX_ALL, explicitly=True):
                return await self._fix_all(document, dialect)
            actions: list[types.CodeAction] = []
            if wants(params.context, types.CodeActionKind.QuickFix.value):
                actions += await self._quick_fixes(params, document, dialect, span)
                actions += self._intent(document, dialect, span)
                actions += self._explanation(document, dialect, span)
            return [*actions, *await self._refactorings.actions(params.context, document, dialect, span)] or None
        except OutdatedError:
            return None

    async def resolve(self, action: types.CodeAction) -> types.CodeAction:
        """The action with its edit, where that was left for later."""
        return await self._refactorings.resolved(action)

    async def _quick_fixes(
        self, params: types.CodeActionParams, document: Document, dialect: Dialect, span: Span
    ) -> list[types.CodeAction]:
        lane = self._server.lane(document, dialect)
        asked = params.context.trigger_kind is types.CodeActionTriggerKind.Invoked
        analysis = lane.analysis
        if analysis is None and params.context.diagnostics:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(None if asked else _WAIT):  # a person who asked may also cancel
                    analysis = await lane.verdict(document)
        if analysis is None or document not in analysis.unit.documents:
            return []
        findings = self._server.findings_at(analysis, document, span)
        book = self._server.books.of(analysis)
        if not findings or book is None:
            return []
        fixes = await book.fixes(findings, _WAIT_ASKED if asked else _WAIT)
        if not self._server.is_current(analysis):
            return []
        return [*self._fix_actions(analysis, document, fixes), *self._model_action(document, findings)]

    def _fix_actions(
        self, analysis: Analysis, document: Document, fixes: Iterable[VerifiedFix]
    ) -> Iterable[types.CodeAction]:
        preferred: set[Diagnostic] = set()
        for verified in sorted(fixes, key=lambda f: _ORDER[f.fix.applicability]):
            fix = verified.fix
            best = fix.applicability is Applicability.SAFE and not preferred.intersection(fix.clears)
            if best:
                preferred.update(fix.clears)
            yield types.CodeAction(
                verified.title,
                kind=types.CodeActionKind.QuickFix,
                diagnostics=self._to_lsp(document, fix.clears),
                is_preferred=best or None,
                edit=self._server.workspace_edit(analysis.unit, fix.edits),
            )

    def _model_action(self, document: Document, findings: Sequence[Diagnostic]) -> Iterable[types.CodeAction]:
        """The way to the model, where there is one: the offline proposer adds nothing to what fixers do."""
        engine = self._server.configuration.engine
        if engine is None or engine.model is None or not self._server.client.offers_runs:
            return
        span = Span(min(d.span.start for d in findings), max(d.span.end for d in findings))
        yield self._about("Fix with model…", FIX_WITH_MODEL, document, span, findings)

    def _intent(self, document: Document, dialect: Dialect, span: Span) -> Iterable[types.CodeAction]:
        intent = dialect.intent_at(document, span.start)
        engine = self._server.configuration.engine
        if intent is None or engine is None or engine.model_name == "none" or not self._server.client.offers_runs:
            return
        title = f"Generate: {intent.words}"
        arguments = {
            "uri": document.uri,
            "version": document.version,
            "position": self._server.encoding.position(document, intent.comment.start),
        }
        command = types.Command(title, GENERATE, arguments=[arguments])
        yield types.CodeAction(title, kind=types.CodeActionKind.QuickFix, command=command)

    def _explanation(self, document: Document, dialect: Dialect, span: Span) -> Iterable[types.CodeAction]:
        """The way to what is known of the findings at a place."""
        analysis = self._server.lane(document, dialect).analysis
        if analysis is None or not self._server.is_current(analysis) or not self._server.client.offers_runs:
            return
        found = self._server.findings_at(analysis, document, span)
        if not found:
            return
        title = "Explain this problem" if len(found) == 1 else "Explain these problems"
        yield self._about(title, EXPLAIN, document, span, found)

    def _about(
        self, title: str, command: str, document: Document, span: Span, findings: Sequence[Diagnostic]
    ) -> types.CodeAction:
        """An action that runs a command on a span, where it is about findings."""
        arguments = {
            "uri": document.uri,
            "version": document.version,
            "range": self._server.encoding.range(document, span),
        }
        return types.CodeAction(
            title,
            kind=types.CodeActionKind.QuickFix,
            diagnostics=self._to_lsp(document, findings),
            command=types.Command(title, command, arguments=[arguments]),
        )

    async def _fix_all(self, document: Document, dialect: Dialect) -> list[types.CodeAction] | None:
        """All safe fixes together. The editor waits and may cancel, so this takes the time it needs."""
        analysis = await self._server.lane(document, dialect).verdict(document)
        book = self._server.books.of(analysis)
        outcome = await book.repair(unsafe=False, seconds=None) if book is not None else None
        if outcome is None or not outcome.changed or not self._server.is_current(analysis):
            return None
        edit = self._server.workspace_edit(analysis.unit, outcome.edits)
        return [types.CodeAction(f"Fix all ({outcome.evidence})", kind=FIX_ALL, edit=edit)]

    def _to_lsp(self, document: Document, findings: Iterable[Diagnostic]) -> list[types.Diagnostic]:
        return [to_lsp(d, document, self._server.encoding) for d in findings if d.uri == document.uri]


def register(server: LintelServer) -> None:
    """Register the handler."""
    actions = CodeActions(server)
    kinds = [*dict.fromkeys((types.CodeActionKind.QuickFix, *KINDS.values())), FIX_ALL]
    options = types.CodeActionOptions(code_action_kinds=kinds, resolve_provider=True)
    server.on(types.TEXT_DOCUMENT_CODE_ACTION, actions.actions, options)
    server.on(types.CODE_ACTION_RESOLVE, actions.resolve)
