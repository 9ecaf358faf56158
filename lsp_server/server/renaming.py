"""Rename: whether a name can be changed, and the edit that changes it everywhere."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.server.callers import with_callers
from lsp_server.server.session import LintelServer


class Renames:
    """Handles the two requests; a name that cannot be changed is refused with a sentence for a person."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server

    async def prepare(self, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        """Answer `textDocument/prepareRename`: the name at the cursor."""
        served = await self._server.served(params.text_document.uri)
        if served is None:
            return None
        document, encoding = served.document, self._server.encoding
        span = served.service.renamable(served.unit, document, encoding.offset(document, params.position))
        if span is None:
            return None
        return types.PrepareRenamePlaceholder(encoding.range(document, span), document.slice(span))

    async def rename(self, params: types.RenameParams) -> types.WorkspaceEdit | None:
        """Answer `textDocument/rename`."""
        served = await self._server.served(params.text_document.uri)
        if served is None:
            return None
        offset = self._server.encoding.offset(served.document, params.position)
        unit = await with_callers(self._server, served, offset)
        renaming = served.service.rename(unit, served.document, offset, params.new_name)
        if renaming is None:
            return None
        if renaming.warning:  # said besides: an editor that has edits confirmed may show the list without the reason
            message = types.ShowMessageParams(types.MessageType.Warning, f"Lintel: {renaming.warning}")
            self._server.window_show_message(message)
        return self._server.workspace_edit(unit, renaming.edits, renaming.warning)


def register(server: LintelServer) -> None:
    """Register the handlers."""
    renames = Renames(server)
    server.on(types.TEXT_DOCUMENT_PREPARE_RENAME, renames.prepare)
    server.on(types.TEXT_DOCUMENT_RENAME, renames.rename, types.RenameOptions(prepare_provider=True))
