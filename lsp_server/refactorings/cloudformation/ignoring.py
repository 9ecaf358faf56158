"""A finding that a person does not want to see: cfn-lint is told so in the template's own metadata."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit
from lsp_server.dialects.cloudformation.template import Resource
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar, Sequence
from lsp_server.fixers.cloudformation.edits import (
    Edits,
    add_section,
    column,
    end_of,
    insert,
    insert_after,
    insert_below,
    line_end,
)
from lsp_server.fixers.cloudformation.values import Writer
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.cloudformation.meaning import Comparison
from lsp_server.refactorings.cloudformation.replacing import dash_before
from lsp_server.refactorings.cloudformation.spot import Spot, spot_of

_KEYS = ("Metadata", "cfn-lint", "config", "ignore_checks")
_READING = "E0"  # rules about a text that could not be read, which its metadata cannot silence


def ignore_rule(selection: Selection) -> Iterator[Refactoring]:
    """Offer it for each rule found at the place: for the resource and for the template."""
    spot = spot_of(selection)
    told: set[str] = set()
    for finding in selection.findings:
        if finding.source != "cfn-lint" or finding.syntax or finding.code.startswith(_READING) or finding.code in told:
            continue
        told.add(finding.code)
        resource = _resource(spot, finding)
        if resource is not None:
            what = f"for resource '{resource.logical_id}'"
            yield _refactoring(spot, finding, what, ("Resources", resource.logical_id), resource)
        yield _refactoring(spot, finding, "in this template", (), None)


def _resource(spot: Spot, finding: Diagnostic) -> Resource | None:
    """The resource that a finding is in, where cfn-lint looks for what to ignore there."""
    path = finding.path
    return spot.template.resources.get(str(path[1])) if len(path) > 1 and path[0] == "Resources" else None


def _refactoring(
    spot: Spot, finding: Diagnostic, what: str, path: tuple[str, ...], resource: Resource | None
) -> Refactoring:
    return Refactoring(
        f"ignore.{finding.code}.{'resource' if resource is not None else 'template'}",
        f"Ignore {finding.code} {what}",
        Kind.IGNORE,
        partial(_edits, spot, finding.code, resource),
        Comparison(ignoring=frozenset({(*path, "Metadata", "cfn-lint")})),
        clears=(finding,),
    )


def _edits(spot: Spot, rule: str, resource: Resource | None) -> Edits | None:
    document, writer = spot.document, spot.writer
    holder = resource.body if resource is not None else spot.template.root
    for number, key in enumerate(_KEYS):
        entry = holder.entry(key) if isinstance(holder, Mapping) and not holder.tag else None
        if not isinstance(holder, Mapping) or (entry is not None and entry.parent is not holder):
            return None  # a merge key brings it from elsewhere
        missing = _nested(_KEYS[number + 1 :], rule)
        if entry is None and number:
            return insert(document, writer, holder, {key: missing})
        if entry is None and resource is None and isinstance(missing, dict):
            return add_section(document, writer, spot.template, key, missing)
        if entry is None:
            kind = holder.entry("Type")
            return insert_after(document, writer, kind, key, missing) if kind is not None else None
        if entry.value is None or (isinstance(entry.value, Scalar) and not entry.value.raw):
            return insert_below(document, writer, entry, missing) if isinstance(missing, dict) else None
        holder = entry.value
    return _appended(document, writer, holder, rule) if isinstance(holder, Sequence) and not holder.tag else None


def _nested(keys: tuple[str, ...], rule: str) -> dict[str, object] | list[str]:
    """What goes below the keys that are there: those that are missing, and the list of rules."""
    inner: dict[str, object] | list[str] = [rule]
    for key in reversed(keys):
        inner = {key: inner}
    return inner


def _appended(document: Document, writer: Writer, rules: Sequence, rule: str) -> Edits | None:
    """One item more in a list."""
    if rules.flow and not rules.items:
        return (Edit(document.uri, rules.span, writer.flow([rule])),)
    last = rules.items[-1]
    end = end_of(document, last)
    if rules.flow:
        return (Edit(document.uri, Span(end, end), f", {writer.flow(rule)}"),)
    dash = dash_before(document, last.full_span.start)
    at = line_end(document, end)
    text = f"{writer.newline}{' ' * column(document, dash)}- {writer.flow(rule)}"
    return (Edit(document.uri, Span(at, at), text),) if dash >= 0 else None


REFACTORERS = (Refactorer("ignoring", frozenset({Kind.IGNORE}), ignore_rule),)
