"""Values as HCL, aligned as `terraform fmt` does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lsp_server.dialects.terraform.block_schema import BlockSchema

_BARE = re.compile(r"[A-Za-z_][\w-]*")


@dataclass(frozen=True)
class Raw:
    """An expression as it is written."""

    text: str


def body_lines(values: Mapping[str, Any], block: BlockSchema | None, level: int) -> Iterator[str]:
    """Arguments first, then blocks, each preceded by an empty line as `terraform fmt` leaves it."""
    pad = "  " * level
    nested = nested_blocks(block)
    arguments = {name: value for name, value in values.items() if name not in nested}
    written = {name: expression_text(value, level, text=is_text(block, name)) for name, value in arguments.items()}
    for name, text in _aligned(written):
        yield f"{pad}{name} = {text}"
    first = not written
    for name, value in values.items():
        if name not in nested:
            continue
        for one in value if isinstance(value, list) else [value]:
            if not first:
                yield ""
            first = False
            body = list(body_lines(one if isinstance(one, Mapping) else {}, nested[name], level + 1))
            yield f"{pad}{name} {{"
            yield from body
            yield f"{pad}}}"


def nested_blocks(block: BlockSchema | None) -> dict[str, BlockSchema | None]:
    """What is written as blocks: the schema's, and lists of objects that the provider sets when they are not written.

    Those may be written as arguments as well, but then with every attribute of the object.
    """
    if block is None:
        return {}
    found: dict[str, BlockSchema | None] = {name: nested.block for name, nested in block.blocks.items()}
    for name, attribute in block.attributes.items():
        element = attribute.type.element
        if attribute.optional and attribute.computed and element is not None and element.kind == "object":
            found[name] = None
    return found


def _aligned(written: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Names padded so that the equals signs of neighbouring one-line arguments stand below each other."""
    group: list[tuple[str, str]] = []
    for name, text in [*written.items(), ("", "\n")]:
        if name and "\n" not in text:
            group.append((name, text))
            continue
        width = max((len(n) for n, _ in group), default=0)
        yield from ((n.ljust(width), t) for n, t in group)
        group = []
        if name:
            yield name, text


def is_text(block: BlockSchema | None, name: str) -> bool:
    """Whether an argument takes a text."""
    attribute = block.attributes.get(name) if block is not None else None
    return attribute is not None and attribute.type.kind == "string"


def expression_text(value: object, level: int, *, text: bool = False) -> str:
    """A value as HCL; a mapping where a string is expected is written as JSON by `jsonencode`."""
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, Mapping):
        inner = _object(value, level)
        return f"jsonencode({inner})" if text else inner
    if isinstance(value, list):
        listed = _list(value, level)
        return f"jsonencode({listed})" if text else listed
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int | float):
        return str(value)
    return json.dumps(str(value), ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def _object(value: Mapping[str, object], level: int) -> str:
    if not value:
        return "{}"
    pad = "  " * (level + 1)
    keys = {k if _BARE.fullmatch(k) else json.dumps(k): expression_text(v, level + 1) for k, v in value.items()}
    lines = [f"{pad}{name} = {text}" for name, text in _aligned(keys)]
    return "{\n" + "\n".join(lines) + "\n" + "  " * level + "}"


def _list(value: Sequence[object], level: int) -> str:
    items = [expression_text(item, level) for item in value]
    if not any("\n" in item for item in items):
        return "[" + ", ".join(items) + "]"
    return (
        "[" + ", ".join(items) + "]"
        if len(items) == 1
        else "[\n"
        + "".join("  " * (level + 1) + expression_text(item, level + 1) + ",\n" for item in value)
        + "  " * level
        + "]"
    )
