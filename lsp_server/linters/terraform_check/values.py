"""Judges the values of arguments: whether they can be converted to the type that the schema expects."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.block_schema import AttributeSchema, BlockSchema
from lsp_server.dialects.terraform.inference import Types
from lsp_server.linters.terraform_check.finding import Finding
from lsp_server.linters.terraform_check.schema_check import nested_content


def check_values(
    block: t.Block, schema: BlockSchema, types: Types, resource_type: str, scope: frozenset[str] = frozenset()
) -> Iterator[Finding]:
    """Findings for the values of a block and of all blocks in it."""
    if schema.opaque:
        return
    for attribute in block.body.attributes:
        known = schema.attributes.get(attribute.name)
        if known is not None and known.settable:
            yield from _check(attribute, known, types, resource_type, scope)
    for inner in block.body.blocks:
        content = nested_content(schema, inner)
        if content is None:
            continue
        if inner.type == "dynamic":
            names = scope | {inner.labels[0].text} if inner.labels else scope
            for block_content in inner.body.blocks_of("content"):
                yield from check_values(block_content, content, types, resource_type, names | _iterator(inner))
        else:
            yield from check_values(inner, content, types, resource_type, scope)


def _iterator(block: t.Block) -> frozenset[str]:
    given = block.body.attribute("iterator")
    return frozenset({given.value.root}) if given and isinstance(given.value, t.Traversal) else frozenset()


def _check(
    attribute: t.Attribute, known: AttributeSchema, types: Types, resource_type: str, scope: frozenset[str]
) -> Iterator[Finding]:
    wrong = types.mismatch(attribute.value, known.type, scope)
    name = attribute.name
    facts = {"name": name, "kind": "value", "resource_type": resource_type}
    if wrong:
        detail = f'Inappropriate value for attribute "{name}": {wrong.required}.'
        data = {**facts, "expected": str(known.type), "type": known.type.notation(), "value_span": attribute.value.span}
        yield Finding("wrong-type", wrong.span, "Incorrect attribute value type", detail, data)
    elif known.values and isinstance(attribute.value, t.Template):
        text = attribute.value.text
        if text is not None and text not in known.values:
            detail = f'"{text}" is not allowed for "{name}": expected one of {", ".join(known.values)}.'
            data = {**facts, "candidates": list(known.values)}
            yield Finding("invalid-value", attribute.value.span, f"Invalid {name}", detail, data)
