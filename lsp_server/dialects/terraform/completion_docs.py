"""Markdown for a completion, looked up when the editor asks for it: what a hover over the accepted word tells."""

from __future__ import annotations

from lsp_server.dialects.terraform import core_schema, deprecations
from lsp_server.dialects.terraform.block_context import nested_schema
from lsp_server.dialects.terraform.block_schema import BlockSchema
from lsp_server.dialects.terraform.functions import functions, texts_of
from lsp_server.dialects.terraform.module import module_from
from lsp_server.dialects.terraform.schema import ProviderSchemas, schema_for
from lsp_server.dialects.terraform.service.about_schema import joined, of_member, of_type
from lsp_server.dialects.terraform.words import LANGUAGE, of_word

_CONDITIONS = frozenset({"precondition", "postcondition", "validation", "assert"})


def documentation(key: str) -> str:
    """Markdown for a completion's key; empty where there is none."""
    kind, _, name = key.partition(":")
    if kind == "function":
        return _function(name)
    if kind == "core":
        word = of_word("block", name)
        return joined(f"**{name}**", word) if word else ""
    schemas = schema_for(module_from(()))
    if kind in {"resource", "data", "ephemeral"}:
        schema = _top(kind, name, schemas)
        return of_type(module_from(()), schemas.provider_of(name), schema, kind, name) if schema else ""
    return _member(kind, name, schemas)


def _function(name: str) -> str:
    function = functions().get(name)
    if function is None:
        return ""
    head = f"`{function.signature}` → `{function.returns.written}`"
    return joined(head, texts_of(name).text, f"[Documentation]({LANGUAGE}/functions/{name})")


def _top(kind: str, name: str, schemas: ProviderSchemas) -> BlockSchema | None:
    if kind == "provider":
        return schemas.provider_config(name)
    return schemas.data_source(name) if kind == "data" else schemas.resource(name) if kind == "resource" else None


def _recovered(where: str, name: str, schemas: ProviderSchemas) -> deprecations.Told:
    kind, *path = where.split(".")
    if kind not in {"resource", "data"} or not path:
        return deprecations.Told()
    return deprecations.at(deprecations.told(schemas.provider_of(path[0]), kind, path[0]), [*path[1:], name])


def _member(where: str, name: str, schemas: ProviderSchemas) -> str:
    """An argument or block, by the blocks around it: `resource.aws_vpc.timeouts`, `variable.validation`."""
    kind, *path = where.split(".")
    schema = core_schema.TOP_LEVEL.get(kind) or core_schema.OF_TESTS.get(kind)
    if kind in {"resource", "data", "provider", "ephemeral"}:
        meta = {"resource": core_schema.RESOURCE_META, "provider": core_schema.PROVIDER_META}
        own = _top(kind, path[0], schemas) if path else None
        schema = core_schema.joined(own or BlockSchema(), meta.get(kind, core_schema.DATA_META))
        path = path[1:]
    inner = kind
    for block in path:
        inner = block
        schema = nested_schema(schema, block) if schema else None
    told = of_member(schema, name, _recovered(where, name, schemas))
    word = of_word("condition", name) if inner in _CONDITIONS else ""
    word = word or of_word(inner, name) or ("" if path else of_word("argument", name))
    return joined(told, word)
