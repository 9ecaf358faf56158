"""A literal becomes a parameter whose default it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Sequence as SequenceOf
from functools import partial

from lsp_server.core.edit import Edit
from lsp_server.dialects.cloudformation.parameter_types import is_list
from lsp_server.dialects.cloudformation.tree import Scalar, Sequence
from lsp_server.fixers.cloudformation.edits import add_section
from lsp_server.fixers.cloudformation.fitting import fresh_name, parameter, secret
from lsp_server.fixers.cloudformation.values import ref
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.cloudformation.literals import Literal, literal_at, same_literals
from lsp_server.refactorings.cloudformation.meaning import Comparison
from lsp_server.refactorings.cloudformation.replacing import put
from lsp_server.refactorings.cloudformation.spot import spot_of

Body = dict[str, object]

_IN_PLAIN_TEXT = "W2501"
_NAMED = 3  # owners in a description


def extract_parameter(selection: Selection) -> Iterator[Refactoring]:
    """Offer it for the literal at the place, and for all that are equal in the same kind of property.

    Not for a password of which cfn-lint says that it does not belong in a parameter either.
    """
    literal = literal_at(spot_of(selection))
    if literal is None or any(finding.code == _IN_PLAIN_TEXT for finding in selection.findings):
        return
    name = fresh_name(literal.spot.template, literal.name)
    body = _list_body(literal) if isinstance(literal.node, Sequence) else _body(literal)
    if body is None:
        return
    given = () if "Default" in body else ({name: str(getattr(literal.node, "value", ""))},)
    same = list(same_literals(literal))
    for key, title, places in (("one", "", [literal]), ("all", f" for all {len(same)}", same)):
        if key == "one" or len(same) > 1:
            shown = f"Extract to parameter '{name}'{title}"
            if given:
                shown += ", which is not shown and has no default"
            edits = partial(_edits, places, name, body | {"Description": _purpose(places)})
            yield Refactoring(f"parameter.{key}", shown, Kind.EXTRACT, edits, Comparison(given or ({},)))


def _purpose(places: SequenceOf[Literal]) -> str:
    owners = list(dict.fromkeys(place.owner for place in places))
    more = f" and {len(owners) - _NAMED} more" if len(owners) > _NAMED else ""
    return f"{places[0].purpose} {', '.join(owners[:_NAMED])}{more}"


def _body(literal: Literal) -> Body | None:
    """What declares a parameter for a scalar; None where its value would not be the same as a string."""
    known, data = literal.known, literal.data
    if not isinstance(data, str) and (known is None or not known.types):
        return None  # `5` in what the schema leaves open: a parameter would make "5" of it
    body = parameter(known, literal.property_name, "")
    if is_list(str(body["Type"])):
        return None
    text = data if isinstance(data, str) else "true" if data is True else "false" if data is False else str(data)
    allowed = body.get("AllowedValues")
    if isinstance(allowed, list) and text not in allowed:
        del body["AllowedValues"]
    if body.get("NoEcho") or (known is not None and secret(known)):
        return body | {"NoEcho": True}
    number = body["Type"] == "Number" and not isinstance(data, str | bool)
    return {"Type": body.pop("Type"), "Default": data if number else text, **body}


def _list_body(literal: Literal) -> Body | None:
    """What declares a parameter for a list of strings."""
    known, node = literal.known, literal.node
    if known is None or "array" not in known.types or not isinstance(node, Sequence) or literal.spot.commented(node):
        return None
    values = [item.value for item in node.items if isinstance(item, Scalar)]
    body = parameter(known, literal.property_name, "")
    if not is_list(str(body["Type"])) or any("," in value or value != value.strip() for value in values):
        return None
    return {"Type": body.pop("Type"), "Default": ",".join(values), **body}


def _edits(places: SequenceOf[Literal], name: str, body: Body) -> Iterable[Edit] | None:
    spot = places[0].spot
    added = add_section(spot.document, spot.writer, spot.template, "Parameters", {name: body})
    made = [put(spot.document, spot.writer, place.node, ref(name)) for place in places]
    if not added or any(edits is None for edits in made):
        return None
    return (*added, *(edit for edits in made for edit in edits or ()))


REFACTORERS = (Refactorer("parameters", frozenset({Kind.EXTRACT}), extract_parameter),)
