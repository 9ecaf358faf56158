"""From tree-sitter's expression nodes to ours, for text that tree-sitter could read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

import tree_sitter
import tree_sitter_hcl

from lsp_server.core.document import Span
from lsp_server.dialects.terraform import tree as t

_LANGUAGE = tree_sitter.Language(tree_sitter_hcl.language())
_COMMENTS = tree_sitter.Query(_LANGUAGE, "(comment) @comment")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|\$\$\{|%%\{", re.S)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_TRIVIA = frozenset({"comment", "ERROR"})

SPLIT_OPERATOR = (
    "Missing newline after argument",
    "An argument definition must end with a newline; an expression goes on after one only within parentheses.",
)
SEPARATOR = (
    "Missing attribute separator",
    "Expected a newline or comma to mark the beginning of the next attribute.",
)


class SyntaxTree:
    """tree-sitter's reading of a text; `broken` where it met an error. Offsets are code points."""

    def __init__(self, text: str, language: tree_sitter.Language = _LANGUAGE) -> None:
        source = text.encode("utf-8", "replace")
        self.text = text
        self.root = tree_sitter.Parser(language).parse(source).root_node
        self.broken = self.root.has_error
        self._points = None if len(source) == len(text) else _code_points(source)

    def comments(self) -> tuple[Span, ...]:
        """The spans of all comments, without line endings, also of those in what is put into a string."""
        found = tree_sitter.QueryCursor(_COMMENTS).captures(self.root)
        spans = sorted(self.span(node) for nodes in found.values() for node in nodes)
        return tuple(Span(start, end - (self.text[end - 1] == "\r")) for start, end in spans)

    def span(self, node: tree_sitter.Node) -> Span:
        """The span of a node in code points."""
        start, end = node.start_byte, node.end_byte
        return Span(start, end) if self._points is None else Span(self._points[start], self._points[end])


def _code_points(source: bytes) -> list[int]:
    """For each byte offset the number of code points before it."""
    points, count = [], -1
    for byte in source:
        count += byte & 0xC0 != 0x80
        points.append(count)
    return [*points, count + 1]


class ExpressionReader:
    """Reads expressions of one syntax tree that has no error, and notes where newlines are wrong."""

    def __init__(self, syntax: SyntaxTree) -> None:
        self.syntax = syntax
        self.text = syntax.text
        self.problems: list[t.SyntaxProblem] = []
        self._depth = 0  # of brackets, inside which a newline means nothing

    def _note(self, span: Span, what: tuple[str, str]) -> None:
        self.problems.append(t.SyntaxProblem(span, *what))

    def _slice(self, span: Span) -> str:
        return self.text[span.start : span.end]

    def expression(self, node: tree_sitter.Node) -> t.Expression:
        """Any expression node; wrappers that mean nothing are looked through."""
        kind = node.type
        if kind == "expression":
            return self._sequence(node)
        reader = _READERS.get(kind)
        return reader(self, node) if reader else t.Broken(self.syntax.span(node))

    def _sequence(self, node: tree_sitter.Node) -> t.Expression:
        """An `expression` node or the operand of an operation: a first child and the steps after it."""
        children = [child for child in node.children if child.type not in _TRIVIA]
        if not children:
            return t.Broken(self.syntax.span(node))
        return self._steps(children)

    def _steps(self, children: list[tree_sitter.Node]) -> t.Expression:
        first, rest = children[0], children[1:]
        if first.type == "(":
            close = next(i for i, child in enumerate(children) if child.type == ")")
            self._depth += 1
            inner = self._steps(children[1:close])
            self._depth -= 1
            whole = Span(self.syntax.span(first).start, self.syntax.span(children[close]).end)
            source: t.Expression = t.Parenthesis(whole, inner)
            rest = children[close + 1 :]
        else:
            source = self.expression(first)
        parts = [part for child in rest for part in self._part(child)]
        if not parts:
            return source
        whole = Span(source.span.start, parts[-1].span.end)
        if isinstance(source, t.Traversal):
            return t.Traversal(whole, (*source.parts, *parts))
        return t.Access(whole, source, tuple(parts))

    def _part(self, node: tree_sitter.Node) -> list[t.Part]:
        span = self.syntax.span(node)
        match node.type:
            case "get_attr":
                name = self.syntax.span(node.children[-1])
                return [t.Part("attr", self._slice(name), name)]
            case "index":
                inner = node.children[0]
                if inner.type == "legacy_index":
                    return [t.Part("index", self._slice(span)[1:].strip(), span)]
                keys = [child for child in inner.children if child.type == "expression"]
                self._depth += 1
                key = self.expression(keys[0]) if keys else t.Broken(span)
                self._depth -= 1
                return [t.Part("index", self._slice(span)[1:-1], span, key)]
            case "splat":
                inner = node.children[0]
                steps = [part for child in inner.children[1:] for part in self._part(child)]
                return [t.Part("splat", "*", self.syntax.span(inner.children[0])), *steps]
        return []

    def _literal(self, node: tree_sitter.Node) -> t.Expression:
        child = node.children[0]
        span, kind = self.syntax.span(node), child.type
        if kind == "string_lit":
            return self._quoted(child)
        return t.Literal(span, _value(self._slice(span), kind))

    def _quoted(self, node: tree_sitter.Node) -> t.Expression:
        self._depth += 1
        parts = self._template_parts(node.children[1:-1])
        self._depth -= 1
        span = self.syntax.span(node)
        return t.Template(span, tuple(self._with_blanks(parts, Span(span.start + 1, span.end - 1))))

    def _with_blanks(self, parts: tuple[t.Expression, ...], inside: Span) -> Iterator[t.Expression]:
        """The parts of a string with the white space at the edges of its text, which tree-sitter leaves out."""
        at, strips = inside.start, False
        for part in (*(p for p in parts if not isinstance(p, t.TextPart)), None):
            between = Span(at, part.span.start if part is not None else inside.end)
            text = unescape(self._slice(between))
            text = text.lstrip() if strips else text
            if part is not None and self.text.startswith("~", part.span.start + 2):
                text = text.rstrip()
            if text:
                yield t.TextPart(between, text)
            if part is not None:
                yield part
                at, strips = part.span.end, self.text.startswith("~", part.span.end - 2)

    def _template_parts(self, nodes: list[tree_sitter.Node]) -> tuple[t.Expression, ...]:
        parts: list[t.Expression] = []
        for node in nodes:
            match node.type:
                case "template_literal":
                    span = self.syntax.span(node)
                    parts.append(t.TextPart(span, unescape(self._slice(span))))
                case "template_interpolation":
                    inner = [child for child in node.children if child.type == "expression"]
                    span = self.syntax.span(node)
                    parts.append(t.Interpolation(span, self.expression(inner[0]) if inner else t.Broken(span)))
                case "template_directive":
                    parts.append(self._directive(node.children[0]))
        return tuple(parts)

    def _directive(self, node: tree_sitter.Node) -> t.Expression:
        intro = node.children[0]
        places = [self.syntax.span(child) for child in intro.children if child.type == "identifier"]
        names = tuple(t.Part("name", self._slice(span), span) for span in places)
        conditions = [self.expression(child) for child in intro.children if child.type == "expression"]
        span = self.syntax.span(node)
        condition = conditions[0] if conditions else t.Broken(span)
        parts: list[t.Expression] = list(self._template_parts(node.children[1:]))
        return t.Directive(span, names, condition, tuple(parts))

    def _template(self, node: tree_sitter.Node) -> t.Expression:
        child = node.children[0]
        if child.type == "quoted_template":
            return self._quoted(child)
        self._depth += 1
        parts = self._template_parts(list(child.children))
        self._depth -= 1
        return t.Template(self.syntax.span(node), parts, heredoc=True)

    def _variable(self, node: tree_sitter.Node) -> t.Expression:
        span = self.syntax.span(node)
        return t.Traversal(span, (t.Part("name", self._slice(span), span),))

    def _call(self, node: tree_sitter.Node) -> t.Expression:
        name = self.syntax.span(node.children[0])
        args: list[t.Expression] = []
        expand = False
        opened = closed = name.end
        self._depth += 1
        for child in node.children[1:]:
            match child.type:
                case "(":
                    opened = self.syntax.span(child).end
                case ")":
                    closed = self.syntax.span(child).start
                case "function_arguments":
                    args += [self.expression(c) for c in child.children if c.type == "expression"]
                    expand = any(c.type == "ellipsis" for c in child.children)
        self._depth -= 1
        return t.Call(self.syntax.span(node), self._slice(name), name, tuple(args), Span(opened, closed), expand)

    def _collection(self, node: tree_sitter.Node) -> t.Expression:
        child = node.children[0]
        self._depth += 1
        read = self._tuple(child) if child.type == "tuple" else self._object(child)
        self._depth -= 1
        return read

    def _tuple(self, node: tree_sitter.Node) -> t.Expression:
        items = tuple(self.expression(child) for child in node.children if child.type == "expression")
        return t.TupleExpression(self.syntax.span(node), items)

    def _object(self, node: tree_sitter.Node) -> t.Expression:
        items: list[t.ObjectItem] = []
        for child in node.children:
            if child.type != "object_elem":
                continue
            pair = [self.expression(c) for c in child.children if c.type == "expression"]
            if len(pair) != 2:
                continue
            span = self.syntax.span(child)
            gap = self.text[items[-1].span.end : span.start] if items else ","
            if "," not in gap and "\n" not in gap:
                self._note(Span(span.start, span.start + 1), SEPARATOR)
            items.append(t.ObjectItem(pair[0], pair[1], span))
        return t.ObjectExpression(self.syntax.span(node), tuple(items))

    def _for(self, node: tree_sitter.Node) -> t.Expression:
        child = node.children[0]
        self._depth += 1
        names: list[t.Part] = []
        outside: list[t.Expression] = []
        collection: t.Expression = t.Broken(self.syntax.span(child))
        condition: t.Expression | None = None
        for part in child.children:
            match part.type:
                case "for_intro":
                    spans = [self.syntax.span(c) for c in part.children if c.type == "identifier"]
                    names = [t.Part("name", self._slice(span), span) for span in spans]
                    collection = next((self.expression(c) for c in part.children if c.type == "expression"), collection)
                case "for_cond":
                    condition = next((self.expression(c) for c in part.children if c.type == "expression"), None)
                case "expression":
                    outside.append(self.expression(part))
        self._depth -= 1
        makes_object = child.type == "for_object_expr"
        span = self.syntax.span(node)
        value = outside[-1] if outside else t.Broken(span)
        key = outside[0] if makes_object and len(outside) > 1 else None
        return t.ForExpression(span, tuple(names), collection, key, value, condition, makes_object)

    def _conditional(self, node: tree_sitter.Node) -> t.Expression:
        """tree-sitter groups `a ? b : c ? d : e` from the left, Terraform from the right."""
        end, arms = self.syntax.span(node).end, []
        while True:
            parts = [child for child in node.children if child.type == "expression"]
            self._check_split(node)
            if len(parts) != 3:
                return t.Broken(self.syntax.span(node), tuple(map(self.expression, parts)))
            condition, *outcomes = parts
            arms.append(outcomes)
            first = next((child for child in condition.children if child.type not in _TRIVIA), None)
            if first is None or first.type != "conditional":
                break
            node = first
        asked = [condition, *(no for _, no in reversed(arms[1:]))]
        read = self.expression(arms[0][1])
        for question, (yes, _) in zip(reversed(asked), arms, strict=True):
            before = self.expression(question)
            read = t.Conditional(Span(before.span.start, end), before, self.expression(yes), read)
        return read

    def _operation(self, node: tree_sitter.Node) -> t.Expression:
        return self.expression(node.children[0])

    def _binary(self, node: tree_sitter.Node) -> t.Expression:
        children = [child for child in node.children if child.type not in _TRIVIA]
        at = next((i for i, child in enumerate(children) if child.type in _OPERATORS), None)
        if not at or at + 1 >= len(children):
            return t.Broken(self.syntax.span(node))
        self._check_split(node)
        left, right = self._steps(children[:at]), self._steps(children[at + 1 :])
        return t.Binary(self.syntax.span(node), children[at].type, left, right)

    def _unary(self, node: tree_sitter.Node) -> t.Expression:
        children = [child for child in node.children if child.type not in _TRIVIA]
        return t.Unary(self.syntax.span(node), children[0].type, self._steps(children[1:]))

    def _check_split(self, node: tree_sitter.Node) -> None:
        """Outside brackets an operator and its operands have to stand in one line."""
        if self._depth:
            return
        depth = 0  # an operand's own parentheses are children of the operation
        for before, after in pairwise(node.children):
            depth += (before.type == "(") - (before.type == ")")
            between = Span(self.syntax.span(before).end, self.syntax.span(after).start)
            if not depth and "\n" in self._slice(between):
                self._note(self.syntax.span(after), SPLIT_OPERATOR)
                return


def _value(text: str, kind: str) -> float | int | bool | None:
    if kind == "bool_lit":
        return text == "true"
    if kind != "numeric_lit":
        return None
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return int(text, 16)


def unescape(text: str) -> str:
    r"""The value of template text: `\n`, `\"`, `\uNNNN`, `$${` and `%%{` decoded."""
    return _ESCAPE.sub(_decode, text) if "\\" in text or "{" in text else text


def _decode(match: re.Match[str]) -> str:
    found = match[1]
    if found is None:
        return match[0][1:]
    if found[0] in "uU" and len(found) > 1:
        code = int(found[1:], 16)
        return chr(code) if code < 0x110000 else match[0]
    return _ESCAPES.get(found, match[0])


_OPERATORS = frozenset({"+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||"})
_READERS: dict[str, Callable[[ExpressionReader, tree_sitter.Node], t.Expression]] = {
    "literal_value": ExpressionReader._literal,
    "string_lit": ExpressionReader._quoted,
    "template_expr": ExpressionReader._template,
    "variable_expr": ExpressionReader._variable,
    "function_call": ExpressionReader._call,
    "collection_value": ExpressionReader._collection,
    "for_expr": ExpressionReader._for,
    "conditional": ExpressionReader._conditional,
    "operation": ExpressionReader._operation,
    "binary_operation": ExpressionReader._binary,
    "unary_operation": ExpressionReader._unary,
}
