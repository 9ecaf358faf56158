"""Reads a `.tf.json` file into the tree that HCL files have: one piece for each block, so that a keystroke reads one.

A block of this tree has all that stands in it as arguments, but for the blocks that Terraform itself knows. What a
provider calls a block is told by `json_blocks`. https://developer.hashicorp.com/terraform/language/syntax/json has
the rules. The labels of a block are keys around it; a piece begins at the outermost of them that leads to no block
before it, and the others are `elsewhere`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import tree_sitter
import tree_sitter_json

from lsp_server.core.caches import sized, while_used
from lsp_server.core.document import Span
from lsp_server.core.json_recovery import mended
from lsp_server.dialects.terraform import core_schema, json_strings
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.expression_reader import SyntaxTree
from lsp_server.dialects.terraform.json_blocks import core_body, incorrect
from lsp_server.dialects.terraform.json_rules import COMMENT, How, Path, reading

_LANGUAGE = tree_sitter.Language(tree_sitter_json.language())
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?\Z")  # tree-sitter makes up one where a value is missing
_WORDS = {"true": True, "false": False, "null": None}
_KEPT = 3_000_000  # characters, as of HCL
_MENDED = 500_000  # characters of a broken text whose structure is looked for
_DEEPEST = 100
_VALUES = frozenset({"object", "array", "string", "number", "true", "false", "null"})


@dataclass(frozen=True, eq=False)
class JsonFile:
    """A file that was read. `is_broken` tells that it is no JSON, so that more may be declared in it."""

    tree: t.Tree
    is_broken: bool
    text: str = ""

    @cached_property
    def whole(self) -> t.Tree:
        """All of it as one piece, for who asks what is between the blocks."""
        return t.Tree((t.Placed(t.Piece(self.text, self.tree.body, (), ()), 0),))


@sized(_KEPT, len)
def read_json(text: str) -> JsonFile:
    """The tree of any text; never raises. Spans of a piece count from its start, and cover what stands in quotes."""
    readable = " " + text[1:] if text.startswith("\ufeff") else text
    try:
        return _read(text, readable)
    except RecursionError:
        return JsonFile(t.Tree(()), is_broken=True, text=text)


def _read(text: str, readable: str) -> JsonFile:
    syntax = SyntaxTree(readable, _LANGUAGE)
    is_broken = syntax.broken
    if is_broken and len(text) <= _MENDED and (whole := mended(readable, entry=False)) is not None:
        syntax = SyntaxTree(whole, _LANGUAGE)
    file = _File(syntax, text)
    return JsonFile(t.Tree(tuple(sorted(file.placed(), key=lambda placed: placed.start))), is_broken, text)


class _Key(NamedTuple):
    """A key, with the span of its quotes."""

    text: str
    span: Span


class _Asked(NamedTuple):
    """All that decides how a piece is read: spans and offsets count from its start.

    `readable` is its text as far as it is JSON. `start` is where the block begins, `value` where its content does.
    """

    kind: str
    start: int
    kind_span: Span
    labels: tuple[t.Label, ...]
    value: int
    text: str
    readable: str


class _File:
    """One text that was parsed, and the pieces that it has."""

    def __init__(self, syntax: SyntaxTree, text: str) -> None:
        self._syntax, self._text = syntax, text
        self._seen: set[int] = set()  # where keys begin that have led to a block

    def placed(self) -> Iterator[t.Placed]:
        """The pieces of the file."""
        for node in _objects(self._syntax.root):
            for key, value in self._pairs(node):
                schema = core_schema.TOP_LEVEL.get(key.text)
                if schema is None:
                    if key.text.strip():
                        yield self._piece(key, (), value)
                else:
                    yield from self._blocks(key, (), value, len(schema.labels))

    def _blocks(
        self, kind: _Key, labels: tuple[_Key, ...], value: tree_sitter.Node, missing: int
    ) -> Iterator[t.Placed]:
        """The blocks below a type: one level of keys for each label; a list stands for several blocks anywhere."""
        for node in _instances(value):
            if not missing or node.type != "object":
                yield self._piece(kind, labels, node)
                continue
            for key, inner in self._pairs(node):
                yield from self._blocks(kind, (*labels, key), inner, missing - 1)

    def _piece(self, kind: _Key, labels: tuple[_Key, ...], node: tree_sitter.Node) -> t.Placed:
        content = self._span(node)
        keys = labels or (kind,)
        own = [key for key in keys if key.span.start not in self._seen and key.span.start <= content.start]
        self._seen.update(key.span.start for key in keys)
        start = own[0].span.start if own else content.start
        named = own[-1].span.shifted(-start) if own else Span(0, min(1, content.end - start))
        read = tuple(
            t.Label(key.text, key.span.shifted(-start))
            if key in own
            else t.Label(key.text, named, quoted=bool(own), elsewhere=True)
            for key in labels
        )
        kind_span = Span(named.start, named.start) if labels else Span(named.start + len(own), named.end - len(own))
        text, readable = self._text[start : content.end], self._syntax.text[start : self._syntax.span(node).end]
        return t.Placed(
            _piece(_Asked(kind.text, named.start, kind_span, read, content.start - start, text, readable)), start
        )

    def _span(self, node: tree_sitter.Node) -> Span:
        span = self._syntax.span(node)
        start = min(span.start, len(self._text))
        return Span(start, max(start, min(span.end, len(self._text))))

    def _pairs(self, node: tree_sitter.Node) -> Iterator[tuple[_Key, tree_sitter.Node]]:
        for raw, span, value in _pairs(self._syntax, node):
            text = json_strings.decode(raw).text
            if text != COMMENT:
                yield _Key(text, span), value


@while_used
def _piece(asked: _Asked) -> t.Piece:
    content = asked.readable[asked.value :]
    problems: list[t.SyntaxProblem] = []
    try:
        block = _Content(SyntaxTree(content, _LANGUAGE), asked, problems).block()
    except RecursionError:
        deep = t.SyntaxProblem(Span(0, 1), "Too deeply nested", "This block is nested too deeply to be read.")
        return t.Piece(asked.text, t.Body((), ()), (deep,), ())
    blocks = () if block is None else (block,)
    return t.Piece(asked.text, t.Body((), blocks), tuple(problems), ())


class _Content:
    """What stands in one block."""

    def __init__(self, syntax: SyntaxTree, asked: _Asked, problems: list[t.SyntaxProblem]) -> None:
        self._syntax, self._asked, self._problems = syntax, asked, problems
        self._by = asked.value

    def block(self) -> t.Block | None:
        """The block with everything in it; None for what is no object."""
        asked = self._asked
        node = next((n for n in self._syntax.root.named_children if n.type in _VALUES), None)
        if node is None:
            return None
        span = self._span(node)
        known = asked.kind in core_schema.TOP_LEVEL
        if node.type != "object" and known:
            self._problems.append(incorrect(span, asked.kind))
            return None
        opened, closed = Span(span.start, span.start + 1), Span(max(span.start, span.end - 1), span.end)
        body = t.Body(tuple(self._attributes(node, ())), ()) if known else t.Body((), ())
        is_broken = asked.text != asked.readable or self._syntax.broken
        block = t.Block(
            asked.kind,
            asked.kind_span,
            asked.labels,
            body,
            Span(asked.start, span.end),
            opened,
            closed,
            broken=is_broken,
        )
        return core_body(block, self._problems)

    def _attributes(self, node: tree_sitter.Node, path: Path) -> Iterator[t.Attribute]:
        for raw, key, value in _pairs(self._syntax, node):
            name = json_strings.decode(raw).text
            if name == COMMENT:
                continue
            inside = Span(key.start + 1, key.end - 1).shifted(self._by)
            read = self._value(value, (*path, name))
            yield t.Attribute(name, inside, read, Span(inside.start - 1, self._span(value).end))

    def _value(self, node: tree_sitter.Node, path: Path) -> t.Expression:
        if len(path) > _DEEPEST:
            raise RecursionError
        span = self._span(node)
        match node.type:
            case "string":
                return self._string(node, span, path)
            case "number" if _NUMBER.match(text := self._raw(node)):
                return t.Literal(span, float(text) if re.search("[.eE]", text) else int(text))
            case "true" | "false" | "null":
                return t.Literal(span, _WORDS[node.type])
            case "array":
                items = [child for child in node.named_children if child.type in _VALUES]
                return t.TupleExpression(span, tuple(self._value(child, (*path, "")) for child in items))
            case "object":
                return t.ObjectExpression(span, tuple(self._items(node, path)))
        return t.Broken(span)

    def _items(self, node: tree_sitter.Node, path: Path) -> Iterator[t.ObjectItem]:
        for raw, span, value in _pairs(self._syntax, node):
            name = json_strings.decode(raw).text
            key = self._read_string(raw, span.start + self._by, (*path, "{"), is_key=True)
            item = Span(span.start + self._by, self._span(value).end)
            yield t.ObjectItem(key, self._value(value, (*path, name)), item)

    def _string(self, node: tree_sitter.Node, span: Span, path: Path) -> t.Expression:
        return self._read_string(self._raw(node), span.start, path, is_key=False)

    def _read_string(self, raw: str, start: int, path: Path, *, is_key: bool) -> t.Expression:
        how = reading(self._asked.kind, path)
        if how is How.EXPRESSION and (found := json_strings.expression(raw, start)) is not None:
            return found
        if how is How.LITERAL:
            return json_strings.literal(raw, start)
        read = json_strings.template(raw, start, self._problems, whole=how is How.EXPRESSION)
        if is_key and not isinstance(read, t.Template):
            return t.Parenthesis(Span(start, start + len(raw)), read)  # a key that is computed
        return read

    def _raw(self, node: tree_sitter.Node) -> str:
        span = self._syntax.span(node)
        return self._syntax.text[span.start : span.end]

    def _span(self, node: tree_sitter.Node) -> Span:
        span = self._syntax.span(node)
        most = len(self._asked.text) - self._by  # what closes a broken text stands behind it
        return Span(min(span.start, most), min(span.end, most)).shifted(self._by)


def _objects(node: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """The object that a node is, or those in the list that it is; what cannot be read is looked through."""
    if node.type == "object":
        yield node
    elif node.type in {"array", "document", "ERROR"}:
        for child in node.children:
            yield from _objects(child)


def _instances(node: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """The same with what is no object but stands where one has to."""
    if node.type == "array":
        for child in node.named_children:
            yield from _instances(child)
    elif node.type in _VALUES and node.type != "null":
        yield node


def _pairs(syntax: SyntaxTree, node: tree_sitter.Node) -> Iterator[tuple[str, Span, tree_sitter.Node]]:
    """Each key of an object, quotes included, its span, and its value."""
    for child in node.children:
        if child.type == "ERROR":
            yield from _pairs(syntax, child)
            continue
        if child.type != "pair":
            continue
        key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
        if key is not None and value is not None and key.type == "string":
            span = syntax.span(key)
            raw = syntax.text[span.start : span.end]
            if len(raw) > 1:
                yield raw, span, value
