"""Judges operators and conditions: whether their values can be taken for numbers or truth values."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.inference import Types, unwrapped
from lsp_server.dialects.terraform.types import BOOL, NUMBER, Type
from lsp_server.linters.terraform_check.calls import unguarded
from lsp_server.linters.terraform_check.finding import Finding

_NUMBERS = frozenset({"+", "-", "*", "/", "%", "<", ">", "<=", ">="})
_TRUTHS = frozenset({"&&", "||"})


def check_operands(body: t.Body, types: Types) -> Iterator[Finding]:
    """Findings for every operator and condition of a piece."""
    for block in body.blocks:
        for expression in unguarded(block):
            match expression:
                case t.Binary(operator=operator, left=left, right=right) if operator in _NUMBERS | _TRUTHS:
                    wanted = BOOL if operator in _TRUTHS else NUMBER
                    yield from _operand(left, wanted, "left", types)
                    yield from _operand(right, wanted, "right", types)
                case t.Unary(operator=operator, operand=operand):
                    yield from _operand(operand, BOOL if operator == "!" else NUMBER, "unary", types)
                case t.Conditional(condition=condition):
                    if _wrong(condition, BOOL, types):
                        detail = "The condition expression must be of type bool."
                        data = {"name": "condition", "kind": "operand", "expected": "bool"}
                        yield Finding("invalid-operand", condition.span, "Incorrect condition type", detail, data)


def _operand(value: t.Expression, wanted: Type, side: str, types: Types) -> Iterator[Finding]:
    required = _wrong(value, wanted, types)
    if required:
        which = "unary operand" if side == "unary" else f"{side} operand"
        data = {"name": side, "kind": "operand", "expected": str(wanted)}
        detail = f"Unsuitable value for {which}: {required}."
        yield Finding("invalid-operand", value.span, "Invalid operand", detail, data)


def _wrong(value: t.Expression, wanted: Type, types: Types) -> str:
    """What is required; empty where the value fits or may fit: a conditional may never take its other branch."""
    if isinstance(unwrapped(value), t.Conditional):
        return ""
    found = types.mismatch(value, wanted)
    return found.required if found else ""
