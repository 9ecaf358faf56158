"""Judges the conditions that a module checks itself by: one that refers to nothing checks nothing."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.dialects.terraform import tree as t
from lsp_server.linters.terraform_check.finding import Finding
from lsp_server.linters.terraform_check.static import invalid

_KINDS = frozenset({"validation", "precondition", "postcondition", "assert"})
_NOTHING = (
    "The condition expression must refer to at least one object from elsewhere in the configuration, or else its "
    "result would not be checking anything."
)


def check_conditions(block: t.Block) -> Iterator[Finding]:
    """Findings for the conditions of a block and of the blocks in it."""
    for inner in block.body.blocks:
        given = inner.body.attribute("condition") if inner.type in _KINDS else None
        if given and not _has_broken(given.value):
            yield from _condition(block, inner, given)
        elif inner.type == "lifecycle":
            yield from check_conditions(inner)


def _condition(block: t.Block, inner: t.Block, given: t.Attribute) -> Iterator[Finding]:
    referred = [e for e in t.expressions(given.value) if isinstance(e, t.Traversal)]
    span = given.value.span
    if not referred:
        summary = f"Invalid {inner.type} expression"
        yield invalid("invalid-condition", span, summary, _NOTHING, inner.type, "condition")
    elif inner.type == "validation" and block.type == "variable" and block.labels:
        own = block.labels[0].text
        if not any(e.names[:2] == ("var", own) for e in referred):
            detail = f'The condition for variable "{own}" must refer to var.{own} in order to test incoming values.'
            yield invalid("invalid-condition", span, "Invalid variable validation condition", detail, own, "condition")


def _has_broken(value: t.Expression) -> bool:
    return any(isinstance(e, t.Broken) for e in t.expressions(value))
