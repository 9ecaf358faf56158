"""Which providers a module needs, and which of their types: a schema-only provider serves no more than that."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from lsp_server.core.caches import with_argument
from lsp_server.dialects.terraform.providers import implied, of_block
from lsp_server.dialects.terraform.tree import Block, Call, Piece, Template, Traversal, expressions

_BUILT_IN = "terraform.io/builtin/"  # part of terraform itself


@dataclass(frozen=True)
class TypeUse:
    """All blocks of one type, with the spans of their pieces.

    `kind` is `resource`, `data` or `ephemeral`, or `provider` for its configuration. With the kind `function`, `type`
    is the name of a provider's function.
    """

    kind: str
    type: str
    blocks: tuple[Block, ...]


@with_argument
def names_accessed(piece: Piece) -> frozenset[str]:
    """Every attribute name that a reference takes, as `.name` or `["name"]`."""
    return frozenset(_accessed(piece))


def _accessed(piece: Piece) -> Iterator[str]:
    for expression in expressions(piece.body):
        for part in getattr(expression, "parts", ()):
            if getattr(part, "kind", "") == "attr":
                yield part.name
            elif getattr(part, "kind", "") == "index" and isinstance(part.key, Template) and part.key.text:
                yield part.key.text


def uses_of(pieces: Collection[Piece]) -> dict[str, tuple[TypeUse, ...]]:
    """The types in use, by full provider source; a provider that is only required has none."""
    blocks = [block for piece in pieces for block in piece.body.blocks]
    sources = _sources(blocks)
    found: dict[str, dict[tuple[str, str], list[Block]]] = {source: {} for source in sources.values()}
    for local, function in sorted({called for piece in pieces for called in _functions(piece)}):
        if local in sources:
            found[sources[local]]["function", function] = []
    for block in _nested_data(blocks):
        local, kind, type_ = _provider_of(block)
        if local and local != "terraform":
            source = sources.get(local, _full_source(local))
            uses = found.setdefault(source, {})
            if kind:
                uses.setdefault((kind, type_), []).append(block)
    return {
        source: tuple(TypeUse(kind, type_, tuple(used)) for (kind, type_), used in uses.items())
        for source, uses in found.items()
        if not source.startswith(_BUILT_IN)
    }


@with_argument
def _functions(piece: Piece) -> frozenset[tuple[str, str]]:
    """The provider's local name and the function of each call `provider::local::function(…)`."""
    calls = (e.name.split("::") for e in expressions(piece.body) if isinstance(e, Call))
    return frozenset((parts[1], parts[2]) for parts in calls if len(parts) == 3 and parts[0] == "provider")


def _nested_data(blocks: list[Block]) -> Iterator[Block]:
    for block in blocks:
        yield from (block.body.blocks_of("data") if block.type == "check" else (block,))


def _provider_of(block: Block) -> tuple[str, str, str]:
    """The local name of the block's provider, the kind and type of the block; empty where it has none."""
    if block.type == "removed":
        origin = block.body.attribute("from")
        root = origin.value.root if origin and isinstance(origin.value, Traversal) else ""
        return (implied(root) if "_" in root else ""), "", ""
    if not block.labels:
        return "", "", ""
    name = block.labels[0].text
    if block.type == "provider":
        return name, "provider", name
    local = of_block(block)
    return (local, block.type, name) if local else ("", "", "")


def _sources(blocks: list[Block]) -> dict[str, str]:
    """Provider sources by local name, as `required_providers` has them."""
    found = {}
    for settings in (b for b in blocks if b.type == "terraform"):
        for required in settings.body.blocks_of("required_providers"):
            for attribute in required.body.attributes:
                items = getattr(attribute.value, "items", ())
                value = next((item.value for item in items if item.name == "source"), None)
                text = value.text if isinstance(value, Template) else None
                found[attribute.name] = _full_source(text or attribute.name)
    return found


def _full_source(source: str) -> str:
    parts = source.lower().split("/")
    defaults = ["registry.terraform.io", "hashicorp"]
    return "/".join(defaults[: max(0, 3 - len(parts))] + parts)
