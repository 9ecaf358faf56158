"""JSON schema as a tree of possibilities: which sub-schemas may apply to what stands at a path."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from lsp_server.dialects.cloudformation.schema_files import Json

_LOGIC = frozenset({"Fn::If"})


class Shapes:
    """One schema document, whose `$ref`s point into itself."""

    def __init__(self, root: Json) -> None:
        self.root = root

    def resolve(self, pointer: str) -> Json | None:
        """What `#/definitions/…` points to."""
        at: object = self.root
        for step in pointer.removeprefix("#").split("/")[1:]:
            name = unquote(step).replace("~1", "/").replace("~0", "~")
            at = at.get(name) if isinstance(at, dict) else None
        return at if isinstance(at, dict) else None

    def expand(self, shape: object, *, certain: bool = False) -> Iterator[Json]:
        """The shape and all it refers to or may be; with `certain` only what holds in every case."""
        waiting, seen = [shape], set[int]()
        while waiting:
            one = waiting.pop(0)
            if not isinstance(one, dict) or id(one) in seen:
                continue
            seen.add(id(one))
            yield one
            if isinstance(one.get("$ref"), str):
                waiting.append(self.resolve(one["$ref"]))
            for word in ("allOf",) if certain else ("allOf", "oneOf", "anyOf"):
                if isinstance(one.get(word), list):
                    waiting.extend(one[word])

    def at(self, path: Sequence[str | int]) -> list[Json]:
        """The shapes of what stands at a path of keys and indices below the properties; `Fn::If` is seen through."""
        shapes: list[Json] = [self.root]
        steps = iter(path)
        for step in steps:
            if step in _LOGIC:
                next(steps, None)
                continue
            shapes = [inner for shape in shapes for inner in self._step(shape, step)]
            if not shapes:
                return []
        return shapes

    def _step(self, shape: Json, step: str | int) -> Iterator[Json]:
        for one in self.expand(shape):
            if isinstance(step, int):
                items = one.get("items")
                found = items if isinstance(items, list) else [items]
                yield from (item for item in found if isinstance(item, dict))
            else:
                yield from self._named(one, step)

    @staticmethod
    def _named(one: Json, name: str) -> Iterator[Json]:
        known = one.get("properties")
        if isinstance(known, dict) and isinstance(known.get(name), dict):
            yield known[name]
            return
        patterns = one.get("patternProperties")
        hits = [v for p, v in patterns.items() if matches(p, name)] if isinstance(patterns, dict) else []
        rest = one.get("additionalProperties")
        yield from (hit for hit in hits or [rest] if isinstance(hit, dict))

    def properties(self, shapes: Sequence[Json]) -> dict[str, list[Json]]:
        """The named properties of any of the shapes, each with its own possible shapes."""
        found: dict[str, list[Json]] = {}
        for shape in shapes:
            for one in self.expand(shape):
                known = one.get("properties")
                for name, inner in known.items() if isinstance(known, dict) else ():
                    if isinstance(inner, dict):
                        found.setdefault(name, []).append(inner)
        return found

    def required(self, shapes: Sequence[Json]) -> frozenset[str]:
        """The property names that every one of the shapes requires."""
        each = [self._required(shape, ()) for shape in shapes]
        return frozenset.intersection(*each) if each else frozenset()

    def _required(self, shape: object, above: tuple[int, ...]) -> frozenset[str]:
        if not isinstance(shape, dict) or id(shape) in above:
            return frozenset()
        inside = (*above, id(shape))
        names = frozenset(str(name) for name in _listed(shape.get("required")))
        if isinstance(shape.get("$ref"), str):
            names |= self._required(self.resolve(shape["$ref"]), inside)
        for part in _listed(shape.get("allOf")):
            names |= self._required(part, inside)
        for word in ("oneOf", "anyOf"):
            if options := [self._required(option, inside) for option in _listed(shape.get(word))]:
                names |= frozenset.intersection(*options)
        return names

    def closed(self, shapes: Sequence[Json]) -> bool:
        """Whether nothing but the named properties may stand there."""
        ones = [one for shape in shapes for one in self.expand(shape)]
        objects = [one for one in ones if "properties" in one or "patternProperties" in one or _free(one)]
        return bool(objects) and all(
            one.get("additionalProperties") is False and not one.get("patternProperties") for one in objects
        )


def _free(one: Json) -> bool:
    return one.get("type") == "object" and not any(word in one for word in ("$ref", "allOf", "oneOf", "anyOf"))


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def matches(pattern: str, name: str) -> bool:
    """Whether a pattern of a schema (ECMA flavour) is found in a name; one that Python cannot read matches all."""
    try:
        return re.search(pattern, name) is not None
    except re.error:
        return True
