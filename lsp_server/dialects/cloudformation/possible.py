"""What may still be written in an object or as a value, in view of what is written around it."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import replace

from lsp_server.core.diagnostic import Path
from lsp_server.dialects.cloudformation.applies import Written, same
from lsp_server.dialects.cloudformation.patterns import matches, words_of
from lsp_server.dialects.cloudformation.schema import Property, ResourceSchema
from lsp_server.dialects.cloudformation.schema_files import Json


def keys_at(schema: ResourceSchema, path: Path, written: Written) -> MappingOf[str, Property]:
    """The properties that may be added to the object at a path; those it has already are among them.

    `written` is what stands at the top of the schema. Required are those that what is written makes so, too.
    """
    known = schema.properties_at(path, written)
    there = written.at(path).keys()
    further = schema.conditional_at(path, written)
    ones = [*schema.certain_at(path, written), *(one for one in further if isinstance(one, dict))]
    needed = frozenset(name for one in ones for name in _needed(one, there))
    barred = frozenset(name for one in ones for name in _barred(one, there, known))
    return {
        name: replace(one, required=True) if name in needed and not one.required else one
        for name, one in known.items()
        if name not in barred
    }


def value_at(schema: ResourceSchema, path: Path, written: Written) -> Property | None:
    """What may stand at a path, its allowed values narrowed by what is written; None where nothing is known."""
    known = schema.property_at(path, written)
    if known is None:
        return None
    enum = known.enum or (words_of(known.pattern) if "string" in (known.types or ("string",)) else ())
    for one in schema.conditional_at(path, written):
        if not isinstance(one, dict):
            continue
        listed = one.get("enum", [one["const"]] if "const" in one else None)
        if isinstance(listed, list):
            allowed = {same(value) for value in listed}
            enum = tuple(value for value in enum if same(value) in allowed) or tuple(dict.fromkeys(listed))
        if isinstance(one.get("pattern"), str):
            enum = tuple(value for value in enum if matches(str(one["pattern"]), same(value))) or enum
    return replace(known, enum=_apart(enum)) if enum != known.enum else known


def _apart(values: tuple[object, ...]) -> tuple[object, ...]:
    """The values without those that CloudFormation takes for the same: `256` and `"256"`."""
    return tuple({same(value): value for value in reversed(values)}.values())[::-1]


def _needed(one: Json, there: frozenset[str]) -> Iterator[str]:
    """The names that a schema requires in view of those that are there."""
    yield from _names(one.get("required"))
    for word in ("dependentRequired", "dependencies"):
        depends = one.get(word)
        for name, names in depends.items() if isinstance(depends, dict) else ():
            if name in there:
                yield from _names(names)


def _barred(one: Json, there: frozenset[str], known: MappingOf[str, Property]) -> Iterator[str]:
    """The names that may not stand beside those that are there."""
    excluded = one.get("dependentExcluded")
    for name, names in excluded.items() if isinstance(excluded, dict) else ():
        if name in there:
            yield from _names(names)
    xor = frozenset(_names(one.get("requiredXor")))
    if xor & there:
        yield from xor - there
    properties = one.get("properties")
    yield from (name for name, inner in properties.items() if inner is False) if isinstance(properties, dict) else ()
    names = one.get("propertyNames")
    if isinstance(names, dict) and isinstance(names.get("enum"), list):
        yield from set(known).difference(names["enum"])


def _names(listed: object) -> Iterator[str]:
    return (str(name) for name in listed) if isinstance(listed, list) else iter(())
