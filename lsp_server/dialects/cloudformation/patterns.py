"""Patterns of the schemas, as cfn-lint reads them: what they match, the words some are a choice of."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from re import _parser as syntax
from typing import Any, TypeAlias, cast

import regex

Parsed: TypeAlias = Sequence[tuple[Any, Any]]

_MOST = 64  # words of a choice
_TRIED = 400  # texts that are put together before one gives up
_WORD = re.compile(r"[A-Za-z0-9]")
_PROPERTY = re.compile(r"\\[pP]\{(\w+)\}")
_LETTERS = {"L": "a-zA-Z", "N": "0-9", "Z": " ", "Lu": "A-Z", "Ll": "a-z", "Nd": "0-9", "ASCII": "a-zA-Z0-9"}
_PREFERRED = "aA1b0-_./:=+@ "  # characters a text is made of where a pattern leaves the choice
_CATEGORIES = {"CATEGORY_DIGIT": r"\d", "CATEGORY_SPACE": r"\s", "CATEGORY_WORD": r"\w"}


@lru_cache(maxsize=2000)
def _compiled(pattern: str) -> regex.Pattern[str] | None:
    try:
        return regex.compile(pattern)
    except regex.error:
        return None


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern is found in a text; one that cannot be read matches all."""
    compiled = _compiled(pattern)
    return compiled is None or compiled.search(text) is not None


@lru_cache(maxsize=500)
def words_of(pattern: str) -> tuple[str, ...]:
    """The words that a pattern is a choice of, as `^(TCP|UDP)$`; empty where it is anything else."""
    parsed = _parsed(pattern) if "^" in pattern and "$" in pattern else None
    found = _every(parsed) if parsed is not None else None
    words = tuple(dict.fromkeys(found or ()))
    return words if all(_WORD.search(word) and matches(pattern, word) for word in words) else ()


@lru_cache(maxsize=500)
def example(pattern: str, shortest: int = 0) -> str | None:
    """A text of at least that many characters that a pattern is found in; None where none is put together."""
    parsed = _parsed(pattern)
    if parsed is None:
        return None
    for more in range(2):
        text = "".join(_written(parsed, {}, more, shortest))
        if len(text) >= shortest and matches(pattern, text):
            return text
    return None


def _parsed(pattern: str) -> Parsed | None:
    """The pattern's parts as Python's own parser has them; classes of Unicode stand for those of ASCII."""
    inside = False
    text = ""
    for part in re.split(r"(\\[pP]\{\w+\}|\\.|\[|\])", pattern):
        inside = part == "[" if part in ("[", "]") else inside
        letters = _LETTERS.get(match[1], "_") if (match := _PROPERTY.fullmatch(part)) else ""
        text += (letters if inside else f"[{letters}]") if letters else part
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # `[[` means something else in a later Python
            return cast("Parsed", syntax.parse(text))
    except (re.error, RecursionError, OverflowError):
        return None


def _every(parsed: Iterable[tuple[Any, Any]]) -> list[str] | None:
    """All texts that a sequence of parts can be; None where they are too many."""
    found = [""]
    for operation, argument in parsed:
        some = _each(str(operation), argument)
        if some is None or len(some) * len(found) > _MOST:
            return None
        found = [before + after for before in found for after in some]
    return found


def _each(operation: str, argument: Any) -> list[str] | None:
    found: list[str] | None = None
    match operation:
        case "LITERAL":
            found = [chr(argument)]
        case "AT":
            found = [""]
        case "SUBPATTERN":
            found = _every(argument[3])
        case "BRANCH":
            each = [_every(branch) for branch in argument[1]]
            found = None if None in each else [text for one in each for text in one or ()]
        case "IN" if all(str(kind) == "LITERAL" for kind, _ in argument):
            both = {chr(letter).casefold(): chr(letter) for _, letter in reversed(argument)}  # `[Nn]` is one letter
            found = list(reversed(both.values()))
        case "MAX_REPEAT" if argument[:2] == (0, 1):
            inner = _every(argument[2])
            found = None if inner is None else ["", *inner]
    return found


def _written(parsed: Iterable[tuple[Any, Any]], groups: dict[int, str], more: int, room: int) -> Iterator[str]:
    """A text for each of a sequence of parts; what may be left out is written `more` times."""
    for operation, argument in parsed:
        match str(operation):
            case "LITERAL":
                yield chr(argument)
            case "ANY" | "NOT_LITERAL" | "IN" as kind:
                yield _letter(kind, argument)
            case "SUBPATTERN":
                groups[argument[0]] = "".join(_written(argument[3], groups, more, room))
                yield groups[argument[0]]
            case "BRANCH":
                yield "".join(_written(argument[1][0], groups, more, room))
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                least, most, inner = argument
                once = "".join(_written(inner, groups, more, room))
                wanted = -(-room // len(once)) if once else 0
                yield once * max(least, min(max(more, wanted), most, _TRIED))
            case "GROUPREF":
                yield groups.get(argument, "")


def _letter(kind: str, argument: Any) -> str:
    """The first of the preferred characters that a class takes."""
    if kind == "ANY":
        return _PREFERRED[0]
    parts = [("NEGATE", None), ("LITERAL", argument)] if kind == "NOT_LITERAL" else [(str(a), b) for a, b in argument]
    negated = parts[0][0] == "NEGATE"
    letters = [*_PREFERRED, *(chr(one) for name, one in parts if name == "LITERAL")]
    letters += [chr(one[0]) for name, one in parts if name == "RANGE"]
    return next((letter for letter in letters if any(_takes(part, letter) for part in parts) is not negated), "")


def _takes(part: tuple[str, Any], letter: str) -> bool:
    match part:
        case "LITERAL", int(code):
            return ord(letter) == code
        case "RANGE", (int(first), int(last)):
            return first <= ord(letter) <= last
        case "CATEGORY", name:
            known = re.fullmatch(_CATEGORIES.get(str(name).replace("_NOT_", "_"), "."), letter) is not None
            return known is not ("_NOT_" in str(name))
    return False
