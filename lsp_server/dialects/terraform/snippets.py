"""Text to insert in the protocol's snippet syntax: arguments with fitting values, blocks and whole resources."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.dialects.terraform.block_schema import BlockSchema
from lsp_server.dialects.terraform.types import Type

INDENT = "  "
_DEEPEST = 4


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
        return f"${{{self._last}|{','.join(words)}|}}"


def escape(text: str) -> str:
    """Plain text as part of a snippet."""
    return text.replace("\\", "\\\\").replace("$", "\\$").replace("}", "\\}")


def value(kind: Type, stops: Stops, indent: str) -> str:
    """A place for a value of a type: quotes for a string, brackets for a list, true and false for a bool."""
    if kind.kind == "string":
        return f'"{stops.next()}"'
    if kind.kind == "bool":
        return stops.choice(("true", "false"))
    if kind.is_list:
        element = kind.element
        inner = value(element, stops, indent) if element and element.kind == "string" else stops.next()
        return f"[{inner}]"
    if kind.kind in {"map", "object"}:
        return f"{{\n{indent}{INDENT}{stops.next()}\n{indent}}}"
    return stops.next()


def _filled(kind: Type, stops: Stops, indent: str) -> str:
    """As `value`, with a default where nothing would be no value: a block of which no place is visited can be read."""
    defaults = {"number": "0", "dynamic": "null"}
    return stops.next(defaults[kind.kind]) if kind.kind in defaults else value(kind, stops, indent)


def argument(name: str, kind: Type, stops: Stops, indent: str) -> str:
    """`name = value` with a place for the value."""
    return f"{name} = {value(kind, stops, indent)}"


def body(schema: BlockSchema, stops: Stops, indent: str, depth: int = 0) -> Iterator[str]:
    """The lines of everything that is required, each with its indentation."""
    required = schema.required
    width = max(map(len, required), default=0)
    for name in required:
        written = _filled(schema.attributes[name].type, stops, indent)
        yield f"{indent}{name:<{width}} = {written}"
    for name in schema.required_blocks if depth < _DEEPEST else ():
        yield f"{indent}{name} {{"
        yield from body(schema.blocks[name].block, stops, indent + INDENT, depth + 1)
        yield f"{indent}}}"


def block(header: str, schema: BlockSchema, stops: Stops, indent: str) -> str:
    """A block with its required content; the cursor ends inside."""
    lines = list(body(schema, stops, indent + INDENT))
    return "\n".join([f"{header} {{", *(lines or [f"{indent}{INDENT}$0"]), f"{indent}}}"])
