"""A second, strict reader of what a model or the offline proposer wrote, before any linter is asked."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.core.document import Unit
from lsp_server.core.edit import Edit, EditConflict, edit_unit
from lsp_server.dialects.base import Language


def unreadable(unit: Unit, language: Language, edits: Iterable[Edit]) -> str:
    """A sentence that says what of the edited text cannot be read; empty where all can, or could not before either.

    It may take seconds where a large text cannot be read: never on the event loop.
    """
    made = tuple(edits)
    try:
        after = edit_unit(unit, made)
    except EditConflict as conflict:
        return f"the edits cannot be made: {conflict}"
    if language is not Language.TERRAFORM:
        return ""  # the linter's own decoder is as strict as a reader gets
    from lsp_server.dialects.terraform.strict import error_of_change

    for uri in {edit.uri for edit in made}:
        if problem := error_of_change(unit[uri].text, after[uri].text):
            return f"what was written is not HCL: {problem}"
    return ""
