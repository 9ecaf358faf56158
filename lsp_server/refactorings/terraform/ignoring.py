"""A finding that a person does not want to see: tflint is told so in a comment of the file.

https://github.com/terraform-linters/tflint/blob/master/docs/user-guide/annotations.md
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform import scanner
from lsp_server.fixers.terraform import layout
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.terraform.meaning import Comparison
from lsp_server.refactorings.terraform.spot import Spot, spot_of
from lsp_server.refactorings.terraform.writing import native

_HERE = re.compile(r"[ \t]*#[ \t]*tflint-ignore:[ \t]*([^\r\n#]*?)[ \t]*$")
_FILE = re.compile(r"#[ \t]*tflint-ignore-file:[ \t]*([^\r\n#]*?)[ \t]*$")


def ignore_rule(selection: Selection) -> Iterator[Refactoring]:
    """Offer it for each rule found at the place: there, and in the whole file."""
    spot = spot_of(selection)
    told: set[str] = set()
    for finding in selection.findings:
        if finding.source != "tflint" or finding.syntax or finding.code in told or finding.uri != spot.document.uri:
            continue
        told.add(finding.code)
        yield _refactoring(finding, "here", partial(_here, spot, finding))
        yield _refactoring(finding, "in this file", partial(_in_file, spot, finding))


def _refactoring(finding: Diagnostic, where: str, edits: partial[Iterable[Edit] | None]) -> Refactoring:
    key = f"ignore.{finding.code}.{where.rpartition(' ')[2]}"
    return Refactoring(key, f"Ignore {finding.code} {where}", Kind.IGNORE, edits, Comparison(), clears=(finding,))


def _here(spot: Spot, finding: Diagnostic) -> Iterable[Edit] | None:
    """A comment on the line above; one that is there already gets the rule besides."""
    document = spot.document
    line = document.position(finding.span.start).line
    start = document.line_starts[line] + (line == 0 and document.text.startswith("\ufeff"))
    above = _HERE.match(document.line_text(line - 1)) if line else None
    if above is not None:
        at = document.line_starts[line - 1] + above.end(1)
        return [Edit(document.uri, Span(at, at), f", {finding.code}")]
    if not _stands_alone(spot, start):
        return None
    text = f"{layout.indent(document, start)}# tflint-ignore: {finding.code}\n"
    return native(spot.unit, [Edit(document.uri, Span(start, start), text)])


def _stands_alone(spot: Spot, start: int) -> bool:
    """Whether a comment may stand on a line of its own before an offset: it is not in a heredoc or a comment."""
    placed = spot.tree.placed_at(start)
    tokens = scanner.tokens(placed.piece.text) if placed is not None else ()
    inside = (t for t in tokens if t.kind in {"heredoc", "comment", "string"})
    at = start - placed.start if placed is not None else 0
    return not any(token.start < at < token.end for token in inside)


def _in_file(spot: Spot, finding: Diagnostic) -> Iterable[Edit] | None:
    """A comment on the first line, which is where tflint looks for it."""
    document = spot.document
    start = 1 if document.text.startswith("\ufeff") else 0
    first = _FILE.match(document.line_text(0)[start:])
    if first is not None:
        at = start + first.end(1)
        return [Edit(document.uri, Span(at, at), f", {finding.code}")]
    text = f"# tflint-ignore-file: {finding.code}\n"
    return native(spot.unit, [Edit(document.uri, Span(start, start), text)])


REFACTORERS = (Refactorer("ignoring", frozenset({Kind.IGNORE}), ignore_rule),)
