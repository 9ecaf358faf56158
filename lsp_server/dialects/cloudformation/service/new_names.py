"""Whether a name may be given: what CloudFormation takes as one, and that it is not another's."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lsp_server.core.document import Span
from lsp_server.dialects.cloudformation.references import LOOP
from lsp_server.dialects.cloudformation.service.derived import begins, makes_others
from lsp_server.dialects.cloudformation.service.names import (
    Mention,
    Name,
    Space,
    declared,
    scope_of,
    used,
)
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Entry, Node
from lsp_server.dialects.cloudformation.tree import Sequence as SequenceNode
from lsp_server.dialects.service import RefusedError

_LONGEST = 255
_SHADOWED = (Space.VALUE, Space.VARIABLE)
_ALPHANUMERIC = re.compile(r"[A-Za-z0-9]+")
_RULES = {
    Space.CONDITION: (re.compile(r"[A-Za-z0-9_]+"), "letters, digits and underscores"),
    Space.VARIABLE: (re.compile(r"[A-Za-z0-9_]+"), "letters, digits and underscores"),
    Space.ANCHOR: (re.compile(r"[A-Za-z0-9_-]+"), "letters, digits, underscores and hyphens"),
}


def require_valid(space: Space, name: str) -> None:
    """Raises RefusedError for a name that CloudFormation does not take there."""
    pattern, words = _RULES.get(space, (_ALPHANUMERIC, "letters and digits"))
    if not pattern.fullmatch(name):
        raise RefusedError(f"{name!r} is no name here: only {words} may be in it.")
    if len(name) > _LONGEST:
        raise RefusedError(f"A name has at most {_LONGEST} characters, this one has {len(name)}.")


def require_free(template: Template, old: Name, new: str, mentions: Sequence[Mention]) -> None:
    """Raises RefusedError where the new name is another's, or what now means something else would come to mean this."""
    if old.space is Space.VARIABLE:
        _require_free_variable(template, old, new)
        return
    for entry, name in declared(template):
        if name.space is old.space and name.text == new:
            section = entry.parent.parent
            what = getattr(section, "name", "")
            raise RefusedError(f"{new} is there already, in {what}, {_line(template, entry.key.span)}.")
    resource = template.resources.get(old.text)
    several = old.space is Space.VALUE and resource is not None and makes_others(resource.type)
    for mention in used(template, new):
        text = mention.name.text
        if mention.name.space is old.space and (text == new or (several and begins(text, new))):
            where = _line(template, mention.span)
            raise RefusedError(f"{text} is named already, {where}, and would come to mean this.")
    if old.space is Space.VALUE:
        _require_no_variable(template, new, mentions)


def _require_no_variable(template: Template, new: str, mentions: Sequence[Mention]) -> None:
    """A loop's or Sub's own variable of the new name would take it where both are."""
    for other in used(template, new):
        scope = scope_of(template, other.name) if other.name.text == new and other.declares else None
        if scope is not None and (_is_loop(scope) or any(_reach(scope).encloses(one.span) for one in mentions)):
            raise RefusedError(f"{new} is the name of a variable, {_line(template, other.span)}.")


def _require_free_variable(template: Template, old: Name, new: str) -> None:
    scope = scope_of(template, old)
    if scope is None:
        return
    for other in used(template, new):
        name = other.name
        beside = name.scope is old.scope and name.base == old.base
        if name.space in _SHADOWED and name.text == new and (beside or _reach(scope).encloses(other.span)):
            raise RefusedError(f"{new} means something else here already, {_line(template, other.span)}.")
    for entry, name in declared(template) if _is_loop(scope) else ():
        if name.space is Space.VALUE and name.text == new:
            raise RefusedError(f"{new} is there already, {_line(template, entry.key.span)}.")


def _reach(arguments: Node) -> Span:
    """Where the variables of a Sub or a loop mean something: in its string, in what it repeats."""
    items = arguments.items if isinstance(arguments, SequenceNode) else ()
    inside = items[2:] if _is_loop(arguments) else items[:1]
    return Span(inside[0].full_span.start, inside[-1].span.end) if inside else Span(0, 0)


def _is_loop(arguments: Node) -> bool:
    return isinstance(arguments.parent, Entry) and arguments.parent.name.startswith(LOOP)


def _line(template: Template, span: Span) -> str:
    return f"line {template.document.position(span.start).line + 1}"
