"""Says what is wrong with an expression that cannot be read, in Terraform's words where they are known."""

from __future__ import annotations

import tree_sitter

from lsp_server.core.document import Span
from lsp_server.dialects.terraform import scanner
from lsp_server.dialects.terraform.expression_reader import SyntaxTree
from lsp_server.dialects.terraform.tree import SyntaxProblem

_EXPECTED = ("Invalid expression", "Expected the start of an expression, but found an invalid expression token.")
_STRING = (
    "Invalid multi-line string",
    "Quoted strings may not be split over multiple lines: this one has no closing quote.",
)
_HEREDOC = ("Unterminated template string", "The heredoc has no line with its closing marker.")
_APOSTROPHE = ("Invalid character", 'Single quotes are not valid. Use double quotes (") to enclose strings.')
_UNCLOSED = {
    "[": ("Unterminated tuple constructor expression", 'There is no corresponding closing bracket "]".', "]"),
    "{": ("Unterminated object constructor expression", 'There is no corresponding closing brace "}".', "}"),
    "(": ("Unbalanced parentheses", 'There is no corresponding closing parenthesis ")".', ")"),
}
_ITEM_SEPARATOR = ("Missing item separator", "Expected a comma to mark the beginning of the next item.")
_PAIRS = {"]": "[", "}": "{", ")": "("}


def explain(text: str, start: int, end: int, syntax: SyntaxTree) -> list[SyntaxProblem]:
    """The problem of the expression between two offsets; `syntax` is tree-sitter's reading of `x = ` and it."""
    if not text[start:end].strip():
        return [SyntaxProblem(Span(max(0, start - 1), start), *_EXPECTED, "value")]
    opened: list[tuple[str, int]] = []
    for token in scanner.tokens(text, start, end):
        found = text[token.start : token.end]
        if token.kind == "string" and not token.closed:
            return [SyntaxProblem(Span(token.start, token.end), *_STRING, '"')]
        if token.kind == "heredoc" and not token.closed:
            return [SyntaxProblem(Span(token.start, token.end), *_HEREDOC, "heredoc")]
        if token.kind == "other" and "'" in found:
            at = token.start + found.index("'")
            return [SyntaxProblem(Span(at, at + 1), *_APOSTROPHE)]
        if token.kind == "open":
            opened.append((found, token.start))
        elif token.kind == "close" and opened and opened[-1][0] == _PAIRS[found]:
            opened.pop()
    if opened:
        bracket, at = opened[-1]
        summary, detail, missing = _UNCLOSED[bracket]
        return [SyntaxProblem(Span(at, at + 1), summary, detail, missing)]
    return [_missing_comma(text, start, end) or _at_error(text, start, end, syntax)]


def _missing_comma(text: str, start: int, end: int) -> SyntaxProblem | None:
    """Two values side by side in a list, or among the arguments of a call."""
    brackets: list[str] = []
    value_before = False
    for token in scanner.tokens(text, start, end):
        found = text[token.start : token.end]
        if not found.strip() or token.kind == "comment":
            continue
        if brackets and brackets[-1] in "[(" and value_before and token.kind == "string":
            return SyntaxProblem(Span(token.start, token.end), *_ITEM_SEPARATOR, ",")
        if token.kind == "open":
            brackets.append(found)
        elif token.kind == "close" and brackets:
            brackets.pop()
        value_before = token.kind in {"string", "close"}
    return None


def _at_error(text: str, start: int, end: int, syntax: SyntaxTree) -> SyntaxProblem:
    node = _first_error(syntax.root)
    if node is None:
        return SyntaxProblem(Span(start, end), *_EXPECTED)
    span = syntax.span(node)
    at = min(max(start, span.start - 4 + start), max(start, end - 1))
    to = min(max(at + 1, span.end - 4 + start), end)
    line = text.find("\n", at, to)
    to = line if line > at else to
    return SyntaxProblem(Span(at, to), *_EXPECTED)


def _first_error(node: tree_sitter.Node) -> tree_sitter.Node | None:
    while node.has_error and not (node.is_error or node.is_missing):
        inner = next((child for child in node.children if child.has_error or child.is_missing), None)
        if inner is None:
            return None
        node = inner
    return node if node.is_error or node.is_missing else None
