"""Which type an expression has, and whether it fits one that is expected. What is not sure is never a mismatch."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lsp_server.core.document import Span
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.functions import functions
from lsp_server.dialects.terraform.references import Reference
from lsp_server.dialects.terraform.resolve import Resolver
from lsp_server.dialects.terraform.types import BOOL, DYNAMIC, NUMBER, STRING, Type

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$")
_ARITHMETIC = frozenset({"+", "-", "*", "/", "%"})


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A value that does not fit: where, and what is required, in Terraform's words (`set of string required`)."""

    span: Span
    required: str


class Types:
    """Types of expressions in one state of a module."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def of(self, expression: t.Expression, scope: frozenset[str] = frozenset()) -> Type | None:
        """The type of an expression, None where it cannot be told. `scope` are names that `for` brings."""
        known: Type | None = None
        match unwrapped(expression):
            case t.Literal(value=value) if value is not None:
                known = BOOL if isinstance(value, bool) else NUMBER
            case t.Template():
                known = STRING
            case t.Unary(operator=operator):
                known = NUMBER if operator == "-" else BOOL
            case t.Binary(operator=operator):
                known = NUMBER if operator in _ARITHMETIC else BOOL
            case t.ObjectExpression(items=items):
                known = self._object_type(items, scope)
            case t.Call(name=name):
                function = functions().get(name)
                known = function.returns if function else None
            case t.Traversal() as traversal:
                found = self._resolver.resolve(Reference(traversal, scope, (), ""))
                kind = found.cursor if isinstance(found.cursor, Type) else None
                known = Type("list", kind) if kind and found.each else kind
        return None if known is None or known.kind == "dynamic" else known

    def _object_type(self, items: tuple[t.ObjectItem, ...], scope: frozenset[str]) -> Type | None:
        if any(item.name is None for item in items):
            return None
        fields = {item.name or "": self.of(item.value, scope) or DYNAMIC for item in items}
        return Type("object", fields=tuple(fields.items()))

    def mismatch(self, value: t.Expression, expected: Type, scope: frozenset[str] = frozenset()) -> Mismatch | None:
        """Why a value cannot be converted to the expected type; None where it can, or where that is not known."""
        if expected.kind == "dynamic":
            return None
        wrong: Mismatch | None = None
        match inner := unwrapped(value):
            case t.Conditional(yes=yes, no=no):
                wrong = self.mismatch(yes, expected, scope) or self.mismatch(no, expected, scope)
            case t.TupleExpression(items=items):
                wrong = self._tuple(inner, items, expected, scope)
            case t.ObjectExpression(items=items):
                wrong = self._object(inner, items, expected, scope)
            case t.ForExpression(makes_object=makes_object):
                fits = expected.kind in {"map", "object"} if makes_object else expected.is_list
                wrong = None if fits else _wrong(inner, expected)
            case t.Literal() | t.Template():
                wrong = _literal(inner, expected)
            case _:
                known = self.of(inner, scope)
                wrong = _wrong(inner, expected) if known and not converts(known, expected) else None
        return wrong

    def _tuple(
        self, value: t.Expression, items: tuple[t.Expression, ...], expected: Type, scope: frozenset[str]
    ) -> Mismatch | None:
        if not expected.is_list or expected.element is None:
            return _wrong(value, expected)
        for number, item in enumerate(items):
            if found := self.mismatch(item, expected.element, scope):
                return Mismatch(found.span, f"element {number}: {found.required}")
        return None

    def _object(
        self, value: t.Expression, items: tuple[t.ObjectItem, ...], expected: Type, scope: frozenset[str]
    ) -> Mismatch | None:
        if expected.kind not in {"map", "object"}:
            return _wrong(value, expected)
        for item in items:
            kind = expected.element if expected.kind == "map" else expected.field(item.name or "")
            if kind and (found := self.mismatch(item.value, kind, scope)):
                return Mismatch(found.span, f'element "{item.name}": {found.required}')
        return self._missing_fields(value, items, expected)

    def _missing_fields(self, value: t.Expression, items: tuple[t.ObjectItem, ...], expected: Type) -> Mismatch | None:
        names = {item.name for item in items}
        missing = [name for name, _ in expected.fields if name not in names and name not in expected.may_lack]
        if not missing or None in names:
            return None
        listed = ", ".join(f'"{name}"' for name in missing)
        return Mismatch(value.span, f"attribute{'s' if len(missing) > 1 else ''} {listed} required")


def unwrapped(expression: t.Expression) -> t.Expression:
    """The expression without parentheses, and without a string around a single interpolation."""
    while True:
        match expression:
            case t.Parenthesis(inner=inner) | t.Template(parts=(t.Interpolation(inner=inner),), heredoc=False):
                expression = inner
            case _:
                return expression


def _literal(value: t.Literal | t.Template, expected: Type) -> Mismatch | None:
    if isinstance(value, t.Literal) and value.value is None:
        return None
    if not expected.primitive:
        return _wrong(value, expected)
    if isinstance(value, t.Literal):
        is_bool = isinstance(value.value, bool)
        wrong = (expected.kind == "number" and is_bool) or (expected.kind == "bool" and not is_bool)
        return _wrong(value, expected) if wrong else None
    text = value.text
    if text is None or expected.kind == "string":
        return None
    fits = _NUMBER.match(text) if expected.kind == "number" else text in {"true", "false", "1", "0"}
    return None if fits else Mismatch(value.span, f"a {expected.kind} is required")


def _wrong(value: t.Expression, expected: Type) -> Mismatch:
    return Mismatch(value.span, f"{expected} required")


_PRIMITIVE_CONVERSIONS = {
    "string": frozenset({"string", "number", "bool"}),
    "number": frozenset({"number", "string"}),
    "bool": frozenset({"bool", "string"}),
}


def converts(have: Type, want: Type) -> bool:
    """Whether values of one type may be converted to another; True where it depends on the value."""
    if "dynamic" in {have.kind, want.kind}:
        return True
    if want.primitive:
        return have.kind in _PRIMITIVE_CONVERSIONS[want.kind]
    if have.primitive:
        return False
    if want.is_list:
        return have.is_list and _elements_convert(have, want)
    if have.is_list:
        return False
    return _elements_convert(have, want) if have.kind == want.kind == "map" else True


def _elements_convert(have: Type, want: Type) -> bool:
    return have.element is None or want.element is None or converts(have.element, want.element)
