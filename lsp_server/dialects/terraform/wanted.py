"""What kind of value a place takes: most take any expression, Terraform's own arguments often far less."""

from __future__ import annotations

import enum

from lsp_server.dialects.terraform.context import Context


class Wanted(enum.Enum):
    """What may be written as the value."""

    ANYTHING = "any expression"
    CONSTANT = "a literal value"
    ADDRESS = "the address of a resource, data source or module"
    MOVABLE = "the address of a resource or module"
    RESOURCE = "the address of a resource, or of an attribute of one"
    PROVIDER = "a provider configuration"
    OWN_ARGUMENT = "the name of an argument of the resource around"
    TYPE = "a type constraint"


_BY_TOP_LEVEL: dict[tuple[str, str], Wanted] = {
    ("resource", "provider"): Wanted.PROVIDER,
    ("data", "provider"): Wanted.PROVIDER,
    ("ephemeral", "provider"): Wanted.PROVIDER,
    ("import", "provider"): Wanted.PROVIDER,
    ("module", "providers"): Wanted.PROVIDER,
    ("module", "source"): Wanted.CONSTANT,
    ("module", "version"): Wanted.CONSTANT,
    ("provider", "alias"): Wanted.CONSTANT,
    ("variable", "type"): Wanted.TYPE,
    ("moved", "from"): Wanted.MOVABLE,
    ("moved", "to"): Wanted.MOVABLE,
    ("removed", "from"): Wanted.MOVABLE,
    ("import", "to"): Wanted.MOVABLE,
}
_IN_LIFECYCLE = {"ignore_changes": Wanted.OWN_ARGUMENT, "replace_triggered_by": Wanted.RESOURCE}
_KEYWORDS = frozenset({"when", "on_failure"})


def wanted(context: Context) -> Wanted:
    """What the value at a cursor may be."""
    kinds = [block.type for block in context.path]
    top, inner = kinds[0] if kinds else "", kinds[-1] if kinds else ""
    argument = context.argument
    found = Wanted.ANYTHING
    if argument == "depends_on" and len(kinds) == 1:
        found = Wanted.ADDRESS
    elif top == "terraform" or (top == "variable" and len(kinds) == 1 and argument != "type"):
        found = Wanted.CONSTANT
    elif inner == "lifecycle":
        found = _IN_LIFECYCLE.get(argument, Wanted.CONSTANT)
    elif inner == "provisioner" and argument in _KEYWORDS:
        found = Wanted.CONSTANT
    elif len(kinds) == 1:
        found = _BY_TOP_LEVEL.get((top, argument), found)
    return found
