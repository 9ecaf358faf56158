"""Names that functions refer to, and the functions themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lsp_server.core.document import Span
from lsp_server.dialects.base import Completion, CompletionKind
from lsp_server.dialects.cloudformation import vocabulary as words
from lsp_server.dialects.cloudformation.offers import Request, Shape
from lsp_server.dialects.cloudformation.position import Role
from lsp_server.dialects.cloudformation.tree import Mapping, Scalar, Sequence

_OPEN_SUB = re.compile(r"\$\{(?!!)([^${}]*)$")
_NAME = re.compile(r"[\w:.]*")
_BEFORE = re.compile(r"""["']?([\w]+)["']?\s*(?:,|[\r\n]+\s*-)\s*["']?[\w.]*$""")
_FEW = 5  # so few resources show their attributes before a dot is typed


def references(request: Request) -> Iterator[Completion]:
    """Names that fit the function or attribute the cursor is in; nothing where it is in none."""
    path = request.place.path
    if request.place.tag or request.place.role is Role.KEY:
        return
    if path[2:3] == ("DependsOn",) and path[0] == "Resources" and len(path) <= 4:
        yield from _resources(request)
        return
    inside = path[-1:] if path and isinstance(path[-1], str) else path[-2:]
    match inside:
        case ("Ref",):
            yield from _names(request)
        case ("Fn::GetAtt",):
            yield from _attributes(request)
        case ("Fn::GetAtt", 0):
            yield from _resources(request)
        case ("Fn::GetAtt", 1):
            yield from _attributes_of(request, _neighbour(request), dotted=False)
        case ("Fn::Sub",) | ("Fn::Sub", 0):
            yield from _in_sub(request)
        case ("Fn::FindInMap", int(index)):
            yield from _map_keys(request, index)
        case ("Fn::If", 0) | ("Condition",):
            yield from _conditions(request)


def _names(request: Request) -> Iterator[Completion]:
    """Parameters, resources and pseudo parameters."""
    for name in request.template.parameters:
        yield request.value(name, CompletionKind.REFERENCE, detail="parameter", rank=20)
    if request.place.path[:1] != ("Conditions",):
        yield from _resources(request)
    for name, why in words.PSEUDO_PARAMETERS.items():
        yield request.value(name, CompletionKind.REFERENCE, detail=why, key=f"pseudo:{name}", rank=40)


def _resources(request: Request) -> Iterator[Completion]:
    own = request.place.path[1] if request.place.path[:1] == ("Resources",) and len(request.place.path) > 1 else None
    for name, resource in request.template.resources.items():
        if name != own:
            yield request.value(
                name, CompletionKind.REFERENCE, detail=resource.type, rank=30, key=f"type:{resource.type}"
            )


def _attributes(request: Request) -> Iterator[Completion]:
    """`Resource.Attribute`: all attributes of the resource that is typed, else the resources."""
    target, dot, _ = request.place.typed.partition(".")
    if dot:
        yield from _attributes_of(request, target, dotted=True)
        return
    named = [one for one in _resources(request) if target.lower() in one.label.lower()]
    if len(named) <= _FEW:
        for one in named:
            yield from _attributes_of(request, one.label, dotted=True)
    for one in named or _resources(request):
        yield replace(one, text=f"{one.text}.", rank=35)


def _attributes_of(request: Request, target: str, *, dotted: bool) -> Iterator[Completion]:
    resource = request.template.resources.get(target)
    schema = request.schemas.get(resource.type) if resource is not None else None
    if resource is None or schema is None:
        return
    for name, known in schema.attributes.items():
        if not name.endswith("*"):
            whole = f"{target}.{name}" if dotted else name
            rank = 20 if known.read_only else 25
            key = f"attribute-of:{schema.name}:{name}"
            yield request.value(whole, CompletionKind.REFERENCE, detail=" | ".join(known.types), key=key, rank=rank)


def _neighbour(request: Request) -> str:
    """What stands in the list before the item at the cursor."""
    path = request.place.path
    node = request.template.node((*path[:-1], int(path[-1]) - 1))
    if isinstance(node, Scalar) and isinstance(request.template.node(path[:-1]), Sequence):
        return node.value
    text = request.template.document.text
    match = _BEFORE.search(text, max(0, request.offset - 300), request.offset)
    return match[1] if match else ""


def _in_sub(request: Request) -> Iterator[Completion]:
    """Names inside an open `${`."""
    text = request.template.document.text
    opened = _OPEN_SUB.search(request.place.typed)
    if opened is None:
        return
    name = opened[1].lstrip()
    rest = _NAME.match(text, request.offset)
    end = rest.end() if rest else request.offset
    closing = "" if text[end : end + 1] == "}" else "}"
    inner = replace(request.place, typed=name, word=Span(request.offset - len(name), end), quote='"')
    asked = replace(request, place=inner)
    offered = list(_names(asked)) + list(_variables(asked))
    if "." in name:
        offered += _attributes_of(asked, name.partition(".")[0], dotted=True)
    for one in offered:
        yield replace(one, text=one.text + closing)


def _variables(request: Request) -> Iterator[Completion]:
    """The names that the second part of a Sub defines."""
    path = request.place.path
    node = request.template.node(path[:-1] if path[-1] == 0 else path)
    own = node.get(1) if isinstance(node, Sequence) else None
    if isinstance(own, Mapping):
        for entry in own.entries:
            yield request.value(entry.name, CompletionKind.REFERENCE, detail="variable of this Sub", rank=10)


def _map_keys(request: Request, index: int) -> Iterator[Completion]:
    mappings = request.template.mappings
    if index == 0:
        yield from (request.value(name, CompletionKind.REFERENCE, detail="mapping") for name in mappings)
        return
    entry = mappings.get(_neighbour(request)) if index == 1 else None
    if index == 2:
        named = request.template.node((*request.place.path[:-1], 0))
        entry = mappings.get(named.value) if isinstance(named, Scalar) else None
    top = entry.value if entry is not None else None
    if not isinstance(top, Mapping):
        return
    if index == 1:
        yield from (request.value(one.name, CompletionKind.REFERENCE) for one in top.entries)
        return
    inner = {two.name for one in top.entries if isinstance(one.value, Mapping) for two in one.value.entries}
    yield from (request.value(name, CompletionKind.REFERENCE) for name in sorted(inner))


def _conditions(request: Request) -> Iterator[Completion]:
    for name in request.template.conditions:
        if request.place.path[:2] != ("Conditions", name):
            yield request.value(name, CompletionKind.REFERENCE, detail="condition")


def functions(request: Request) -> Iterator[Completion]:
    """The functions that may stand at the cursor: short ones as values, long ones as keys."""
    place = request.place
    extended = "AWS::LanguageExtensions" in request.template.transforms
    known = words.CONDITION_FUNCTIONS if place.path[:1] == ("Conditions",) else words.FUNCTIONS
    if place.quote and not place.json:
        return
    for number, name in enumerate(known):
        if name in words.EXTENSIONS and not extended:
            continue
        rank, key = 60 + number, f"function:{name}"
        if place.json:
            if place.role is not Role.VALUE or not place.quote:
                yield _json_function(request, name, rank)
            continue
        short = words.short(name)
        if place.role is not Role.KEY:
            yield Completion(short, CompletionKind.FUNCTION, place.word, f"{short} ", name, rank=rank, key=key)
        if place.role is not Role.VALUE and not place.tag:
            shape = Shape.SEQUENCE if name in words.LIST_FUNCTIONS else Shape.SCALAR
            yield request.key(name, CompletionKind.FUNCTION, shape, detail=short, key=key, rank=rank + 20)


def _json_function(request: Request, name: str, rank: int) -> Completion:
    place = request.place
    if place.role is not Role.VALUE:
        return request.key(name, CompletionKind.FUNCTION, detail=words.short(name), key=f"function:{name}", rank=rank)
    argument = "[$1]" if name in words.LIST_FUNCTIONS or name == "Fn::GetAtt" else '"$1"'
    text = f'{{"{name}": {argument}}}$0'
    return Completion(
        name,
        CompletionKind.FUNCTION,
        place.word,
        text,
        words.short(name),
        snippet=True,
        rank=rank,
        key=f"function:{name}",
    )
