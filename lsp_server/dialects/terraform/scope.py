"""What names mean that only hold where a cursor stands: those of `for` and `dynamic`, `each`, `count` and `self`."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.block_schema import BlockSchema, NestedBlock
from lsp_server.dialects.terraform.context import Context
from lsp_server.dialects.terraform.inference import Types
from lsp_server.dialects.terraform.parse import read_piece
from lsp_server.dialects.terraform.references import Reference
from lsp_server.dialects.terraform.resolve import Cursor, Resolver, walk
from lsp_server.dialects.terraform.types import STRING, Type

_SAME_ELEMENTS = frozenset({"toset", "tolist", "tomap", "values", "distinct", "reverse", "compact", "sort", "slice"})
_SELF_IN = frozenset({"provisioner", "connection", "postcondition"})


class Scope:
    """The names that are in scope at a cursor, and what any expression written there leads to."""

    def __init__(self, context: Context, resolver: Resolver) -> None:
        self._resolver = resolver
        self._types = Types(resolver)
        self._path = context.path
        self._iterators: dict[str, Cursor] = {}
        self._names: dict[str, Cursor] = {}
        for name, collection in _iterators(context.path):
            self._iterators[name] = self._element(collection)
        for binder in context.binders:
            read = expression(binder.collection)
            element = self._element(read) if read else None
            self._names |= dict.fromkeys(binder.names[:-1], STRING)
            self._names[binder.names[-1]] = element

    @property
    def words(self) -> Iterator[str]:
        """What may be written here, the nearest last."""
        top = self._path[0].body if self._path else None
        if top and top.attribute("count"):
            yield "count.index"
        for name in self._iterators:
            yield from (f"{name}.key", f"{name}.value")
        if self.self_schema is not None:
            yield "self"
        yield from self._names

    @property
    def self_schema(self) -> BlockSchema | None:
        """The schema that `self` has, where it may be written."""
        path = self._path
        if not path or not path[0].labels or not any(block.type in _SELF_IN for block in path):
            return None
        return self._resolver.schemas.block_of(path[0])

    def members(self, name: str) -> tuple[str, ...]:
        """What may follow the dot behind a name of this scope that holds nothing else."""
        return ("key", "value") if name in self._iterators and name not in self._names else ()

    def cursor(self, value: t.Expression) -> Cursor:
        """What an expression leads to, as far as it is known."""
        return self._cursor(value)[0]

    def _cursor(self, value: t.Expression) -> tuple[Cursor, bool]:
        """As `cursor`, and whether a splat makes a list of it."""
        match value:
            case t.Parenthesis(inner=inner):
                return self._cursor(inner)
            case t.Access(source=source, parts=parts):
                found = walk(self.cursor(source), parts, 0)
                return found.cursor, found.each
            case t.Call(name="one", args=(inner, *_)):
                return self._element(inner), False
            case t.Traversal():
                return self._traversal(value)
        return self._types.of(value), False

    def _traversal(self, value: t.Traversal) -> tuple[Cursor, bool]:
        parts, root = value.parts, value.root
        if root in self._names:
            found = walk(self._names[root], parts, 1)
        elif root in self._iterators and len(parts) > 1:
            found = walk(self._iterators[root] if parts[1].name == "value" else STRING, parts, 2)
        elif root == "self":
            found = walk(self.self_schema, parts, 1)
        else:
            found = self._resolver.resolve(Reference(value, frozenset(), (), ""))
        return found.cursor, found.each

    def _element(self, collection: t.Expression) -> Cursor:
        """What a `for` through a collection meets."""
        match collection:
            case t.Call(name=name, args=(inner, *_)) if name in _SAME_ELEMENTS:
                return self._element(inner)
            case t.TupleExpression(items=(first, *_)):
                return self.cursor(first)
            case t.Traversal(parts=parts) if (schema := self._instances(parts)) is not None:
                return schema
        cursor, each = self._cursor(collection)
        return cursor if each else _element_of(cursor)

    def _instances(self, parts: tuple[t.Part, ...]) -> BlockSchema | None:
        """The schema of a resource with `count` or `for_each`, where a reference means all its instances."""
        names = tuple(part.name for part in parts)
        data = names[0] == "data"
        key = names[1:] if data else names
        declaration = (self._resolver.module.data if data else self._resolver.module.resources).get(key)
        node = declaration.declared.node if declaration else None
        if not isinstance(node, t.Block) or not (node.body.attribute("count") or node.body.attribute("for_each")):
            return None
        return self._resolver.schemas.block_of(node)


def _element_of(cursor: Cursor) -> Cursor:
    if isinstance(cursor, NestedBlock):
        return cursor.block if cursor.nesting != "single" else None
    if isinstance(cursor, Type):
        kinds = {kind for _, kind in cursor.fields}  # an object may be gone through where all it holds is alike
        return cursor.element or (next(iter(kinds)) if len(kinds) == 1 else None)
    return None


def expression(text: str) -> t.Expression | None:
    """The expression that a text is, None where it cannot be read."""
    piece = read_piece(f"x = ({text}\n)\n")
    attributes = piece.body.attributes
    value = attributes[0].value if len(attributes) == 1 and not piece.problems else None
    return value.inner if isinstance(value, t.Parenthesis) else None


def _iterators(path: tuple[t.Block, ...]) -> Iterator[tuple[str, t.Expression]]:
    """The names that stand for an element, and what it is an element of: `each` and those of dynamic blocks."""
    each = path[0].body.attribute("for_each") if path else None
    if each:
        yield "each", each.value
    for number, block in enumerate(path):
        through = block.body.attribute("for_each") if block.type == "dynamic" and block.labels else None
        if through and len(path) > number + 1:
            named = block.body.attribute("iterator")
            own = named.value.root if named and isinstance(named.value, t.Traversal) else ""
            yield own or block.labels[0].text, through.value
