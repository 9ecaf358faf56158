"""From tree-sitter's blocks and attributes to ours, for text that tree-sitter could read."""

from __future__ import annotations

from itertools import pairwise

import tree_sitter

from lsp_server.core.document import Span
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.expression_reader import ExpressionReader, unescape

NEWLINE_ATTRIBUTE = (
    "Missing newline after argument",
    "An argument definition must end with a newline.",
)
NEWLINE_BLOCK = ("Missing newline after block definition", "A block definition must end with a newline.")
SPLIT_EXPRESSION = (
    "Invalid expression",
    "Expected the start of an expression, but found an invalid expression token.",
)
BRACE_LINE = (
    "Invalid block definition",
    'The opening brace "{" must stand in the line of the block\'s type and labels.',
)
SINGLE_LINE = (
    "Invalid single-argument block definition",
    "A single-line block definition must end with a closing brace immediately after its single argument definition.",
)


class Reader(ExpressionReader):
    """Reads one syntax tree that has no error into a Body, and notes where newlines are wrong.

    `mistaken` tells that tree-sitter took a word for a block's type that stands alone in a line above the block.
    """

    mistaken = False

    def body(self, node: tree_sitter.Node | None) -> t.Body:
        """The content of a `config_file` or `body` node."""
        attributes: list[t.Attribute] = []
        blocks: list[t.Block] = []
        previous: t.Attribute | t.Block | None = None
        for child in self._items(node):
            item = self._attribute(child) if child.type == "attribute" else self.block(child)
            if previous is not None and "\n" not in self.text[previous.span.end : item.span.start]:
                summary = NEWLINE_ATTRIBUTE if isinstance(previous, t.Attribute) else NEWLINE_BLOCK
                self._note(Span(item.span.start, item.span.start + 1), summary)
            previous = item
            if isinstance(item, t.Attribute):
                attributes.append(item)
            else:
                blocks.append(item)
        return t.Body(tuple(attributes), tuple(blocks))

    def _items(self, node: tree_sitter.Node | None) -> list[tree_sitter.Node]:
        found: list[tree_sitter.Node] = []
        for child in node.children if node else ():
            if child.type == "body":
                found += self._items(child)
            elif child.type in {"attribute", "block"}:
                found.append(child)
        return found

    def _attribute(self, node: tree_sitter.Node) -> t.Attribute:
        children = node.children
        name = self.syntax.span(children[0])
        value = self.expression(children[-1])
        if "\n" in self.text[name.end : value.span.start]:
            self._note(Span(name.start, value.span.start), SPLIT_EXPRESSION)
        return t.Attribute(self._slice(name), name, value, self.syntax.span(node))

    def block(self, node: tree_sitter.Node) -> t.Block:
        """A block with everything in it."""
        span = self.syntax.span
        kind = span(node.children[0])
        labels: list[t.Label] = []
        body = t.Body((), ())
        opened = closed = Span(span(node).end, span(node).end)
        for child in node.children[1:]:
            match child.type:
                case "string_lit" | "identifier":
                    labels.append(self._label(child))
                    below = "\n" in self.text[kind.end : labels[-1].span.start]
                    self.mistaken = self.mistaken or (below and child.type == "identifier")
                case "block_start":
                    opened = span(child)
                case "body":
                    body = self.body(child)
                case "block_end":
                    closed = span(child)
        self._check_lines(kind, opened, closed, body)
        return t.Block(self._slice(kind), kind, tuple(labels), body, span(node), opened, closed)

    def _check_lines(self, kind: Span, opened: Span, closed: Span, body: t.Body) -> None:
        if "\n" in self.text[kind.start : opened.start]:
            self._note(Span(kind.start, opened.start), BRACE_LINE)
        if body.attributes or body.blocks:
            spans = [a.span for a in body.attributes] + [b.span for b in body.blocks]
            first, last = min(spans).start, max(span.end for span in spans)
            starts_here = "\n" not in self.text[opened.end : first]
            ends_here = "\n" not in self.text[last : closed.start]
            given = [a.span for a in body.attributes]
            in_lines = any("\n" in self.text[a.end : b.start] for a, b in pairwise(given))
            if starts_here and (body.blocks or in_lines or not ends_here):
                self._note(Span(first, last), SINGLE_LINE)
            elif not starts_here and ends_here:
                blocks_last = body.blocks and body.blocks[-1].span.end == last
                self._note(closed, NEWLINE_BLOCK if blocks_last else NEWLINE_ATTRIBUTE)

    def _label(self, node: tree_sitter.Node) -> t.Label:
        span = self.syntax.span(node)
        text = self._slice(span)
        if node.type == "identifier":
            return t.Label(text, span, quoted=False)
        return t.Label(unescape(text[1:-1]), span)
