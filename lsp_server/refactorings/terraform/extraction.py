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
    selected = spot.span.start < spot.span.end and spot.span == node.span
    if not selected and (isinstance(node, t.Traversal) or (spot.on_name and not is_constant(node))):
        return
    if uses_names(node, spot.scope):
        return
    same = same_literals(spot) if is_constant(node) else [spot]
    name = free_name(name_of(spot), spot.module.variables)
    for places in ([spot], same) if len(same) > 1 else ([spot],):
        if is_constant(node):
            yield _variable(places, name)
    local = free_name(name_of(spot), spot.module.locals)
    if _names_itself(spot, node):
        return
    for places in ([spot], same) if len(same) > 1 else ([spot],):
        yield Refactoring(
            f"local.{'one' if places == [spot] else 'all'}",
            f"Extract to local '{local}'{_count(places)}",
            Kind.EXTRACT,
            partial(_local_edits, places, local),
            Comparison(adds=frozenset({("locals", local)})),
        )


def _names_itself(spot: Spot, node: t.Expression) -> bool:
    """Whether the spot is all of a local already."""
    return spot.path[0].type == "locals" and len(spot.path) == 1 and spot.chain[0].span == node.span


def _count(places: SequenceOf[Spot]) -> str:
    return f" for all {len(places)}" if len(places) > 1 else ""


def _variable(places: SequenceOf[Spot], name: str) -> Refactoring:
    spot = places[0]
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
        partial(_variable_edits, places, name, secret=secret),
        Comparison(adds=frozenset({("variable", name)}), given=given),
    )


def _variable_edits(places: SequenceOf[Spot], name: str, *, secret: bool) -> Iterable[Edit] | None:
    spot = places[0]
    node = spot.expression
    if node is None or (
        has_heredoc(spot.text(node)) and spot.document.newline != document_for(spot, "variable").newline
    ):
        return None
    kind = constraint(type_of(spot, node))
    said = {"type": kind, "description": f'"{_purpose(places)}"'}
    said |= {"sensitive": "true"} if secret else {"default": at_indentation(spot.document, node.span, layout.UNIT)}
    return native(spot.unit, [declare(spot, "variable", name, said), *_named(places, f"var.{name}")])


def _purpose(places: SequenceOf[Spot]) -> str:
    """What a variable is for, in a few words."""
    word = key_of(places[0])[0].replace("_", " ").replace('"', "").strip() or "value"
    owners = list(dict.fromkeys(map(owner_of, places)))
    more = f" and {len(owners) - _NAMED} more" if len(owners) > _NAMED else ""
    said = f"{word[0].upper()}{word[1:]} of {', '.join(owners[:_NAMED])}{more}"
    return said.replace("\\", "").replace("${", "{").replace("%{", "{")


def _local_edits(places: SequenceOf[Spot], name: str) -> Iterable[Edit] | None:
    spot = places[0]
    node = spot.expression
    document = document_for(spot, "locals")
    if node is None or (has_heredoc(spot.text(node)) and spot.document.newline != document.newline):
        return None
    value = at_indentation(spot.document, node.span, "")
    return native(spot.unit, [declare_local(spot, name, value), *_named(places, f"local.{name}")])


def _named(places: SequenceOf[Spot], name: str) -> Iterator[Edit]:
    for place in places:
        if place.expression is not None:
            yield Edit(place.document.uri, place.expression.span, name)


REFACTORERS = (Refactorer("extraction", frozenset({Kind.EXTRACT}), extract),)
