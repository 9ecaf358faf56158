"""tflint, where it is installed, with the user's own configuration and on the editor's texts."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import regex

from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.base import Language
from lsp_server.linters import overlay
from lsp_server.linters.base import LintResult
from lsp_server.linters.process import Output, ProgramFailed, run

_COMMAND = ("--format=json", "--force", "--no-color")
_SEVERITIES = {"error": Severity.ERROR, "warning": Severity.WARNING}


def find_program(setting: str = "") -> str | None:
    """The program of that setting, else `tflint` on PATH; None where there is none."""
    return shutil.which(str(Path(setting).expanduser()) if setting else "tflint")


class Tflint:
    """The linter. `program` is a path or name (empty: look on PATH), `seconds` how long one run may take.

    Its configuration may name programs (plugins): it does not run in a workspace that is not `trusted`. It is meant
    for a toolchain only where `find_program` finds it or the user asked for it by name.
    """

    name = "tflint"
    language = Language.TERRAFORM
    incremental = False

    def __init__(self, program: str = "", seconds: float = 20.0, *, trusted: bool = True) -> None:
        self._setting = program
        self._seconds = seconds
        self._trusted = trusted
        self._turn = asyncio.Semaphore(1)

    async def lint(self, unit: Unit) -> LintResult:
        """Judge the module. See `Linter.lint`."""
        program = find_program(self._setting)
        if program is None:
            return LintResult(not_run=f"{self._setting or 'tflint'} is not on PATH", absent=not self._setting)
        if not self._trusted:
            return LintResult(not_run="its configuration may name programs, and the workspace is not trusted")
        names = overlay.file_names(unit)
        texts = {name: document.text for name, document in names.items()}
        try:
            async with self._turn:
                with ExitStack() as stack:
                    folder = stack.enter_context(overlay.overlay(overlay.folder_of(unit), texts))
                    environment = {**os.environ, "PWD": str(folder)}
                    output = await run((program, *_COMMAND), folder, environment, self._seconds)
        except (ProgramFailed, OSError) as error:
            return LintResult(not_run=str(error))
        return read_output(names, output)

    async def close(self) -> None:
        """Nothing outlives a request."""


def read_output(names: dict[str, Document], output: Output) -> LintResult:
    """The verdict in what tflint printed; `not_run` where it could not read the module or its own configuration."""
    try:
        printed = json.loads(output.stdout)
        issues, errors = printed["issues"], printed.get("errors") or []
    except (ValueError, KeyError, TypeError):
        return LintResult(not_run=output.first_line or f"tflint {output.ending} and said nothing")
    if errors and not issues:
        return LintResult(not_run=" ".join(str(errors[0].get("message") or errors[0].get("summary") or "").split()))
    try:
        return LintResult(tuple(d for issue in issues if (d := _diagnostic(names, issue))))
    except (KeyError, TypeError, AttributeError) as error:
        return LintResult(not_run=f"tflint's output has another form than is known here ({error!r})")


def _diagnostic(names: dict[str, Document], issue: dict[str, Any]) -> Diagnostic | None:
    place, rule = issue["range"], issue["rule"]
    document = names.get(place["filename"])
    if document is None:
        return None
    return Diagnostic(
        uri=document.uri,
        span=Span(_offset(document, place["start"]), _offset(document, place["end"])),
        severity=_SEVERITIES.get(rule["severity"], Severity.INFORMATION),
        source=Tflint.name,
        code=rule["name"],
        message=issue["message"],
        href=rule.get("link") or "",
    )


def _offset(document: Document, place: dict[str, int]) -> int:
    """The offset of one of tflint's places: lines from 1, columns in what a reader sees as one character, from 1."""
    line = min(max(0, place["line"] - 1), len(document.line_starts) - 1)
    span, column = document.line_span(line), max(0, place["column"] - 1)
    text = document.slice(span)
    if not text.isascii():
        column = sum(len(seen) for seen in regex.findall(r"\X", text)[:column])
    return min(span.start + column, span.end)
