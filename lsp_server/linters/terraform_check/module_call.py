"""Judges module calls: what they pass in, by the variables of the child where its files are known."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.dialects.terraform import core_schema
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.block_schema import AttributeSchema, BlockSchema
from lsp_server.dialects.terraform.children import Interface
from lsp_server.dialects.terraform.inference import Types
from lsp_server.dialects.terraform.resolve import Resolver
from lsp_server.linters.terraform_check.finding import Finding
from lsp_server.linters.terraform_check.schema_check import BlockCheck

_META = core_schema.TOP_LEVEL["module"].attributes


def check_call(block: t.Block, resolver: Resolver, types: Types) -> Iterator[Finding]:
    """Findings for the arguments of a call. Of a child that is not known only what every call has to have counts."""
    name = block.labels[0].text if block.labels else ""
    child = resolver.child(name)
    inputs = _schema(child) if child else {}
    found = BlockCheck({"block": "module", "module": name}).check(block, BlockSchema({**inputs, **_META}))
    yield from (f for f in found if (child or f.code != "unsupported-argument") and f.data["name"] != "lifecycle")
    for attribute in block.body.attributes:
        if attribute.name in inputs and attribute.name not in _META:
            yield from _value(name, attribute, inputs[attribute.name], types)


def _schema(child: Interface) -> dict[str, AttributeSchema]:
    return {i.name: AttributeSchema(i.type, required=i.required, optional=not i.required) for i in child.inputs}


def _value(call: str, attribute: t.Attribute, expected: AttributeSchema, types: Types) -> Iterator[Finding]:
    wrong = types.mismatch(attribute.value, expected.type)
    if wrong:
        detail = f"The given value is not suitable for module.{call}.var.{attribute.name}: {wrong.required}."
        data = {"name": attribute.name, "kind": "value", "module": call, "expected": str(expected.type)}
        yield Finding("wrong-type", wrong.span, "Invalid value for input variable", detail, data)
