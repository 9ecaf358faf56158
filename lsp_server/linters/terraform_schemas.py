"""The schemas that terraform is given for one module: bundled ones for the types in use, and lenient ones for the rest.

A lenient schema accepts what stands in the text and nothing is learnt from it; it lets terraform judge everything
else in a module whose providers, or opaque blocks, are not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from lsp_server.dialects.terraform.bundles import Bundle
from lsp_server.dialects.terraform.installed import ORIGIN
from lsp_server.dialects.terraform.schema import AttributeSchema, BlockSchema, NestedBlock, typed
from lsp_server.dialects.terraform.tree import Block
from lsp_server.dialects.terraform.types import DYNAMIC
from lsp_server.linters.schema_provider import Served, encode, encode_function
from lsp_server.linters.terraform_uses import TypeUse

Bundles = Mapping[str, tuple[Bundle, ...]]
"""By full provider source, the bundles that the module's version constraint allows, the one to prefer first."""

_NAME = re.compile(r"[a-z0-9_]+\Z")
_REPEATED = frozenset({"count", "depends_on", "for_each", "lifecycle", "provider"})
_META = {
    "resource": _REPEATED | {"connection", "provisioner"},
    "data": _REPEATED,
    "ephemeral": _REPEATED,
    "provider": frozenset({"alias", "version"}),
}
_COMPUTED = AttributeSchema(DYNAMIC, computed=True)
_ANYTHING = AttributeSchema(DYNAMIC, optional=True, computed=True)
_WRITTEN = AttributeSchema(DYNAMIC, optional=True)  # write-only, hence never computed


def served(uses: Mapping[str, tuple[TypeUse, ...]], names: Iterable[str], bundles: Bundles) -> dict[str, Served]:
    """What to serve for each provider source; `names` are the attribute names taken anywhere in the module."""
    accessed = frozenset(names)
    return {source: _provider(used, accessed, bundles.get(source, ())) for source, used in uses.items()}


def _provider(uses: tuple[TypeUse, ...], names: frozenset[str], bundles: tuple[Bundle, ...]) -> Served:
    provider = Served()
    if bundles:
        provider.config = _known(bundles, "provider", "") or provider.config
    kinds = {"resource": provider.resources, "data": provider.data_sources, "ephemeral": provider.ephemeral}
    for use in uses:
        schema = _schema(use, names, bundles)
        if use.kind == "function":
            provider.functions |= _function(use.type, bundles)
        elif schema is not None and use.kind == "provider":
            provider.config = schema
        elif schema is not None:
            kinds[use.kind][use.type] = schema
    return provider


def _function(name: str, bundles: tuple[Bundle, ...]) -> dict[str, bytes]:
    """The encoded function of that name; nothing where an installed provider says that it has none."""
    bundle = next(iter(bundles), None)
    function = bundle.functions.get(name) if bundle else None
    if function is None and bundle and bundle.meta.origin == ORIGIN:
        return {}
    return {name: encode_function(function)}


def _schema(use: TypeUse, names: frozenset[str], bundles: tuple[Bundle, ...]) -> bytes | None:
    """The encoded schema of a type in use; None for a type that a known provider does not have."""
    if use.kind == "function":
        return None
    unknown = use.kind == "ephemeral" and not any(bundle.ephemeral_types for bundle in bundles)
    known = None if unknown else joined(bundles, use.kind, use.type)
    if not bundles or unknown or (known and known.opaque):
        return encode(lenient(use.kind, use.blocks, names))
    if known is None or not _opaque(known):
        return _known(bundles, use.kind, use.type)
    return encode(_opened(known, use.blocks))


@lru_cache(maxsize=512)
def _known(bundles: tuple[Bundle, ...], kind: str, type_: str) -> bytes | None:
    block = joined(bundles, kind, type_)
    return encode(block) if block else None


@lru_cache(maxsize=512)
def joined(bundles: tuple[Bundle, ...], kind: str, type_: str) -> BlockSchema | None:
    """One schema for a type of all `bundles`: what any of them has is accepted, what all require is required."""
    found: BlockSchema | None = None
    for bundle in bundles:
        block = bundle.config() if kind == "provider" else typed(bundle, kind, type_)
        if block is not None:
            found = block if found is None else _join(found, block)
    return found


def _join(first: BlockSchema, other: BlockSchema) -> BlockSchema:
    if first == other:
        return first
    attributes, blocks = dict(first.attributes), dict(first.blocks)
    for name in {**attributes, **other.attributes}:
        mine, theirs = attributes.get(name), other.attributes.get(name)
        if mine is None and theirs is not None and name not in blocks:
            attributes[name] = _optional(theirs)
        elif mine is not None and (theirs is None or not theirs.required):
            attributes[name] = _optional(mine, settable=theirs is not None and theirs.settable)
    for name in {**blocks, **other.blocks}:
        nested, their_nested = blocks.get(name), other.blocks.get(name)
        if nested is None and their_nested is not None and name not in attributes:
            blocks[name] = NestedBlock(their_nested.nesting, their_nested.block, 0, their_nested.max)
        elif nested is not None and their_nested is None:
            blocks[name] = NestedBlock(nested.nesting, nested.block, 0, nested.max)
        elif nested is not None and their_nested is not None:
            most = max(nested.max, their_nested.max) if nested.max and their_nested.max else 0
            block = _join(nested.block, their_nested.block)
            blocks[name] = NestedBlock(nested.nesting, block, min(nested.min, their_nested.min), most)
    return BlockSchema(attributes, blocks, first.opaque or other.opaque)


def _optional(attribute: AttributeSchema, *, settable: bool = False) -> AttributeSchema:
    return replace(attribute, required=False, optional=attribute.settable or settable)


def lenient(kind: str, blocks: Iterable[Block], names: frozenset[str] = frozenset()) -> BlockSchema:
    """A schema that accepts all of `blocks` and gives back every attribute of `names`."""
    attributes = {name: _COMPUTED for name in names if _NAME.match(name)}
    nested: dict[str, list[Block]] = {}
    for block in blocks:
        attributes |= {a.name: _WRITTEN if a.name.endswith("_wo") else _ANYTHING for a in block.body.attributes}
        for name, child in _children(block):
            nested.setdefault(name, []).append(child)
    meta = _META.get(kind, frozenset())
    return BlockSchema(
        {n: a for n, a in attributes.items() if n not in nested and n not in meta and _NAME.match(n)},
        {n: NestedBlock("list", lenient("", b)) for n, b in nested.items() if n not in meta and _NAME.match(n)},
    )


def _children(block: Block) -> Iterator[tuple[str, Block]]:
    """The nested blocks by type; what a `dynamic` block makes counts as its type."""
    for child in block.body.blocks:
        if child.type == "dynamic" and child.labels:
            yield from ((child.labels[0].text, content) for content in child.body.blocks_of("content"))
        else:
            yield child.type, child


def _opaque(block: BlockSchema) -> bool:
    return any(nested.opaque or _opaque(nested.block) for nested in block.blocks.values())


def _opened(known: BlockSchema, blocks: Iterable[Block]) -> BlockSchema:
    """The schema with each opaque block made to accept what stands in it; a set around one becomes a list."""
    written = list(blocks)
    inner = {}
    for name, nested in known.blocks.items():
        found = [child for block in written for kind, child in _children(block) if kind == name]
        if nested.opaque:
            inner[name] = NestedBlock("list", lenient("", found), nested.min, nested.max)
        elif _opaque(nested.block):
            inner[name] = NestedBlock("list", _opened(nested.block, found), nested.min, nested.max)
        else:
            inner[name] = nested
    return BlockSchema(known.attributes, inner)
