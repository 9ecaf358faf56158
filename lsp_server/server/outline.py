"""The shape of a document: outline, what can be folded away, what a selection grows to.

Editors ask for it after every change, and it is large: it is written as JSON at once, and what did not change is
written only once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
from lsprotocol import types

from lsp_server.core.document import Document, Position
from lsp_server.dialects.service import Extent, Fold, FoldKind, Symbol, SymbolKind
from lsp_server.server.session import LintelServer
from lsp_server.server.symbol_kinds import KINDS

_FOLD_KINDS = {FoldKind.COMMENT: types.FoldingRangeKind.Comment, FoldKind.REGION: types.FoldingRangeKind.Region}


class Outline:
    """Handles the three requests."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server
        self._written: WeakKeyDictionary[Symbol, tuple[int, msgspec.Raw]] = WeakKeyDictionary()

    async def symbols(self, params: types.DocumentSymbolParams) -> msgspec.Raw | None:
        """Answer `textDocument/documentSymbol`."""
        served = await self._server.served(params.text_document.uri)
        if served is None:
            return None
        document = served.document
        found = await asyncio.to_thread(served.service.symbols, document)
        if not self._server.client.nests_symbols:
            flat = [one for symbol in found for one in self._flat(document, symbol, 0, "")]
            return msgspec.Raw(msgspec.json.encode(flat))
        return msgspec.Raw(msgspec.json.encode([self._top(document, symbol) for symbol in found]))

    def _top(self, document: Document, symbol: Symbol) -> dict[str, Any] | msgspec.Raw:
        """A section is another one in each version of a document; anything else is often the same."""
        if symbol.kind is SymbolKind.SECTION:
            return self._section(document, symbol)
        return self._entry(document, symbol, 0)

    def _section(self, document: Document, symbol: Symbol) -> dict[str, Any]:
        line = symbol.extent.start.line
        inside = [self._entry(document, child, line) for child in symbol.children]
        return {**self._own(document, symbol, 0), "children": inside}

    def _entry(self, document: Document, symbol: Symbol, above: int) -> msgspec.Raw:
        """A symbol as it is written, once more if it stands in the same line of the same text."""
        written = self._written.get(symbol)
        if written is None or written[0] != above:
            written = above, msgspec.Raw(msgspec.json.encode(self._nested(document, symbol, above)))
            self._written[symbol] = written
        return written[1]

    def _nested(self, document: Document, symbol: Symbol, above: int) -> dict[str, Any]:
        line = above + symbol.extent.start.line
        own = self._own(document, symbol, above)
        if symbol.children:
            own["children"] = [self._nested(document, child, line) for child in symbol.children]
        return own

    def _own(self, document: Document, symbol: Symbol, above: int) -> dict[str, Any]:
        own: dict[str, Any] = {
            "name": symbol.name,
            "kind": KINDS[symbol.kind],
            "range": self._range(document, symbol.extent, above),
            "selectionRange": self._range(document, symbol.name_extent, above),
        }
        if symbol.detail:
            own["detail"] = symbol.detail
        return own

    def _flat(self, document: Document, symbol: Symbol, above: int, holder: str) -> Iterator[dict[str, Any]]:
        """A symbol and those inside it, one after the other, for an editor that shows them in a list."""
        place = {"uri": document.uri, "range": self._range(document, symbol.extent, above)}
        yield {"name": symbol.name, "kind": KINDS[symbol.kind], "location": place, "containerName": holder}
        for child in symbol.children:
            yield from self._flat(document, child, above + symbol.extent.start.line, symbol.name)

    def _range(self, document: Document, extent: Extent, above: int) -> dict[str, Any]:
        (first, left), (last, right) = extent
        if not document.text.isascii():
            left, right = self._character(document, above + first, left), self._character(document, above + last, right)
        return {
            "start": {"line": above + first, "character": left},
            "end": {"line": above + last, "character": right},
        }

    def _character(self, document: Document, line: int, column: int) -> int:
        return self._server.encoding.character(document, Position(line, column))

    async def folds(self, params: types.FoldingRangeParams) -> msgspec.Raw | None:
        """Answer `textDocument/foldingRange`, in lines."""
        served = await self._server.served(params.text_document.uri)
        if served is None:
            return None
        found, most = await asyncio.to_thread(served.service.folds, served.document), self._server.client.fold_limit
        if most is not None and len(found) > most:
            found = sorted(found, key=lambda fold: fold.first - fold.last)[:most]
        return msgspec.Raw(msgspec.json.encode([_fold(fold) for fold in found]))

    def opened(self, document: Document) -> None:
        """Read a document in the background before the editor asks about it."""
        self._server.spawn(self._prepare(document.uri))

    async def _prepare(self, uri: str) -> None:
        if (served := await self._server.served(uri)) is not None:
            await asyncio.to_thread(served.service.prepare, served.document)

    async def selections(self, params: types.SelectionRangeParams) -> list[types.SelectionRange] | None:
        """Answer `textDocument/selectionRange`."""
        served = await self._server.served(params.text_document.uri)
        if served is None:
            return None
        document, encoding = served.document, self._server.encoding
        found = []
        for position in params.positions:
            around: types.SelectionRange | None = None
            for span in reversed(served.service.selections(document, encoding.offset(document, position))):
                around = types.SelectionRange(encoding.range(document, span), around)
            found.append(around or types.SelectionRange(types.Range(position, position)))
        return found


def _fold(fold: Fold) -> dict[str, Any]:
    kind = _FOLD_KINDS.get(fold.kind)
    place = {"startLine": fold.first, "endLine": fold.last}
    return place if kind is None else {**place, "kind": kind.value}


def register(server: LintelServer) -> None:
    """Register the handlers."""
    outline = Outline(server)
    server.on(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, outline.symbols)
    server.on(types.TEXT_DOCUMENT_FOLDING_RANGE, outline.folds)
    server.on(types.TEXT_DOCUMENT_SELECTION_RANGE, outline.selections)
    server.on_open.append(outline.opened)
