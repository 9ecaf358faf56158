"""What a completion's key stands for, in markdown."""

from __future__ import annotations

from lsp_server.dialects.cloudformation import vocabulary as words
from lsp_server.dialects.cloudformation.schema import Property, ResourceSchema, Schemas, schemas

_WORDS = {
    "section": words.SECTIONS,
    "attribute": {**words.RESOURCE_ATTRIBUTES, **words.SAM_ATTRIBUTES},
    "parameter": words.PARAMETER_ATTRIBUTES,
    "output": words.OUTPUT_ATTRIBUTES,
    "function": {**words.FUNCTIONS, **words.CONDITION_FUNCTIONS},
    "pseudo": words.PSEUDO_PARAMETERS,
    "policy": words.DELETION_POLICIES,
}
_SHOWN = 20  # allowed values that are listed


def documentation(key: str, known: Schemas | None = None) -> str:
    """Markdown for a completion's key (`type:AWS::S3::Bucket`, `property:…`); empty where nothing is known."""
    family, _, name = key.partition(":")
    if family in _WORDS:
        text = _WORDS[family].get(name, "")
        return f"**{name}**\n\n{text}" if text else ""
    found = known or schemas()
    if family == "type":
        schema = found.get(name)
        return _of_type(schema) if schema else ""
    if family == "property":
        kind, _, path = name.rpartition(":")
        schema = found.get(kind)
        steps = tuple(int(step) if step.isdigit() else step for step in path.split("/"))
        one = schema.property_at(steps) if schema else None
        return _of_property(one, kind) if one else ""
    if family == "attribute-of":
        kind, _, attribute = name.rpartition(":")
        schema = found.get(kind)
        one = schema.attribute(attribute) if schema else None
        return f"**{kind}** `{attribute}`\n\n{one.description}".rstrip() if one else ""
    return ""


def _of_type(schema: ResourceSchema) -> str:
    required = schema.required_at(())
    parts = [f"**{schema.name}**", schema.description]
    if required:
        parts.append("Required: " + ", ".join(f"`{name}`" for name in required))
    if page := _page(schema.name):
        parts.append(f"[Documentation]({page})")
    return "\n\n".join(part for part in parts if part)


def _page(name: str) -> str:
    steps = name.lower().split("::")
    if len(steps) != 3 or steps[0] != "aws":
        return ""
    if steps[1] == "serverless":
        page = f"sam-resource-{steps[2]}.html"
        return f"https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/{page}"
    page = f"aws-resource-{steps[1]}-{steps[2]}.html"
    return f"https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/{page}"


def _of_property(one: Property, kind: str) -> str:
    """What a property is, what it may be, and what changing it does."""
    facts = [" | ".join(one.types) or "any type"]
    if one.item_types:
        facts.append(f"of {' | '.join(one.item_types)}")
    if one.required:
        facts.append("required")
    if one.create_only:
        facts.append("a change replaces the resource")
    parts = [f"**{one.name}** · {kind}", " · ".join(facts), one.description]
    if one.enum:
        shown = ", ".join(f"`{value}`" for value in one.enum[:_SHOWN])
        parts.append(f"Allowed: {shown}{' …' if len(one.enum) > _SHOWN else ''}")
    if one.pattern:
        parts.append(f"Pattern: `{one.pattern}`")
    limits = [
        ("at least", one.minimum),
        ("at most", one.maximum),
        ("shortest", one.min_length),
        ("longest", one.max_length),
    ]
    told = [f"{word} {limit:g}" for word, limit in limits if limit is not None]
    if told:
        parts.append(", ".join(told).capitalize())
    if one.default is not None:
        parts.append(f"Default: `{one.default}`")
    return "\n\n".join(part for part in parts if part)
