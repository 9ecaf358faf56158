"""Hover: what the dialect knows about the word at the mouse."""

from __future__ import annotations

import re

from lsprotocol import types

from lsp_server.server.session import LintelServer

_LINK = re.compile(r"\[([^\]\n]*)\]\((\S*?)\)")
_MARKS = re.compile(r"^(?:```|~~~).*\n?|\*\*|`+", re.MULTILINE)


class Hovers:
    """Handles the request."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server

    async def hover(self, params: types.HoverParams) -> types.Hover | None:
        """Answer `textDocument/hover`."""
        served = await self._server.served(params.text_document.uri)
        if served is None:
            return None
        document, encoding = served.document, self._server.encoding
        found = served.service.hover(served.unit, document, encoding.offset(document, params.position))
        if found is None:
            return None
        return types.Hover(self._content(found.text), encoding.range(document, found.span))

    def _content(self, text: str) -> types.MarkupContent:
        if self._server.client.markdown_hover:
            return types.MarkupContent(types.MarkupKind.Markdown, text)
        return types.MarkupContent(types.MarkupKind.PlainText, plain(text))


def plain(markdown: str) -> str:
    """Markdown as a person reads it without one who renders it."""
    return _LINK.sub(lambda link: f"{link[1]}: {link[2]}", _MARKS.sub("", markdown))


def register(server: LintelServer) -> None:
    """Register the handler."""
    server.on(types.TEXT_DOCUMENT_HOVER, Hovers(server).hover)
