"""What a string of a `.tf.json` file is at its place: a template, an expression without `${}`, or no more than a text.

https://developer.hashicorp.com/terraform/language/syntax/json#block-type-specific-exceptions has the list.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto

Path = tuple[str, ...]
COMMENT = "//"


class How(Enum):
    """What a string is."""

    TEMPLATE = auto()
    EXPRESSION = auto()
    """An expression without `${}`: a reference, a type, a keyword."""
    LITERAL = auto()
    """No more than its text: Terraform reads it before it evaluates anything."""


_RESOURCES = frozenset({"resource", "data", "ephemeral"})
_EXPRESSIONS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(_RESOURCES, frozenset({"provider", "depends_on"})),
    "module": frozenset({"providers", "depends_on"}),
    "output": frozenset({"depends_on"}),
    "variable": frozenset({"type"}),
    "moved": frozenset({"from", "to"}),
    "removed": frozenset({"from"}),
    "import": frozenset({"to", "provider"}),
}
_LITERALS: Mapping[str, frozenset[str]] = {
    "module": frozenset({"source", "version"}),
    "output": frozenset({"description", "sensitive", "ephemeral", "deprecated"}),
    "provider": frozenset({"alias", "version"}),
}
_OF_LIFECYCLE = frozenset({"ignore_changes", "replace_triggered_by"})
_CONSTANT = frozenset({"prevent_destroy", "create_before_destroy", "destroy"})
_OF_PROVISIONER = frozenset({"when", "on_failure"})


def reading(kind: str, path: Path) -> How:
    """What a string in a block is; `path` leads to it, with an empty step for an item of a list, `{` for a key."""
    steps = tuple(step for step in path if step)
    if kind == "check" and steps[0] == "data" and len(steps) > 3:
        kind, steps = "data", steps[3:]
    if COMMENT in steps:
        return How.LITERAL  # of a block it is a comment
    if _is_expression(kind, steps):
        return How.EXPRESSION
    return How.LITERAL if _is_literal(kind, steps) else How.TEMPLATE


def _is_expression(kind: str, steps: Path) -> bool:
    first, last = steps[0], steps[-1]
    if kind == "terraform":
        return last == "configuration_aliases"
    if first in _EXPRESSIONS.get(kind, ()):
        return len(steps) == 1 or first == "providers"
    if first == "lifecycle":
        return len(steps) == 2 and last in _OF_LIFECYCLE
    if first == "provisioner":
        return len(steps) == 3 and last in _OF_PROVISIONER
    return last == "iterator" and steps[-3:-2] == ("dynamic",)


def _is_literal(kind: str, steps: Path) -> bool:
    first, last = steps[0], steps[-1]
    if kind == "terraform" or first in _LITERALS.get(kind, ()):
        return True
    if first == "lifecycle":
        return len(steps) == 2 and last in _CONSTANT
    return kind == "variable" and first != "validation"
