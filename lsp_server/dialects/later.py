"""A dialect that is loaded when it is first asked about a document of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.base import Completion, Dialect, Intent, Language, Readable
from lsp_server.dialects.service import Export, LanguageService


class Later:
    """Stands for the dialect that `load` gives; `owns` is the only thing it can tell without loading it."""

    def __init__(self, language: Language, owns: Callable[[Document], bool], load: Callable[[], Dialect]) -> None:
        self.language = language
        self._owns, self._load = owns, load

    @cached_property
    def _dialect(self) -> Dialect:
        return self._load()

    @property
    def service(self) -> LanguageService | None:
        """See Dialect."""
        return self._dialect.service

    def owns(self, document: Document) -> bool:
        """See Dialect."""
        return self._owns(document)

    def completions(
        self, unit: Unit, document: Document, offset: int, exports: Sequence[Export] = ()
    ) -> Sequence[Completion]:
        """See Dialect."""
        return self._dialect.completions(unit, document, offset, exports)

    def documentation(self, completion_key: str) -> str:
        """See Dialect."""
        return self._dialect.documentation(completion_key)

    def intent_at(self, document: Document, offset: int) -> Intent | None:
        """See Dialect."""
        return self._dialect.intent_at(document, offset)

    def ids(self, document: Document) -> frozenset[tuple[str, ...]]:
        """See Dialect."""
        return self._dialect.ids(document)

    def comments(self, document: Document) -> Sequence[str]:
        """See Dialect."""
        return self._dialect.comments(document)

    def unread(self, document: Document) -> Sequence[Span]:
        """See Dialect."""
        return self._dialect.unread(document)

    def readable(self, document: Document, troubles: Sequence[Sequence[int]] = ()) -> Readable | None:
        """See Dialect."""
        return self._dialect.readable(document, troubles)
