"""Semantic tokens: what each word is, as numbers in the units of the editor; after a change only what is different."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import msgspec
from lsprotocol import types

from lsp_server.core.document import Document, Position, Span
from lsp_server.dialects.service import Token, TokenKind, Tokens, TokenTrait
from lsp_server.server.session import LintelServer, Served

_KINDS = tuple(TokenKind)
_TRAITS = {
    TokenTrait.DECLARATION: types.SemanticTokenModifiers.Declaration,
    TokenTrait.READONLY: types.SemanticTokenModifiers.Readonly,
    TokenTrait.BUILT_IN: types.SemanticTokenModifiers.DefaultLibrary,
}
LEGEND = types.SemanticTokensLegend([kind.value for kind in _KINDS], [name.value for name in _TRAITS.values()])
_NUMBERS = {kind: number for number, kind in enumerate(_KINDS)}


class _Chunk(NamedTuple):
    """The tokens of one part as the editor gets them, but for where the first one stands; lines are the part's."""

    first: Position
    rest: list[int]
    last: Position


class _Answer(NamedTuple):
    """What an editor was told about a document, by a name that it may come back with."""

    name: str
    data: list[int]


class SemanticTokens:
    """Handles the three requests."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server
        self._chunks: WeakKeyDictionary[Tokens, tuple[object, _Chunk | None]] = WeakKeyDictionary()
        self._told: dict[str, _Answer] = {}
        self._names = itertools.count(1)

    async def full(self, params: types.SemanticTokensParams) -> msgspec.Raw | None:
        """Answer `textDocument/semanticTokens/full`."""
        answer = await self._now(params.text_document.uri)
        return None if answer is None else _written({"resultId": answer.name, "data": answer.data})

    async def delta(self, params: types.SemanticTokensDeltaParams) -> msgspec.Raw | None:
        """Answer `textDocument/semanticTokens/full/delta`: everything, where what the editor has is not known."""
        before = self._told.get(params.text_document.uri)
        answer = await self._now(params.text_document.uri)
        if answer is None:
            return None
        if before is None or before.name != params.previous_result_id:
            return _written({"resultId": answer.name, "data": answer.data})
        return _written({"resultId": answer.name, "edits": edits_between(before.data, answer.data)})

    async def part(self, params: types.SemanticTokensRangeParams) -> msgspec.Raw | None:
        """Answer `textDocument/semanticTokens/range`: what stands in the lines of a range."""
        served = await self._server.served(params.text_document.uri)
        if served is None:
            return None
        document = served.document
        span = self._server.encoding.span(document, params.range)
        found = await asyncio.to_thread(served.service.tokens, document)
        if found is None:
            return None
        inside = (
            (start, Tokens(part.text, [token for token in part.tokens if token.span.shifted(start).overlaps(span)]))
            for start, part in found
            if Span(start, start + len(part.text)).overlaps(span)
        )
        return _written({"data": self._joined(document, inside)})

    async def _now(self, uri: str) -> _Answer | None:
        """All tokens of a document as it is at the call, kept to be compared with later ones."""
        served = await self._server.served(uri)
        data = await asyncio.to_thread(self._all, served) if served is not None else None
        if data is None:
            self._told.pop(uri, None)
            return None
        answer = self._told[uri] = _Answer(str(next(self._names)), data)
        for closed in [other for other in self._told if self._server.documents.get(other) is None]:
            del self._told[closed]
        return answer

    def _all(self, served: Served) -> list[int] | None:
        found = served.service.tokens(served.document)
        return None if found is None else self._joined(served.document, found)

    def _joined(self, document: Document, parts: Iterable[tuple[int, Tokens]]) -> list[int]:
        """The numbers of all parts: each token is told from where the one before it stands."""
        data: list[int] = []
        line = column = 0
        for start, part in parts:
            place = document.position(start)
            chunk = self._chunk(part, self._server.encoding.character(document, place))
            if chunk is not None:
                first, last = place.line + chunk.first.line, place.line + chunk.last.line
                data += (first - line, chunk.first.column - (column if first == line else 0))
                data += chunk.rest
                line, column = last, chunk.last.column
        return data

    def _chunk(self, part: Tokens, character: int) -> _Chunk | None:
        """A part as numbers, once more if it begins in the same column; None where nothing is told of it."""
        kept, made_with = self._chunks.get(part), (character, self._server.encoding)
        if kept is None or kept[0] != made_with:
            kept = self._chunks[part] = made_with, self._made(part, character)
        return kept[1]

    def _made(self, part: Tokens, character: int) -> _Chunk | None:
        placed = list(self._placed(part, character))
        if not placed:
            return None
        data: list[int] = []
        line, column = placed[0][0]
        for (at, start), *rest in placed:
            data += (at - line, start - (column if at == line else 0), *rest)
            line, column = at, start
        return _Chunk(placed[0][0], data[2:], placed[-1][0])

    def _placed(self, part: Tokens, character: int) -> Iterator[tuple[Position, int, int, int]]:
        """Each token in the editor's units: where it begins, its length, kind and traits; one for each of its lines."""
        lines, units = Document("", part.text), self._server.encoding.units
        last, at, column = 0, 0, character  # a long line is not counted from its start for each token
        for token in part.tokens:
            for line, span in _by_line(lines, token):
                if line != last:
                    last, at, column = line, lines.line_starts[line], 0
                column += units(part.text[at : span.start])
                at = span.start
                length = units(part.text[span.start : span.end])
                yield Position(line, column), length, _NUMBERS[token.kind], token.traits.value


def _by_line(lines: Document, token: Token) -> Iterator[tuple[int, Span]]:
    """What of a token stands in each line, without the line's end: editors need not read tokens of several lines."""
    first, last = lines.position(token.span.start).line, lines.position(token.span.end).line
    if first == last:
        yield first, token.span
        return
    for line in range(first, last + 1):
        whole = lines.line_span(line)
        span = Span(max(whole.start, token.span.start), min(whole.end, token.span.end))
        if span.start < span.end:
            yield line, span


def edits_between(old: list[int], new: list[int]) -> list[dict[str, Any]]:
    """The one edit that makes the new numbers of the old ones; none where they are the same."""
    if old == new:
        return []
    shorter = min(len(old), len(new))
    head = _alike(old, new, shorter)
    tail = _alike(old[head:][::-1], new[head:][::-1], shorter - head)
    edit: dict[str, Any] = {"start": head, "deleteCount": len(old) - head - tail}
    if inserted := new[head : len(new) - tail]:
        edit["data"] = inserted
    return [edit]


def _alike(one: Sequence[int], other: Sequence[int], most: int) -> int:
    """How many numbers at the beginning are the same: halves are compared, as lists are quick to compare."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _written(answer: dict[str, Any]) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(answer))


def register(server: LintelServer) -> None:
    """Register the handlers."""
    tokens = SemanticTokens(server)
    server.on(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, tokens.full, LEGEND)
    server.on(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA, tokens.delta, LEGEND)
    server.on(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, tokens.part, LEGEND)
