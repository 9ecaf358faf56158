"""A name is changed everywhere it is written, or nowhere."""

from __future__ import annotations

import re

from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.dialects.cloudformation.scalars import typed
from lsp_server.dialects.cloudformation.service.derived import derived_uses
from lsp_server.dialects.cloudformation.service.loops import made_by_loop
from lsp_server.dialects.cloudformation.service.names import Mention, Space, mention_at, mentions_of
from lsp_server.dialects.cloudformation.service.new_names import require_free, require_valid
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Scalar, Style
from lsp_server.dialects.service import RefusedError, Renaming

_NUMBER = re.compile(r"\d[\d_]*(?:e\d+)?|0[xo][\da-f]+", re.IGNORECASE)  # in any version of YAML


def renamable(template: Template, offset: int) -> Span | None:
    """The name at `offset`, if it is one that can be changed; None where no name is. Raises RefusedError."""
    mention = mention_at(template, offset)
    if mention is None:
        return None
    _require_ours(template, mention)
    return mention.span


def rename(template: Template, offset: int, name: str) -> Renaming | None:
    """Change the name at `offset` everywhere to `name`; None where no name is. Raises RefusedError."""
    mention = mention_at(template, offset)
    if mention is None:
        return None
    mentions = _require_ours(template, mention)
    old = mention.name
    if name == old.text:
        return Renaming(())
    require_valid(old.space, name)
    require_free(template, old, name, mentions)
    spans = [other.span for other in mentions]
    if old.space is Space.VALUE:
        spans += derived_uses(template, old.text)
    if old.space is not Space.ANCHOR:
        _require_text(template, name, spans)
    edits = tuple(Edit(template.document.uri, span, name) for span in sorted(set(spans)))
    return Renaming(edits, _warning(template, old.text, name) if old.space is Space.VALUE else "")


def _require_ours(template: Template, mention: Mention) -> list[Mention]:
    """Every mention of a name that this template declares and that nothing but its own text asks for."""
    name = mention.name
    if name.is_pseudo:
        raise RefusedError(f"{name.text} is a pseudo parameter: CloudFormation gives it its name.")
    if name.space is Space.MAP_KEY:
        raise RefusedError("A key of a mapping cannot be renamed: what a stack is given may ask for it.")
    mentions = mentions_of(template, name)
    if not any(other.declares for other in mentions):
        made = made_by_loop(template, "Resources", name.text) if name.space is Space.VALUE else None
        if made is not None:
            raise RefusedError(f"{name.text} comes from a loop, by its key {made.name}.")
        raise RefusedError(f"Nothing in this template declares {name.text}.")
    return mentions


def _require_text(template: Template, name: str, spans: list[Span]) -> None:
    """Plain YAML reads `on` and `12` as something else than text, unless they stand in quotes or in a string."""
    is_text = isinstance(typed(name, Style.PLAIN), str) and not _NUMBER.fullmatch(name)
    if template.format == "json" or is_text:
        return
    text = template.document.text
    if any(text[span.start - 1 : span.start] not in ('"', "'", "{") for span in spans):
        raise RefusedError(f"YAML would not read {name} as text.")


def _warning(template: Template, old: str, new: str) -> str:
    """What the next deployment does when a resource has another logical id."""
    resource = template.resources.get(old)
    if resource is None:
        return ""
    policy = resource.body.get("DeletionPolicy") if resource.body is not None else None
    kept = isinstance(policy, Scalar) and policy.value.startswith("Retain")
    fate = "leaves the old one behind" if kept else "deletes the old one with all that it holds"
    return f"A new logical id replaces the resource: the next deployment creates {new} and {fate}."
