"""The fixers of what a provider's schema does not allow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Span
from lsp_server.core.fix import Fix
from lsp_server.dialects.terraform.tree import Attribute
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform import missing, unsupported
from lsp_server.fixers.terraform.declared import fix_block_type
from lsp_server.fixers.terraform.place import Place, fix, holder, items, locate, name_of, name_span, related
from lsp_server.fixers.terraform.settle import settled
from lsp_server.fixers.terraform.step import Step


def fix_unsupported(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """Fixes for an argument or block that cannot stand where it does."""
    found = holder(context, diagnostic.span)
    if found is None:
        yield from fix_block_type(context, diagnostic)
        return
    if diagnostic.severity is not Severity.ERROR:
        return  # what is only a warning is right in another version of the provider
    place, item = found
    span = name_span(item)
    for step in unsupported.steps(place, item):
        clears = related(context, diagnostic, place, span, step.filled)
        yield _fix(context, place, step, clears)


def fix_missing(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """Fixes for a required argument or block that is not there."""
    found = locate(context, diagnostic.span)
    name = name_of(diagnostic)
    if found is None or not name or diagnostic.severity is not Severity.ERROR:
        return
    place, item = found
    if isinstance(item, Attribute):
        return
    for step in missing.steps(place, name):
        written = _renamed(place, step)
        clears = related(context, diagnostic, place, written or diagnostic.span, step.filled)
        yield _fix(context, place, step, clears)


def _renamed(place: Place, step: Step) -> Span | None:
    """The name of the item that a step changes, if it changes one."""
    for span in map(name_span, items(place.block)):
        if any(edit.span.overlaps(span) and edit.span.start != edit.span.end for edit in step.edits):
            return span
    return None


def _fix(context: FixContext, place: Place, step: Step, clears: Iterable[Diagnostic]) -> Fix:
    step = settled(context.unit, place.document, place.path[0], step)
    return fix(step.title, step.edits, clears, step.proposer, step.applicability)
