"""What a module call may hold: the variables of the child where its files are known."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lsp_server.core.document import Unit
from lsp_server.dialects.terraform import core_schema
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.block_schema import AttributeSchema, BlockSchema
from lsp_server.dialects.terraform.children import folder_of, interfaces, is_folder, source_of
from lsp_server.dialects.terraform.module import Module, module_of

_META = core_schema.TOP_LEVEL["module"]


def call_schema(call: t.Block, module: Module) -> BlockSchema:
    """The content of a module call; a folder has no version."""
    child = interfaces(module.unit).get(call.labels[0].text) if call.labels else None
    inputs = {
        i.name: AttributeSchema(i.type, required=i.required, optional=not i.required)
        for i in (child.inputs if child else ())
    }
    local = is_folder(source_of(call) or "")
    own = {name: known for name, known in _META.attributes.items() if not (local and name == "version")}
    return BlockSchema({**inputs, **own}, opaque=child is None)


def folders(module: Module) -> Iterator[str]:
    """The sources by which the folders of modules that are known can be called."""
    own = folder_of(module.unit.main.uri)
    known = dict.fromkeys(folder_of(document.uri) for document in module.unit.nearby)
    for folder in known if own else ():
        if folder is not None and folder != own:
            path = posixpath.relpath(folder, own)
            yield path if path.startswith("../") else f"./{path}"


def provider_names(call: t.Block, module: Module) -> Iterator[str]:
    """The names of providers that a call may pass on: those that the child requires, and the module's own."""
    folder = folder_of(module.unit.main.uri)
    source = source_of(call) or ""
    names: dict[str, None] = {}
    if folder and is_folder(source):
        wanted = posixpath.normpath(posixpath.join(folder, source))
        files = tuple(d for d in module.unit.nearby if folder_of(d.uri) == wanted)
        for name, requirement in module_of(Unit(files)).required_providers.items() if files else ():
            names[name] = None
            names |= dict.fromkeys(".".join(alias) for alias in requirement.aliases)
    names |= dict.fromkeys(name[0] for name in module.providers)
    names |= dict.fromkeys(module.required_providers)
    yield from names
