"""Completion: what the dialect offers at the cursor, and its documentation when an item is looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lsprotocol import types
from pygls.capabilities import get_capability

from lsp_server.core.document import Document, Span
from lsp_server.core.letters import has_letters
from lsp_server.dialects.base import Completion, CompletionKind, Dialect, Language
from lsp_server.server.encoding import Encoding
from lsp_server.server.session import LintelServer

TRIGGERS = [".", ":", " ", "!", '"', "$", "{", "["]
MOST_ITEMS = 250
_PATIENCE = 1.0  # seconds that a list waits for the workspace to be looked through

_KINDS = {
    CompletionKind.SECTION: types.CompletionItemKind.Module,
    CompletionKind.RESOURCE_TYPE: types.CompletionItemKind.Class,
    CompletionKind.PROPERTY: types.CompletionItemKind.Property,
    CompletionKind.BLOCK: types.CompletionItemKind.Struct,
    CompletionKind.VALUE: types.CompletionItemKind.EnumMember,
    CompletionKind.REFERENCE: types.CompletionItemKind.Reference,
    CompletionKind.ATTRIBUTE: types.CompletionItemKind.Field,
    CompletionKind.FUNCTION: types.CompletionItemKind.Function,
    CompletionKind.SNIPPET: types.CompletionItemKind.Snippet,
}

_PLACEHOLDER = re.compile(
    r"\$\{\d+:((?:\\.|[^}\\])*)\}|\$\{\d+\|((?:\\.|[^,|\\])*)(?:\\.|[^|\\])*\|\}|\$\{\d+\}|\$\d+|(\\[$}\\])"
)
_ESCAPED = re.compile(r"\\([$}\\,|])")


@dataclass(frozen=True)
class Offer:
    """What the items of one answer have in common."""

    document: Document
    offset: int
    language: Language
    encoding: Encoding
    snippets: bool
    strikes: bool = False

    def answer(self, completions: Sequence[Completion]) -> dict[str, Any]:
        """The answer as plain JSON values, since thousands of typed items take longer than finding them."""
        fitting = sorted(self._fitting(completions), key=lambda c: (c.rank, c.label))
        given = fitting[:MOST_ITEMS]
        ranges = {span: self._range(span) for span in {completion.replace for completion in given}}  # one, or very few
        items = [self._item(completion, ranges[completion.replace]) for completion in given]
        partial = len(fitting) > MOST_ITEMS or any(completion.partial for completion in fitting)
        return {"isIncomplete": partial, "items": items}

    def _fitting(self, completions: Sequence[Completion]) -> Iterable[Completion]:
        """Those that have what was typed in them, letter by letter, as the editor will filter them."""
        words: dict[int, str] = {}
        for completion in completions:
            start = completion.replace.start
            if start not in words:
                words[start] = self.document.text[start : self.offset].lstrip("\"'!${").casefold()
            if has_letters(completion.label.casefold(), words[start]):
                yield completion

    def _item(self, completion: Completion, range_: dict[str, Any]) -> dict[str, Any]:
        text = completion.text if self.snippets or not completion.snippet else plain(completion.text)
        item: dict[str, Any] = {
            "label": completion.label,
            "kind": _KINDS[completion.kind].value,
            "sortText": f"{completion.rank:03d}{completion.label}",
            "filterText": self._filter_text(completion),
            "textEdit": {"range": range_, "newText": text},
        }
        if completion.deprecated and self.strikes:
            item["tags"] = [types.CompletionItemTag.Deprecated.value]
        if completion.detail:
            item["detail"] = completion.detail
        if completion.snippet and self.snippets:
            item["insertTextFormat"] = types.InsertTextFormat.Snippet.value
        if "\n" in text:
            item["insertTextMode"] = types.InsertTextMode.AsIs.value
        if completion.key:
            item["data"] = {"language": self.language.value, "key": completion.key}
        return item

    def _filter_text(self, completion: Completion) -> str:
        """The label behind the quote or tag that the cursor's word begins with, so that the editor keeps the item."""
        typed = self.document.text[completion.replace.start : self.offset]
        lead = typed[: len(typed) - len(typed.lstrip("\"'!${"))]
        return completion.label if completion.label.startswith(lead) else lead + completion.label

    def _range(self, span: Span) -> dict[str, Any]:
        range_ = self.encoding.range(self.document, span)
        return {
            "start": {"line": range_.start.line, "character": range_.start.character},
            "end": {"line": range_.end.line, "character": range_.end.character},
        }


def plain(snippet: str) -> str:
    """A snippet as text, for an editor without snippets: placeholders become their default."""

    def default(match: re.Match[str]) -> str:
        return _ESCAPED.sub(r"\1", next((part for part in match.groups() if part is not None), ""))

    return _PLACEHOLDER.sub(default, snippet)


class Completions:
    """Handles the two requests."""

    def __init__(self, server: LintelServer) -> None:
        self._server = server

    async def complete(self, params: types.CompletionParams) -> dict[str, Any] | None:
        """Answer `textDocument/completion`."""
        found = await self._server.ours(params.text_document.uri)
        if found is None:
            return None
        document, dialect = found
        offset = self._server.encoding.offset(document, params.position)
        unit = self._server.files.unit(document, dialect.language)
        offer = Offer(document, offset, dialect.language, self._server.encoding, self._snippets(), self._strikes())
        if dialect.service is None or dialect.service.imported(document, offset) is None:
            return offer.answer(dialect.completions(unit, document, offset))
        engine = await self._server.configuration.loaded()
        exports = [one for _, one in await self._server.index.exports(engine, document.uri, _PATIENCE)]
        answer = offer.answer(dialect.completions(unit, document, offset, exports))
        return answer | {"isIncomplete": True}  # more may be known at the next key press

    async def resolve(self, item: types.CompletionItem) -> types.CompletionItem:
        """Answer `completionItem/resolve`: the same item with its documentation."""
        data = item.data if isinstance(item.data, dict) else {}
        dialect = await self._dialect(data.get("language"))
        text = dialect.documentation(str(data.get("key", ""))) if dialect is not None else ""
        if text:
            item.documentation = types.MarkupContent(self._format(), text)
        return item

    async def _dialect(self, language: object) -> Dialect | None:
        engine = await self._server.configuration.loaded()
        return next((d for d in engine.dialects if d.language.value == language), None)

    def _snippets(self) -> bool:
        capability = "text_document.completion.completion_item.snippet_support"
        return bool(get_capability(self._server.client_capabilities, capability, False))

    def _strikes(self) -> bool:
        capability = "text_document.completion.completion_item.tag_support.value_set"
        tags = get_capability(self._server.client_capabilities, capability, None) or ()
        return types.CompletionItemTag.Deprecated in tags

    def _format(self) -> types.MarkupKind:
        capability = "text_document.completion.completion_item.documentation_format"
        formats = get_capability(self._server.client_capabilities, capability, None) or []
        return types.MarkupKind.Markdown if types.MarkupKind.Markdown in formats else types.MarkupKind.PlainText


def register(server: LintelServer) -> None:
    """Register the handlers."""
    completions = Completions(server)
    options = types.CompletionOptions(trigger_characters=TRIGGERS, resolve_provider=True)
    server.on(types.TEXT_DOCUMENT_COMPLETION, completions.complete, options)
    server.on(types.COMPLETION_ITEM_RESOLVE, completions.resolve)
