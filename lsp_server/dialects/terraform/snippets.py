"""Text to insert in the protocol's snippet syntax: arguments with fitting values, blocks and whole resources."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lsp_server.dialects.terraform.block_schema import AttributeSchema, BlockSchema
from lsp_server.dialects.terraform.types import Type

INDENT = "  "
_DEEPEST = 4
_DEFAULTS = {"number": "0", "dynamic": "null"}
_LISTS = frozenset({"depends_on", "ignore_changes", "replace_triggered_by", "expect_failures"})
_MOST_CHOICES = 12
_QUOTES = {"s": ('"', '"'), "ls": ('["', '"]'), "es": ('["', '"]'), "d": ("", "")}


@dataclass(frozen=True, slots=True)
class Given:
    """What is known to fit a place: expressions, words for a string, one expression by default, or all of the text."""

    expressions: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    default: str = ""
    text: str = ""


Supply = Callable[[str, AttributeSchema], Given]
"""What fits an argument, by its name and schema."""


def nothing(name: str, known: AttributeSchema) -> Given:
    """The supply of a place of which nothing is known."""
    del name, known
    return Given()


class Stops:
    """Numbers the places of a snippet that the cursor visits."""

    def __init__(self) -> None:
        self._last = 0

    def next(self, default: str = "") -> str:
        """The next place, with a default text where one is given."""
        self._last += 1
        return f"${{{self._last}:{escape(default)}}}" if default else f"${self._last}"

    def choice(self, words: tuple[str, ...]) -> str:
        """A place that offers some words."""
        self._last += 1
        return f"${{{self._last}|{','.join(map(_escape_choice, words))}|}}"


def escape(text: str) -> str:
    """Plain text as part of a snippet."""
    return text.replace("\\", "\\\\").replace("$", "\\$").replace("}", "\\}")


def value(kind: Type, stops: Stops, indent: str, *, filled: bool = False) -> str:
    """A place for a value of a type: quotes for a string, brackets for a list, true and false for a bool.

    With `filled` there is a default where nothing would be no value, so that a block can be read of which no place has
    been visited.
    """
    if kind.kind == "string":
        return f'"{stops.next()}"'
    if kind.kind == "bool":
        return stops.choice(("true", "false"))
    if kind.is_list:
        element = kind.element
        plain = element is not None and (element.kind == "string" or bool(element.fields))
        inner = value(element, stops, indent, filled=filled) if element is not None and plain else stops.next()
        return f"[{inner}]"
    if kind.kind in {"map", "object"}:
        return "\n".join(["{", *_fields(kind, stops, indent + INDENT, filled=filled), f"{indent}}}"])
    return stops.next(_DEFAULTS[kind.kind]) if filled else stops.next()


def _fields(kind: Type, stops: Stops, indent: str, *, filled: bool) -> Iterator[str]:
    """The lines of what an object has to have; a place for the rest where that is nothing."""
    needed = [(name, field) for name, field in kind.fields if name not in kind.may_lack]
    if not needed:
        yield f"{indent}{stops.next()}"
    width = max((len(name) for name, _ in needed), default=0)
    for name, field in needed:
        yield f"{indent}{name:<{width}} = {value(field, stops, indent, filled=filled)}"


def _escape_choice(text: str) -> str:
    """Plain text as a word of a choice."""
    return text.replace("\\", "\\\\").replace(",", "\\,").replace("|", "\\|")


def _given(known: AttributeSchema, given: Given, stops: Stops) -> str:
    """A place for a value of which something is known; empty where nothing is."""
    if given.expressions:
        other = ('""',) if known.type.kind == "string" else ()
        return stops.choice((*given.expressions[: _MOST_CHOICES - 1], *other))
    if given.words and len(given.words) <= _MOST_CHOICES and (quotes := _QUOTES.get(known.type.notation())):
        return stops.choice(given.words).join(quotes)
    return stops.next(given.default) if given.default else given.text.replace("\\", "\\\\").replace("$", "\\$")


def argument(name: str, known: AttributeSchema, stops: Stops, indent: str, supply: Supply = nothing) -> str:
    """`name = value` with a place for the value."""
    written = _given(known, supply(name, known), stops)
    if not written and name in _LISTS and known.type.kind == "dynamic":
        written = f"[{stops.next()}]"
    return f"{name} = {written or value(known.type, stops, indent)}"


def body(schema: BlockSchema, stops: Stops, indent: str, supply: Supply = nothing, depth: int = 0) -> Iterator[str]:
    """The lines of everything that is required, each with its indentation."""
    required = schema.required
    width = max(map(len, required), default=0)
    for name in required:
        known = schema.attributes[name]
        written = _given(known, supply(name, known), stops) or value(known.type, stops, indent, filled=True)
        yield f"{indent}{name:<{width}} = {written}"
    for name in schema.required_blocks if depth < _DEEPEST else ():
        yield f"{indent}{name} {{"
        yield from body(schema.blocks[name].block, stops, indent + INDENT, supply, depth + 1)
        yield f"{indent}}}"


def block(header: str, schema: BlockSchema, stops: Stops, indent: str, supply: Supply = nothing) -> str:
    """A block with its required content; the cursor ends inside."""
    lines = list(body(schema, stops, indent + INDENT, supply))
    return "\n".join([f"{header} {{", *(lines or [f"{indent}{INDENT}$0"]), f"{indent}}}"])
