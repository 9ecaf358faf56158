"""Follows the steps of a reference into what is written: arguments, nested blocks, items of objects and lists."""

from __future__ import annotations

from typing import Any, NamedTuple

from lsp_server.core.document import Span
from lsp_server.dialects.terraform import tree as t

_THROUGH = frozenset({"optional", "list", "set", "map", "tolist", "toset", "tomap"})


class Found(NamedTuple):
    """Something that is written: all of it, and its name alone. Spans count from the piece's start."""

    whole: Span
    name: Span


def follow(node: t.Block | t.Attribute, steps: tuple[t.Part, ...]) -> list[Found]:
    """What the steps lead to, as far as they do; nothing where not even the first leads anywhere."""
    current: Any = node
    if isinstance(node, t.Attribute):
        current = node.value
    elif node.type == "variable":
        kind = node.body.attribute("type")
        current = kind.value if kind is not None else None
    found: list[Found] = []
    for step in steps:
        if step.kind == "splat":
            continue
        current, led = _step(current, step)
        if led is not None:
            found = [led]
        if current is None:
            break
    return found


def _step(node: Any, step: t.Part) -> tuple[Any, Found | None]:
    """What a step leads to, and where that is written; no node where the way ends."""
    while isinstance(node, t.Parenthesis):
        node = node.inner
    if isinstance(node, t.Call) and node.args and (node.name in _THROUGH or node.name == "object"):
        if node.name in _THROUGH and step.kind == "index":
            return node.args[0], None
        while isinstance(node, t.Call) and node.args:
            node = node.args[0]
    match node:
        case t.Block():
            return _in_block(node, step)
        case tuple():  # blocks of one type
            return _in_blocks(node, step)
        case t.ObjectExpression(items=items):
            item = next((item for item in items if item.name == _key(step)), None)
            return (item.value, Found(item.span, item.key.span)) if item is not None else (None, None)
        case t.TupleExpression(items=items):
            number = _number(step)
            if number is not None and number < len(items):
                return items[number], Found(items[number].span, items[number].span)
    return None, None


def _in_block(block: t.Block, step: t.Part) -> tuple[Any, Found | None]:
    if step.kind == "index":  # which instance it is makes no difference
        return block, None
    attribute = block.body.attribute(step.name)
    if attribute is not None:
        return attribute.value, Found(attribute.span, attribute.name_span)
    blocks = block.body.blocks_of(step.name) or tuple(
        inner for inner in block.body.blocks_of("dynamic") if inner.labels and inner.labels[0].text == step.name
    )
    return (blocks, Found(blocks[0].span, _name_of(blocks[0]))) if blocks else (None, None)


def _in_blocks(blocks: tuple[t.Block, ...], step: t.Part) -> tuple[Any, Found | None]:
    if step.kind == "index":
        number = _number(step)
        if number is not None and number < len(blocks):
            return blocks[number : number + 1], Found(blocks[number].span, _name_of(blocks[number]))
        return blocks, None
    for block in blocks:
        content = block.body.blocks_of("content") if block.type == "dynamic" else (block,)
        for one in content:
            node, found = _in_block(one, step)
            if found is not None:
                return node, found
    return None, None


def _name_of(block: t.Block) -> Span:
    return block.labels[0].text_span if block.type == "dynamic" and block.labels else block.type_span


def _key(step: t.Part) -> str | None:
    if step.kind == "attr":
        return step.name
    return step.key.text if isinstance(step.key, t.Template) else None


def _number(step: t.Part) -> int | None:
    value = step.key.value if isinstance(step.key, t.Literal) else None
    if step.kind == "index" and step.key is None and step.name.isdigit():  # `.0`
        return int(step.name)
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else None
