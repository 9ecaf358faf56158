"""Workflow commands of GitHub Actions: each finding becomes an annotation."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.cli.output.records import Finding

_COMMANDS = {"error": "error", "warning": "warning", "information": "notice", "hint": "notice"}


def to_github(findings: Iterable[Finding]) -> str:
    """Return one line for each finding."""
    return "".join(f"{_line(f)}\n" for f in findings)


def _line(finding: Finding) -> str:
    start, end = finding.location, finding.end_location
    places = f"file={_property(finding.filename)},line={start.row},col={start.column},endLine={end.row}"
    title = _property(f"{finding.source} {finding.code}")
    return f"::{_COMMANDS[finding.severity]} {places},endColumn={end.column},title={title}::{_data(finding.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
