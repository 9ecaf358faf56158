"""Document links: to files that are there, and to pages."""

from __future__ import annotations

import asyncio

from lsprotocol import types

from lsp_server.dialects.service import Link
from lsp_server.server.navigation import first_file
from lsp_server.server.session import LintelServer


class Links:
    """Handles the request."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server

    async def links(self, params: types.DocumentLinkParams) -> list[types.DocumentLink] | None:
        """Answer `textDocument/documentLink`. Whether files are there is looked up beside everything else."""
        served = await self._server.served(params.text_document.uri)
        if served is None:
            return None
        found = served.service.links(served.unit, served.document)
        if not found:
            return []
        targets = await asyncio.to_thread(lambda: [_target(link) for link in found])
        return [
            types.DocumentLink(self._server.encoding.range(served.document, link.span), target)
            for link, target in zip(found, targets, strict=True)
            if target is not None
        ]


def _target(link: Link) -> str | None:
    if not link.uris[0].startswith("file:"):
        return link.uris[0]
    path = first_file(link.uris)
    return path.as_uri() if path is not None else None


def register(server: LintelServer) -> None:
    """Register the handler."""
    server.on(types.TEXT_DOCUMENT_DOCUMENT_LINK, Links(server).links)
