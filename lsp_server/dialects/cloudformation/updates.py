"""What changing a property of a deployed resource comes to, as its schema tells it."""

from __future__ import annotations

import enum
from collections.abc import Sequence

from lsp_server.dialects.cloudformation.schema import ResourceSchema

Pattern = tuple[str, ...]


class Update(enum.Enum):
    """How AWS goes about a change, in a person's words."""

    NO_INTERRUPTION = "no interruption"
    SOME_INTERRUPTION = "some interruption; in some cases replacement of the resource"
    REPLACEMENT = "replacement of the resource"


def update_of(schema: ResourceSchema, path: Sequence[str | int]) -> Update | None:
    """What a change of the property at a path comes to; None where the schema does not tell.

    A part of what is only set at creation is so as well.
    """
    if not schema.name.startswith("AWS::") or schema.name.startswith("AWS::Serverless::"):
        return None
    place = place_of(path)
    handlers = schema.raw.get("handlers")
    told = "createOnlyProperties" in schema.raw
    if isinstance(handlers, list) and "update" not in handlers:
        return Update.REPLACEMENT
    if not told and not handlers:
        return None
    if _within(place, pointers(schema, "createOnlyProperties")):
        return Update.REPLACEMENT
    if _within(place, pointers(schema, "conditionalCreateOnlyProperties")):
        return Update.SOME_INTERRUPTION
    return Update.NO_INTERRUPTION


def decisive(schema: ResourceSchema) -> dict[Pattern, Update]:
    """The places of which a change replaces the resource, or may do so."""
    if not schema.name.startswith("AWS::") or schema.name.startswith("AWS::Serverless::"):
        return {}
    handlers = schema.raw.get("handlers")
    if isinstance(handlers, list) and "update" not in handlers:
        return {(name,): Update.REPLACEMENT for name in schema.properties_at(())}
    found = dict.fromkeys(pointers(schema, "conditionalCreateOnlyProperties"), Update.SOME_INTERRUPTION)
    return found | dict.fromkeys(pointers(schema, "createOnlyProperties"), Update.REPLACEMENT)


def replacing_parts(schema: ResourceSchema, path: Sequence[str | int]) -> tuple[str, ...]:
    """The dotted names of what, inside the property at a path, cannot change without replacing the resource."""
    place = place_of(path)
    inside = [
        pattern[len(place) :] for pattern in pointers(schema, "createOnlyProperties") if _within(pattern, [place])
    ]
    return tuple(sorted(".".join(step for step in steps if step != "*") for steps in inside if steps))


def is_deprecated(schema: ResourceSchema, path: Sequence[str | int]) -> bool:
    """Whether the schema advises against the property at a path."""
    return _within(place_of(path), pointers(schema, "deprecatedProperties"))


def pointers(schema: ResourceSchema, word: str) -> list[Pattern]:
    """The paths that a schema lists under a word; an item of a list is `*`."""
    found = schema.raw.get(word)
    return [tuple(str(pointer).split("/")[2:]) for pointer in (found if isinstance(found, list) else ())]


def place_of(path: Sequence[str | int]) -> Pattern:
    """A path as schemas write it: any item of a list is `*`, the branches of `Fn::If` are seen through."""
    steps: list[str] = []
    rest = iter(path)
    for step in rest:
        if step == "Fn::If":
            next(rest, None)
        else:
            steps.append("*" if isinstance(step, int) else step)
    return tuple(steps)


def _within(place: Pattern, patterns: Sequence[Pattern]) -> bool:
    return any(place[: len(pattern)] == pattern for pattern in patterns)
