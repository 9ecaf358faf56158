"""Follows the steps of a reference through schemas and types, as far as anything is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lsp_server.core.document import Span
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.block_schema import BlockSchema, NestedBlock
from lsp_server.dialects.terraform.types import Type

Cursor = BlockSchema | NestedBlock | Type | None
"""Where a walk stands: an object with a schema, a collection of blocks, a value of a type, or nothing known."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a reference: a rule's code, the span, Terraform's summary, a sentence, facts for fixers."""

    code: str
    span: Span
    summary: str
    detail: str
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resolved:
    """The end of a walk. `each` tells that a splat made a list of it. `at` is how many parts were walked."""

    cursor: Cursor = None
    problem: Problem | None = None
    each: bool = False
    at: int = 0


UNKNOWN = Resolved()


def walk(
    cursor: Cursor, parts: tuple[t.Part, ...], at: int, address: str = "", through: t.Part | None = None
) -> Resolved:
    """Follow the parts from `at` on. Stops where nothing is known any more.

    `through` is the part that has led to the cursor, where that may be a splat.
    """
    each = through is not None and through.kind == "splat"
    of_attributes = through is not None and _is_of_attributes(through)
    while at < len(parts) and cursor is not None:
        part = parts[at]
        if part.kind == "splat":
            each, cursor = True, _element(cursor)
            of_attributes = _is_of_attributes(part)
        elif part.kind == "index" and each and of_attributes:
            each = False  # behind `.*` an index takes from the whole, behind `[*]` from each
        elif part.kind == "index":
            cursor, problem = _index(cursor, part)
            if problem:
                return Resolved(problem=problem)
        else:
            found = _attribute(cursor, part, address)
            if isinstance(found, Problem):
                return Resolved(problem=found)
            cursor = found
        at += 1
    return Resolved(cursor, None, each, at)


def _is_of_attributes(splat: t.Part) -> bool:
    """Whether it is written `.*`, which only attributes follow: an index takes from what all of it gives."""
    return splat.span.end - splat.span.start < len("[*]")


def _element(cursor: Cursor) -> Cursor:
    if isinstance(cursor, NestedBlock):
        return cursor.block
    if isinstance(cursor, Type) and cursor.is_list:
        return cursor.element
    return cursor if isinstance(cursor, BlockSchema) else None


def _index(cursor: Cursor, part: t.Part) -> tuple[Cursor, Problem | None]:
    nesting = cursor.nesting if isinstance(cursor, NestedBlock) else cursor.kind if isinstance(cursor, Type) else ""
    if nesting == "set":
        detail = "Elements of a set are identified only by their value and don't have any separate index or key."
        data = {"name": part.name, "kind": "index"}
        return None, Problem("unknown-attribute", part.span, "Invalid index", detail, data)
    if isinstance(cursor, NestedBlock):
        return (cursor.block if nesting in {"list", "map"} else None), None
    if isinstance(cursor, Type) and cursor.kind in {"list", "map"}:
        return cursor.element, None
    if isinstance(cursor, Type) and cursor.primitive:
        data = {"name": part.name, "kind": "index"}
        return None, Problem("invalid-index", part.span, "Invalid index", "This value does not have any indices.", data)
    return None, None


def _attribute(cursor: Cursor, part: t.Part, address: str) -> Cursor | Problem:
    if isinstance(cursor, NestedBlock):
        if cursor.nesting in {"list", "set"} and not cursor.opaque:
            return _on_collection(part, cursor.nesting, cursor.block)
        inner = cursor.block
        return inner if cursor.nesting == "map" else _of_block(inner, part, address)
    if isinstance(cursor, BlockSchema):
        return _of_block(cursor, part, address)
    return _typed_attribute(cursor, part, address) if cursor else None


def _of_block(schema: BlockSchema, part: t.Part, address: str) -> Cursor | Problem:
    name = part.name
    if schema.opaque:
        return None
    if name in schema.attributes:
        return schema.attributes[name].type
    if name in schema.blocks:
        return schema.blocks[name]
    detail = f'This object has no argument, nested block, or exported attribute named "{name}".'
    return _missing(part, detail, [*schema.attributes, *schema.blocks], address)


def _typed_attribute(cursor: Type, part: t.Part, address: str) -> Cursor | Problem:
    if cursor.kind == "object":
        found = cursor.field(part.name)
        detail = f'This object does not have an attribute named "{part.name}".'
        return found or _missing(part, detail, [name for name, _ in cursor.fields], address)
    if cursor.kind == "map":
        return cursor.element
    if cursor.is_list:
        element = cursor.element
        schema = None
        if element and element.kind == "object" and element.field(part.name):
            schema = BlockSchema()
        return _on_collection(part, cursor.kind, schema)
    if cursor.primitive:
        detail = f"Can't access attributes on a primitive-typed value ({cursor.kind})."
        return _missing(part, detail, [], address)
    return None


def _on_collection(part: t.Part, kind: str, element: BlockSchema | None) -> Problem:
    detail = (
        f"Can't access attributes on a {kind} of objects. Did you mean to access an attribute for a specific element "
        f"of the {kind}, or across all elements of the {kind}?"
    )
    fits = element is not None and (
        not element.attributes or part.name in element.attributes or part.name in element.blocks
    )
    data = {"name": part.name, "kind": "collection", "candidates": ["[0]", "[*]"] if kind == "list" and fits else []}
    return Problem("unknown-attribute", part.span, "Unsupported attribute", detail, data)


def _missing(part: t.Part, detail: str, known: list[str], address: str) -> Problem:
    data = {"name": part.name, "kind": "attribute", "candidates": known, "address": address}
    return Problem("unknown-attribute", part.span, "Unsupported attribute", detail, data)
