"""What a `.tf.json` file declares, as what prepares files for `terraform validate` has to know it: see `json_reader`.

Nothing is judged by this tree. The text of its values is no more than a text (`"${var.x}"` is a Broken), and with
`deep` an object stands in it twice, as an argument's value and as a block, for only a schema tells which it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import tree_sitter
import tree_sitter_json

from lsp_server.core.document import Span
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.expression_reader import SyntaxTree

_LANGUAGE = tree_sitter.Language(tree_sitter_json.language())
_LABELS = {
    "terraform": 0, "locals": 0, "variable": 1, "output": 1, "module": 1, "provider": 1, "check": 1,
    "resource": 2, "data": 2, "ephemeral": 2, "moved": 0, "import": 0, "removed": 0,
}  # fmt: skip
_COMMENT = "//"
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?\Z")  # tree-sitter makes up one where a value is missing
_UNREADABLE = "The JSON of this file cannot be read."
_WORDS = {"true": True, "false": False, "null": None}


@lru_cache(maxsize=64)
def declarations(text: str, *, deep: bool = False) -> t.Tree:
    """The declarations of a text, with spans of it; never raises. A problem tells that there may be more.

    `deep` reads what stands in blocks and values, too, which takes its time for a large file.
    """
    readable = " " + text[1:] if text.startswith("\ufeff") else text
    problem = t.SyntaxProblem(Span(0, min(1, len(text))), "Invalid JSON", _UNREADABLE)
    try:
        reader = _Reader(SyntaxTree(readable, _LANGUAGE), deep=deep)
        body = t.Body((), tuple(reader.top_level()))
    except RecursionError:
        return t.Tree((t.Placed(t.Piece(text, t.Body((), ()), (problem,), ()), 0),))
    problems = (problem,) if reader.syntax.broken else ()
    return t.Tree((t.Placed(t.Piece(text, body, problems, ()), 0),))


class _Reader:
    def __init__(self, syntax: SyntaxTree, *, deep: bool) -> None:
        self.syntax = syntax
        self._deep = deep

    def top_level(self) -> Iterator[t.Block]:
        for node in self._objects(self.syntax.root):
            for key, value in self._pairs(node):
                if key.text in _LABELS:
                    yield from self._labelled(key, (), value, _LABELS[key.text])

    def _labelled(
        self, kind: t.Label, labels: tuple[t.Label, ...], value: tree_sitter.Node, missing: int
    ) -> Iterator[t.Block]:
        """The blocks below a type: one level of keys for each label; a list stands for several blocks anywhere."""
        for node in self._objects(value):
            if not missing:
                yield self._block(kind, labels, node)
                continue
            for key, inner in self._pairs(node):
                yield from self._labelled(kind, (*labels, key), inner, missing - 1)

    def _block(self, kind: t.Label, labels: tuple[t.Label, ...], node: tree_sitter.Node) -> t.Block:
        span = self.syntax.span(node)
        name = labels[-1].span if labels else kind.span  # the type may be far away, and shared with other blocks
        opened, closed = Span(span.start, span.start + 1), Span(max(span.start, span.end - 1), span.end)
        body = self._body(node, deep=self._deep or kind.text == "terraform")
        return t.Block(kind.text, name, labels, body, Span(min(name.start, span.start), span.end), opened, closed)

    def _body(self, node: tree_sitter.Node, *, deep: bool) -> t.Body:
        attributes, blocks = [], []
        for key, value in self._pairs(node):
            span = Span(key.span.start, self.syntax.span(value).end)
            attributes.append(t.Attribute(key.text, key.text_span, self._value(value, deep=deep), span))
            if deep:
                blocks += [self._inner(key, inner) for inner in self._objects(value)]
        return t.Body(tuple(attributes), tuple(blocks))

    def _inner(self, key: t.Label, node: tree_sitter.Node) -> t.Block:
        span, body = self.syntax.span(node), self._body(node, deep=True)
        return t.Block(key.text, key.span, (), body, Span(key.span.start, span.end), span, span)

    def _value(self, node: tree_sitter.Node, *, deep: bool) -> t.Expression:
        span, text = self.syntax.span(node), self._slice(node)
        match node.type:
            case "string" if "${" not in text and "%{" not in text:
                return _string(span, text[1:-1])
            case "number" if _NUMBER.match(text):
                return t.Literal(span, float(text))
            case "true" | "false" | "null":
                return t.Literal(span, _WORDS[node.type])
            case "array" if deep:
                return t.TupleExpression(span, tuple(self._value(child, deep=True) for child in node.named_children))
            case "object" if deep:
                return t.ObjectExpression(span, tuple(self._items(node)))
        return t.Broken(span)

    def _items(self, node: tree_sitter.Node) -> Iterator[t.ObjectItem]:
        for key, value in self._pairs(node):
            span = Span(key.span.start, self.syntax.span(value).end)
            yield t.ObjectItem(_string(key.span, key.text), self._value(value, deep=True), span)

    # -- nodes

    def _objects(self, node: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
        """The object that a node is, or those in the list that it is; what cannot be read is looked through."""
        if node.type == "object":
            yield node
        elif node.type in {"array", "document", "ERROR"}:
            for child in node.children:
                yield from self._objects(child)

    def _pairs(self, node: tree_sitter.Node) -> Iterator[tuple[t.Label, tree_sitter.Node]]:
        for child in node.children:
            if child.type == "ERROR":
                yield from self._pairs(child)
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if child.type == "pair" and key is not None and value is not None and key.type == "string":
                text = self._slice(key)[1:-1]
                if text != _COMMENT:
                    yield t.Label(text, self.syntax.span(key)), value

    def _slice(self, node: tree_sitter.Node) -> str:
        span = self.syntax.span(node)
        return self.syntax.text[span.start : span.end]


def _string(span: Span, text: str) -> t.Template:
    return t.Template(span, (t.TextPart(Span(span.start + 1, max(span.start + 1, span.end - 1)), text),))
