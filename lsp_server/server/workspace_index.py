"""What all templates and modules of the workspace declare and export, as they are in the editor and on disk."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsp_server.core.document import Document
from lsp_server.dialects.service import Export
from lsp_server.server.symbol_index import Indexed, Scan, index_of
from lsp_server.sources import may_declare, path_of

if TYPE_CHECKING:
    from lsp_server.engine import Engine
    from lsp_server.server.session import LintelServer


class WorkspaceIndex:
    """The workspace is looked through when it is first asked about, then only what has changed."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server
        self._files: dict[Path, Indexed] = {}
        self._opened: dict[str, tuple[Document, Indexed]] = {}
        self._changed: set[Path] = set()
        self._scanned_with: object = None
        self._scan: asyncio.Task[None] | None = None

    async def symbols(self, engine: Engine) -> list[dict[str, Any]]:
        """What all templates and modules declare, when everything that has changed is read."""
        if not self._server.client.watches_files:  # nobody tells what changes on disk
            self._scanned_with = None
        await self._up_to_date(engine)
        return [symbol for _, one in self._known(engine) for symbol in one.symbols]

    async def exports(self, engine: Engine, beside: str, seconds: float) -> list[tuple[str, Export]]:
        """What all templates but the one at `beside` export, with their uris: what is known after so many seconds.

        It is asked for with each key press: a workspace in which nobody tells what changes is not looked through anew.
        """
        with contextlib.suppress(TimeoutError):  # the reading goes on
            async with asyncio.timeout(seconds):
                await self._up_to_date(engine)
        return [(uri, export) for uri, one in self._known(engine, beside) for export in one.exports]

    def _known(self, engine: Engine, beside: str = "") -> Iterator[tuple[str, Indexed]]:
        """What is known of each template but the one at `beside`, which may be the one that is typed in."""
        opened = {path_of(document.uri) for document in self._server.documents}
        for document in self._server.documents:
            if document.uri != beside:
                yield document.uri, self._of_open(engine, document)
        for path, indexed in self._files.items():
            if path not in opened:
                yield path.as_uri(), indexed

    def _of_open(self, engine: Engine, document: Document) -> Indexed:
        kept = self._opened.get(document.uri)
        if kept is None or kept[0] is not document:
            kept = self._opened[document.uri] = document, index_of(engine, self._server.encoding, document)
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
        if self._scanned_with is not None and uri.startswith("file:") and may_declare(path_of(uri)):
            self._changed.add(path_of(uri))
