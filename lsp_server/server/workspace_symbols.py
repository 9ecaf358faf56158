"""The search for a name in all templates of the workspace, as they are in the editor and on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from lsprotocol import types

from lsp_server.core.document import Document
from lsp_server.server.session import LintelServer
from lsp_server.server.symbol_index import Indexed, Scan, symbols_of
from lsp_server.sources import may_be_template, path_of

if TYPE_CHECKING:
    from lsp_server.engine import Engine

_MOST = 1000  # names that are answered


class WorkspaceSymbols:
    """Handles the request. The workspace is looked through when it is first asked about, then only what has changed."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server
        self._files: dict[Path, Indexed] = {}
        self._opened: dict[str, tuple[Document, tuple[dict[str, Any], ...]]] = {}
        self._changed: set[Path] = set()
        self._scanned_with: object = None
        self._scan: asyncio.Task[None] | None = None

    async def symbols(self, params: types.WorkspaceSymbolParams) -> msgspec.Raw:
        """Answer `workspace/symbol`: the names that have the letters of the query in their order."""
        engine = await self._server.configuration.loaded()
        if not self._server.client.watches_files:  # nobody tells what changes on disk
            self._scanned_with = None
        await self._up_to_date(engine)
        return await asyncio.to_thread(_best, list(self._all(engine)), params.query.casefold())

    def _all(self, engine: Engine) -> Iterator[dict[str, Any]]:
        opened = {path_of(document.uri) for document in self._server.documents}
        for document in self._server.documents:
            yield from self._of_open(engine, document)
        for path, indexed in self._files.items():
            if path not in opened:
                yield from indexed.symbols

    def _of_open(self, engine: Engine, document: Document) -> tuple[dict[str, Any], ...]:
        kept = self._opened.get(document.uri)
        if kept is None or kept[0] is not document:
            kept = self._opened[document.uri] = document, tuple(symbols_of(engine, self._server.encoding, document))
        return kept[1]

    async def _up_to_date(self, engine: Engine) -> None:
        """Wait until everything that has changed is read; who gives up waiting leaves the reading to the next."""
        while self._scan is not None or self._is_stale():
            if self._scan is None:
                self._scan = asyncio.get_running_loop().create_task(self._look(engine))
            await asyncio.shield(self._scan)

    def _is_stale(self) -> bool:
        return bool(self._changed) or self._scanned_with != self._scope()

    def _scope(self) -> object:
        """What decides which files are looked at."""
        return self._server.configuration.roots, self._server.configuration.settings.exclude

    async def _look(self, engine: Engine) -> None:
        scope, changed = self._scope(), frozenset(self._changed)
        new = changed - self._files.keys()
        everything = scope != self._scanned_with or bool(new)
        self._changed -= changed
        configuration = self._server.configuration
        scan = Scan(
            engine,
            self._server.encoding,
            configuration.roots,
            configuration.settings.exclude,
            self._files,
            None if everything else changed,
        )
        try:
            self._files = await asyncio.to_thread(scan.run)
            self._scanned_with = scope
        finally:
            self._scan = None

    def changed(self, uri: str) -> None:
        """Take note of a document that is no longer what it was: on disk, or because it was closed."""
        if self._server.documents.get(uri) is not None:
            return  # there the buffer counts, not the file
        self._opened.pop(uri, None)
        if self._scanned_with is not None and uri.startswith("file:") and may_be_template(path_of(uri)):
            self._changed.add(path_of(uri))


def _best(names: list[dict[str, Any]], query: str) -> msgspec.Raw:
    """Those of all names that fit the query, the best first, as they are sent."""
    found = (one for one in names if _has(one["name"].casefold(), query))
    best = sorted(found, key=lambda one: (query not in one["name"].casefold(), len(one["name"]), one["name"]))
    return msgspec.Raw(msgspec.json.encode(best[:_MOST]))


def _has(label: str, typed: str) -> bool:
    letters = iter(label)
    return all(letter in letters for letter in typed)


def register(server: LintelServer) -> None:
    """Register the handler, and for what makes the index old."""
    symbols = WorkspaceSymbols(server)
    server.on(types.WORKSPACE_SYMBOL, symbols.symbols)
    server.on_change.append(symbols.changed)
