"""Which schema counts for the content of the blocks around a place."""

from __future__ import annotations

from lsp_server.dialects.terraform import core_schema, terraform_block
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.block_schema import BlockSchema
from lsp_server.dialects.terraform.schema import ProviderSchemas
from lsp_server.dialects.terraform.types import Type

_META = {"resource": core_schema.RESOURCE_META, "data": core_schema.DATA_META, "ephemeral": core_schema.DATA_META}


def schema_of(path: tuple[t.Block, ...], schemas: ProviderSchemas) -> BlockSchema | None:
    """The schema of the innermost block's content; None where it is not known."""
    if not path:
        return None
    if len(path) > 1 and path[0].type == "terraform":
        return _in_terraform(path[1:], schemas)
    if len(path) > 1 and path[0].type == "check" and path[1].type == "data":
        path = path[1:]
    schema = top_schema(path[0], schemas)
    for block in path[1:]:
        if schema is None:
            return None
        schema = _inner(schema, block)
    return schema


def top_schema(block: t.Block, schemas: ProviderSchemas) -> BlockSchema | None:
    """The schema of a top-level block's content, meta-arguments included."""
    labels = [label.text for label in block.labels]
    if block.type in _META:
        if not labels:
            return _META[block.type]
        return core_schema.joined(schemas.block_of(block) or BlockSchema(), _META[block.type])
    if block.type == "provider":
        config = schemas.provider_config(labels[0]) if labels else None
        return core_schema.joined(config or BlockSchema(), core_schema.PROVIDER_META)
    return core_schema.TOP_LEVEL.get(block.type)


def _in_terraform(path: tuple[t.Block, ...], schemas: ProviderSchemas) -> BlockSchema | None:
    """The content of a block within the `terraform` block."""
    first = path[0]
    schema: BlockSchema | None = None
    if first.type == "backend" and first.labels:
        schema = terraform_block.BACKENDS.get(first.labels[0].text)
    elif first.type == "cloud":
        schema = terraform_block.CLOUD
    elif first.type == "required_providers":
        schema = terraform_block.providers(schemas)
    for block in path[1:]:
        schema = nested_schema(schema, block.type) if schema else None
    return schema


def _inner(schema: BlockSchema, block: t.Block) -> BlockSchema | None:
    if block.type == "dynamic" and block.labels:
        nested = nested_schema(schema, block.labels[0].text)
        content = {"content": core_schema.DYNAMIC_BLOCK.blocks["content"]}
        if nested is None:
            return core_schema.DYNAMIC_BLOCK
        return BlockSchema(
            core_schema.DYNAMIC_BLOCK.attributes,
            {name: type(known)(known.nesting, nested, known.min, known.max) for name, known in content.items()},
        )
    if block.type == "provisioner" and block.labels:
        return core_schema.PROVISIONERS.get(block.labels[0].text)
    return nested_schema(schema, block.type)


def nested_schema(schema: BlockSchema, name: str) -> BlockSchema | None:
    """The content of a nested block; a list of objects may be written as blocks, too."""
    if name in schema.blocks:
        return schema.blocks[name].block
    known = schema.attributes.get(name)
    element = known.as_blocks if known else None
    return core_schema.from_object(element) if element else None


def field_type(kind: Type | None, fields: tuple[str, ...]) -> Type | None:
    """The type of a value inside an object, by the keys around it."""
    for name in fields:
        while kind and kind.kind in {"list", "set"}:
            kind = kind.element
        if kind is None:
            return None
        kind = kind.element if kind.kind == "map" else kind.field(name)
    return kind
