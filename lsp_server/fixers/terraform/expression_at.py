"""The expression that a finding is about, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from lsp_server.core.document import Document, Span
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.dialects.terraform.types import DYNAMIC, STRING, Type
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform.place import Place, locate

Found = TypeVar("Found", bound=t.Expression)


def smallest(document: Document, span: Span, kind: type[Found]) -> Found | None:
    """The smallest expression of a kind around `span`, else the largest within it."""
    tree = parse_document(document)
    block = tree.block_at(span.start)
    every = [e for e in t.expressions(block.body if block else tree.body) if isinstance(e, kind)]
    around = [e for e in every if e.span.encloses(span)]
    if around:
        return min(around, key=lambda e: e.span.end - e.span.start)
    within = [e for e in every if span.encloses(e.span)]
    return max(within, key=lambda e: e.span.end - e.span.start, default=None)


@dataclass(frozen=True)
class Use:
    """An expression in an argument: `wanted` is the type that is expected of it, as far as that is known."""

    place: Place
    argument: t.Attribute
    wanted: Type


def use_of(context: FixContext, expression: t.Expression) -> Use | None:
    """Where an expression is used; None outside of arguments."""
    found = locate(context, expression.span)
    if found is None or not isinstance(found[1], t.Attribute):
        return None
    place, argument = found[0], found[1]
    known = None if place.content.opaque else place.content.argument(argument.name)
    return Use(place, argument, _wanted(argument.value, expression, known.type if known else DYNAMIC))


def _wanted(value: t.Expression, expression: t.Expression, outer: Type) -> Type:
    if value is expression or value.span == expression.span:
        return outer
    if isinstance(value, t.TupleExpression):
        inner = next((i for i in value.items if i.span.encloses(expression.span)), None)
        return _wanted(inner, expression, (outer.element if outer.is_list else None) or DYNAMIC) if inner else DYNAMIC
    if isinstance(value, t.Template) and len(value.parts) > 1:
        return STRING
    if isinstance(value, t.Template) and isinstance(value.parts[0], t.Interpolation):
        return _wanted(value.parts[0].inner, expression, outer)
    if isinstance(value, t.ObjectExpression):
        item = next((i for i in value.items if i.value.span.encloses(expression.span)), None)
        kind = (outer.field(item.name or "") or outer.element) if item else None
        return _wanted(item.value, expression, kind or DYNAMIC) if item else DYNAMIC
    return DYNAMIC
