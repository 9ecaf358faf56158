"""Whether a blank stands between two tokens of a line.

Source of the rules: `spaceAfterToken` in `hclwrite/format.go` of github.com/hashicorp/hcl.
"""

from __future__ import annotations

from functools import lru_cache

from lsp_server.dialects.terraform.formatting.tokens import (
    BRACKETS,
    CLOSE_QUOTE,
    CLOSE_SEQUENCE,
    HEREDOC,
    IDENT,
    IN,
    LITERAL,
    MARKER,
    NEWLINE,
    NUMBER,
    OPEN_QUOTE,
    OPEN_SEQUENCE,
)

_NAMES = frozenset({IDENT, IN})
_JOINS_NEXT = frozenset({".", LITERAL, OPEN_QUOTE, HEREDOC})
_JOINS_LAST = frozenset({NEWLINE, ".", ",", "...", LITERAL, CLOSE_QUOTE, MARKER})
_BEFORE_A_SIGN = frozenset("([{=:,?+*/%-><!") | {"", "==", "!=", ">=", "<=", "&&", "||"}


@lru_cache(maxsize=8192)
def spaced(before: str, first: str, second: str) -> bool:
    """Whether a blank stands between tokens of two kinds; `before` is the kind in front of them, empty for none."""
    if _joined(first, second):
        return False
    if first == "," or (first == IN and before in _NAMES):
        return True
    return _between_operands(before, first, second)


def _joined(first: str, second: str) -> bool:
    """Whether two tokens always stand together."""
    if first in _JOINS_NEXT or second in _JOINS_LAST:
        return True
    return (first in _NAMES and second in {"(", "::"}) or (first == "::" and second in _NAMES)


def _between_operands(before: str, first: str, second: str) -> bool:
    if first == "!" or (second == "[" and (first in _NAMES or first == NUMBER or BRACKETS.get(first, 0) < 0)):
        return False
    if first == "-":  # a sign where no operand can stand in front, else a subtraction
        return before not in _BEFORE_A_SIGN
    if first == "{" or second == "}":
        return (first, second) != ("{", "}")
    if (first == OPEN_SEQUENCE and second == "{") or (first == "}" and second == CLOSE_SEQUENCE):
        return True
    if first == CLOSE_SEQUENCE and second == OPEN_SEQUENCE:
        return False
    return BRACKETS.get(first, 0) <= 0 and BRACKETS.get(second, 0) >= 0
