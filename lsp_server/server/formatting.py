"""Formatting, of documents whose dialect has a layout of its own: a YAML file's formatter is left to the person.

An editor that can is told which documents are meant; else it might take this for a formatter of all that it sends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from lsprotocol import types

from lsp_server.core.document import Document
from lsp_server.core.edit import Edit
from lsp_server.server.session import LintelServer, Served

LANGUAGES = ("terraform", "terraform-vars", "terraform-test", "opentofu", "opentofu-vars")
PATTERNS = ("**/*.{tf,tofu,tfvars}", "**/*.{tftest,tofutest}.hcl")
SELECTOR = [
    *(types.TextDocumentFilterLanguage(language) for language in LANGUAGES),
    *(types.TextDocumentFilterPattern(pattern) for pattern in PATTERNS),
]

Laid = Sequence[Edit] | None


class Formatting:
    """Handles the three requests. Worked out in a thread, and only given for the text that was asked about."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server

    async def document(self, params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
        """Answer `textDocument/formatting`."""
        return await self._edits(params, lambda served: served.service.layout(served.document))

    async def range(self, params: types.DocumentRangeFormattingParams) -> list[types.TextEdit] | None:
        """Answer `textDocument/rangeFormatting`: whole lines, but not one of which the selection has only the start."""
        start, end = params.range.start, params.range.end
        last = end.line - (end.character == 0 and end.line > start.line)
        return await self._edits(params, lambda served: served.service.layout(served.document, (start.line, last)))

    async def typed(self, params: types.DocumentOnTypeFormattingParams) -> list[types.TextEdit] | None:
        """Answer `textDocument/onTypeFormatting`."""
        encoding = self._server.encoding

        def laid(served: Served) -> Laid:
            return served.service.layout_typed(served.document, encoding.offset(served.document, params.position))

        return await self._edits(params, laid)

    async def _edits(self, params: Any, laid: Callable[[Served], Laid]) -> list[types.TextEdit] | None:
        served = await self._server.served(params.text_document.uri)
        if served is None:
            return None
        found = await asyncio.to_thread(self._text_edits, served.document, lambda: laid(served))
        self._server.versioned(served.document.uri, served.document.version)
        return found

    def _text_edits(self, document: Document, laid: Callable[[], Laid]) -> list[types.TextEdit] | None:
        edits = laid()
        return None if edits is None else self._server.encoding.text_edits(document, edits)

    def greeted(self) -> None:
        """Announce it for all documents, to an editor that cannot be told for which."""
        if not self._server.client.registers_formatting:
            self._register()

    def registrations(self) -> list[types.Registration]:
        """Announce it for the documents that are meant."""
        if not self._server.client.registers_formatting:
            return []
        self._register()  # not before: what is there when the server tells its abilities is announced for all
        given: dict[str, Any] = {"document_selector": SELECTOR}
        typed = types.DocumentOnTypeFormattingRegistrationOptions("}", more_trigger_character=["\n"], **given)
        return [
            types.Registration(
                "lintel-formatting",
                types.TEXT_DOCUMENT_FORMATTING,
                types.DocumentFormattingRegistrationOptions(**given),
            ),
            types.Registration(
                "lintel-range",
                types.TEXT_DOCUMENT_RANGE_FORMATTING,
                types.DocumentRangeFormattingRegistrationOptions(**given),
            ),
            types.Registration("lintel-typed", types.TEXT_DOCUMENT_ON_TYPE_FORMATTING, typed),
        ]

    def _register(self) -> None:
        self._server.on(types.TEXT_DOCUMENT_FORMATTING, self.document)
        self._server.on(types.TEXT_DOCUMENT_RANGE_FORMATTING, self.range)
        options = types.DocumentOnTypeFormattingOptions("}", ["\n"])
        self._server.on(types.TEXT_DOCUMENT_ON_TYPE_FORMATTING, self.typed, options)


def register(server: LintelServer) -> None:
    """Register the handlers, once it is known what the editor can."""
    formatting = Formatting(server)
    server.on_greeting.append(formatting.greeted)
    server.registering.append(formatting.registrations)
