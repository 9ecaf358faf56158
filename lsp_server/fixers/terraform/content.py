"""What a block may hold, over all provider versions that the module allows: the ground every fixer stands on.

Accepted is what any of the versions has; offered is only what all of them have.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from lsp_server.core.document import Unit
from lsp_server.dialects.terraform import core_schema
from lsp_server.dialects.terraform.children import interfaces
from lsp_server.dialects.terraform.module import Module, module_of
from lsp_server.dialects.terraform.providers import named, of_block
from lsp_server.dialects.terraform.schema import (
    AttributeSchema,
    BlockSchema,
    NestedBlock,
    ProviderSchemas,
    schema_for,
    typed,
)
from lsp_server.dialects.terraform.tree import Block

_OWN = frozenset({"id"})
META = frozenset({"count", "for_each", "depends_on", "provider", "lifecycle", "connection", "provisioner", "dynamic"})


@dataclass(frozen=True)
class Content:
    """The content of a block by one or more schemas, the preferred version first.

    `given` are names that the schema has and the provider sets itself, whatever the schema says.
    """

    schemas: tuple[BlockSchema, ...]
    given: frozenset[str] = frozenset()

    @property
    def opaque(self) -> bool:
        """Whether nothing is known about it."""
        return not self.schemas or any(schema.opaque for schema in self.schemas)

    @cached_property
    def arguments(self) -> dict[str, AttributeSchema]:
        """The settable attributes that are offered."""
        first, *rest = self.schemas
        return {
            name: attribute
            for name, attribute in first.attributes.items()
            if attribute.settable
            and (attribute.required or name not in self.given)
            and all(name in s.attributes and s.attributes[name].settable for s in rest)
        }

    @cached_property
    def blocks(self) -> dict[str, NestedBlock]:
        """The nested blocks that are offered."""
        first, *rest = self.schemas
        return {name: nested for name, nested in first.blocks.items() if all(name in s.blocks for s in rest)}

    @property
    def required(self) -> tuple[str, ...]:
        """The arguments that have to be written."""
        return self.schemas[0].required

    @property
    def required_blocks(self) -> tuple[str, ...]:
        """The blocks that have to be written."""
        return self.schemas[0].required_blocks

    def takes_argument(self, name: str) -> bool:
        """Whether an argument of that name is accepted."""
        return any(name in s.attributes and s.attributes[name].settable for s in self.schemas)

    def takes_block(self, name: str) -> bool:
        """Whether a block of that name is accepted; old providers take blocks for lists of objects."""
        return any(name in s.blocks or _as_blocks(s, name) for s in self.schemas)

    def argument(self, name: str) -> AttributeSchema | None:
        """The schema of an argument or attribute in the preferred version that has it."""
        return next((s.attributes[name] for s in self.schemas if name in s.attributes), None)

    def block(self, name: str) -> NestedBlock | None:
        """The schema of a nested block in the preferred version that has it."""
        return next((s.blocks[name] for s in self.schemas if name in s.blocks), None)

    def inside(self, name: str) -> Content:
        """The content of a nested block; opaque where there is no such block."""
        nested = tuple(s.blocks[name].block for s in self.schemas if name in s.blocks)
        return Content(nested or tuple(found for s in self.schemas if (found := _as_blocks(s, name))))


def _as_blocks(schema: BlockSchema, name: str) -> BlockSchema | None:
    """The content of blocks that stand for an argument whose type is a list of objects."""
    known = schema.attributes.get(name)
    element = known.as_blocks if known else None
    return core_schema.from_object(element) if element else None


@dataclass(frozen=True)
class Scene:
    """One state of a module with the provider schemas that count for it."""

    unit: Unit
    module: Module
    schemas: ProviderSchemas

    def type_content(self, kind: str, type_name: str, provider: str = "") -> Content:
        """The content of `kind` (`resource` or `data`) blocks of a type, with the meta-arguments.

        `provider` is the local name of the provider, where a meta-argument gives it.
        """
        meta = core_schema.RESOURCE_META if kind == "resource" else core_schema.DATA_META
        choice = self.schemas.provider_of(type_name, provider)
        found = (typed(bundle, kind, type_name) for bundle in (choice.bundles if choice else ()))
        schemas = tuple(core_schema.joined(block, meta) for block in found if block is not None)
        return Content(schemas, _OWN if kind == "resource" else frozenset())

    def types(self, kind: str) -> Iterator[str]:
        """The resource types, or data source types, that every allowed version has, of the providers in use."""
        return iter(_types(self.schemas, named(self.module), kind))

    def top_content(self, block: Block) -> Content:
        """The content of a top-level block."""
        if block.type in {"resource", "data"} and block.labels:
            return self.type_content(block.type, block.labels[0].text, of_block(block))
        if block.type == "provider" and block.labels:
            config = self.schemas.provider_config(block.labels[0].text)
            return Content((core_schema.joined(config, core_schema.PROVIDER_META),) if config else ())
        if block.type == "module" and (
            child := interfaces(self.unit).get(block.labels[0].text if block.labels else "")
        ):
            inputs = {
                i.name: AttributeSchema(i.type, required=i.required, optional=not i.required) for i in child.inputs
            }
            return Content((BlockSchema({**inputs, **core_schema.TOP_LEVEL["module"].attributes}),))
        known = core_schema.TOP_LEVEL.get(block.type)
        return Content((known,) if known else ())

    def contents(self, path: tuple[Block, ...]) -> list[Content]:
        """The content of each block of a path, outermost first."""
        found: list[Content] = []
        for block in path:
            if not found:
                found.append(self.top_content(block))
            elif block.type == "dynamic":
                found.append(Content((core_schema.DYNAMIC_BLOCK,)))
            elif block.type == "content" and len(found) > 1 and path[len(found) - 1].type == "dynamic":
                labels = path[len(found) - 1].labels
                found.append(found[-2].inside(labels[0].text) if labels else Content(()))
            else:
                found.append(found[-1].inside(block.type))
        return found


@lru_cache(maxsize=16)
def _types(schemas: ProviderSchemas, named: frozenset[str], kind: str) -> tuple[str, ...]:
    found: list[str] = []
    for choice in schemas.likely(named):
        tables = [b.resource_types if kind == "resource" else b.data_types for b in choice.bundles]
        found += (name for name in tables[0] if all(name in table for table in tables[1:]))
    return tuple(found)


@lru_cache(maxsize=8)
def scene_of(unit: Unit) -> Scene:
    """The scene of a unit."""
    module = module_of(unit)
    return Scene(unit, module, schema_for(module))
