"""The language server: the only package that knows the protocol (pygls, lsprotocol)."""

from lsp_server.server.lazy_types import load

load()
