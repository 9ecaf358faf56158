"""The schemas that terraform is given for one module: bundled ones for the types in use, and lenient ones for the rest.

A lenient schema accepts what stands in the text and nothing is learnt from it; it lets terraform judge everything
else in a module whose providers, or opaque blocks, are not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from lsp_server.dialects.terraform.tree import Block as Written
from lsp_server.linters.schema_provider import Block, ProviderSchemas, encode
from lsp_server.linters.terraform_uses import TypeUse

_NAME = re.compile(r"[a-z0-9_]+\Z")
_META = {
    "resource": {"count", "depends_on", "for_each", "lifecycle", "provider", "connection", "provisioner"},
    "data": {"count", "depends_on", "for_each", "lifecycle", "provider"},
    "ephemeral": {"count", "depends_on", "for_each", "lifecycle", "provider"},
    "provider": {"alias", "version"},
}


class Bundle(Protocol):
    """A provider whose schema is known."""

    def block(self, kind: str, type: str) -> Block | None:  # noqa: A002  # the language's own word
        """The schema of a type of that kind (`resource`, `data`, `ephemeral`, `provider`), None for an unknown one."""


class SchemaEncoder:
    """Makes what each provider serves; encoded schemas of bundled types are kept."""

    def __init__(self) -> None:
        self._encoded: dict[tuple[int, str, str], tuple[Bundle, bytes]] = {}

    def providers(
        self, uses: Mapping[str, tuple[TypeUse, ...]], names: Iterable[str], bundles: Mapping[str, Bundle]
    ) -> dict[str, ProviderSchemas]:
        """What to serve for each provider source; `names` are the attribute names taken anywhere in the module."""
        accessed = frozenset(names)
        return {source: self._provider(used, accessed, bundles.get(source)) for source, used in uses.items()}

    def _provider(self, uses: tuple[TypeUse, ...], names: frozenset[str], bundle: Bundle | None) -> ProviderSchemas:
        served = ProviderSchemas()
        if bundle and not any(use.kind == "provider" for use in uses):
            served.config = self._known(bundle, "provider", "") or served.config
        kinds = {"resource": served.resources, "data": served.data_sources, "ephemeral": served.ephemeral}
        for use in uses:
            schema = self._schema(use, names, bundle)
            if schema is None:
                continue
            if use.kind == "provider":
                served.config = schema
            else:
                kinds[use.kind][use.type] = schema
        return served

    def _schema(self, use: TypeUse, names: frozenset[str], bundle: Bundle | None) -> bytes | None:
        """The encoded schema of a type in use; None for a type that a known provider does not have."""
        if bundle is None or use.kind == "ephemeral":
            return encode(lenient(use.kind, use.blocks, names))
        known = bundle.block(use.kind, use.type)
        if known is None or not _opaque(known):
            return self._known(bundle, use.kind, use.type)
        return encode(_opened(known, use.blocks))

    def _known(self, bundle: Bundle, kind: str, type_: str) -> bytes | None:
        key = (id(bundle), kind, type_)
        if key not in self._encoded:
            block = bundle.block(kind, type_)
            if block is None:
                return None
            self._encoded[key] = (bundle, encode(block))
        return self._encoded[key][1]


def lenient(kind: str, blocks: Iterable[Written], names: frozenset[str] = frozenset()) -> Block:
    """A schema that accepts all of `blocks` and gives back every attribute of `names`."""
    attributes: dict[str, Any] = {name: {"type": "dynamic", "computed": 1} for name in names if _NAME.match(name)}
    nested: dict[str, list[Written]] = {}
    for block in blocks:
        for attribute in block.body.attributes:
            attributes[attribute.name] = {"type": "dynamic", "optional": 1, "computed": 1}
        for name, child in _children(block):
            nested.setdefault(name, []).append(child)
    meta = _META.get(kind, set())
    attributes = {n: a for n, a in attributes.items() if n not in nested and n not in meta and _NAME.match(n)}
    inner = {n: {**lenient("", b), "nesting": "list"} for n, b in nested.items() if n not in meta and _NAME.match(n)}
    return {"attributes": attributes, "blocks": inner}


def _children(block: Written) -> Iterator[tuple[str, Written]]:
    """The nested blocks by type; what a `dynamic` block makes counts as its type."""
    for child in block.body.blocks:
        if child.type == "dynamic" and child.labels:
            yield from ((child.labels[0].text, content) for content in child.body.blocks_of("content"))
        else:
            yield child.type, child


def _opaque(block: Block) -> bool:
    return any(nested.get("opaque") or _opaque(nested) for nested in block.get("blocks", {}).values())


def _opened(known: Block, blocks: Iterable[Written]) -> Block:
    """The schema with each opaque block made to accept what stands in it; a set around one becomes a list."""
    written = list(blocks)
    inner = {}
    for name, nested in known.get("blocks", {}).items():
        found = [child for block in written for kind, child in _children(block) if kind == name]
        if nested.get("opaque"):
            inner[name] = {**nested, **lenient("", found), "nesting": "list"}
        elif _opaque(nested):
            inner[name] = {**nested, **_opened(nested, found), "nesting": "list"}
        else:
            inner[name] = nested
    return {"attributes": known.get("attributes", {}), "blocks": inner}
