"""Judges what only shows when an expression is evaluated, as far as its text decides: kinds that do not go together."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.inference import Types, unwrapped
from lsp_server.dialects.terraform.types import BOOL, Type
from lsp_server.linters.terraform_check.calls import unguarded
from lsp_server.linters.terraform_check.finding import Finding
from lsp_server.linters.terraform_check.static import invalid

_GROUPS = {
    **dict.fromkeys(("string", "number", "bool"), "primitive"),
    **dict.fromkeys(("list", "set", "tuple"), "list"),
    **dict.fromkeys(("map", "object"), "map"),
}


def check_evaluation(block: t.Block, types: Types) -> Iterator[Finding]:
    """Findings for every expression of a block."""
    providers = block.body.attribute("providers") if block.type == "module" else None
    passed = providers.value if providers else None  # its keys are names of configurations: `aws.west = aws`
    for expression in unguarded(block):
        match expression:
            case t.Template(parts=parts) if len(parts) > 1:
                yield from _template(parts, types)
            case t.Directive(names=names, condition=condition):
                yield from _iterated(condition, types) if names else _condition(condition, types)
            case t.ForExpression(collection=collection, condition=condition):
                yield from _iterated(collection, types)
                if condition is not None and (wrong := types.mismatch(condition, BOOL)):
                    summary, detail = "Invalid 'for' condition", "The 'if' clause value is invalid: a bool is required."
                    yield invalid("invalid-operand", wrong.span, summary, detail, "", "operand")
            case t.Conditional(yes=yes, no=no):
                yield from _branches(expression, kind_of(yes, types), kind_of(no, types))
            case t.Access(source=source, parts=parts):
                yield from _taken_apart(source, parts, types)
            case t.ObjectExpression(items=items) if expression is not passed:
                for item in items:
                    yield from _key(item)


def kind_of(value: t.Expression, types: Types) -> str:
    """What kind of value an expression has, a tuple told from a list; empty where that is not known."""
    inner = unwrapped(value)
    match inner:
        case t.TupleExpression():
            return "tuple"
        case t.ForExpression(makes_object=makes_object):
            return "object" if makes_object else "tuple"
        case t.ObjectExpression():
            return "object"
        case t.Literal(value=None):
            return ""
    known: Type | None = types.of(inner)
    return known.kind if known else ""


def _template(parts: tuple[t.Expression, ...], types: Types) -> Iterator[Finding]:
    for part in parts:
        kind = kind_of(part.inner, types) if isinstance(part, t.Interpolation) else ""
        if kind and _GROUPS.get(kind, "primitive") != "primitive" and isinstance(part, t.Interpolation):
            detail = "Cannot include the given value in a string template: string required."
            summary = "Invalid template interpolation value"
            data = {"name": "", "kind": "value", "given": kind}
            yield Finding("invalid-template", part.inner.span, summary, detail, data)


def _condition(condition: t.Expression, types: Types) -> Iterator[Finding]:
    if types.mismatch(condition, BOOL):
        detail = "The condition expression must be of type bool."
        data = {"name": "condition", "kind": "operand", "expected": "bool"}
        yield Finding("invalid-operand", condition.span, "Incorrect condition type", detail, data)


def _iterated(collection: t.Expression, types: Types) -> Iterator[Finding]:
    kind = kind_of(collection, types)
    if _GROUPS.get(kind) == "primitive":
        detail = f"A value of type {kind} cannot be used as the collection in a 'for' expression."
        summary = "Iteration over non-iterable value"
        data = {"name": "", "kind": "value", "given": kind}
        yield Finding("not-iterable", collection.span, summary, detail, data)


def _branches(value: t.Conditional, yes: str, no: str) -> Iterator[Finding]:
    groups = _GROUPS.get(yes), _GROUPS.get(no)
    if None not in groups and groups[0] != groups[1]:
        detail = (
            "The true and false result expressions must have consistent types. "
            f"The 'true' value is {yes}, but the 'false' value is {no}."
        )
        summary = "Inconsistent conditional result types"
        yield invalid("inconsistent-types", value.span, summary, detail, "")


def _taken_apart(source: t.Expression, parts: tuple[t.Part, ...], types: Types) -> Iterator[Finding]:
    first, inner = parts[0], unwrapped(source)
    if first.kind != "index":
        return
    if _GROUPS.get(kind_of(source, types)) == "primitive":
        detail = "This value does not have any indices."
        yield invalid("invalid-index", first.span, "Invalid index", detail, "", "index")
        return
    detail = "The given key does not identify an element in this collection value."
    key = first.key.value if isinstance(first.key, t.Literal) else None
    word = first.key.text if isinstance(first.key, t.Template) else None
    if isinstance(inner, t.TupleExpression) and isinstance(key, int | float) and key >= len(inner.items):
        yield invalid("invalid-index", first.span, "Invalid index", detail, "", "index")
    if isinstance(inner, t.ObjectExpression) and word is not None:
        names = [item.name for item in inner.items]
        if None not in names and word not in names:
            yield invalid("invalid-index", first.span, "Invalid index", detail, "", "index")


def _key(item: t.ObjectItem) -> Iterator[Finding]:
    if isinstance(item.key, t.Traversal) and len(item.key.parts) > 1:
        detail = (
            "If this expression is intended to be a reference, wrap it in parentheses. If it's instead intended as a "
            "literal name containing periods, wrap it in quotes to create a string literal."
        )
        yield invalid("invalid-reference", item.key.span, "Ambiguous attribute key", detail, "", "key")
    elif isinstance(item.key, t.Parenthesis) and isinstance(item.key.inner, t.TupleExpression | t.ObjectExpression):
        detail = "Can't use this value as a key: string required."
        yield invalid("wrong-type", item.key.span, "Incorrect key type", detail, "", "key")
