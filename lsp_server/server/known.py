"""What the linters found in a unit, moved along with the text until each of them has judged the new version."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.analysis import Analysis, NotRun, Toolchain, merge
from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Span, Unit
from lsp_server.dialects.base import Language
from lsp_server.linters.base import Forewarning
from lsp_server.server.carry import carried
from lsp_server.server.workspace import SOURCE

NOT_RUN = "not-run"  # the rule of a linter that failed


class Known:
    """The findings of each linter, and which linters failed."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[Unit, tuple[Diagnostic, ...]]] = {}
        self._failed: tuple[NotRun, ...] = ()
        self._warned: set[str] = set()  # linters of which only the forewarning is known
        self._unheeded: set[str] = set()  # linters that do not report what they forewarn of

    def learn(self, analysis: Analysis) -> None:
        """Take over what the linters that ran have found."""
        for name in analysis.ran:
            found = tuple(d for d in analysis.diagnostics if d.source == name)
            self._found[name] = analysis.unit, found
            if any(d.syntax for d in found):
                self._unheeded.discard(name)
            elif name in self._warned:
                self._unheeded.add(name)  # its configuration says so
            self._warned.discard(name)

    def conclude(self, analysis: Analysis) -> None:
        """Take over the full verdict."""
        self._failed = analysis.failed
        self.learn(analysis)

    async def forewarn(self, unit: Unit, linters: Iterable[object]) -> bool:
        """Take over what linters know before they judge: whether they can read the text. True where that is news.

        What else they found in an older version stays until they have judged.
        """
        news = False
        for linter in linters:
            if not isinstance(linter, Forewarning) or linter.name in self._unheeded:
                continue
            name, found = linter.name, await linter.unreadable(unit)
            if found is None:
                continue
            before = self._moved(name, unit)
            others = tuple(d for d in before if not d.syntax)
            if found or len(others) < len(before):
                self._found[name] = unit, (*others, *found)
                news = True
            (self._warned.add if found else self._warned.discard)(name)
        return news

    def all(self, unit: Unit, language: Language, toolchain: Toolchain) -> tuple[Diagnostic, ...]:
        """All that is known, in the order of the linters; what is not of this version is moved along with the text.

        A linter that failed is a finding of its own: a text that nobody judged must not look clean.
        """
        found = [
            Diagnostic(unit.main.uri, Span(0, 0), Severity.WARNING, SOURCE, NOT_RUN, f"{n}.") for n in self._failed
        ]
        moved = (d for linter in toolchain.of(language) for d in self._moved(linter.name, unit))
        return merge(unit, [*found, *moved])

    def _moved(self, name: str, unit: Unit) -> tuple[Diagnostic, ...]:
        before, diagnostics = self._found.get(name, (unit, ()))
        if before is not unit:
            diagnostics = tuple(carried(diagnostics, before, unit))
            self._found[name] = unit, diagnostics
        return diagnostics
