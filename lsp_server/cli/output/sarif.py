"""SARIF 2.1.0, for code scanning services."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from sarif_pydantic import (
    ArtifactLocation,
    Level,
    Location,
    Message,
    PhysicalLocation,
    Region,
    ReportingDescriptor,
    Result,
    Run,
    Sarif,
    Tool,
    ToolDriver,
)

from lsp_server import __version__
from lsp_server.cli.output.records import Finding

_LEVELS = {"error": Level.ERROR, "warning": Level.WARNING, "information": Level.NOTE, "hint": Level.NOTE}


def to_sarif(findings: Iterable[Finding], links: dict[str, str], problems: Iterable[str] = ()) -> str:
    """Return one SARIF run. `links` gives the documentation of each rule, by code.

    With `problems` (what could not be read or run) the run says of itself that it is not whole: no finding then does
    not mean that there is none.
    """
    found = list(findings)
    rules = [
        ReportingDescriptor.model_validate(
            {"id": code, "shortDescription": {"text": code}, **({"helpUri": link} if link else {})}
        )
        for code, link in sorted(links.items())
    ]
    driver = ToolDriver(name="lintel", version=__version__, rules=rules)
    run = Run(tool=Tool(driver=driver), results=[_result(f) for f in found])
    log: dict[str, Any] = Sarif(runs=[run]).model_dump(mode="json", by_alias=True, exclude_none=True)
    log["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json"
    notes = [{"level": "error", "message": {"text": problem}} for problem in problems]
    log["runs"][0]["invocations"] = [{"executionSuccessful": not notes, "toolExecutionNotifications": notes}]
    log["runs"][0]["columnKind"] = "unicodeCodePoints"
    return json.dumps(log, indent=2, ensure_ascii=False)


def _uri(filename: str) -> str:
    path = PurePath(filename)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _result(finding: Finding) -> Result:
    start, end = finding.location, finding.end_location
    region = Region.model_validate(
        {"startLine": start.row, "startColumn": start.column, "endLine": end.row, "endColumn": end.column}
    )
    place = PhysicalLocation.model_validate(
        {"artifactLocation": ArtifactLocation(uri=_uri(finding.filename)), "region": region}
    )
    return Result.model_validate(
        {
            "ruleId": finding.code,
            "level": _LEVELS[finding.severity],
            "message": Message(text=finding.message),
            "locations": [Location.model_validate({"physicalLocation": place})],
        }
    )
