"""The exact schema of the resource types in play, as short text: what helps a model most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lsp_server.core.document import Unit
from lsp_server.dialects.base import Language
from lsp_server.dialects.cloudformation.schema import Property, ResourceSchema, schemas
from lsp_server.dialects.terraform.block_schema import AttributeSchema, BlockSchema
from lsp_server.dialects.terraform.module import module_of
from lsp_server.dialects.terraform.schema import schema_for

_DEEPEST = 4
_MOST_VALUES = 24
_BETWEEN = "\n\n"
_SHORT = 300  # characters that are kept for each of the types that follow


def schema_facts(unit: Unit, language: Language, types: Iterable[str], limit: int) -> str:
    """The schemas of resource types, `*` marking what is required; at most `limit` characters in all.

    The first are told in full as far as that goes. For those that follow enough is kept that they are told in short:
    deeper levels are left out, then all but the names, then the names of what is not required.
    """
    names = list(dict.fromkeys(types))
    texts: list[str] = []
    left = limit
    for number, name in enumerate(names, 1):
        behind = len(names) - number
        room = left - behind * min(_SHORT, left // (behind + 1))
        text = _fitting(unit, language, name, room)
        if text:
            texts.append(text)
            left -= len(text) + len(_BETWEEN)
    return _BETWEEN.join(texts)


def _fitting(unit: Unit, language: Language, name: str, room: int) -> str:
    """A schema in as much detail as there is room for; empty where there is none, or the type is not known."""
    for depth in range(_DEEPEST, 0, -1):
        text = "\n".join(_lines(unit, language, name, depth))
        if len(text) <= room:
            return text
    return _short(unit, language, name, room)


def _short(unit: Unit, language: Language, name: str, room: int) -> str:
    """The names at the top level of a schema, those that are required first, as many as there is room for."""
    known = _names(unit, language, name)
    text = f"{name}, in short:"
    if len(text) > room:
        return ""
    for word in known:
        if len(text) + len(word) + 3 > room:
            return f"{text} …"
        text += f" {word}"
    return text


def _names(unit: Unit, language: Language, name: str) -> list[str]:
    if language is Language.CLOUDFORMATION:
        schema = schemas().get(name)
        found = schema.properties_at(()) if schema is not None else {}
        return _starred({n: p.required for n, p in found.items() if not p.read_only})
    block = schema_for(module_of(unit)).resource(name)
    if block is None:
        return []
    arguments = {n: a.required for n, a in block.attributes.items() if a.settable}
    return _starred(arguments | {f"{n}{{}}": nested.min > 0 for n, nested in block.blocks.items()})


def _starred(names: Mapping[str, bool]) -> list[str]:
    return [f"{name}{'*' * names[name]}" for name in sorted(names, key=lambda n: (not names[n], n))]


def _lines(unit: Unit, language: Language, name: str, depth: int) -> Iterator[str]:
    if language is Language.CLOUDFORMATION:
        schema = schemas().get(name)
        if schema is not None:
            attributes = ", ".join(sorted(schema.attributes)) or "none"
            yield f"{name} (Fn::GetAtt: {attributes})"
            yield from _properties(schema, (), depth)
    else:
        block = schema_for(module_of(unit)).resource(name)
        if block is not None:
            computed = [key for key, attribute in block.attributes.items() if not attribute.settable]
            yield f'resource "{name}" (attributes that are only read: {", ".join(computed) or "none"})'
            yield from _block(block, 1, depth)


def _properties(schema: ResourceSchema, path: tuple[str | int, ...], depth: int) -> Iterator[str]:
    pad = "  " * (sum(isinstance(step, str) for step in path) + 1)
    found = schema.properties_at(path)
    for name in sorted(found, key=lambda n: (not found[n].required, n)):
        known = found[name]
        if known.read_only:
            continue
        yield f"{pad}{name}{'*' if known.required else ''}: {_kind(known)}"
        inner = (*path, name, 0) if known.item_has_properties else (*path, name)
        if depth > 1 and (known.has_properties or known.item_has_properties) and path.count(name) == 0:
            yield from _properties(schema, inner, depth - 1)


def _kind(known: Property) -> str:
    kind = "/".join(known.types) or "any"
    if known.item_types:
        kind += f" of {'/'.join(known.item_types)}"
    values = known.enum or known.item_enum
    if values:
        kind += ", one of " + " | ".join(str(value) for value in values[:_MOST_VALUES])
        kind += " | …" if len(values) > _MOST_VALUES else ""
    if known.minimum is not None or known.maximum is not None:
        kind += f", {_bound(known.minimum)} to {_bound(known.maximum)}"
    return kind


def _bound(number: float | None) -> str:
    return "any" if number is None else f"{number:g}"


def _block(block: BlockSchema, level: int, depth: int) -> Iterator[str]:
    pad = "  " * level
    for name in sorted(block.attributes, key=lambda n: (not block.attributes[n].required, n)):
        attribute = block.attributes[name]
        if attribute.settable:
            yield f"{pad}{name}{'*' if attribute.required else ''} = {_attribute(attribute)}"
    for name, nested in block.blocks.items():
        star = "*" if nested.min else ""
        times = "once" if nested.max == 1 or nested.nesting == "single" else "repeatable"
        yield f"{pad}block {name}{star} ({times})"
        if depth > 1:
            yield from _block(nested.block, level + 1, depth - 1)


def _attribute(attribute: AttributeSchema) -> str:
    kind = str(attribute.type)
    return f"{kind}, one of {' | '.join(attribute.values[:_MOST_VALUES])}" if attribute.values else kind
