"""Reads what tflint prints (`--format=json`), and tells what it says of a text from what kept it from judging.

The form: https://github.com/terraform-linters/tflint/blob/v0.54.0/formatter/json.go (v0.61 says more).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import regex

from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Document, Span
from lsp_server.linters.base import LintResult
from lsp_server.linters.process import Output
from lsp_server.linters.terraform_mistake import mistake_of
from lsp_server.linters.terraform_validate import code_of

_NAME = "tflint"
_SEVERITIES = {"error": Severity.ERROR, "warning": Severity.WARNING}
_SAME = {
    "terraform_deprecated_index": "deprecated-index",
    "terraform_deprecated_interpolation": "deprecated-interpolation",
    "terraform_required_providers": "deprecated-requirement",
    "terraform_unused_declarations": "unused-declaration",
    "terraform_unused_required_providers": "unused-declaration",
}
"""The rules that say what a code of `terraform-check` says, of the same place."""
_VERSION = "provider version constraint"  # how that rule begins where `version` stands in a `provider` block


@dataclass(frozen=True)
class Read:
    """The verdict. `of_a_module`: there is none, for what the module calls could not be read or found."""

    verdict: LintResult
    of_a_module: bool = False


def read_output(names: Mapping[str, Document], output: Output, *, opentofu: bool = False) -> Read:
    """What tflint says of the documents, which have these names for it.

    What it cannot read of these texts is a finding; `not_run` is for all else that kept it from judging, and for what
    it does not know of `opentofu`.
    """
    try:
        printed = json.loads(output.stdout)
        issues, errors = printed["issues"], printed.get("errors") or []
    except (ValueError, KeyError, TypeError):
        return Read(LintResult(not_run=output.first_line or f"tflint {output.ending} and said nothing"))
    try:
        if errors and not issues:
            return _stopped(names, errors, opentofu)
        return Read(LintResult(tuple(d for issue in issues if (d := _diagnostic(names, issue)))))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        return Read(LintResult(not_run=f"tflint's output has another form than is known here ({error!r})"))


def _stopped(names: Mapping[str, Document], errors: Iterable[Mapping[str, Any]], opentofu: bool) -> Read:
    """What became of it where tflint judged nothing."""
    errors = tuple(errors)
    own = tuple(_unread(names, error) for error in errors if _file(error) in names and not _of_a_module(error))
    if own and (not opentofu or own[0].syntax):
        return Read(LintResult(own))
    return Read(LintResult(not_run=_sentence(errors[0])), any(map(_of_a_module, errors)))


def _of_a_module(error: Mapping[str, Any]) -> bool:
    """Whether an error is one of reading what a module calls: a file in another folder, a call that leads nowhere."""
    summary = str(error.get("summary", ""))
    return "/" in _file(error) or "module is not found" in summary or summary.startswith("Module stack")


def _file(error: Mapping[str, Any]) -> str:
    return str((error.get("range") or {}).get("filename", ""))


def _sentence(error: Mapping[str, Any]) -> str:
    said = [" ".join(str(error.get(part) or "").split()) for part in ("summary", "message")]
    where = f"{_file(error)}:{error['range']['start']['line']}: " if _file(error) else ""
    return (where + ": ".join(part for part in said if part))[:300] or "tflint gave no reason"


def _unread(names: Mapping[str, Document], error: Mapping[str, Any]) -> Diagnostic:
    document, place = names[_file(error)], error["range"]
    summary, detail = str(error["summary"]), " ".join(str(error.get("message") or "").split())
    span = Span(_offset(document, place["start"]), _offset(document, place["end"]))
    line = document.position(span.start).line
    data = {
        "mistake": mistake_of(document.uri, line, summary, detail),
        "late": True,
        "summary": summary,
        "detail": detail,
    }
    code, message = code_of(summary, detail), f"{summary}. {detail}" if detail else summary
    return Diagnostic(document.uri, span, Severity.ERROR, _NAME, code, message, syntax=code == "syntax", data=data)


def _diagnostic(names: Mapping[str, Document], issue: Mapping[str, Any]) -> Diagnostic | None:
    """One finding; one of a file that the module lacks stands where the module begins."""
    place, rule = issue["range"], issue["rule"]
    document = names.get(place["filename"])
    if document is not None:
        span = Span(_offset(document, place["start"]), _offset(document, place["end"]))
    elif "/" in place["filename"] or not names:
        return None
    else:
        document, span = names.get("main.tf") or names[min(names)], Span(0, 0)
    same = _SAME.get(rule["name"])
    if same == "deprecated-requirement" and str(issue["message"]).startswith(_VERSION):
        same = "deprecated-argument"
    return Diagnostic(
        uri=document.uri,
        span=span,
        severity=_SEVERITIES.get(rule["severity"], Severity.INFORMATION),
        source=_NAME,
        code=rule["name"],
        message=issue["message"],
        href=rule.get("link") or "",
        data={"place": (same, 0)} if same else {},
    )


def _offset(document: Document, place: Mapping[str, int]) -> int:
    """The offset of one of tflint's places: lines from 1, columns in what a reader sees as one character, from 1."""
    line = min(max(0, place["line"] - 1), len(document.line_starts) - 1)
    span, column = document.line_span(line), max(0, place["column"] - 1)
    text = document.slice(span)
    if not text.isascii():
        column = sum(len(seen) for seen in regex.findall(r"\X", text)[:column])
    return min(span.start + column, span.end)
