"""The type that the value at a cursor should have, as far as schemas, variables and functions tell it."""

from __future__ import annotations

from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.block_context import field_type
from lsp_server.dialects.terraform.block_schema import BlockSchema
from lsp_server.dialects.terraform.constraints import NoConstraint, constraint
from lsp_server.dialects.terraform.context import Context
from lsp_server.dialects.terraform.functions import functions
from lsp_server.dialects.terraform.types import BOOL, DYNAMIC, Type

_EACH = Type("map", DYNAMIC)
_CONDITIONS = frozenset({"precondition", "postcondition", "validation", "assert"})


def expected(context: Context, schema: BlockSchema | None) -> Type | None:
    """The type; None where any will do."""
    if context.in_call:
        return _parameter(context)
    kind = field_type(_of_argument(context, schema), context.fields)
    return kind.element if kind and context.in_list and kind.is_list else kind


def _of_argument(context: Context, schema: BlockSchema | None) -> Type | None:
    path, argument = context.path, context.argument
    inner = path[-1].type if path else ""
    if argument == "for_each" and inner != "dynamic":
        return _EACH
    if argument == "condition" and inner in _CONDITIONS:
        return BOOL
    if argument == "default" and inner == "variable":
        return _declared_type(path[-1])
    known = schema.attributes.get(argument) if schema else None
    return known.type if known else None


def _declared_type(variable: t.Block) -> Type | None:
    given = variable.body.attribute("type")
    try:
        return constraint(given.value) if given else None
    except NoConstraint:
        return None


def _parameter(context: Context) -> Type | None:
    function = functions().get(context.call)
    if function is None:
        return None
    at = context.parameter
    found = function.parameters[at] if at < len(function.parameters) else function.variadic
    return found.type if found and found.type.kind != "dynamic" else None
