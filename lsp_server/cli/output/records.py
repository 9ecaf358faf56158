"""The JSON forms of `check` and `fix`: a contract, with rows and columns counted from 1 in code points."""

from __future__ import annotations

from typing import Literal

import msgspec

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.fix import Fix
from lsp_server.models.base import Usage


class Location(msgspec.Struct, frozen=True):
    """A place: row and column from 1."""

    row: int
    column: int


class EditRecord(msgspec.Struct, frozen=True):
    """One replacement: from `location` up to `end_location`, `content` instead."""

    filename: str
    location: Location
    end_location: Location
    content: str


class FixRecord(msgspec.Struct, frozen=True):
    """A verified fix of a finding."""

    applicability: Literal["safe", "unsafe", "display-only"]
    title: str
    edits: tuple[EditRecord, ...]


class Finding(msgspec.Struct, frozen=True):
    """One finding of `check`."""

    filename: str
    location: Location
    end_location: Location
    severity: str
    source: str
    code: str
    message: str
    fix: FixRecord | None = None


class AttemptRecord(msgspec.Struct, frozen=True):
    """One attempt of a run."""

    proposer: str
    title: str
    accepted: bool
    feedback: str
    seconds: float


class UsageRecord(msgspec.Struct, frozen=True):
    """What a run asked of a model; cost in US dollars. `estimated`: some of the tokens are."""

    requests: int
    input_tokens: int
    output_tokens: int
    cost: float
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    estimated: bool = False


class Repair(msgspec.Struct, frozen=True):
    """What `fix` made of one template or module; `before` and `after` are the findings."""

    filename: str
    language: str
    stop: str
    before: tuple[Finding, ...]
    after: tuple[Finding, ...]
    attempts: tuple[AttemptRecord, ...]
    cleared: tuple[str, ...]
    introduced: tuple[str, ...]
    seconds: float
    usage: UsageRecord


def usage_record(usage: Usage) -> UsageRecord:
    """Return the JSON form of what was used."""
    return UsageRecord(
        usage.requests,
        usage.input_tokens,
        usage.output_tokens,
        usage.cost,
        usage.cache_read_tokens,
        usage.cache_write_tokens,
        usage.estimated,
    )


def location(document: Document, offset: int) -> Location:
    """Return the place of an offset."""
    position = document.position(offset)
    return Location(position.line + 1, position.column + 1)


def _range(document: Document, span: Span) -> tuple[Location, Location]:
    return location(document, span.start), location(document, span.end)


def finding(unit: Unit, names: dict[str, str], diagnostic: Diagnostic, fix: Fix | None = None) -> Finding:
    """Turn a diagnostic into its JSON form; `names` gives the file name of each uri."""
    start, end = _range(unit[diagnostic.uri], diagnostic.span)
    return Finding(
        names[diagnostic.uri],
        start,
        end,
        diagnostic.severity.label,
        diagnostic.source,
        diagnostic.code,
        diagnostic.message,
        _fix_record(unit, names, fix) if fix else None,
    )


def _fix_record(unit: Unit, names: dict[str, str], fix: Fix) -> FixRecord:
    edits = tuple(EditRecord(names[e.uri], *_range(unit[e.uri], e.span), e.text) for e in fix.edits)
    return FixRecord(fix.applicability.value, fix.title, edits)
