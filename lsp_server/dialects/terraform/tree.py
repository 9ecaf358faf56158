"""The syntax tree that everything about Terraform works on: small frozen values with spans in code points.

`parse.parse(text)` builds it. Spans of what `Tree.blocks` and `Tree.block_at` give are offsets in the document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, TypeVar, cast

from lsp_server.core.caches import with_argument
from lsp_server.core.document import Span
from lsp_server.dialects.terraform.expressions import (
    Access,
    Binary,
    Broken,
    Call,
    Conditional,
    Directive,
    Expression,
    ForExpression,
    Interpolation,
    Literal,
    ObjectExpression,
    ObjectItem,
    Parenthesis,
    Part,
    Template,
    TextPart,
    Traversal,
    TupleExpression,
    Unary,
)


@dataclass(frozen=True, slots=True)
class Attribute:
    """`name = value`; `span` covers all of it."""

    name: str
    name_span: Span
    value: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Label:
    """A block's label: `span` includes the quotes, `quoted` tells whether it has any.

    In JSON a key may be the label of several blocks: in all but the first it is `elsewhere`, and `span` another's.
    """

    text: str
    span: Span
    quoted: bool = True
    elsewhere: bool = False

    @property
    def text_span(self) -> Span:
        """The span of the text without the quotes."""
        return Span(self.span.start + 1, self.span.end - 1) if self.quoted else self.span


@dataclass(frozen=True, slots=True)
class Body:
    """What stands between a block's braces, or in a whole file. Order is that of the text within each tuple."""

    attributes: tuple[Attribute, ...]
    blocks: tuple[Block, ...]

    def attribute(self, name: str) -> Attribute | None:
        """The first attribute of that name."""
        for attribute in self.attributes:
            if attribute.name == name:
                return attribute
        return None

    def blocks_of(self, kind: str) -> tuple[Block, ...]:
        """All blocks of that type."""
        return tuple(b for b in self.blocks if b.type == kind)


@dataclass(frozen=True, slots=True)
class Block:
    """`type "label" … { body }`. `open` and `close` are the spans of the braces; `close` is empty where it is missing.

    `broken` tells that something in it could not be read: what seems missing may only be unreadable.
    """

    type: str
    type_span: Span
    labels: tuple[Label, ...]
    body: Body
    span: Span
    open: Span
    close: Span
    broken: bool = False

    @property
    def header_span(self) -> Span:
        """From the type to the last label."""
        return Span(self.type_span.start, self.labels[-1].span.end if self.labels else self.type_span.end)

    @property
    def address(self) -> tuple[str, ...]:
        """Type and labels."""
        return (self.type, *(label.text for label in self.labels))

    @property
    def inner_span(self) -> Span:
        """Everything between the braces."""
        return Span(self.open.end, self.close.start)


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """A text that cannot be read: Terraform's summary, a sentence, and what a fixer needs (`close`: a missing `"`…)."""

    span: Span
    summary: str
    detail: str
    missing: str = ""


@dataclass(frozen=True, eq=False)
class Piece:
    """A part of a file that is read alone: one top-level block, usually. All spans count from the piece's start."""

    text: str
    body: Body
    problems: tuple[SyntaxProblem, ...]
    comments: tuple[Span, ...]


_VERSIONS = 2  # of a text, between which a piece may have moved


@with_argument
def _moved(_: Piece) -> dict[int, Body]:
    """The bodies of a piece by where it began when they were asked for last."""
    return {}


@dataclass(frozen=True, eq=False)
class Placed:
    """A piece where it stands in a document, at offset `start`."""

    piece: Piece
    start: int

    @property
    def span(self) -> Span:
        """The part of the document that the piece covers."""
        return Span(self.start, self.start + len(self.piece.text))

    @cached_property
    def body(self) -> Body:
        """The piece's content with spans of the document; made on first use."""
        known = _moved(self.piece)
        found = known.get(self.start)
        if found is None:
            if len(known) >= _VERSIONS:
                known.pop(next(iter(known), -1), None)
            found = known[self.start] = shift(self.piece.body, self.start)
        return found


@dataclass(frozen=True, eq=False)
class Tree:
    """A whole file: pieces in order. Nothing is copied until it is asked for."""

    placed: tuple[Placed, ...]

    @cached_property
    def body(self) -> Body:
        """All blocks and attributes of the file, with spans of the document."""
        return Body(tuple(a for p in self.placed for a in p.body.attributes), self.blocks)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """All top-level blocks, with spans of the document."""
        return tuple(block for p in self.placed for block in p.body.blocks)

    @cached_property
    def problems(self) -> tuple[SyntaxProblem, ...]:
        """All syntax errors, with spans of the document."""
        return tuple(shift(problem, p.start) for p in self.placed for problem in p.piece.problems)

    @cached_property
    def comments(self) -> tuple[Span, ...]:
        """The spans of all comments, without line endings."""
        return tuple(shift(span, p.start) for p in self.placed for span in p.piece.comments)

    def placed_at(self, offset: int) -> Placed | None:
        """The piece that `offset` stands in or at the end of; the earlier one is taken only at the text's end."""
        found = None
        for placed in self.placed:
            if placed.start > offset:
                break
            found = placed
        return found

    def block_at(self, offset: int) -> Block | None:
        """The top-level block that `offset` stands in or at the edge of."""
        placed = self.placed_at(offset)
        blocks = placed.body.blocks if placed else ()
        return next((block for block in blocks if block.span.touches(offset)), None)

    def path_at(self, offset: int) -> tuple[Block, ...]:
        """The blocks around `offset`, outermost first; a block counts between its braces only."""
        path: list[Block] = []
        placed = self.placed_at(offset)
        level = placed.body.blocks if placed else ()
        while inside := next((b for b in level if b.open.end <= offset <= b.close.start), None):
            path.append(inside)
            level = inside.body.blocks
        return tuple(path)


__all__ = [
    "Access",
    "Attribute",
    "Binary",
    "Block",
    "Body",
    "Broken",
    "Call",
    "Conditional",
    "Directive",
    "Expression",
    "ForExpression",
    "Interpolation",
    "Label",
    "Literal",
    "ObjectExpression",
    "ObjectItem",
    "Parenthesis",
    "Part",
    "Piece",
    "Placed",
    "SyntaxProblem",
    "Template",
    "TextPart",
    "Traversal",
    "Tree",
    "TupleExpression",
    "Unary",
    "children",
    "expressions",
    "shift",
]

Node = TypeVar("Node")
_OURS = frozenset({__name__, Expression.__module__})
_PLAIN = frozenset({"Span", "str", "bool"})  # fields that hold no node


class _PerType(dict[type[Any], Any]):
    """What is worked out once for each type."""

    def __init__(self, of_type: Callable[[type[Any]], Any]) -> None:
        super().__init__()
        self._of_type = of_type

    def __missing__(self, kind: type[Any]) -> Any:
        found = self[kind] = self._of_type(kind)
        return found


_IS_OURS = _PerType(lambda kind: kind.__module__ in _OURS)
_FIELDS = _PerType(lambda kind: tuple(f.name for f in fields(kind)))
_INNER_FIELDS = _PerType(lambda kind: tuple(f.name for f in fields(kind) if f.type not in _PLAIN))


def shift(node: Node, by: int) -> Node:
    """The same tree, every span moved by `by` code points."""
    return node if by == 0 else cast("Node", _shift(node, by))


def _shift(node: Any, by: int) -> Any:
    kind = type(node)
    if kind is str:
        return node
    if kind is Span:
        return Span(node.start + by, node.end + by)
    if kind is tuple:
        return tuple([_shift(item, by) for item in node]) if node else node
    if not _IS_OURS[kind]:
        return node
    return kind(*[_shift(getattr(node, name), by) for name in _FIELDS[kind]])


def children(node: Any) -> list[Any]:
    """The nodes right below a node."""
    found: list[Any] = []
    for name in _INNER_FIELDS[type(node)]:
        value = getattr(node, name)
        if type(value) is tuple:
            found += [item for item in value if _IS_OURS[type(item)]]
        elif _IS_OURS[type(value)]:
            found.append(value)
    return found


def expressions(node: Any) -> Iterator[Expression]:
    """Every expression in and below a node, outermost first, in the order of the text within each level."""
    if isinstance(node, Expression):
        yield node
    for child in children(node):
        yield from expressions(child)


def loop_names(node: Any) -> frozenset[str]:
    """The names that `for` brings anywhere in and below a node."""
    return frozenset(p.name for e in expressions(node) if isinstance(e, ForExpression | Directive) for p in e.names)
