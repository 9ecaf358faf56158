"""cfn-lint as a judge: the buffer goes to a warm worker process, findings come back as diagnostics.

Runs in the event loop and imports nothing of cfn-lint, which takes a second and a hundred megabytes.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Document, Position, Span, Unit
from lsp_server.core.uri import path_of
from lsp_server.dialects.base import Language
from lsp_server.linters.base import LintResult
from lsp_server.linters.cfn_lint_job import CfnLintFinding, CfnLintJob
from lsp_server.linters.process import own_program
from lsp_server.linters.worker import Pool, State, Worker, WorkerError

_SEVERITIES = {
    "error": Severity.ERROR,
    "warning": Severity.WARNING,
    "informational": Severity.INFORMATION,
}
# cfn-lint prints sets into messages: the same template must give the same message in every worker
_ENVIRONMENT = {"PYTHONHASHSEED": "0"}
_MORE_BREAKS = re.compile("\r\n|[\r\n\x85\u2028\u2029]")

Roots = Sequence[str | Path] | Callable[[], Sequence[str | Path]]


def worker_command() -> tuple[str, ...]:
    """The command that starts the worker with this interpreter; a frozen server starts itself with one word."""
    return own_program("cfn-lint-worker", "cfn_lint_worker")


class CfnLint:
    """The linter `cfn-lint`.

    `regions`, where there are any, go before those of template and `.cfnlintrc`, as on cfn-lint's command line;
    `ignored` are rule ids (or prefixes) to leave out besides those;
    `roots` are the workspace folders, or a function that gives them, up to which `.cfnlintrc` is looked for; `timeout`
    in seconds is for one template; `workers` is how many templates are judged at once. Where the workspace is not
    `trusted`, no rules of its own are run.
    """

    name = "cfn-lint"
    language = Language.CLOUDFORMATION
    incremental = False

    def __init__(
        self,
        *,
        regions: Iterable[str] = (),
        ignored: Iterable[str] = (),
        roots: Roots = (),
        timeout: float = 30.0,
        workers: int = 1,
        trusted: bool = True,
        command: Sequence[str] | None = None,
    ) -> None:
        self._regions, self._ignored = tuple(regions), tuple(ignored)
        self._roots = roots
        self._trusted = trusted
        self._timeout = timeout
        command = command or worker_command()
        self._pool = Pool([Worker(command, environment=_ENVIRONMENT) for _ in range(workers)])

    @property
    def state(self) -> State:
        """What the first worker is doing, for a status item."""
        return self._pool.workers[0].state

    @property
    def pid(self) -> int | None:
        """The first worker's process id, where it runs."""
        return self._pool.workers[0].pid

    async def warm(self) -> None:
        """Start the first worker ahead of need. Never raises for one that cannot start: `lint` tells it."""
        try:
            await self._pool.workers[0].warm()
        except WorkerError:
            return

    async def lint(self, unit: Unit) -> LintResult:
        """Judge each document of the unit (a template is a unit of one). See Linter.lint."""
        results = await asyncio.gather(*(self._lint(document) for document in unit))
        not_run = next((result.not_run for result in results if result.not_run), "")
        return LintResult(tuple(d for result in results for d in result.diagnostics), not_run)

    async def unreadable(self, unit: Unit) -> tuple[Diagnostic, ...]:
        """What cfn-lint will say of documents that it cannot read. See Forewarning.unreadable."""
        from lsp_server.linters.cfn_lint_syntax import unreadable  # needs the dialect, which comes with a template

        found = [(document, await unreadable(document)) for document in unit]
        return tuple(d for document, findings in found for d in _diagnostics(document, findings))

    async def _lint(self, document: Document) -> LintResult:
        roots = self._roots() if callable(self._roots) else self._roots
        job = CfnLintJob(
            text=document.text.encode("utf-8", "surrogatepass"),
            path=_file_path(document.uri),
            roots=tuple(str(root) for root in roots),
            regions=self._regions,
            ignored=self._ignored,
            trusted=self._trusted,
        )
        try:
            findings = await self._pool.call(job, list[CfnLintFinding], self._timeout)
        except WorkerError as error:
            return LintResult(not_run=str(error))
        return LintResult(_diagnostics(document, findings))

    async def close(self) -> None:
        """End the worker processes. Idempotent."""
        await self._pool.close()


def _file_path(uri: str) -> str:
    """The absolute path that a file uri or a plain path names; empty for a buffer without a file."""
    path = path_of(uri) or Path(uri)
    return str(path) if path.is_absolute() else ""


class _Places:
    """cfn-lint's lines and columns as offsets of the document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        text = document.text
        self._yaml_starts: list[int] | None = None
        if any(char in text for char in "\x85\u2028\u2029"):  # ends a line in YAML, not in an editor
            self._yaml_starts = [0, *(match.end() for match in _MORE_BREAKS.finditer(text))]
        self._bom = text.startswith("\ufeff")

    def offset(self, line: int, column: int, yaml: bool) -> int:
        """The offset of a place; past the end of a line it is the line's end."""
        if yaml and self._bom and line == 0:
            column += 1  # YAML's reader swallows it
        if yaml and self._yaml_starts is not None:
            line = min(line, len(self._yaml_starts) - 1)
            end = self._yaml_starts[line + 1] if line + 1 < len(self._yaml_starts) else len(self._document.text)
            return min(self._yaml_starts[line] + column, end)
        return self._document.offset(Position(line, column))


def _diagnostics(document: Document, findings: Iterable[CfnLintFinding]) -> tuple[Diagnostic, ...]:
    places = _Places(document)
    return tuple(dict.fromkeys(_diagnostic(document, places, finding) for finding in findings))


def _diagnostic(document: Document, places: _Places, finding: CfnLintFinding) -> Diagnostic:
    start = places.offset(finding.line, finding.column, finding.yaml)
    end = places.offset(finding.end_line, finding.end_column, finding.yaml)
    message = finding.message
    if other := finding.data.get("file"):
        start, end, message = 0, 0, f"{other}: {message}"
    return Diagnostic(
        uri=document.uri,
        span=Span(start, max(start, end)),
        severity=_SEVERITIES.get(finding.severity, Severity.ERROR),
        source=CfnLint.name,
        code=finding.rule,
        message=message,
        path=finding.path,
        href=finding.href,
        syntax=finding.syntax,
        data=finding.data,
        rule=finding.about,
    )
