"""How much in a template is not as it should be: of several ways to mend a text, the least strange one is meant."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from lsp_server.dialects.cloudformation.schema import ResourceSchema, schemas
from lsp_server.dialects.cloudformation.template import Resource, Template
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, Scalar, Sequence
from lsp_server.fixers.cloudformation.names import rank
from lsp_server.fixers.cloudformation.resource_type import near_types
from lsp_server.fixers.cloudformation.vocabulary import (
    OUTPUT_ATTRIBUTES,
    PARAMETER_ATTRIBUTES,
    POLICY_DOCUMENT,
    POLICY_STATEMENT,
    RESOURCE_ATTRIBUTES,
    SECTIONS,
    fits,
)

SLIP = 0.25
"""A misspelled key in its right place: it says where it belongs, though it is a mistake of its own."""

_DEEP = 8  # levels of properties that are looked at
_NOTHING = 99.0
_SECTION = 3.0  # a wrong key at the top takes all below it along
_WORDS = frozenset({"Type", "Condition", "DeletionPolicy", "UpdateReplacePolicy"})
_OBJECTS = frozenset({"Metadata", "CreationPolicy", "UpdatePolicy"})
_BRINGS = frozenset({"Fn::Transform", "<<"})  # stand among other keys
_LOOP = "Fn::ForEach"  # brings keys as well, and has a name of its own
_PRINCIPALS = ("AWS", "Service", "Federated", "CanonicalUser")
_POLICIES = ("PolicyDocument", "KeyPolicy")


def strangeness(template: Template) -> float:
    """How many keys and values of a template do not belong where they stand, or are missing; 0 is well."""
    root = template.root
    if not isinstance(root, Mapping):
        return _NOTHING
    strange = sum(_SECTION * _unknown(entry.name, (*SECTIONS, "Globals")) for entry in root.entries)
    for section, known, due in (
        ("Parameters", PARAMETER_ATTRIBUTES, ("Type",)),
        ("Outputs", OUTPUT_ATTRIBUTES, ("Value",)),
    ):
        strange += sum(_attributes(entry.value, known, due) for entry in _entries(template.section(section)))
    strange += sum(_mapping(entry.value) for entry in _entries(template.section("Mappings")))
    conditions = _entries(template.section("Conditions"))
    strange += sum(not _called(entry.value) for entry in conditions)
    return strange + sum(_resource(resource) for resource in template.resources.values())


def _entries(mapping: Mapping | None) -> Iterable[Entry]:
    return (entry for entry in mapping.entries if not _open(entry.name)) if mapping is not None else ()


def _open(name: str) -> bool:
    """Whether a key is a function or a merge key: nobody knows what it brings."""
    return name.startswith("Fn::") or name in ("Ref", "<<")


def _unknown(name: str, known: tuple[str, ...]) -> float:
    return 0.0 if name in known or _open(name) else SLIP if _slip(name, known) else 1.0


@lru_cache(4096)
def _slip(name: str, known: tuple[str, ...]) -> str:
    """The known name that one is a slip of, or empty."""
    return next((match.name for match in rank(name, known)), "")


def _attributes(value: Node | None, known: tuple[str, ...], due: tuple[str, ...]) -> float:
    """What is wrong with a parameter or an output."""
    if not isinstance(value, Mapping):
        return 1.0 + len(due)
    names = {entry.name for entry in value.entries}
    meant = names | {_slip(name, known) for name in names - set(known)}
    if any(map(_open, names)):
        return 0.0
    return sum(_unknown(name, known) for name in names) + len(set(due) - meant)


def _mapping(value: Node | None) -> float:
    """What is wrong with a mapping: its entries hold names with scalars or lists of them."""
    if not isinstance(value, Mapping):
        return 1.0
    inner = [entry.value for entry in _entries(value)]
    strange = float(sum(not isinstance(row, Mapping) for row in inner))
    cells = (cell.value for row in inner if isinstance(row, Mapping) for cell in _entries(row))
    return strange + sum(isinstance(cell, Mapping) for cell in cells)


def _called(value: Node | None) -> bool:
    """Whether a value is a function, short or long."""
    if isinstance(value, Mapping):
        return len(value.entries) == 1 and (_open(value.entries[0].name) or value.entries[0].name == "Condition")
    return value is not None and bool(value.tag)


def _resource(resource: Resource) -> float:
    body = resource.entry.value.resolved if resource.entry.value is not None else None
    if resource.logical_id.startswith("Fn::"):
        return 0.0
    if not isinstance(body, Mapping):
        return 3.0
    strange = 0.0
    meant: dict[str, Entry] = {}
    for entry in body.entries:
        strange += _unknown(entry.name, RESOURCE_ATTRIBUTES)
        name = entry.name if entry.name in RESOURCE_ATTRIBUTES else _slip(entry.name, RESOURCE_ATTRIBUTES)
        strange += not _is_kind(name, entry.value)
        meant.setdefault(name, entry)
    kind = meant["Type"].value if "Type" in meant else None
    written = kind.value if isinstance(kind, Scalar) else ""
    schema = meant_type(written)
    strange += 0.0 if written in schemas() else SLIP if schema is not None else 1.0
    properties = meant["Properties"].value if "Properties" in meant else None
    if schema is None or "Fn::Transform" in meant or "<<" in body:
        return strange
    return strange + _properties(properties.resolved if properties is not None else None, schema, ())


def _is_kind(name: str, value: Node | None) -> bool:
    """Whether a value is of the kind that an attribute of a resource has."""
    if value is None or not value.resolved:
        return name not in _WORDS
    found = value.resolved
    if name in _WORDS:
        return isinstance(found, Scalar)
    if name == "DependsOn":
        return isinstance(found, Scalar | Sequence)
    return isinstance(found, Mapping) or bool(found.tag) if name in _OBJECTS or name == "Properties" else True


@lru_cache(1024)
def meant_type(written: str) -> ResourceSchema | None:
    """The schema of a resource type, or of the one that it is a slip of."""
    found = schemas().get(written)
    if found is not None or not written:
        return found
    return next((schemas().get(match.name) for match in near_types(written) if match.slip), None)


def _properties(value: Node | None, schema: ResourceSchema, path: tuple[str | int, ...]) -> float:
    """The unknown and the missing properties of an object, and of the objects in it, some levels deep."""
    entries = value.entries if isinstance(value, Mapping) else ()
    brought = [entry for entry in entries if _open(entry.name)]
    if (brought and (len(entries) == 1 or any(entry.name in _BRINGS for entry in brought))) or (value and value.tag):
        return 0.0
    known = schema.properties_at(path)
    names = {entry.name for entry in entries}
    free = tuple(name for name in known if name not in names)
    strange, meant, closed = 0.0, set[str](), schema.closed_at(path)
    for entry in entries:
        name = entry.name if entry.name in known else _slip(entry.name, free)
        strange += 0.0 if entry.name in known or not closed else SLIP if name else 1.0
        meant.add(name)
        if name and len(path) < _DEEP:
            strange += _value(entry.value, schema, (*path, name))
    return strange + len(set(schema.required_at(path)) - meant)


def _value(value: Node | None, schema: ResourceSchema, path: tuple[str | int, ...]) -> float:
    """What is wrong with the value of a property and in it."""
    known = schema.property_at(path)
    found = value.resolved if value is not None else None
    strange = float(not fits(found, known)) if known is not None else 0.0
    strange += _mixed(found)
    if str(path[-1]).endswith(_POLICIES):
        strange += _policy(found)
    elif isinstance(found, Mapping):
        strange += _properties(found, schema, path)
    elif isinstance(found, Sequence):
        strange += sum(_properties(item, schema, (*path, 0)) for item in found.items if isinstance(item, Mapping))
    return strange


def _mixed(value: Node | None) -> bool:
    """Whether a function, which is all there is of a value, stands among other keys."""
    names = [entry.name for entry in value.entries] if isinstance(value, Mapping) else []
    alone = (name for name in names if _open(name) and name not in _BRINGS and not name.startswith(_LOOP))
    return len(names) > 1 and any(alone)


def _policy(value: Node | None) -> float:
    if not isinstance(value, Mapping):
        return 0.0
    strange = sum(_unknown(entry.name, POLICY_DOCUMENT) for entry in value.entries)
    statements = value.get("Statement")
    if not isinstance(statements, Sequence):
        return strange + (_statement(statements) if isinstance(statements, Mapping) else 0.0)
    return strange + sum(_statement(item) for item in statements.items if isinstance(item, Mapping))


def _statement(value: Mapping) -> float:
    strange = sum(_unknown(entry.name, POLICY_STATEMENT) for entry in value.entries)
    principal, tests = value.get("Principal"), value.get("Condition")
    if isinstance(principal, Mapping):
        strange += sum(_unknown(entry.name, _PRINCIPALS) for entry in principal.entries)
    for test in _entries(tests) if isinstance(tests, Mapping) else ():
        found = test.value.resolved if test.value is not None else None
        if not isinstance(found, Mapping):
            strange += 1
        else:
            strange += sum(":" not in entry.name for entry in found.entries)
    return strange
