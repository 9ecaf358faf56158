"""What a reference leads to: its type, or what is wrong with it. One walk for the check, completion and types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lsp_server.core.document import Span
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.block_schema import BlockSchema
from lsp_server.dialects.terraform.children import Interface, interfaces
from lsp_server.dialects.terraform.constraints import variable_type
from lsp_server.dialects.terraform.module import Declaration, Module, Name, Requirement
from lsp_server.dialects.terraform.references import Reference
from lsp_server.dialects.terraform.schema import ProviderSchemas
from lsp_server.dialects.terraform.types import NUMBER, STRING, Type
from lsp_server.dialects.terraform.walk import UNKNOWN, Cursor, Problem, Resolved, walk

__all__ = ["PATHS", "Cursor", "Problem", "Resolved", "Resolver", "walk"]

PATHS = ("module", "root", "cwd")
_DEEPEST = 20  # locals that refer to locals
_SCOPED = frozenset({"each", "count", "self"})
_LONG = frozenset({"resource", "data", "ephemeral", "provider"})  # kinds whose names have two parts


class Resolver:
    """Resolves the references of one state of a module.

    What a judgement of a piece needs of the module around it, it asks here, one name at a time: so it can be told what
    the judgement depends on.
    """

    def __init__(self, module: Module, schemas: ProviderSchemas) -> None:
        self.module = module
        self.schemas = schemas
        self._local_types: dict[str, Type | None] = {}
        self._asked: list[str] = []

    @property
    def partial(self) -> bool:
        """Whether there may be more in the module than is known."""
        return self.module.partial

    @property
    def required_providers(self) -> Mapping[str, Requirement]:
        """What the module says of the providers that it requires, by local name."""
        return self.module.required_providers

    def declaration(self, kind: str, name: Name) -> Declaration | None:
        """What is declared by that name; for the kinds and the form of names see `Declared`."""
        return self.module.of_kind(kind).get(name if kind in _LONG else name[0])  # type: ignore[arg-type]  # as declared

    def names(self, kind: str) -> list[Any]:
        """The names of all of a kind, as the module's dictionary of them has them."""
        return list(self.module.of_kind(kind))

    def child(self, name: str) -> Interface | None:
        """What the module call of that name may pass in and take out; None where the child is not known."""
        return interfaces(self.module.unit).get(name)

    def by(self, schemas: ProviderSchemas) -> Resolver:
        """The same by other schemas."""
        return Resolver(self.module, schemas)

    def local_type(self, name: str) -> Type | None:
        """The type of a local value, as far as it can be told."""
        if name in self._local_types:
            return self._local_types[name]
        value = self.module.locals[name].value if name in self.module.locals else None
        if value is None or name in self._asked or len(self._asked) > _DEEPEST:
            return None
        from lsp_server.dialects.terraform.inference import Types  # types of expressions are found by references

        self._asked.append(name)
        try:
            found = self._local_types[name] = Types(self).of(value)
        finally:
            self._asked.pop()
        return found

    def resolve(self, reference: Reference) -> Resolved:
        """What the reference leads to. Names that `for` and `dynamic` bring are left alone."""
        parts = reference.traversal.parts
        root = parts[0].name
        if root in reference.scope:
            return UNKNOWN
        if root in _SCOPED:
            return _scoped(reference, root)
        if root == "action" and len(parts) > 2:
            return UNKNOWN
        read = _ROOTS.get(root)
        return read(self, parts) if read else self._resource(parts, 0, "resource")

    # -- roots

    def _variable(self, parts: tuple[t.Part, ...]) -> Resolved:
        name = _name_at(parts, 1)
        if name is None:
            return _directly(parts)
        found = self.declaration("variable", (name,))
        if found is None:
            detail = f'An input variable with the name "{name}" has not been declared.'
            return _undeclared(parts, 1, "input variable", "variable", (name,), detail, self.names("variable"))
        return walk(variable_type(found), parts, 2)

    def _local(self, parts: tuple[t.Part, ...]) -> Resolved:
        name = _name_at(parts, 1)
        if name is None:
            return _directly(parts)
        if self.declaration("local", (name,)) is None:
            detail = f'A local value with the name "{name}" has not been declared.'
            return _undeclared(parts, 1, "local value", "local", (name,), detail, self.names("local"))
        return walk(self.local_type(name), parts, 2)

    def _module(self, parts: tuple[t.Part, ...]) -> Resolved:
        name = _name_at(parts, 1)
        if name is None:
            return _directly(parts)
        call = self.declaration("module", (name,))
        if call is None:
            detail = f'No module call named "{name}" is declared in the root module.'
            return _undeclared(parts, 1, "module", "module", (name,), detail, self.names("module"))
        child = self.child(name)
        if child is None:
            return UNKNOWN
        if not call.repeated:
            return walk(child.result, parts, 2)
        if len(parts) < 3 or parts[2].kind == "attr":
            counted = len(parts) > 2 and call.repeated == "count"
            return Resolved(problem=_of_counted(parts[2])) if counted else UNKNOWN
        return walk(child.result, parts, 3, through=parts[2])

    def _data(self, parts: tuple[t.Part, ...]) -> Resolved:
        return self._resource(parts, 1, "data")

    def _ephemeral(self, parts: tuple[t.Part, ...]) -> Resolved:
        return self._resource(parts, 1, "ephemeral")

    def _managed(self, parts: tuple[t.Part, ...]) -> Resolved:
        return self._resource(parts, 1, "resource")

    def _words(self, parts: tuple[t.Part, ...]) -> Resolved:
        root = parts[0].name
        words = PATHS if root == "path" else ("workspace", "applying")
        name = _name_at(parts, 1)
        if name is None:
            return _directly(parts)
        if name not in words:
            detail = f'The "{root}" object does not have an attribute named "{name}".'
            data = {"name": name, "kind": "attribute", "candidates": list(words)}
            return Resolved(
                problem=Problem("unknown-attribute", parts[1].span, f'Invalid "{root}" attribute', detail, data)
            )
        return Resolved(STRING)

    # -- resources

    def _resource(self, parts: tuple[t.Part, ...], at: int, table: str) -> Resolved:
        kind = "data" if parts[0].name == "data" and at else "resource"
        type_name, name = _name_at(parts, at), _name_at(parts, at + 1)
        if type_name is None or name is None:
            if at == 0 and len(parts) == 1:
                return self._bare_word(parts)
            detail = "A reference to a resource type must be followed by at least one attribute access, "
            return _invalid(parts, detail + "specifying the resource name.", parts[0].name)
        found = self.declaration(table, (type_name, name))
        if found is None:
            return self._undeclared_resource(parts, at, kind, type_name, name)
        return self._instance(parts, at + 2, found, self.schemas.block_of(found))

    def _bare_word(self, parts: tuple[t.Part, ...]) -> Resolved:
        name = parts[0].name
        detail = (
            "A reference to a resource type must be followed by at least one attribute access, specifying the resource "
            "name."
        )
        known = [n for n, kind in (("var", "variable"), ("local", "local")) if self.declaration(kind, (name,))]
        data = {"name": name, "kind": "word", "candidates": [f"{prefix}.{name}" for prefix in known]}
        return Resolved(problem=Problem("invalid-reference", parts[0].span, "Invalid reference", detail, data))

    def _undeclared_resource(
        self, parts: tuple[t.Part, ...], at: int, kind: str, type_name: str, name: str
    ) -> Resolved:
        noun = "data" if kind == "data" else "managed"
        detail = f'A {noun} resource "{type_name}" "{name}" has not been declared in the root module.'
        if kind == "resource" and self.declaration("data", (type_name, name)):
            detail += f" Did you mean the data resource data.{type_name}.{name}?"
        same = [".".join(key[1:]) for key in self.names(kind) if key[0] == type_name]
        span = Span(parts[0].span.start, parts[at + 1].span.end)
        data = {
            "name": name,
            "kind": kind,
            "resource_type": type_name,
            "candidates": same,
            "address": (type_name, name),
        }
        return Resolved(problem=Problem("undeclared-reference", span, "Reference to undeclared resource", detail, data))

    def _instance(self, parts: tuple[t.Part, ...], at: int, found: Declaration, schema: BlockSchema | None) -> Resolved:
        repeated = found.repeated
        if at >= len(parts):
            return Resolved(schema if not repeated else None, at=at)
        part = parts[at]
        address = found.address
        if repeated and part.kind == "attr":
            index = "[count.index]" if repeated == "count" else "[each.key]"
            detail = (
                f'Because {address} has "{repeated}" set, its attributes must be accessed on specific instances. For '
                f"example, to correlate with indices of a referring resource, use: {address}{index}"
            )
            data = {"name": address, "kind": repeated, "insert_at_part": at, "candidates": [index, "[0]", "[*]"]}
            span = Span(parts[0].span.start, part.span.end)
            return Resolved(
                problem=Problem("missing-instance-key", span, "Missing resource instance key", detail, data)
            )
        if not repeated and part.kind == "index":
            detail = (
                f'Because {address} does not have "count" or "for_each" set, references to it must not include an '
                "index key. Remove the bracketed index to refer to the single instance of this resource."
            )
            data = {"name": address, "kind": "index"}
            return Resolved(
                problem=Problem("unexpected-instance-key", part.span, "Unexpected resource instance key", detail, data)
            )
        if part.kind == "attr":
            return walk(schema, parts, at, address)
        return walk(schema, parts, at + 1, address, part)


def _of_counted(part: t.Part) -> Problem:
    detail = (
        f'Can\'t access attributes on a list of objects. Did you mean to access attribute "{part.name}" for a specific '
        "element of the list, or across all elements of the list?"
    )
    data = {"name": part.name, "kind": "collection", "candidates": ["[0]", "[*]"]}
    return Problem("unknown-attribute", part.span, "Unsupported attribute", detail, data)


def _name_at(parts: tuple[t.Part, ...], at: int) -> str | None:
    return parts[at].name if at < len(parts) and parts[at].kind in {"attr", "name"} else None


def _directly(parts: tuple[t.Part, ...]) -> Resolved:
    detail = f'The "{parts[0].name}" object cannot be accessed directly. Instead, access one of its attributes.'
    return _invalid(parts, detail)


def _invalid(parts: tuple[t.Part, ...], detail: str, name: str = "") -> Resolved:
    data = {"name": name or parts[0].name, "kind": "reference", "candidates": []}
    span = Span(parts[0].span.start, parts[-1].span.end)
    return Resolved(problem=Problem("invalid-reference", span, "Invalid reference", detail, data))


def _undeclared(
    parts: tuple[t.Part, ...], at: int, noun: str, kind: str, name: tuple[str, ...], detail: str, known: list[str]
) -> Resolved:
    span = Span(parts[0].span.start, parts[at].span.end)
    data = {"name": name[-1], "kind": kind, "address": name, "candidates": known}
    return Resolved(problem=Problem("undeclared-reference", span, f"Reference to undeclared {noun}", detail, data))


def _scoped(reference: Reference, root: str) -> Resolved:
    """`each`, `count` and `self`: whether they mean something where they stand is the linter's to say."""
    parts = reference.traversal.parts
    if len(parts) < 2:
        return UNKNOWN
    name = parts[1].name
    if root == "count" and name == "index":
        return Resolved(NUMBER)
    if root == "each" and name == "key":
        return Resolved(STRING)
    return UNKNOWN


_ROOTS: dict[str, Callable[[Resolver, tuple[t.Part, ...]], Resolved]] = {
    "var": Resolver._variable,
    "local": Resolver._local,
    "module": Resolver._module,
    "data": Resolver._data,
    "ephemeral": Resolver._ephemeral,
    "resource": Resolver._managed,
    "path": Resolver._words,
    "terraform": Resolver._words,
}
