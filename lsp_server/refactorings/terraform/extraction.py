"""A value becomes a variable whose default it is, or a local."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Sequence as SequenceOf
from functools import partial

from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform import tree as t
from lsp_server.fixers.terraform import layout
from lsp_server.fixers.terraform.values import constraint, is_secret
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.terraform.forms import Written
from lsp_server.refactorings.terraform.literals import (
    Place,
    is_constant,
    is_worth_naming,
    key_of,
    name_of,
    owner_of,
    same_literals,
    takes_references,
    type_of,
)
from lsp_server.refactorings.terraform.meaning import Comparison
from lsp_server.refactorings.terraform.spot import Spot, spot_of, uses_names
from lsp_server.refactorings.terraform.writing import (
    at_indentation,
    declare,
    declare_local,
    document_for,
    free_name,
    has_heredoc,
    native,
)

_NAMED = 3  # owners in a description


def extract(selection: Selection) -> Iterator[Refactoring]:
    """Offer a variable for what is written out, a local for any value, and both for all that are equal."""
    spot = spot_of(selection)
    node = spot.expression
    if node is None or not takes_references(spot) or not is_worth_naming(node):
        return
    if _is_in_text(spot, node):
        yield from _of_text(spot)
        return
    selected = spot.span.start < spot.span.end and spot.span == node.span
    if not selected and (isinstance(node, t.Traversal) or (spot.on_name and not is_constant(node))):
        return
    if uses_names(node, spot.scope):
        return
    constant = is_constant(node)
    one = [Place(spot.document, node.span)]
    same = same_literals(spot) if constant else []
    name = free_name(name_of(spot), spot.module.variables)
    ways = [one, same] if len(same) > 1 else [one]
    if constant:
        yield from (_variable(spot, places, name) for places in ways)
    local = free_name(name_of(spot), spot.module.locals)
    if _names_itself(spot, node) or not selection.asked:  # nearly anything could be a local
        return
    for places in ways:
        yield Refactoring(
            f"local.{'one' if places is one else 'all'}",
            f"Extract to local '{local}'{_count(places)}",
            Kind.EXTRACT,
            partial(_local_edits, spot, places, local),
            Comparison(adds=frozenset({("locals", local)})),
        )


def _is_in_text(spot: Spot, node: t.Expression) -> bool:
    """Whether a part of a string's text is selected, in which nothing is escaped."""
    span, text = spot.span, spot.document.slice(spot.span)
    if span.start == span.end or not isinstance(node, t.Template) or set(text) & set('\\"$%\n\r'):
        return False
    marks = spot.document.text[span.start - 1 : span.end + 1]
    inside = any(isinstance(part, t.TextPart) and part.span.encloses(span) for part in node.parts)
    return inside and not (node.text is not None and len(marks) == len(text) + 2 and marks == spot.text(node))


def _of_text(spot: Spot) -> Iterator[Refactoring]:
    """Offer it for a part of a string, which is put into the string again."""
    said = f'"{spot.document.slice(spot.span)}"'
    for root, key, what in (("var", "variable", "variable"), ("local", "locals", "local")):
        name = free_name(name_of(spot), spot.module.variables if root == "var" else spot.module.locals)
        yield Refactoring(
            f"{what}.text",
            f"Extract the selected text to {what} '{name}'",
            Kind.EXTRACT,
            partial(_text_edits, spot, root, name, said),
            Comparison(adds=frozenset({(key, name)})),
        )


def _text_edits(spot: Spot, root: str, name: str, said: str) -> Iterable[Edit]:
    if root == "var":
        purpose = _purpose(spot, [Place(spot.document, spot.span)]).replace(" of ", " (a part) of ", 1)
        added = declare(spot, "variable", name, {"type": "string", "description": f'"{purpose}"', "default": said})
    else:
        added = declare_local(spot, name, said)
    return native(spot.unit, [added, Edit(spot.document.uri, spot.span, f"${{{root}.{name}}}")])


def _names_itself(spot: Spot, node: t.Expression) -> bool:
    """Whether the spot is all of a local already."""
    return spot.path[0].type == "locals" and len(spot.path) == 1 and spot.chain[0].span == node.span


def _count(places: SequenceOf[Place]) -> str:
    return f" for all {len(places)}" if len(places) > 1 else ""


def _variable(spot: Spot, places: SequenceOf[Place], name: str) -> Refactoring:
    node = spot.expression
    assert node is not None
    word, _ = key_of(spot)
    secret = is_secret(word) and isinstance(node, t.Template)
    title = f"Extract to variable '{name}'{_count(places)}"
    if secret:
        title += ", which is not shown and has no default"
    given = {("var", name): Written(node, spot.document.text)} if secret else {}
    return Refactoring(
        f"variable.{'one' if len(places) == 1 else 'all'}",
        title,
        Kind.EXTRACT,
        partial(_variable_edits, spot, places, name, secret=secret),
        Comparison(adds=frozenset({("variable", name)}), given=given),
    )


def _variable_edits(spot: Spot, places: SequenceOf[Place], name: str, *, secret: bool) -> Iterable[Edit] | None:
    node = spot.expression
    if node is None or (
        has_heredoc(spot.text(node)) and spot.document.newline != document_for(spot, "variable").newline
    ):
        return None
    kind = constraint(type_of(spot, node))
    said = {"type": kind, "description": f'"{_purpose(spot, places)}"'}
    said |= {"sensitive": "true"} if secret else {"default": at_indentation(spot.document, node.span, layout.UNIT)}
    return native(spot.unit, [declare(spot, "variable", name, said), *_named(places, f"var.{name}")])


def _purpose(spot: Spot, places: SequenceOf[Place]) -> str:
    """What a variable is for, in a few words."""
    word = key_of(spot)[0].replace("_", " ").replace('"', "").strip() or "value"
    owners = list(dict.fromkeys(owner_of(spot.at(*place)) for place in places))
    more = f" and {len(owners) - _NAMED} more" if len(owners) > _NAMED else ""
    said = f"{word[0].upper()}{word[1:]} of {', '.join(owners[:_NAMED])}{more}"
    return said.replace("\\", "").replace("${", "{").replace("%{", "{")


def _local_edits(spot: Spot, places: SequenceOf[Place], name: str) -> Iterable[Edit] | None:
    node = spot.expression
    document = document_for(spot, "locals")
    if node is None or (has_heredoc(spot.text(node)) and spot.document.newline != document.newline):
        return None
    value = at_indentation(spot.document, node.span, "")
    around = spot.chain[-2] if len(spot.chain) > 1 else None
    key = isinstance(around, t.ObjectExpression) and any(item.key is node for item in around.items)
    written = f"(local.{name})" if key else f"local.{name}"  # without brackets it would be a key of that name
    return native(spot.unit, [declare_local(spot, name, value), *_named(places, written)])


def _named(places: SequenceOf[Place], name: str) -> Iterator[Edit]:
    yield from (Edit(place.document.uri, place.span, name) for place in places)


REFACTORERS = (Refactorer("extraction", frozenset({Kind.EXTRACT}), extract),)
