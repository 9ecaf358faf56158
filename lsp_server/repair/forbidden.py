"""What no answer of a model may bring about: a linter that is told to look away, and ids that stand nowhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from lsp_server.core.document import Document, Unit
from lsp_server.core.edit import Edit, edit_unit
from lsp_server.dialects.base import Language
from lsp_server.dialects.cloudformation.template import parse_template
from lsp_server.dialects.cloudformation.tree import Mapping

_DIRECTIVE = re.compile(
    r"\b(?:tflint-ignore|checkov:skip|tfsec:ignore|trivy:ignore|kics-scan|nosec|rules_to_suppress)\b[^\r\n]*", re.I
)
_UNWATCHED = re.compile(r"\bignore_changes\s*=\s*(?:\[[^\]]*\]|\w+)")
_WORD = re.compile(r"[\w*.:-]+")
_TO_SILENCE = re.compile(r"\b(?:ignor|suppress|silenc|skip|disabl|exempt)\w*", re.IGNORECASE)
_OF_LINTERS = re.compile(
    r"lint|checkov|tfsec|trivy|kics|\b(?:rule|warning|finding|diagnostic|drift|change)s?\b|\b[ewi]\d{4}\b",
    re.IGNORECASE,
)
RESOURCE_ID = re.compile(
    r"\b(?:vpc|subnet|sg|ami|i|vol|eni|igw|rtb|acl|eipalloc|snap|lt|nat|pl|vpce|tgw)-(?:[0-9a-f]{17}|[0-9a-f]{8})\b"
)
"""What AWS calls something that is there."""


def forbidden(unit: Unit, language: Language, edits: Iterable[Edit], wish: str | None) -> str:
    """A sentence that says what edits may not do to a unit; empty where they may be made.

    `wish` is what a person asked for in words, and None where findings are to be cleared: who asks for it in words may
    have it. Raises EditConflict.
    """
    made = tuple(edits)
    after = edit_unit(unit, made)
    if wish is None or not (_TO_SILENCE.search(wish) and _OF_LINTERS.search(wish)):
        before = Counter(_silenced(unit, language, watched=wish is None))
        if new := Counter(_silenced(after, language, watched=wish is None)) - before:
            return f'"{next(iter(new))}" would silence what is found instead of mending it; correct what is wrong'
    known = {id_ for text in (wish or "", *(document.text for document in unit)) for id_ in RESOURCE_ID.findall(text)}
    # in the text as a whole: an edit may write a part of an id alone
    written = dict.fromkeys(id_ for edit in made for id_ in RESOURCE_ID.findall(after[edit.uri].text))
    if made_up := next((id_ for id_ in written if id_ not in known), ""):
        return (
            f'the id "{made_up}" is made up, as it stands nowhere in the files; refer to something that is '
            "declared, or declare a parameter or variable for it"
        )
    return ""


def _silenced(unit: Unit, language: Language, *, watched: bool) -> Iterator[str]:
    """What tells a linter, or with `watched` Terraform, to look away, piece by piece."""
    for document in unit:
        yield from _DIRECTIVE.findall(document.text)
        if language is Language.CLOUDFORMATION:
            yield from _metadata(document)
        elif watched:
            yield from _UNWATCHED.findall(document.text)


def _metadata(document: Document) -> Iterator[str]:
    """The words of what a template tells cfn-lint."""
    if "cfn-lint" not in document.text:
        return
    template = parse_template(document)
    holders: list[tuple[str, ...]] = [(), *(("Resources", name) for name in template.resources)]
    for path in holders:
        holder = template.node((*path, "Metadata"))
        entry = holder.entry("cfn-lint") if isinstance(holder, Mapping) else None
        if entry is not None:
            yield from _WORD.findall(document.slice(entry.span))
