"""What a word of a template stands for, in markdown: for completion and for hover."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lsp_server.dialects.cloudformation import vocabulary as words
from lsp_server.dialects.cloudformation.language import PREFIX, named
from lsp_server.dialects.cloudformation.pages import property_page, type_page
from lsp_server.dialects.cloudformation.schema import Property, ResourceSchema, Schemas, schemas
from lsp_server.dialects.cloudformation.updates import Update, is_deprecated, replacing_parts, update_of

_WORDS = {
    "section": words.SECTIONS,
    "attribute": {**words.RESOURCE_ATTRIBUTES, **words.SAM_ATTRIBUTES},
    "parameter": words.PARAMETER_ATTRIBUTES,
    "output": words.OUTPUT_ATTRIBUTES,
    "rule": words.RULE_ATTRIBUTES,
    "function": {**words.ALL_FUNCTIONS, **words.LOOPS},
    "pseudo": words.PSEUDO_PARAMETERS,
    "policy": words.DELETION_POLICIES,
    "policy-attribute": words.POLICY_ATTRIBUTES,
    "transform": words.TRANSFORMS,
    "parameter-type": {name: words.parameter_type(name) for name in words.PARAMETER_TYPES},
}
_SHOWN = 20  # allowed values that are listed


def documentation(key: str, known: Schemas | None = None) -> str:
    """Markdown for a completion's key (`type:AWS::S3::Bucket`, `property:…`); empty where nothing is known."""
    family, _, name = key.partition(":")
    if family in _WORDS:
        return of_word(family, name)
    found = known or schemas()
    if family == "type":
        schema = found.get(name)
        return of_type(schema) if schema else ""
    if family in ("property", "word"):
        kind, _, path = name.rpartition(":") if family == "property" else name.partition("|")
        schema = found.get(kind) if family == "property" else named(kind, found)
        steps = tuple(int(step) if step.isdigit() else step for step in path.split("/"))
        return of_property(schema, steps) if schema else ""
    if family == "attribute-of":
        kind, _, attribute = name.rpartition(":")
        schema = found.get(kind)
        return of_attribute(schema, attribute) if schema else ""
    return ""


def of_word(family: str, name: str) -> str:
    """What a word of the template language is: a section, an attribute, a function … (see `vocabulary`)."""
    text = _WORDS[family].get(name, "")
    return f"**{name}**\n\n{text}" if text else ""


def of_type(schema: ResourceSchema) -> str:
    """What a resource type is, and what it requires."""
    required = schema.required_at(())
    parts = [f"**{schema.name}**", schema.description]
    if required:
        parts.append("Required: " + ", ".join(f"`{name}`" for name in required))
    return _joined([*parts, _link(type_page(schema.name))])


def of_attribute(schema: ResourceSchema, name: str) -> str:
    """What GetAtt of an attribute gives; empty for one that the resource does not have."""
    one = schema.attribute(name)
    if one is None:
        return ""
    types = " | ".join(one.types)
    return _joined([f"**{schema.name}** `{name}`{f' · {types}' if types else ''}", one.description])


def of_property(schema: ResourceSchema, path: Sequence[str | int]) -> str:
    """What a property is, what it may be, and what changing it does; empty for one that the schema does not have."""
    one = schema.property_at(path)
    if one is None:
        return ""
    facts = [" | ".join(one.types) or "any type"]
    if one.item_types:
        facts.append(f"of {' | '.join(one.item_types)}")
    if one.required:
        facts.append("required")
    if one.read_only:
        facts.append("read-only")
    if one.write_only:
        facts.append("write-only")
    if is_deprecated(schema, path):
        facts.append("**deprecated**")
    owner = "" if schema.name.startswith(PREFIX) else f" · {schema.name}"
    head = [f"**{one.name}**{owner}", " · ".join(facts), _update(schema, path, one)]
    return _joined([*head, one.description, *limits(one), _link(property_page(schema, path))])


def _update(schema: ResourceSchema, path: Sequence[str | int], one: Property) -> str:
    update = None if one.read_only else update_of(schema, path)
    if update is None:
        return ""
    inside = replacing_parts(schema, path) if update is Update.NO_INTERRUPTION else ()
    also = f"; replacement where {', '.join(f'`{name}`' for name in inside)} changes" if inside else ""
    return f"Update requires: {update.value}{also}"


def limits(one: Property) -> Iterator[str]:
    """What a value has to satisfy."""
    for word, enum in (("Allowed", one.enum), ("Allowed items", one.item_enum)):
        if enum:
            shown = ", ".join(f"`{value}`" for value in enum[:_SHOWN])
            yield f"{word}: {shown}{' …' if len(enum) > _SHOWN else ''}"
    if one.pattern:
        yield f"Pattern: `{one.pattern}`"
    bounds = [
        ("at least", one.minimum),
        ("at most", one.maximum),
        ("shortest", one.min_length),
        ("longest", one.max_length),
        ("fewest items", one.min_items),
        ("most items", one.max_items),
    ]
    told = [f"{word} {limit:g}" for word, limit in bounds if limit is not None]
    if told:
        yield ", ".join(told).capitalize()
    if one.default is not None:
        yield f"Default: `{one.default}`"


def _link(page: str) -> str:
    return f"[Documentation]({page})" if page else ""


def _joined(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part)
