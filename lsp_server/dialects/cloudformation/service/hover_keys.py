"""What is told about keys and values: sections, attributes, properties, types."""

from __future__ import annotations

from lsp_server.core.diagnostic import Path
from lsp_server.dialects.cloudformation.documentation import of_property, of_type, of_word
from lsp_server.dialects.cloudformation.schema import Schemas
from lsp_server.dialects.cloudformation.service.places import resource_place, without_loops
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Entry, Scalar

_FAMILIES = {"Parameters": "parameter", "Outputs": "output", "Rules": "rule"}
_POLICIES = ("DeletionPolicy", "UpdateReplacePolicy")


def about_key(template: Template, entry: Entry, schemas: Schemas) -> str:
    """What a key stands for; empty where nothing is known."""
    path = template.path_of(entry)
    if len(path) == 1:
        return of_word("section", entry.name)
    if family := _FAMILIES.get(str(path[0])):
        return of_word(family, entry.name) if len(without_loops(path)) >= 3 else ""
    return _in_resource(template, path, schemas)


def _in_resource(template: Template, path: Path, schemas: Schemas) -> str:
    place = resource_place(template, path)
    if place is None or not place.path:
        return ""
    if place.properties is None:
        word = str(place.path[-1])
        return of_word("attribute" if len(place.path) == 1 else "policy-attribute", word)
    if not place.properties:
        return of_word("attribute", "Properties")
    return _property(place.type, place.properties, schemas)


def _property(kind: str, path: Path, schemas: Schemas) -> str:
    """The documentation of a property that the schema names; a key that may be any is no property."""
    schema = schemas.get(kind)
    if schema is None or str(path[-1]) not in schema.properties_at(path[:-1]):
        return ""
    return of_property(schema, path)


def about_value(template: Template, node: Scalar, schemas: Schemas) -> str:
    """What a value stands for: a type, a policy, a macro, else the property that it is the value of."""
    path = template.path_of(node)
    if node.intrinsic:
        return ""
    match without_loops(path):
        case ("Parameters", _, "Type"):
            return of_word("parameter-type", node.value)
        case ("Resources", _, "Type"):
            return of_type(schema) if (schema := schemas.get(node.value)) is not None else ""
        case ("Resources", _, policy) if policy in _POLICIES:
            return of_word("policy", node.value)
        case ("Transform", *_) | ("Resources", _, "Fn::Transform", "Name"):
            return of_word("transform", node.value)
    place = resource_place(template, path)
    steps = place.properties if place is not None else None
    while steps and isinstance(steps[-1], int):
        steps = steps[:-1]
    return _property(place.type, steps, schemas) if place is not None and steps else ""
