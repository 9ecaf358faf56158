"""The open documents, each as one frozen snapshot per version, kept in step with the editor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lsprotocol import types

from lsp_server.core.document import Document
from lsp_server.server.encoding import Encoding, without_lone_surrogates


class OpenDocuments:
    """What is open in the editor, by uri. Not the library's own store: that one splits lines at U+2028 and the like."""

    def __init__(self) -> None:
        self.encoding = Encoding()
        self._raw: dict[str, Document] = {}
        self._clean: dict[str, Document] = {}

    def __iter__(self) -> Iterator[Document]:
        return iter(tuple(self._clean.values()))

    def get(self, uri: str) -> Document | None:
        """The newest snapshot of an open document; None where it is not open."""
        return self._clean.get(uri)

    def open(self, item: types.TextDocumentItem) -> Document:
        """Take a document that was opened."""
        return self._keep(Document(item.uri, item.text, item.version, item.language_id))

    def change(
        self,
        identifier: types.VersionedTextDocumentIdentifier,
        changes: Sequence[types.TextDocumentContentChangeEvent],
    ) -> Document | None:
        """Make the editor's changes, one after the other. None where the document is not open."""
        document = self._raw.get(identifier.uri)
        if document is None:
            return None
        document = replace(document, version=identifier.version) if not changes else document
        for change in changes:
            document = self._changed(document, change, identifier.version)
        return self._keep(document)

    def close(self, uri: str) -> None:
        """Forget a document."""
        self._raw.pop(uri, None)
        self._clean.pop(uri, None)

    def _changed(self, document: Document, change: types.TextDocumentContentChangeEvent, version: int) -> Document:
        if isinstance(change, types.TextDocumentContentChangeWholeDocument):
            return replace(document, text=change.text, version=version)
        return document.spliced(self.encoding.span(document, change.range), change.text, version)

    def _keep(self, document: Document) -> Document:
        text = without_lone_surrogates(document.text)
        clean = document if text is document.text else document.with_text(text)
        self._raw[document.uri] = document
        self._clean[document.uri] = clean
        return clean
