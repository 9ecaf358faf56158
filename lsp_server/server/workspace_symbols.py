"""The search for a name in all templates and modules of the workspace, as they are in the editor and on disk."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from lsprotocol import types

from lsp_server.core.letters import has_letters
from lsp_server.server.session import LintelServer

_MOST = 1000  # names that are answered


class WorkspaceSymbols:
    """Handles the request."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server

    async def symbols(self, params: types.WorkspaceSymbolParams) -> msgspec.Raw:
        """Answer `workspace/symbol`: the names that have the letters of the query in their order."""
        engine = await self._server.configuration.loaded()
        names = await self._server.index.symbols(engine)
        return await asyncio.to_thread(_best, names, params.query.casefold())


def _best(names: list[dict[str, Any]], query: str) -> msgspec.Raw:
    """Those of all names that fit the query, the best first, as they are sent."""
    found = (one for one in names if has_letters(one["name"].casefold(), query))
    best = sorted(found, key=lambda one: (query not in one["name"].casefold(), len(one["name"]), one["name"]))
    return msgspec.Raw(msgspec.json.encode(best[:_MOST]))


def register(server: LintelServer) -> None:
    """Register the handler, and for what makes the index old."""
    symbols = WorkspaceSymbols(server)
    server.on(types.WORKSPACE_SYMBOL, symbols.symbols)
    server.on_change.append(server.index.changed)
