"""Resource schemas as questions one asks of them: which properties, which values, which attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeVar

from lsp_server.dialects.cloudformation import schema_files
from lsp_server.dialects.cloudformation.applies import UNWRITTEN, Written
from lsp_server.dialects.cloudformation.extensions import extensions, regional_values
from lsp_server.dialects.cloudformation.patterns import matches
from lsp_server.dialects.cloudformation.schema_files import Json
from lsp_server.dialects.cloudformation.shapes import Shapes

T = TypeVar("T")
PathOf = Sequence[str | int]
DEFAULT_REGIONS = ("us-east-1",)
_DEEPEST = 8  # levels below a resource that GetAtt reaches
_ANYTHING: Json = {"additionalProperties": True, "type": "object", "typeName": "Module"}
_CUSTOM = "AWS::CloudFormation::CustomResource"
_SERVING = frozenset(
    {("AWS::Lambda::Function", "Arn"), ("AWS::Serverless::Function", "Arn"), ("AWS::SNS::Topic", "TopicArn")}
)
STACKS = ("AWS::CloudFormation::Stack", "AWS::Serverless::Application")
_PROVISIONED = "AWS::ServiceCatalog::CloudFormationProvisionedProduct"


@dataclass(frozen=True)
class Property:
    """One property as its schema has it. `types` are JSON schema's words (`string`, `array` …), () for any.

    `enum` are the allowed values in the schema's own types and order; `item_*` tell of the items of an array.
    `has_properties` says that it is an object (`item_has_properties`: that its items are) with known properties.
    `formats` are all that the value, or an item of it, may have; `refers` are the types and their attributes that the
    schema says it comes from.
    """

    name: str
    types: tuple[str, ...] = ()
    required: bool = False
    read_only: bool = False
    create_only: bool = False
    write_only: bool = False
    enum: tuple[object, ...] = ()
    description: str = ""
    item_types: tuple[str, ...] = ()
    item_enum: tuple[object, ...] = ()
    item_format: str = ""
    has_properties: bool = False
    item_has_properties: bool = False
    pattern: str = ""
    format: str = ""
    default: object = None
    minimum: float | None = None
    maximum: float | None = None
    min_length: int | None = None
    max_length: int | None = None
    min_items: int | None = None
    max_items: int | None = None
    formats: frozenset[str] = frozenset()
    refers: frozenset[tuple[str, str]] = frozenset()


class ResourceSchema:
    """The schema of one resource type. Paths are keys and indices below `Properties`, () being the top."""

    def __init__(self, name: str, raw: Json, regions: tuple[str, ...] = DEFAULT_REGIONS) -> None:
        self.name = name
        self.regions = regions
        self.raw = raw
        self._shapes = Shapes(raw, self._extensions)
        self._at: dict[object, Mapping[str, Property]] = {}

    def _extensions(self, written: Written) -> Sequence[Json]:
        known = self.raw.get("properties")
        names = frozenset(known) if isinstance(known, dict) else frozenset()
        return extensions(self.name, self.regions, names)(written)

    @property
    def description(self) -> str:
        """What the resource is, in the schema's markdown; often empty."""
        return str(self.raw.get("description") or "")

    @property
    def lifecycle(self) -> tuple[str, str]:
        """What becomes of the service (`maintenance`, `sunset`, `shutdown`) and its date; empty where nothing does."""
        told = self.raw.get("lifecycle")
        return (str(told.get("status") or ""), str(told.get("date") or "")) if isinstance(told, dict) else ("", "")

    def _pointers(self, word: str) -> frozenset[tuple[str, ...]]:
        found = self.raw.get(word)
        listed = found if isinstance(found, list) else []
        return frozenset(tuple(str(pointer).split("/")[2:]) for pointer in listed)

    @cached_property
    def read_only(self) -> frozenset[tuple[str, ...]]:
        """Paths of what only AWS sets; an item of a list is `*`."""
        return self._pointers("readOnlyProperties") - self._pointers("writeOnlyProperties")

    @cached_property
    def create_only(self) -> frozenset[tuple[str, ...]]:
        """Paths of what cannot change without replacing the resource."""
        return self._pointers("createOnlyProperties")

    @cached_property
    def _write_only(self) -> frozenset[tuple[str, ...]]:
        return self._pointers("writeOnlyProperties")

    def properties_at(self, path: PathOf, written: Written = UNWRITTEN) -> Mapping[str, Property]:
        """The named properties of the object at a path; empty where there is none or any name may stand.

        With what is `written` at `Properties`, only those that fit it.
        """
        place = tuple(0 if isinstance(step, int) else step for step in path)
        key: object = place
        if written is UNWRITTEN and key in self._at:
            return self._at[key]
        shapes = self._shapes.at(path, written)
        own = self._shapes.properties(shapes, written.at(path))
        if written is not UNWRITTEN:
            key = (place, tuple(id(one) for each in own.values() for one in each))
        if key not in self._at:
            required = self._shapes.required(shapes)
            self._at[key] = {
                name: self._property((*place, name), all_, required=name in required) for name, all_ in own.items()
            }
        return self._at[key]

    def property_at(self, path: PathOf, written: Written = UNWRITTEN) -> Property | None:
        """What the schema knows of the value at a path, whether its name is fixed or matches a pattern."""
        if not path or not (shapes := self._shapes.at(path, written)):
            return None
        known = self.properties_at(path[:-1], written).get(str(path[-1])) if isinstance(path[-1], str) else None
        return known or self._property(tuple(path), shapes, required=False)

    def certain_at(self, path: PathOf, written: Written = UNWRITTEN) -> list[Json]:
        """The schemas that the object at a path satisfies in every case."""
        return [one for s in self._shapes.at(path, written) for one in self._shapes.expand(s, certain=True)]

    def conditional_at(self, path: PathOf, written: Written) -> list[object]:
        """What holds further of the value at a path, as schemas, in view of what is written; `False`: it may not be."""
        return self._shapes.conditional(path, written)

    def required_at(self, path: PathOf) -> tuple[str, ...]:
        """The names required in the object at a path, in the schema's order."""
        required = self._shapes.required(self._shapes.at(path))
        known = tuple(name for name in self.properties_at(path) if name in required)
        return known + tuple(sorted(required.difference(known)))

    def alternatives_at(self, path: PathOf) -> tuple[tuple[str, ...], ...]:
        """The sets of names of which (at least or exactly) one is required besides `required_at`; often empty."""
        found = []
        for shape in self._shapes.at(path):
            for one in self._shapes.expand(shape, certain=True):
                for word in ("oneOf", "anyOf"):
                    options = one.get(word)
                    for option in options if isinstance(options, list) else ():
                        names = option.get("required") if isinstance(option, dict) else None
                        if isinstance(names, list):
                            found.append(tuple(str(name) for name in names))
                xor = one.get("requiredXor", one.get("requiredOr"))
                found += [(str(name),) for name in xor] if isinstance(xor, list) else []
        return tuple(found)

    def closed_at(self, path: PathOf) -> bool:
        """Whether nothing but the named properties may stand in the object at a path."""
        return self._shapes.closed(self._shapes.at(path))

    def is_object_at(self, path: PathOf) -> bool:
        """Whether an object may stand at a path."""
        return not path or any("object" in _types(one) for s in self._shapes.at(path) for one in self._shapes.expand(s))

    def _property(self, path: tuple[str | int, ...], shapes: Sequence[Json], *, required: bool) -> Property:
        ones = [one for shape in shapes for one in self._shapes.expand(shape)]
        items = [item for one in ones for item in _items(one)]
        item_ones = [one for item in items for one in self._shapes.expand(item)]
        place = tuple("*" if isinstance(step, int) else step for step in path if step != "Fn::If")
        enum = _enum(ones)
        if not enum and "string" in _types_of(ones):
            enum = regional_values(self.name, place, self.regions)
        return Property(
            name=str(path[-1]),
            types=_types_of(ones),
            required=required,
            read_only=place in self.read_only,
            create_only=place in self.create_only,
            write_only=place in self._write_only,
            enum=enum,
            description=next((str(one["description"]) for one in ones if one.get("description")), ""),
            item_types=_types_of(item_ones),
            item_enum=_enum(item_ones),
            item_format=_first(item_ones, "format", str) or "",
            has_properties=any(one.get("properties") for one in ones),
            item_has_properties=any(one.get("properties") for one in item_ones),
            pattern=_first(ones, "pattern", str) or "",
            format=_first(ones, "format", str) or "",
            default=next((one["default"] for one in ones if "default" in one), None),
            minimum=_number(ones, "minimum"),
            maximum=_number(ones, "maximum"),
            min_length=_first(ones, "minLength", int),
            max_length=_first(ones, "maxLength", int),
            min_items=_first(ones, "minItems", int),
            max_items=_first(ones, "maxItems", int),
            formats=frozenset(form for one in (*ones, *item_ones) if isinstance(form := one.get("format"), str)),
            refers=frozenset(told for one in (*ones, *item_ones) for told in _refers(one)) | self._serving(place),
        )

    def _serving(self, place: tuple[object, ...]) -> frozenset[tuple[str, str]]:
        """What a custom resource is made by, which no schema tells."""
        return _SERVING if place == ("ServiceToken",) and self.name.startswith(("Custom::", _CUSTOM)) else frozenset()

    @cached_property
    def attributes(self) -> Mapping[str, Property]:
        """What GetAtt may ask for, by name (`Arn`, `Endpoint.Port`); a name ending in `.*` or `*` stands for many."""
        whole, some = schema_files.attribute_exceptions()
        if self.name in whole:
            return dict(self._leaves(self.raw, ()))
        found = {name: self._attribute((name,)) for name in some.get(self.name, ())}
        if self.name in STACKS:
            return {**found, "Outputs.*": Property("Outputs.*", ("string",))}
        if self.name.startswith(("Custom::", _CUSTOM)) or self.raw is _ANYTHING:
            found["*"] = Property("*")
        listed = self.raw.get("readOnlyProperties")
        for pointer in listed if isinstance(listed, list) else ():
            path = tuple(str(pointer).split("/")[2:])
            if self.name == _PROVISIONED and path == ("Outputs",):
                found["Outputs.*"] = Property("Outputs.*", ("string",))
            else:
                found[".".join(path)] = self._attribute(path)
        return found

    def _attribute(self, path: tuple[str, ...]) -> Property:
        shapes = self._shapes.at([0 if step == "*" else step for step in path])
        return self._property(path, shapes, required=False)

    def _leaves(self, shape: object, path: tuple[str, ...]) -> Iterator[tuple[str, Property]]:
        """Each scalar and each list below a shape, by its dotted name, as cfn-lint tells attributes from the rest."""
        if not isinstance(shape, dict) or len(path) > _DEEPEST:
            return
        types = _types(shape)
        if "object" in types or not path:
            known = shape.get("properties")
            for name, inner in known.items() if isinstance(known, dict) else ():
                yield from self._leaves(inner, (*path, name))
        elif "array" not in types and isinstance(shape.get("$ref"), str):
            yield from self._leaves(self._shapes.resolve(str(shape["$ref"])), path)
        elif not any(item.get("type") in ("object", "array") for item in _items(shape)):
            yield ".".join(path), self._property(path, [shape], required=False)

    def attribute(self, name: str) -> Property | None:
        """What GetAtt of that attribute gives, names that stand for many included; None where it is not valid."""
        known = self.attributes.get(name)
        if known is not None:
            return known
        return next((p for n, p in self.attributes.items() if n.endswith("*") and name.startswith(n[:-1])), None)

    @cached_property
    def ref(self) -> Property | None:
        """What `Ref` of the resource gives: its primary identifier; None where the schema does not tell."""
        ids = self.raw.get("primaryIdentifier")
        if not isinstance(ids, list) or not ids:
            return None
        return self._attribute(tuple(str(ids[0]).split("/")[2:])) if len(ids) == 1 else Property("Id", ("string",))


class Schemas:
    """The resource types that all of some regions have, each as the first has it, read when it is asked for."""

    def __init__(self, regions: tuple[str, ...] = DEFAULT_REGIONS) -> None:
        self.regions = regions
        first, *others = (schema_files.type_hashes(region) for region in regions)
        self._hashes = {name: at for name, at in first.items() if all(name in other for other in others)}

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The names of all resource types, sorted."""
        return tuple(sorted(self._hashes))

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (
            name in self._hashes or name.startswith("Custom::") or name.endswith("::MODULE")
        )

    def get(self, name: str) -> ResourceSchema | None:
        """The schema of a type; `Custom::…` and modules have theirs too. None for a type that is not known."""
        if name.endswith("::MODULE"):
            return ResourceSchema(name, _ANYTHING, self.regions)
        digest = self._hashes.get(_CUSTOM if name.startswith("Custom::") else name)
        return _resource(name, digest, self.regions) if digest else None


@lru_cache(maxsize=64)
def _resource(name: str, digest: str, regions: tuple[str, ...]) -> ResourceSchema | None:
    raw = schema_files.resource_file(digest)
    return ResourceSchema(name, raw, regions) if raw else None


@lru_cache(maxsize=4)
def schemas(regions: tuple[str, ...] = DEFAULT_REGIONS) -> Schemas:
    """The schemas of some regions, shared; nothing is read before it is asked for."""
    return Schemas(regions)


def _types(one: Json) -> tuple[str, ...]:
    found = one.get("type")
    if isinstance(found, list):
        return tuple(str(name) for name in found)
    return (found,) if isinstance(found, str) else ()


def _types_of(ones: Sequence[Json]) -> tuple[str, ...]:
    named = [name for one in ones for name in _types(one)]
    if not named and any("properties" in one for one in ones):
        named = ["object"]
    return tuple(dict.fromkeys(named))


def _items(one: Json) -> list[Json]:
    found = one.get("items")
    return [item for item in (found if isinstance(found, list) else [found]) if isinstance(item, dict)]


def _enum(ones: Sequence[Json]) -> tuple[object, ...]:
    values: list[object] = []
    for one in ones:
        listed = one.get("enum", one.get("enumCaseInsensitive"))
        values += listed if isinstance(listed, list) else []
        values += [one["const"]] if "const" in one else []
    return tuple(dict.fromkeys(value for value in values if not isinstance(value, dict | list)))


def _refers(one: Json) -> Iterator[tuple[str, str]]:
    told = one.get("relationshipRef")
    if isinstance(told, dict):
        yield str(told.get("typeName")), ".".join(str(told.get("propertyPath")).split("/")[2:])


def _first(ones: Sequence[Json], word: str, kind: type[T]) -> T | None:
    return next((value for one in ones if isinstance(value := one.get(word), kind)), None)


def _number(ones: Sequence[Json], word: str) -> float | None:
    return next((value for one in ones if isinstance(value := one.get(word), int | float)), None)


__all__ = ["DEFAULT_REGIONS", "STACKS", "Property", "ResourceSchema", "Schemas", "matches", "schemas"]
