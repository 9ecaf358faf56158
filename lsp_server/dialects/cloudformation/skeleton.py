"""A whole resource as a snippet: its required properties at every level, each with a place to type."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice

from lsp_server.core.document import Document
from lsp_server.dialects.cloudformation.applies import Written
from lsp_server.dialects.cloudformation.fitting import fitting_references
from lsp_server.dialects.cloudformation.possible import keys_at
from lsp_server.dialects.cloudformation.samples import sample
from lsp_server.dialects.cloudformation.schema import Property, ResourceSchema, Schemas
from lsp_server.dialects.cloudformation.slot import document_at
from lsp_server.dialects.cloudformation.snippet import Part, Stop, data_of
from lsp_server.dialects.cloudformation.template import Template

_DEEPEST = 8
_CHOICES = 30  # as many values an editor can show as a choice
_ITEMS = 10  # of a list that needs more
_ROUNDS = 3  # of looking at what the properties that are there require

Steps = tuple[str | int, ...]

_USUAL: dict[tuple[str, Steps], tuple[str, ...]] = {
    ("AWS::DynamoDB::Table", ()): ("AttributeDefinitions",),
    ("AWS::EC2::Instance", ()): ("ImageId", "InstanceType"),
    ("AWS::ECS::Service", ()): ("Cluster", "TaskDefinition"),
    ("AWS::ECS::TaskDefinition", ()): ("ContainerDefinitions",),
    ("AWS::KMS::Key", ()): ("KeyPolicy",),
}
"""What no schema requires, but the resource is of no use without."""
_OBJECTS = {"AWS::S3::BucketPolicy": "arn:aws:s3:::bucket-name/*"}
_ROOT = "arn:aws:iam::123456789012:root"


def skeleton(template: Template, schemas: Schemas, schema: ResourceSchema, own: str) -> dict[str, Part]:
    """The required properties of a type, each with a place to type; empty where nothing is required.

    `own` is the logical id of the resource, which its own parts never refer to.
    """
    made = _Skeleton(template, schemas, schema, own)
    parts = made.whole()
    for _ in range(_ROUNDS):
        if not made.amended(parts):
            break
        parts = made.whole()
    return parts


class _Skeleton:
    def __init__(self, template: Template, schemas: Schemas, schema: ResourceSchema, own: str) -> None:
        self._template, self._schemas, self._schema, self._own = template, schemas, schema, own
        self._stops = count(1)
        self._further: dict[Steps, list[str]] = defaultdict(list)
        self._barred: set[Steps] = set()

    def whole(self) -> dict[str, Part]:
        """The required properties of the resource."""
        self._stops = count(1)
        return self._object(())

    def amended(self, parts: dict[str, Part]) -> bool:
        """Look at what `parts` require or bar by being there; whether there was any."""
        data = data_of(parts)
        text = json.dumps(data)
        node = Template(Document("file:///snippet.json", text)).root
        written = Written(node)
        before = sum(map(len, self._further.values())), len(self._barred)
        for path, there in _objects((), data):
            if document_at(self._schema.name, path, self._schema) is None:
                known = keys_at(self._schema, path, written)
                self._further[path] += [name for name, one in known.items() if one.required and name not in there]
                own = self._schema.properties_at(path)
                self._barred |= {(*path, name) for name in there if name in own and name not in known}
        return before != (sum(map(len, self._further.values())), len(self._barred))

    def _required(self, path: Steps) -> list[str]:
        names = always = [*self._schema.required_at(path), *_USUAL.get((self._schema.name, path), ())]
        alternatives = self._schema.alternatives_at(path)
        if alternatives and not any(set(option) <= set(names) for option in alternatives):
            names = [*names, *min(alternatives, key=len)]
        fewest = max((_count(one.get("minProperties")) for one in self._schema.certain_at(path)), default=0)
        if len(names) < fewest:
            known = (name for name, one in self._schema.properties_at(path).items() if not one.read_only)
            names = [*names, *islice((name for name in known if name not in names), fewest - len(names))]
        wanted = dict.fromkeys((*names, *self._further[path]))
        return [name for name in wanted if name in always or (*path, name) not in self._barred]

    def _object(self, path: Steps) -> dict[str, Part]:
        known = self._schema.properties_at(path)
        names = self._required(path) if len(path) < _DEEPEST else ()
        wanted = [known.get(name, Property(name)) for name in names]
        return {one.name: self._value(one, (*path, one.name)) for one in wanted if not one.read_only}

    def _value(self, known: Property, path: Steps) -> Part:
        if (document := document_at(self._schema.name, path, self._schema)) is not None:
            return self._document(document)
        if "array" in known.types and ("string" not in known.types or known.item_has_properties):
            return self._items(known, path)
        if known.has_properties or "object" in known.types:
            return self._object(path) or Stop(next(self._stops), braces=True)
        return self._scalar(known, path)

    def _items(self, known: Property, path: Steps) -> list[Part]:
        """As many items as there have to be, one at least; those with allowed values begin with another each."""
        item = self._schema.property_at((*path, 0)) or Property(known.name, known.item_types)
        items: list[Part] = []
        for number in range(max(1, min(known.min_items or 1, _ITEMS))):
            one = self._value(replace(item, name=known.name), (*path, 0))
            if isinstance(one, Stop) and number < len(one.choices):
                one = Stop(one.number, (*one.choices[number:], *one.choices[:number]))
            items.append(one)
        return items

    def _document(self, document: ResourceSchema) -> Part:
        """A policy with one statement; what a document of another language requires."""
        if ":Policy::" not in document.name:
            inner = _Skeleton(self._template, self._schemas, document, self._own)
            inner._stops = self._stops
            return inner._object(()) or Stop(next(self._stops), braces=True)
        trust, identity = document.name.endswith("::trust"), document.name.endswith("::identity")
        statement: dict[str, Part] = {"Effect": Stop(next(self._stops), ("Allow", "Deny"))}
        if not identity:
            who = ("Service", "ec2.amazonaws.com") if trust else ("AWS", _ROOT)
            statement["Principal"] = {who[0]: Stop(next(self._stops), default=who[1])}
        statement["Action"] = Stop(next(self._stops), default="sts:AssumeRole" if trust else "*")
        if not trust and not document.name.endswith("::resource_ecr"):
            statement["Resource"] = Stop(next(self._stops), default=_OBJECTS.get(self._schema.name, "*"))
        return {"Version": Stop(next(self._stops), default="2012-10-17"), "Statement": [statement]}

    def _scalar(self, known: Property, path: Steps) -> Stop:
        number = next(self._stops)
        if known.enum:
            return Stop(number, tuple(known.enum[:_CHOICES]))
        if "boolean" in known.types:
            return Stop(number, (True, False))
        if fitting := fitting_references(self._template, self._schemas, known, self._own):
            return Stop(number, fitting)
        if {"integer", "number"} & set(known.types):
            return Stop(number, default=_number(known))
        return Stop(number, default=sample(known, self._schema.certain_at(path)))


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0


def _number(known: Property) -> int:
    least = max(1, math.ceil(known.minimum or 0))
    return least if known.maximum is None else min(least, math.floor(known.maximum))


def _objects(path: Steps, data: object) -> Iterator[tuple[Steps, frozenset[str]]]:
    """The paths of all objects in a value, and the names that each has."""
    if isinstance(data, dict):
        yield path, frozenset(data)
        for name, inner in data.items():
            yield from _objects((*path, name), inner)
    elif isinstance(data, list):
        for number, inner in enumerate(data):
            yield from _objects((*path, number), inner)
