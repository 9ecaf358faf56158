"""Terraform's types as small values, with one short notation for bundles and one form for a person."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

_PRIMITIVES = {"s": "string", "n": "number", "b": "bool", "d": "dynamic"}
_LETTERS = {name: letter for letter, name in _PRIMITIVES.items()}
_COLLECTIONS = {"l": "list", "e": "set", "m": "map"}
_COLLECTION_LETTERS = {name: letter for letter, name in _COLLECTIONS.items()}


@dataclass(frozen=True, slots=True)
class Type:
    """`kind` is string, number, bool, dynamic, list, set, map or object.

    `element` is the element type of a collection, `fields` are the attributes of an object, `may_lack` the names of
    those that a value may leave out.
    """

    kind: str
    element: Type | None = None
    fields: tuple[tuple[str, Type], ...] = ()
    may_lack: frozenset[str] = frozenset()

    @property
    def primitive(self) -> bool:
        """Whether it is string, number or bool."""
        return self.kind in {"string", "number", "bool"}

    @property
    def is_list(self) -> bool:
        """Whether it is a list or a set."""
        return self.kind in {"list", "set"}

    @property
    def innermost(self) -> Type:
        """What is in the innermost collection: the type itself where it is no collection."""
        return self.element.innermost if self.element else self

    def field(self, name: str) -> Type | None:
        """The type of an object's attribute."""
        return next((kind for field, kind in self.fields if field == name), None)

    def __str__(self) -> str:
        if self.element:
            return f"{self.kind} of {self.element}"
        return "any type" if self.kind == "dynamic" else self.kind

    @property
    def written(self) -> str:
        """As Terraform writes it: `list(string)`, `object({ name = string })`, `any`."""
        if self.element:
            return f"{self.kind}({self.element.written})"
        if self.kind == "object" and self.fields:
            return f"object({{ {', '.join(f'{name} = {kind.written}' for name, kind in self.fields)} }})"
        return "any" if self.kind == "dynamic" else self.kind

    def notation(self) -> str:
        """The short notation: `s`, `ls` (list of string), `o(name:s,size?:n)`, where an object may lack its size."""
        if self.element:
            return _COLLECTION_LETTERS[self.kind] + self.element.notation()
        if self.kind == "object":
            marks = dict.fromkeys(self.may_lack, "?")
            return "o(" + ",".join(f"{name}{marks.get(name, '')}:{kind.notation()}" for name, kind in self.fields) + ")"
        return _LETTERS[self.kind]

    def json(self) -> object:
        """The form of Terraform's own schema output: `"string"`, `["list", "string"]`, `["object", {…}]`.

        What an object may lack follows in a list of its own.
        """
        if self.element:
            return [self.kind, self.element.json()]
        if self.kind == "object":
            fields = {name: kind.json() for name, kind in self.fields}
            return ["object", fields, sorted(self.may_lack)] if self.may_lack else ["object", fields]
        return self.kind


STRING, NUMBER, BOOL, DYNAMIC = (Type(kind) for kind in ("string", "number", "bool", "dynamic"))
_NAMED = {"s": STRING, "n": NUMBER, "b": BOOL, "d": DYNAMIC}


@lru_cache(maxsize=4096)
def parse_type(notation: str) -> Type:
    """The type of a short notation. Raises ValueError where it is none."""
    found, rest = _parse(notation)
    if rest:
        raise ValueError(f"{notation!r} is not a type")
    return found


def _parse(text: str) -> tuple[Type, str]:
    letter = text[:1]
    if letter in _NAMED:
        return _NAMED[letter], text[1:]
    if letter in _COLLECTIONS:
        element, rest = _parse(text[1:])
        return Type(_COLLECTIONS[letter], element), rest
    if not text.startswith("o("):
        raise ValueError(f"{text!r} is not a type")
    fields: list[tuple[str, Type]] = []
    may_lack: set[str] = set()
    rest = text[2:]
    while rest and not rest.startswith(")"):
        name, _, rest = rest.lstrip(",").partition(":")
        kind, rest = _parse(rest)
        if name.endswith("?"):
            name = name[:-1]
            may_lack.add(name)
        fields.append((name, kind))
    return Type("object", fields=tuple(fields), may_lack=frozenset(may_lack)), rest[1:]


def type_from_json(value: object) -> Type:
    """The type of Terraform's own schema output; `dynamic` for what is not known."""
    if isinstance(value, str):
        return _NAMED.get(_LETTERS.get(value, "d"), DYNAMIC)
    if isinstance(value, list) and len(value) in {2, 3}:
        kind, inner, *rest = value
        if kind == "object" and isinstance(inner, dict):
            lacking = frozenset(rest[0]) if rest and isinstance(rest[0], list) else frozenset()
            fields = tuple((name, type_from_json(v)) for name, v in inner.items())
            return Type("object", fields=fields, may_lack=lacking)
        if kind in _COLLECTION_LETTERS:
            return Type(kind, type_from_json(inner))
    return DYNAMIC
