"""Inlay hints: values that stand elsewhere, between the words of the document, unless they are switched off."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.server.session import LintelServer


class Hints:
    """Handles the request, and has the editor ask again when the setting changes."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server
        self._shown = server.configuration.settings.inlay_hints

    async def hints(self, params: types.InlayHintParams) -> list[types.InlayHint] | None:
        """Answer `textDocument/inlayHint`, for the part of the document that is in sight."""
        served = await self._server.served(params.text_document.uri)
        if served is None or not self._server.configuration.settings.inlay_hints:
            return None
        document, encoding = served.document, self._server.encoding
        found = served.service.inlays(served.unit, document, encoding.span(document, params.range))
        return [
            types.InlayHint(
                encoding.position(document, inlay.offset),
                inlay.label,
                kind=types.InlayHintKind.Parameter if inlay.before else None,
                tooltip=types.MarkupContent(types.MarkupKind.Markdown, inlay.tooltip) if inlay.tooltip else None,
                padding_left=not inlay.before,
                padding_right=inlay.before,
            )
            for inlay in found
        ]

    def configured(self) -> None:
        """Take note of the settings."""
        shown = self._server.configuration.settings.inlay_hints
        if shown != self._shown and self._server.client.refreshes_hints:
            self._server.workspace_inlay_hint_refresh(None)
        self._shown = shown


def register(server: LintelServer) -> None:
    """Register the handler."""
    hints = Hints(server)
    server.on(types.TEXT_DOCUMENT_INLAY_HINT, hints.hints)
    server.on_settings.append(hints.configured)
