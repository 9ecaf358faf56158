"""Code lenses: how often what a document declares is used, above where it is declared, for who asks for that."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.dialects.service import Role
from lsp_server.server.session import LintelServer

SHOW_REFERENCES = "lintel.showReferences"


class CodeLenses:
    """Handles the two requests: where the counts stand, and, of those in sight, what they are."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server

    async def lenses(self, params: types.CodeLensParams) -> list[types.CodeLens] | None:
        """Answer `textDocument/codeLens`."""
        served = await self._server.served(params.text_document.uri)
        if served is None or not self._server.configuration.settings.reference_counts:
            return None
        document, encoding = served.document, self._server.encoding
        found = (encoding.range(document, declared.span) for declared in served.service.declarations(document))
        return [types.CodeLens(range_, data={"uri": document.uri}) for range_ in found]

    async def resolve(self, lens: types.CodeLens) -> types.CodeLens:
        """Answer `codeLens/resolve`: count the uses in the document's unit."""
        uri = str((lens.data or {}).get("uri", ""))
        served = await self._server.served(uri)
        lens.command = types.Command("", "")
        if served is None:
            return lens
        offset = self._server.encoding.offset(served.document, lens.range.end)
        found = served.service.occurrences(served.unit, served.document, offset)
        uses = sum(one.role is Role.USE for one in found)
        if uses or not served.service.outward(served.document, offset):  # else it may be used by who calls the module
            title = f"{uses} reference" if uses == 1 else f"{uses} references"
            command = SHOW_REFERENCES if uses and self._server.client.extension else ""
            lens.command = types.Command(title, command, arguments=[{"uri": uri, "position": lens.range.end}])
        return lens


def register(server: LintelServer) -> None:
    """Register the handlers."""
    lenses = CodeLenses(server)
    server.on(types.TEXT_DOCUMENT_CODE_LENS, lenses.lenses, types.CodeLensOptions(resolve_provider=True))
    server.on(types.CODE_LENS_RESOLVE, lenses.resolve)
