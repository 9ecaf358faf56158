"""Hover: what the dialect knows about the word at the mouse."""

from __future__ import annotations

import re

from lsprotocol import types

from lsp_server.server.explaining import known_at
from lsp_server.server.session import LintelServer

_LINK = re.compile(r"\[([^\]\n]*)\]\((\S*?)\)")
_ESCAPED = re.compile(r"(`[^`]*`)|\\([^\w\s])")
_MARKS = re.compile(r"^(?:```|~~~).*\n?|\*\*|`+|^---\n+", re.MULTILINE)


class Hovers:
    """Handles the request."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server

    async def hover(self, params: types.HoverParams) -> types.Hover | None:
        """Answer `textDocument/hover`."""
        ours = await self._server.ours(params.text_document.uri)
        if ours is None:
            return None
        (document, dialect), encoding = ours, self._server.encoding
        offset = encoding.offset(document, params.position)
        wrong = known_at(self._server, document, dialect, offset)
        service, unit = dialect.service, self._server.files.unit(document, dialect.language)
        known = service.hover(unit, document, offset) if service is not None else None
        told = [one for one in (wrong, known) if one is not None]
        if not told:
            return None
        text = "\n\n---\n\n".join(one.text for one in told)
        return types.Hover(self._content(text), encoding.range(document, told[-1].span))

    def _content(self, text: str) -> types.MarkupContent:
        if self._server.client.markdown_hover:
            return types.MarkupContent(types.MarkupKind.Markdown, text)
        return types.MarkupContent(types.MarkupKind.PlainText, plain(text))


def plain(markdown: str) -> str:
    """Markdown as a person reads it without one who renders it."""
    meant = _ESCAPED.sub(lambda found: found[1] or found[2], markdown)
    return _LINK.sub(lambda link: f"{link[1]}: {link[2]}", _MARKS.sub("", meant))


def register(server: LintelServer) -> None:
    """Register the handler."""
    server.on(types.TEXT_DOCUMENT_HOVER, Hovers(server).hover)
