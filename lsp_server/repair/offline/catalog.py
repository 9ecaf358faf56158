"""The schemas of both languages seen alike: what a resource may be told, at which level, and what of it is required."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from lsp_server.core.document import Unit
from lsp_server.dialects.cloudformation.schema import Property, ResourceSchema, schemas
from lsp_server.dialects.terraform.block_schema import AttributeSchema, BlockSchema, NestedBlock
from lsp_server.dialects.terraform.module import module_of
from lsp_server.dialects.terraform.schema import schema_for
from lsp_server.dialects.terraform.types import Type

Path = tuple[str, ...]


@dataclass(frozen=True)
class Field:
    """One property, argument or block. `kind` is bool, number, string, list, object, map or any.

    `item` is the kind of a list's items, `nested` says that there are fields below it.
    """

    name: str
    kind: str
    required: bool = False
    enum: tuple[object, ...] = ()
    item: str = ""
    nested: bool = False
    minimum: float | None = None
    min_length: int | None = None
    pattern: str = ""


class Catalog(Protocol):
    """The fields of resource types."""

    def fields(self, kind: str, path: Path = ()) -> Mapping[str, Field]:
        """What may be set in a resource of type `kind`, at a path of names; read-only fields are left out."""

    def alternatives(self, kind: str, path: Path = ()) -> Sequence[Sequence[str]]:
        """Sets of fields of which one has to be there besides the required ones; often none."""


class CloudFormationCatalog:
    """The resource schemas that cfn-lint carries."""

    def fields(self, kind: str, path: Path = ()) -> Mapping[str, Field]:
        """See `Catalog.fields`."""
        schema = schemas().get(kind)
        if schema is None:
            return {}
        found = schema.properties_at(_steps(schema, path))
        return {n: _property(p) for n, p in found.items() if not p.read_only}

    def alternatives(self, kind: str, path: Path = ()) -> Sequence[Sequence[str]]:
        """See `Catalog.alternatives`."""
        schema = schemas().get(kind)
        return schema.alternatives_at(_steps(schema, path)) if schema is not None else ()


def _steps(schema: ResourceSchema, path: Path) -> list[str | int]:
    """A path of names with the index of an item behind the name of each list."""
    steps: list[str | int] = []
    for name in path:
        known = schema.property_at([*steps, name])
        steps.append(name)
        if known is not None and known.item_has_properties:
            steps.append(0)
    return steps


_JSON_KINDS = {"boolean": "bool", "integer": "number", "number": "number", "string": "string", "array": "list"}


def _property(known: Property) -> Field:
    kinds = [_JSON_KINDS.get(t, t) for t in known.types]
    kind = next((k for k in ("list", "bool", "number", "string", "object") if k in kinds), "any")
    if "object" in kinds and known.has_properties:
        kind = "object"
    item = next((_JSON_KINDS.get(t, t) for t in known.item_types), "")
    return Field(
        known.name,
        kind,
        known.required,
        known.enum or known.item_enum,
        item,
        known.has_properties or known.item_has_properties,
        known.minimum,
        known.min_length,
        known.pattern,
    )


@dataclass(frozen=True)
class TerraformCatalog:
    """The provider schemas that count for a module."""

    unit: Unit

    def block(self, kind: str, path: Path = ()) -> BlockSchema | None:
        """The block of a resource type, or one in it."""
        found = schema_for(module_of(self.unit)).resource(kind)
        for name in path:
            nested = found.blocks.get(name) if found is not None else None
            found = nested.block if nested is not None else None
        return found

    def source(self, kind: str) -> BlockSchema | None:
        """The block of a data source."""
        return schema_for(module_of(self.unit)).data_source(kind)

    def fields(self, kind: str, path: Path = ()) -> Mapping[str, Field]:
        """See `Catalog.fields`."""
        block = self.block(kind, path)
        if block is None or block.opaque:
            return {}
        found = {n: _argument(n, a) for n, a in block.attributes.items() if a.settable}
        return found | {n: _block(n, b) for n, b in block.blocks.items() if n != "timeouts"}

    def alternatives(self, kind: str, path: Path = ()) -> Sequence[Sequence[str]]:
        """See `Catalog.alternatives`: the provider schema tells of none."""
        return ()


_KINDS = {"set": "list", "tuple": "list", "dynamic": "any"}


def _argument(name: str, attribute: AttributeSchema) -> Field:
    kind = _kind(attribute.type)
    item = _kind(attribute.type.element) if attribute.type.element is not None else ""
    return Field(name, kind, attribute.required, attribute.values, item)


def _kind(of: Type) -> str:
    return _KINDS.get(of.kind, of.kind)


def _block(name: str, nested: NestedBlock) -> Field:
    kind = "object" if nested.max == 1 or nested.nesting == "single" else "list"
    return Field(name, kind, nested.min > 0, (), "object", True)
