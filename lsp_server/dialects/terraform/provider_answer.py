"""Reads what `terraform providers schema -json` says of a provider, and packs it into a bundle.

Of the answer, which may have 100 MB, one type at a time is made into objects. What it holds is described at
developer.hashicorp.com/terraform/cli/commands/providers/schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Raw, Struct

from lsp_server.dialects.terraform.block_schema import EMPTY, AttributeSchema, BlockSchema, NestedBlock
from lsp_server.dialects.terraform.bundle_writer import pack
from lsp_server.dialects.terraform.bundles import ProviderMeta
from lsp_server.dialects.terraform.functions import Function, Parameter
from lsp_server.dialects.terraform.installed import ORIGIN
from lsp_server.dialects.terraform.lockfile import public
from lsp_server.dialects.terraform.types import DYNAMIC, Type, type_from_json

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
_NESTINGS = frozenset({"single", "list", "set", "map", "group"})


class AnswerError(ValueError):
    """The answer is not what it should be; the sentence says how."""


class _Nested(Struct):
    nesting_mode: str
    attributes: dict[str, _Attribute] = {}


class _Attribute(Struct):
    type: Any = None
    nested_type: _Nested | None = None
    description: str = ""
    required: bool = False
    optional: bool = False
    computed: bool = False
    deprecated: bool = False
    sensitive: bool = False
    write_only: bool = False


class _Block(Struct):
    attributes: dict[str, _Attribute] = {}
    block_types: dict[str, _BlockType] = {}
    description: str = ""
    deprecated: bool = False


class _BlockType(Struct):
    nesting_mode: str
    block: _Block
    min_items: int = 0
    max_items: int = 0


class _Schema(Struct):
    block: _Block


class _Parameter(Struct):
    type: Any
    name: str = "value"


class _Function(Struct):
    return_type: Any
    parameters: list[_Parameter] = []
    variadic_parameter: _Parameter | None = None
    summary: str = ""
    description: str = ""


class _Provider(Struct):
    provider: Raw = Raw(b"")
    resource_schemas: dict[str, Raw] = {}
    data_source_schemas: dict[str, Raw] = {}
    ephemeral_resource_schemas: dict[str, Raw] = {}
    functions: dict[str, _Function] = {}


class _Answer(Struct):
    provider_schemas: dict[str, _Provider] = {}


def bundle_of(answer: bytes, address: str, version: str) -> bytes:
    """The bundle of the provider of that full address in the program's answer. Raises AnswerError."""
    try:
        providers = msgspec.json.decode(answer, type=_Answer).provider_schemas
        told = providers.get(address) or next(p for name, p in providers.items() if public(name) == public(address))
        meta = ProviderMeta(address.rpartition("/")[2], version, public(address), "", ORIGIN)
        resources, data, ephemeral = map(
            _Types, (told.resource_schemas, told.data_source_schemas, told.ephemeral_resource_schemas)
        )
        functions = [_function(name, f) for name, f in told.functions.items() if _NAME.match(name)]
        return pack(meta, _schema(told.provider), resources, data, ephemeral, functions, quick=True)
    except StopIteration:
        raise AnswerError(f"it says nothing of {address}") from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise AnswerError(f"it is no description of providers: {error}") from error


class _Types(Mapping[str, BlockSchema]):
    """The blocks of types, each made when it is asked for."""

    def __init__(self, told: Mapping[str, Raw]) -> None:
        self._told = {name: raw for name, raw in told.items() if _NAME.match(name)}

    def __getitem__(self, name: str) -> BlockSchema:
        return _schema(self._told[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._told)

    def __len__(self) -> int:
        return len(self._told)


_schemas = msgspec.json.Decoder(_Schema)


def _schema(raw: Raw) -> BlockSchema:
    return _block(_schemas.decode(raw).block) if bytes(raw) else EMPTY


def _block(told: _Block) -> BlockSchema:
    text = told.description
    attributes = {name: _attribute(a) for name, a in told.attributes.items() if _NAME.match(name)}
    blocks = {
        name: NestedBlock(b.nesting_mode, _block(b.block), b.min_items, b.max_items)
        for name, b in told.block_types.items()
        if _NAME.match(name) and b.nesting_mode in _NESTINGS
    }
    return BlockSchema(attributes, blocks, deprecated=told.deprecated, texts=(lambda: {"": text}) if text else None)


def _attribute(told: _Attribute) -> AttributeSchema:
    nested = told.nested_type
    inner = None
    if nested is not None and nested.nesting_mode in _NESTINGS:
        attributes = {name: _attribute(a) for name, a in nested.attributes.items() if _NAME.match(name)}
        inner = NestedBlock(nested.nesting_mode, BlockSchema(attributes))
    return AttributeSchema(
        inner.type if inner else _type(told.type),
        told.required,
        told.optional,
        told.computed,
        description=told.description,
        sensitive=told.sensitive,
        deprecated=told.deprecated,
        write_only=told.write_only,
        nested=inner,
    )


def _type(told: object) -> Type:
    """A type; one whose attributes have names that no bundle can hold may be anything."""
    found = type_from_json(told)
    return found if _plain(found) else DYNAMIC


def _plain(kind: Type) -> bool:
    if kind.element is not None:
        return _plain(kind.element)
    return all(_NAME.match(name) and _plain(inner) for name, inner in kind.fields)


def _function(name: str, told: _Function) -> Function:
    last = told.variadic_parameter
    return Function(
        name,
        tuple(Parameter(p.name, _type(p.type)) for p in told.parameters),
        Parameter(last.name, _type(last.type)) if last else None,
        _type(told.return_type),
        told.description or told.summary,
    )
