"""JSON schema as a tree of possibilities: which sub-schemas may apply to what stands at a path."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias
from urllib.parse import unquote

from lsp_server.dialects.cloudformation.applies import UNWRITTEN, Judge, Written, holds
from lsp_server.dialects.cloudformation.patterns import matches
from lsp_server.dialects.cloudformation.schema_files import Json

Conditions: TypeAlias = Callable[[Written], Sequence[Json]]

_BRANCHING = ("Fn::If", "Fn::ForEach::")


class Shapes:
    """One schema document, whose `$ref`s point into itself.

    Where a method is told what is `written`, only those alternatives count that may still be meant. `conditions` are
    further schemas that hold for the whole in view of what is written.
    """

    def __init__(self, root: Json, conditions: Conditions | None = None) -> None:
        self.root = root
        self._conditions = conditions
        self._resolved: dict[str, Json | None] = {}
        self._joined: dict[tuple[int, int], Json] = {}

    def resolve(self, pointer: str) -> Json | None:
        """What `#/definitions/…` points to."""
        if pointer not in self._resolved:
            self._resolved[pointer] = self._at(pointer)
        return self._resolved[pointer]

    def _at(self, pointer: str) -> Json | None:
        at: object = self.root
        for step in pointer.removeprefix("#").split("/")[1:]:
            name = unquote(step).replace("~1", "/").replace("~0", "~")
            at = at.get(name) if isinstance(at, dict) else None
        return at if isinstance(at, dict) else None

    def expand(self, shape: object, *, certain: bool = False, written: Written = UNWRITTEN) -> Iterator[Json]:
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
            waiting.extend(_listed(one.get("allOf")))
            for word in () if certain else ("oneOf", "anyOf"):
                waiting.extend(self._left(_listed(one.get(word)), written))

    def _left(self, options: list[object], written: Written) -> list[object]:
        """The alternatives that what is written does not contradict; all of them where it does every one."""
        if len(options) < 2 or written.node is None:
            return options
        key = id(options), id(written.node)
        if key not in written.memo:
            written.memo[key] = self._fitting(options, written)
        return written.memo[key]

    def _fitting(self, options: list[object], written: Written) -> list[object]:
        for judge in (Judge.OTHER, Judge.VALUES):
            if left := [one for one in options if holds(one, written, self.resolve, judge) is not False]:
                return left
        return options

    def at(self, path: Sequence[str | int], written: Written = UNWRITTEN) -> list[Json]:
        """The shapes of what stands at a path of keys and indices below the properties.

        The branches of `Fn::If` and the bodies of `Fn::ForEach` are seen through.
        """
        shapes: list[Json] = [self.root]
        for level, step in _steps(path, written):
            shapes = [inner for shape in shapes for inner in self._step(shape, step, level)]
            if not shapes:
                return []
        return shapes

    def conditional(self, path: Sequence[str | int], written: Written) -> list[object]:
        """What the schema says further of what stands at a path, in view of what is written; `False`: it may not."""
        shapes: list[Json] = [self.root]
        found: list[object] = list(self._conditions(written)) if self._conditions is not None else []
        for level, step in _steps(path, written):
            found += [then for shape in shapes for then in self._then(shape, level)]
            found = [inner for one in found for inner in self._stepped(one, step, level)]
            shapes = [inner for shape in shapes for inner in self._step(shape, step, level)]
        end = written.at(path)
        found += [then for shape in shapes for then in self._then(shape, end)]
        return [inner for one in found for inner in (self._and(one, end) if isinstance(one, dict) else (one,))]

    def _and(self, shape: Json, written: Written) -> Iterator[Json]:
        """The shape and what holds with it."""
        for one in self.expand(shape, certain=True):
            yield one
            yield from self._then(one, written, once=True)

    def _then(self, shape: Json, written: Written, *, once: bool = False) -> Iterator[Json]:
        """What the conditions of a shape come to."""
        for one in (shape,) if once else self.expand(shape, written=written):
            if "if" in one and written.known is not None:
                verdict = holds(one["if"], written, self.resolve)
                then = None if verdict is None else one.get("then" if verdict else "else")
                yield from self._and(then, written) if isinstance(then, dict) else ()

    def _stepped(self, one: object, step: str | int, written: Written) -> Iterator[object]:
        if isinstance(one, dict):
            for part in self._and(one, written):
                known = part.get("properties")
                if isinstance(known, dict) and known.get(step) is False:
                    yield False
                else:
                    yield from self._step(part, step, written)

    def _step(self, shape: Json, step: str | int, written: Written = UNWRITTEN) -> Iterator[Json]:
        for one in self.expand(shape, written=written):
            if isinstance(step, int):
                items, first = one.get("items"), _listed(one.get("prefixItems"))
                ones = items if isinstance(items, list) else self._both([*first[step : step + 1], items])
                yield from (item for item in ones if isinstance(item, dict))
            else:
                yield from self._named(one, step)

    def _both(self, found: list[object]) -> list[object]:
        """What holds of an item for its place and as any item: the schemas tell only a part of it by place."""
        first = found[0]
        if len(found) < 2 or not isinstance(first, dict) or "properties" not in first or not isinstance(found[1], dict):
            return found[:1]
        return [self._joined.setdefault((id(first), id(found[1])), {"allOf": found})]

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

    def properties(self, shapes: Sequence[Json], written: Written = UNWRITTEN) -> dict[str, list[Json]]:
        """The named properties of any of the shapes, each with its own possible shapes."""
        found: dict[str, list[Json]] = {}
        for shape in shapes:
            for one in self.expand(shape, written=written):
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


def _steps(path: Sequence[str | int], written: Written) -> Iterator[tuple[Written, str | int]]:
    """The steps of a path that a schema knows, each with what is written of the object or list it is taken in."""
    steps = iter(path)
    for step in steps:
        if isinstance(step, str) and step.startswith(_BRANCHING):
            inner = next(steps, None)
            written = written.child(step)
            written = written if inner is None else written.child(inner)
            continue
        yield written, step
        written = written.child(step)


def _free(one: Json) -> bool:
    return one.get("type") == "object" and not any(word in one for word in ("$ref", "allOf", "oneOf", "anyOf"))


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
