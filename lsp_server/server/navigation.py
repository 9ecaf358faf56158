"""From a name to its declaration and to its uses."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from lsp_server.core.document import Document
from lsp_server.dialects.service import Definition, Elsewhere, Location, Occurrence, Role
from lsp_server.server.callers import with_callers
from lsp_server.server.session import LintelServer, Served
from lsp_server.sources import UnreadableError, path_of, read_document

if TYPE_CHECKING:
    from lsp_server.engine import Engine

_PATIENCE = 10.0  # seconds that a person waits for the workspace to be looked through
_BEGINNING = types.Range(types.Position(0, 0), types.Position(0, 0))


class Navigation:
    """Handles the requests."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server

    async def definition(
        self, params: types.DefinitionParams | types.DeclarationParams
    ) -> list[types.LocationLink] | list[types.Location] | None:
        """Answer `textDocument/definition` and `textDocument/declaration`, which are one here."""
        served = await self._server.served(params.text_document.uri)
        if served is None:
            return None
        document, encoding = served.document, self._server.encoding
        offset = encoding.offset(document, params.position)
        found = served.service.definition(served.unit, document, offset) or await self._exporting(served, offset)
        if found is None:
            return None
        origin = encoding.range(document, found.origin)
        links = [await self._link(served, target, origin) for target in found.targets]
        known = [link for link in links if link is not None]
        if self._server.client.links_definitions:
            return known
        return [types.Location(link.target_uri, link.target_selection_range) for link in known]

    async def _exporting(self, served: Served, offset: int) -> Definition | None:
        """The other templates that export what is imported at `offset`."""
        name = served.service.imported(served.document, offset)
        if name is None:
            return None
        engine = await self._server.configuration.loaded()
        found = await self._server.index.exports(engine, served.document.uri, _PATIENCE)
        meant = [(uri, export) for uri, export in found if served.service.is_meant(export, name)]
        return Definition(name.span, tuple(Elsewhere((uri,), export.path) for uri, export in meant))

    async def _link(
        self, served: Served, target: Location | Elsewhere, origin: types.Range
    ) -> types.LocationLink | None:
        if isinstance(target, Location):
            return self._to(served.unit.read(target.uri), target, origin)
        engine = await self._server.configuration.loaded()
        opened = {path_of(document.uri): document for document in self._server.documents}
        path, found = await asyncio.to_thread(_found, engine, opened, target)
        if path is None:
            return None
        if found is not None:
            return self._to(*found, origin)
        return types.LocationLink(path.as_uri(), _BEGINNING, _BEGINNING, origin)

    def _to(self, document: Document, location: Location, origin: types.Range) -> types.LocationLink:
        encoding = self._server.encoding
        whole, name = encoding.range(document, location.span), encoding.range(document, location.name)
        return types.LocationLink(document.uri, whole, name, origin)

    async def references(self, params: types.ReferenceParams) -> list[types.Location] | None:
        """Answer `textDocument/references`."""
        served, found = await self._occurrences(params, elsewhere=True)
        if served is None:
            return None
        wanted = [one for one in found if one.role is Role.USE or params.context.include_declaration]
        return [types.Location(one.uri, self._range(served, one)) for one in wanted]

    async def highlights(self, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight] | None:
        """Answer `textDocument/documentHighlight`."""
        served, found = await self._occurrences(params)
        if served is None or not found:
            return None  # the editor then shows where the same word is
        kinds = {Role.DECLARATION: types.DocumentHighlightKind.Write, Role.USE: types.DocumentHighlightKind.Read}
        own = [one for one in found if one.uri == served.document.uri]
        return [types.DocumentHighlight(self._range(served, one), kinds[one.role]) for one in own]

    async def _occurrences(
        self, params: types.ReferenceParams | types.DocumentHighlightParams, *, elsewhere: bool = False
    ) -> tuple[Served | None, Sequence[Occurrence]]:
        served = await self._server.served(params.text_document.uri)
        if served is None:
            return None, ()
        offset = self._server.encoding.offset(served.document, params.position)
        if elsewhere:
            served = served._replace(unit=await with_callers(self._server, served, offset))
        return served, served.service.occurrences(served.unit, served.document, offset)

    def _range(self, served: Served, one: Occurrence) -> types.Range:
        return self._server.encoding.range(served.unit.read(one.uri), one.span)


def _found(
    engine: Engine, opened: Mapping[Path, Document], target: Elsewhere
) -> tuple[Path | None, tuple[Document, Location] | None]:
    """The file that is meant, and where it declares what is looked for: as it is open, else as on disk. Blocking."""
    path = first_file(target.uris)
    if path is None or not target.path:
        return path, None
    try:
        document = opened[path] if path in opened else read_document(path)
    except UnreadableError:
        return path, None
    dialect = engine.dialect_of(document)
    service = dialect.service if dialect is not None else None
    location = service.declaration(document, target.path) if service is not None else None
    return path, None if location is None else (document, location)


def first_file(uris: Sequence[str]) -> Path | None:
    """The first file of several that is there. Blocking."""
    return next((path for path in map(path_of, uris) if path.is_file()), None)


def register(server: LintelServer) -> None:
    """Register the handlers."""
    navigation = Navigation(server)
    server.on(types.TEXT_DOCUMENT_DEFINITION, navigation.definition)
    server.on(types.TEXT_DOCUMENT_DECLARATION, navigation.definition)
    server.on(types.TEXT_DOCUMENT_REFERENCES, navigation.references)
    server.on(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, navigation.highlights)
