"""Intrinsic functions where they may stand: short ones as values, long ones as keys, whole objects in JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsp_server.dialects.base import Completion, CompletionKind
from lsp_server.dialects.cloudformation import vocabulary as words
from lsp_server.dialects.cloudformation.calls import EXTENSIONS, FOR_EACH, gives
from lsp_server.dialects.cloudformation.insertions import Shape
from lsp_server.dialects.cloudformation.offers import Request
from lsp_server.dialects.cloudformation.position import Role

_FIRST = 15  # the rank of the function that a property nearly always has
_UNFIT = 40  # how much lower a function ranks that cannot give what is due
_NOTHING_FOLLOWS = re.compile(r"[ \t]*(?:#.*|[,\]}].*)?\Z")
_LOOPED = frozenset({"Resources", "Outputs", "Conditions"})


def functions(request: Request) -> Iterator[Completion]:
    """The functions that may stand at the cursor, those that give what is due first."""
    place, slot = request.place, request.slot
    if place.role is not Role.VALUE and not place.tag:
        yield from _loops(request)
    if place.quote and not place.json:
        return
    allowed = frozenset(slot.functions)
    for number, name in enumerate(words.ALL_FUNCTIONS):
        if name in allowed:
            rank = 50 + number + (0 if gives(name, slot.value) else _UNFIT)
            rank = _FIRST if name == words.USUAL.get(_property(request)) else rank
            yield from _json(request, name, rank) if place.json else _yaml(request, name, rank)


def _property(request: Request) -> str:
    """The name of the property that the function is the value of."""
    below = request.slot.below
    return str(below[-1]) if below and not request.slot.function else ""


def _yaml(request: Request, name: str, rank: int) -> Iterator[Completion]:
    place, key = request.place, f"function:{name}"
    short = words.short(name)
    if place.role is not Role.KEY:
        stops = words.STOPS.get(name, "") if _NOTHING_FOLLOWS.match(request.rest) else ""
        text = f"{short} {stops}"
        yield Completion(
            short, CompletionKind.FUNCTION, place.word, text, name, snippet=bool(stops), rank=rank, key=key
        )
    if place.role is not Role.VALUE and not place.tag:
        shape = Shape.SEQUENCE if name in words.LIST_FUNCTIONS else Shape.SCALAR
        yield request.key(name, CompletionKind.FUNCTION, shape, detail=short, key=key, rank=rank + 20)


def _json(request: Request, name: str, rank: int) -> Iterator[Completion]:
    place, short, key = request.place, words.short(name), f"function:{name}"
    if place.role is not Role.VALUE:
        shape = Shape.SEQUENCE if name in words.LIST_FUNCTIONS or name == "Fn::GetAtt" else Shape.TEXT
        yield request.key(name, CompletionKind.FUNCTION, shape, detail=short, key=key, rank=rank + 20)
    elif request.whole_string:
        argument = '["$1", "$2"]' if name == "Fn::GetAtt" else words.STOPS.get(name, '"$1"')
        text = f'{{"{name}": {argument}}}$0'
        span = request.with_quotes()
        yield Completion(name, CompletionKind.FUNCTION, span, text, short, snippet=True, rank=rank, key=key)


def _loops(request: Request) -> Iterator[Completion]:
    """`Fn::ForEach`, where entries of a section or properties stand, in templates that have its transform."""
    path, slot = request.place.path, request.slot
    section = len(path) == 1 and path[0] in _LOOPED
    inside = path[:1] == ("Resources",) and bool(slot.resource_type) and "Properties" in path and not slot.function
    if EXTENSIONS in request.template.transforms and (section or inside):
        yield request.key(
            f"{FOR_EACH}::",
            CompletionKind.FUNCTION,
            Shape.SEQUENCE,
            detail="a loop",
            key="function:Fn::ForEach",
            rank=95,
        )
