"""The library's protocol with documents of our own and requests answered for the text they were asked about."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import cattrs
from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.protocol import LanguageServerProtocol, lsp_method
from pygls.protocol.json_rpc import JsonRPCNotification, JsonRPCRequestMessage, JsonRPCResponseMessage


def plain_converter() -> cattrs.Converter:
    """Messages of the protocol become its types; what those do not know (`lintel/…`) stays dictionaries."""
    converter = get_converter()
    for message in (JsonRPCRequestMessage, JsonRPCResponseMessage, JsonRPCNotification):
        converter.register_structure_hook(message, lambda raw, kind: kind(**raw))
    return converter


class LintelProtocol(LanguageServerProtocol):
    """Passes opened, changed and closed documents on to the features; the library keeps no copy of them."""

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> Generator[Any, Any, None]:
        """Hand on what was opened."""
        yield self._feature(types.TEXT_DOCUMENT_DID_OPEN), (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Generator[Any, Any, None]:
        """Hand on what was changed."""
        yield self._feature(types.TEXT_DOCUMENT_DID_CHANGE), (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> Generator[Any, Any, None]:
        """Hand on what was closed."""
        yield self._feature(types.TEXT_DOCUMENT_DID_CLOSE), (params,), None

    def _feature(self, method: str) -> Callable[[Any], Any]:
        handler: Callable[[Any], Any] = self.fm.features[method]
        return handler
