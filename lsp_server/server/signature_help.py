"""Signature help: the parameters of the function that is being written, and which of them is due."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.dialects.service import Signature
from lsp_server.server.hover import plain
from lsp_server.server.session import LintelServer

_OPTIONS = types.SignatureHelpOptions(trigger_characters=["(", ","], retrigger_characters=[")"])


class Signatures:
    """Handles the request."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server

    async def signature(self, params: types.SignatureHelpParams) -> types.SignatureHelp | None:
        """Answer `textDocument/signatureHelp`."""
        served = await self._server.served(params.text_document.uri)
        if served is None:
            return None
        document, encoding = served.document, self._server.encoding
        found = served.service.signature(served.unit, document, encoding.offset(document, params.position))
        if found is None:
            return None
        return types.SignatureHelp([self._information(found)], 0, max(found.active, 0))

    def _information(self, found: Signature) -> types.SignatureInformation:
        units = self._server.encoding.units
        return types.SignatureInformation(
            found.label,
            self._content(found.text),
            [
                types.ParameterInformation(
                    (units(found.label[: one.span.start]), units(found.label[: one.span.end]))
                    if self._server.client.places_parameters
                    else found.label[one.span.start : one.span.end],
                    self._content(one.text),
                )
                for one in found.parameters
            ],
        )

    def _content(self, text: str) -> types.MarkupContent | None:
        if not text:
            return None
        if self._server.client.markdown_signatures:
            return types.MarkupContent(types.MarkupKind.Markdown, text)
        return types.MarkupContent(types.MarkupKind.PlainText, plain(text))


def register(server: LintelServer) -> None:
    """Register the handler."""
    server.on(types.TEXT_DOCUMENT_SIGNATURE_HELP, Signatures(server).signature, _OPTIONS)
