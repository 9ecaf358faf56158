"""What is put into the places of a snippet: references of the module that fit, words, defaults."""

from __future__ import annotations

from collections.abc import Mapping

from lsp_server.dialects.terraform.block_schema import AttributeSchema
from lsp_server.dialects.terraform.fitting import Asked, fitting
from lsp_server.dialects.terraform.known_values import known_values
from lsp_server.dialects.terraform.module import Module
from lsp_server.dialects.terraform.module_inputs import folders
from lsp_server.dialects.terraform.schema import ProviderSchemas
from lsp_server.dialects.terraform.snippets import Given, Supply
from lsp_server.dialects.terraform.terraform_block import provider_words

_NO_REFERENCE = Given()
_TARGETS = {"override_resource": "resource", "override_data": "data", "override_module": "module"}
_MESSAGE = Given(default='"It is not as it should be."')


def supply(
    module: Module, schemas: ProviderSchemas, resource_type: str = "", own: str = "", repeated: str = ""
) -> Supply:
    """What fits the arguments of a block: of a resource type, of the resource `own`, repeated by count or for_each."""

    def given(name: str, known: AttributeSchema) -> Given:
        words = known.values or known_values(resource_type, name)
        if words:
            return Given(words=words)
        found = fitting(Asked(name, known.type, resource_type, own, repeated), module, schemas)
        return Given(expressions=tuple(one.text for one in found)) if found else _NO_REFERENCE

    return given


def core_supply(kind: str, module: Module, variable: str = "") -> Supply:
    """What fits the arguments of one of Terraform's own blocks, by its type; `variable` is the one that is declared."""
    special = _of_block(kind, module) or {"condition": _condition(kind, module, variable), "error_message": _MESSAGE}

    def given(name: str, known: AttributeSchema) -> Given:
        return special.get(name) or (Given(words=known.values) if known.values else _NO_REFERENCE)

    return given


def _of_block(kind: str, module: Module) -> Mapping[str, Given]:
    addresses = tuple(declaration.address for declaration in module.resources.values())
    somewhere = Given(addresses) if addresses else Given(default="type.name")
    if kind == "moved":
        return {"from": Given(default="type.old"), "to": somewhere}
    if kind in {"removed", "import"}:
        return {"from": Given(default="type.name"), "to": somewhere}
    if kind in _TARGETS:
        targets = tuple(declaration.address for declaration in module.of_kind(_TARGETS[kind]).values())
        return {"target": Given(targets) if targets else Given(default="type.name")}
    if kind == "module":
        sources = tuple(f'"{path}"' for path in folders(module))
        return {"source": Given(sources) if sources else Given(default='"./modules/name"')}
    return {}


def _condition(kind: str, module: Module, variable: str) -> Given:
    """A condition that can be met; Terraform wants one that refers to something."""
    if kind == "postcondition":
        return Given(default="self != null")
    name = variable if kind == "validation" else next(iter(module.variables), "")
    return Given(default=f"var.{name} != null" if name else 'terraform.workspace != ""')


def provider_entries(schemas: ProviderSchemas) -> Supply:
    """Source and version of the providers that may be required, by name."""

    def given(name: str, known: AttributeSchema) -> Given:
        choice = schemas.provider(name)
        if choice is None:
            return _NO_REFERENCE
        source, version = (provider_words(choice, field)[0] for field in ("source", "version"))
        return Given(text=f'{{\n      source  = "{source}"\n      version = "{version}"\n    }}')

    return given
