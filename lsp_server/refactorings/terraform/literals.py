"""Values that may be declared once and named where they stand, what they are called, and where else the same stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from lsp_server.core.caches import with_argument
from lsp_server.core.document import Document, Span
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.dialects.terraform.types import BOOL, DYNAMIC, NUMBER, STRING, Type
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform.expression_at import use_of
from lsp_server.refactorings.terraform.spot import Spot
from lsp_server.refactorings.terraform.writing import configuration, name_from

_MOST = 200  # places that anybody wants to change at once
_HOLDERS = frozenset({"resource", "data", "ephemeral", "module", "output", "locals", "provider", "check"})
_KEYWORDS = frozenset({"depends_on", "provider", "providers", "iterator", "labels", "when", "on_failure"})
"""Arguments whose values are addresses or words."""
_AT_TOP = {
    "module": frozenset({"source", "version"}),
    "provider": frozenset({"alias", "version"}),
    "output": frozenset({"description", "sensitive", "ephemeral"}),
}
_CONDITIONS = frozenset({"precondition", "postcondition"})
_VAGUE = frozenset(
    {
        "enabled",
        "default",
        "name",
        "type",
        "key",
        "value",
        "values",
        "id",
        "arn",
        "description",
        "mode",
        "status",
        "content",
        "source",
    }
)
_SHORTEST = 3  # letters of a string that is looked for under other names too


def takes_references(spot: Spot) -> bool:
    """Whether a reference to a variable or a local may stand in the argument at the spot."""
    return bool(spot.path) and spot.attribute is not None and may_refer(spot.path, spot.attribute)


def may_refer(path: tuple[t.Block, ...], attribute: t.Attribute) -> bool:
    """The same for an argument of the last of some blocks."""
    if path[0].type not in _HOLDERS or attribute.name in _KEYWORDS:
        return False
    if len(path) == 1:
        return attribute.name not in _AT_TOP.get(path[0].type, ())
    if any(block.type == "provisioner" and block.body.attribute("when") for block in path):
        return False  # at its end a resource knows no more than itself
    return "lifecycle" not in {block.type for block in path} or path[-1].type in _CONDITIONS


def is_constant(node: t.Expression) -> bool:
    """Whether a value is written out: literals, and lists and objects of them."""
    match node:
        case t.Literal():
            return True
        case t.Unary(operator="-", operand=operand):
            return isinstance(operand, t.Literal)
        case t.Template():
            return node.text is not None
        case t.TupleExpression(items=items):
            return all(map(is_constant, items))
        case t.ObjectExpression(items=items):
            return all(item.name is not None and is_constant(item.value) for item in items)
    return False


def is_worth_naming(node: t.Expression) -> bool:
    """Whether a value says something."""
    match node:
        case t.Literal(value=value):
            return value is not None
        case t.Template(parts=parts):
            return bool(parts)
        case t.TupleExpression(items=items) | t.ObjectExpression(items=items):
            return bool(items)
    return True


def name_of(spot: Spot) -> str:
    """What the value at the spot may be called: after its argument or key, and its owner where that says too little."""
    word, item = key_of(spot)
    if item:
        word = word.removesuffix("s") if not word.endswith("ss") else word
    label = spot.path[0].labels[-1].text if spot.path[0].labels else ""
    inner = [block.type for block in spot.path[1:] if block.type not in {"content", "dynamic"}]
    if word.lower() in _VAGUE or word in {"count", "for_each"}:
        return name_from(*(inner or [label]), word)
    return name_from(word)


def key_of(spot: Spot) -> tuple[str, bool]:
    """The argument, or the key in an object, that the value at the spot is of, and whether it is one item of it."""
    word, item = spot.attribute.name if spot.attribute is not None else "", False
    for outer, inner in zip(spot.chain, spot.chain[1:], strict=False):
        match outer:
            case t.ObjectExpression(items=items):
                named = next((i.name for i in items if i.value.span.encloses(inner.span)), None)
                word, item = named or word, False
            case t.TupleExpression():
                item = True
    return word, item


def owner_of(spot: Spot) -> str:
    """What the value at the spot belongs to, as it is called: `aws_s3_bucket.logs`, `module.vpc`, `locals`."""
    top = spot.path[0]
    return ".".join(top.address[1:] if top.type == "resource" else top.address)


def type_of(spot: Spot, node: t.Expression) -> Type:
    """The type of a value: what is expected where it stands, if it is known and fits, else what it is."""
    own = own_type(node)
    use = use_of(FixContext(spot.unit, spot.document, ()), node)
    wanted = use.wanted if use is not None else DYNAMIC
    if wanted.primitive:
        return wanted if own.primitive and wanted.kind in {own.kind, "string"} else own
    fits = (wanted.is_list and own.is_list) or (wanted.kind == "map" and own.kind in {"map", "object"})
    return wanted if fits and wanted.innermost.kind != "dynamic" else own


def own_type(node: t.Expression) -> Type:  # noqa: PLR0911  # one case each
    """The type of what is written out, whatever is expected where it stands."""
    match node:
        case t.Literal(value=bool()):
            return BOOL
        case t.Literal() | t.Unary():
            return NUMBER
        case t.Template():
            return STRING
        case t.TupleExpression(items=items):
            kinds = {own_type(item) for item in items}
            return Type("list", kinds.pop()) if len(kinds) == 1 else DYNAMIC
        case t.ObjectExpression(items=items):
            fields = tuple((item.name or "", own_type(item.value)) for item in items)
            alike = {kind for _, kind in fields}
            if len(alike) == 1 and next(iter(alike)).primitive:
                return Type("map", alike.pop())
            return Type("object", fields=fields)
    return DYNAMIC


def same_literals(spot: Spot) -> list[Place]:
    """Where the literal at the spot stands in the module: a number, or a short text, only under the same name."""
    node = spot.expression
    written = spot.text(node) if node is not None else ""
    if not isinstance(node, t.Literal | t.Template) or written in {"true", "false"} or "\n" in written:
        return []
    word = key_of(spot)[0]
    anywhere = isinstance(node, t.Template) and len(written) >= _SHORTEST + 2
    found: list[Place] = []
    for document in configuration(spot.unit):
        for placed in parse_document(document).placed:
            for name, span in literals_of(placed.piece).get(written, ()):
                if anywhere or name == word:
                    found.append(Place(document, span.shifted(placed.start)))
    return found if len(found) <= _MOST else []


class Place(NamedTuple):
    """An expression by where it stands."""

    document: Document
    span: Span


@with_argument
def literals_of(piece: t.Piece) -> dict[str, tuple[tuple[str, Span], ...]]:
    """Where a reference could stand in the place of each literal, as it is written: the name it has there, its span."""
    found: defaultdict[str, list[tuple[str, Span]]] = defaultdict(list)
    for block in piece.body.blocks:
        _collect((block,), piece.text, found)
    return {written: tuple(places) for written, places in found.items()}


def _collect(path: tuple[t.Block, ...], text: str, found: dict[str, list[tuple[str, Span]]]) -> None:
    for attribute in path[-1].body.attributes:
        if may_refer(path, attribute):
            for name, node in _literals(attribute.value, attribute.name):
                found[text[node.span.start : node.span.end]].append((name, node.span))
    for block in path[-1].body.blocks:
        _collect((*path, block), text, found)


def _literals(node: t.Expression, name: str) -> Iterator[tuple[str, t.Expression]]:
    if isinstance(node, t.Literal) or (isinstance(node, t.Template) and node.text is not None):
        yield name, node
        return
    if isinstance(node, t.ObjectExpression):
        for item in node.items:
            yield from _literals(item.value, item.name or name)
        return
    for child in t.children(node):
        if isinstance(child, t.Expression):
            yield from _literals(child, name)
