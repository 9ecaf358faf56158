"""Markdown for a completion, looked up when the editor asks for it."""

from __future__ import annotations

from lsp_server.dialects.terraform import core_schema
from lsp_server.dialects.terraform.block_context import nested_schema
from lsp_server.dialects.terraform.functions import functions, texts_of
from lsp_server.dialects.terraform.module import module_from
from lsp_server.dialects.terraform.pages import type_page
from lsp_server.dialects.terraform.schema import ProviderSchemas, schema_for
from lsp_server.dialects.terraform.words import LANGUAGE, of_word


def documentation(key: str) -> str:
    """Markdown for a completion's key; empty where there is none."""
    kind, _, name = key.partition(":")
    if kind == "function":
        function = functions().get(name)
        if function is None:
            return ""
        parts = (f"`{function.signature}` → `{function.returns.written}`", texts_of(name).text)
        return "\n\n".join([*filter(None, parts), f"[Documentation]({LANGUAGE}/functions/{name})"])
    schemas = schema_for(module_from(()))
    if kind in {"resource", "data"}:
        return _type(kind, name, schemas)
    if kind == "core":
        return of_word("block", name) or (f"Terraform's `{name}` block." if name in core_schema.TOP_LEVEL else "")
    return _argument(kind, name, schemas)


def _type(kind: str, name: str, schemas: ProviderSchemas) -> str:
    schema = schemas.data_source(name) if kind == "data" else schemas.resource(name)
    choice = schemas.provider_of(name)
    if schema is None or choice is None:
        return ""
    link = type_page(choice.meta.source, choice.meta.version, kind, name)
    required = [*schema.required, *schema.required_blocks]
    needs = f"Required: {', '.join(f'`{n}`' for n in required)}\n\n" if required else ""
    return f"**{name}** ({choice.title})\n\n{needs}[Documentation]({link})"


def _argument(where: str, name: str, schemas: ProviderSchemas) -> str:
    kind, *path = where.removeprefix("data.").split(".")
    schema = schemas.data_source(kind) if where.startswith("data.") else schemas.resource(kind)
    for block in path:
        schema = nested_schema(schema, block) if schema else None
    known = schema.attributes.get(name) if schema else None
    if known is None:
        return ""
    flags = [word for word, true in (("required", known.required), ("optional", known.optional)) if true]
    flags += ["computed"] if known.computed else []
    return f"`{name}`: {known.type} ({', '.join(flags)})"
