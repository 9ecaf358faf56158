"""Which provider a block or a type belongs to, by the provider's local name in the module."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import Declaration, Module

_TYPED = frozenset({"resource", "data", "ephemeral"})


def implied(type_name: str) -> str:
    """The local name that a type stands for by itself: the word before its first underscore."""
    return type_name.partition("_")[0]


def chosen(attribute: t.Attribute | None) -> str:
    """The local name in a `provider` meta-argument (`google-beta.west`, old: `"google-beta"`); empty where none is."""
    value = attribute.value if attribute else None
    if isinstance(value, t.Traversal):
        return value.root
    return (value.text or "").partition(".")[0] if isinstance(value, t.Template) else ""


def of_block(block: t.Block) -> str:
    """The local name of the provider of a resource, data source or ephemeral resource; empty for any other block."""
    if block.type not in _TYPED or not block.labels:
        return ""
    return chosen(block.body.attribute("provider")) or implied(block.labels[0].text)


def of_declaration(declaration: Declaration) -> str:
    """The same for a declared one, with what override files say."""
    return chosen(declaration.argument("provider")) or implied(declaration.name[0])


def named(module: Module) -> frozenset[str]:
    """The local names of all providers that a module requires, configures or uses."""
    return frozenset(_named(module))


def _named(module: Module) -> Iterator[str]:
    yield from module.required_providers
    yield from (name[0] for name in module.providers)
    for table in (module.resources, module.data, module.ephemeral):
        yield from (of_declaration(declaration) for declaration in table.values())
