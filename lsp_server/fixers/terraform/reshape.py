"""The content of a block, written as another block has it: renamed, wrapped, turned from a bool into a word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform import tree as t
from lsp_server.fixers.terraform import layout
from lsp_server.fixers.terraform.place import kind_of

_ADDRESS = re.compile(r"(https?)://([^/]+)/?")
_PLAIN = (t.Traversal, t.Literal, t.Call, t.Parenthesis)


@dataclass(frozen=True)
class Shape:
    """How the content of a block changes.

    `names` renames arguments and blocks. `flags` turns a bool into one of two words: its new name, the word for true,
    and the one for false. `wraps` puts an argument into a block of its own: the block's name, and its name there.
    `inside` is for nested blocks, by their old name. `given` adds arguments that are required now. `filters`: `prefix`
    and `tags` become a filter. `host`: an address is taken apart into the host name and the protocol.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    flags: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    wraps: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    inside: Mapping[str, Shape] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    filters: bool = False
    host: str = ""


class UnclearError(Exception):
    """What something would become is not plain."""


def reshaped(document: Document, block: t.Block, shape: Shape) -> str:
    """What stands between a block's braces, as it is written in the new one. Raises UnclearError."""
    text, start = document.slice(block.inner_span), block.open.end
    for edit in sorted(_edits(document, block, shape), key=lambda e: (e.span, e.text), reverse=True):
        text = text[: edit.span.start - start] + edit.text + text[edit.span.end - start :]
    return text


def _edits(document: Document, block: t.Block, shape: Shape) -> Iterator[Edit]:
    pair = [a for a in block.body.attributes if a.name in {"prefix", "tags"}] if shape.filters else []
    yield from _of_arguments(document, block, shape, [a for a in block.body.attributes if a not in pair])
    for nested in block.body.blocks:
        inner_shape = shape.inside.get(kind_of(nested))
        if nested.type == "dynamic" and (inner_shape or kind_of(nested) in shape.names):
            raise UnclearError
        if nested.type in shape.names:
            yield Edit(document.uri, nested.type_span, shape.names[nested.type])
        if inner_shape is not None:
            yield Edit(document.uri, nested.inner_span, reshaped(document, nested, inner_shape))
    yield from _filter(document, block, pair) if shape.filters else ()
    yield from _given(document, block, shape)


def _of_arguments(document: Document, block: t.Block, shape: Shape, arguments: list[t.Attribute]) -> Iterator[Edit]:
    for attribute in arguments:
        name = attribute.name
        if name in shape.flags:
            yield from _flag(document, block, attribute, *shape.flags[name])
        elif name == shape.host:
            yield Edit(document.uri, attribute.span, _host(document, attribute))
        elif name in shape.wraps:
            outer, inner = shape.wraps[name]
            value = layout.reindent(document.slice(attribute.value.span), "", layout.UNIT)
            yield _instead(document, attribute, outer, f"{inner} = {value}")
        elif name in shape.names:
            yield from layout.rename(document, block, attribute, shape.names[name])


def _flag(document: Document, block: t.Block, attribute: t.Attribute, name: str, yes: str, no: str) -> Iterator[Edit]:
    value, written = attribute.value, document.slice(attribute.value.span)
    if isinstance(value, t.Literal) and isinstance(value.value, bool):
        text = f'"{yes if value.value else no}"'
    elif isinstance(value, t.Literal | t.Template | t.Broken):
        raise UnclearError
    else:
        text = f'{written if isinstance(value, _PLAIN) else f"({written})"} ? "{yes}" : "{no}"'
    yield from layout.rename(document, block, attribute, name)
    yield Edit(document.uri, value.span, text)


def _host(document: Document, attribute: t.Attribute) -> str:
    told = attribute.value.text if isinstance(attribute.value, t.Template) else None
    found = _ADDRESS.fullmatch(told or "")
    host, protocol = (found[2], found[1]) if found else (told or "", "")
    if not host or "/" in host:
        raise UnclearError
    lines = [f'host_name = "{host}"', *([f'protocol = "{protocol}"'] if protocol else [])]
    return _block(document, attribute, attribute.name, lines)


def _instead(document: Document, attribute: t.Attribute, outer: str, *lines: str) -> Edit:
    return Edit(document.uri, attribute.span, _block(document, attribute, outer, lines))


def _block(document: Document, item: t.Attribute, name: str, lines: tuple[str, ...] | list[str]) -> str:
    pad = layout.indent(document, item.span.start)
    inner = "\n".join(f"{pad}{layout.UNIT}{line}" for line in lines)
    return f"{name} {{\n{inner}\n{pad}}}"


def _filter(document: Document, block: t.Block, pair: list[t.Attribute]) -> Iterator[Edit]:
    """`prefix` and `tags` as a filter, an empty one where there is neither."""
    pad = layout.inner_indent(document, block)
    if not pair:
        last = max(block.body.attributes, key=lambda a: a.span, default=None)
        if last is None:
            raise UnclearError
        at = document.line_span(document.position(last.span.end).line).end
        if at > block.close.start:
            raise UnclearError
        yield Edit(document.uri, Span(at, at), f"\n\n{pad}filter {{}}")
        return
    values = {a.name: layout.reindent(document.slice(a.value.span), pad, pad + layout.UNIT) for a in pair}
    lines = [f"{name} = {value}" for name, value in values.items()]
    if "tags" in values:
        lines = ["and {", *(f"{layout.UNIT}{line}" for line in lines), "}"]
    yield _instead(document, pair[0], "filter", *lines)
    for other in pair[1:]:
        yield layout.remove(document, other.span)


def _given(document: Document, block: t.Block, shape: Shape) -> Iterator[Edit]:
    known = {a.name for a in block.body.attributes}
    first = min(block.body.attributes, key=lambda a: a.span, default=None)
    for name, value in shape.given.items():
        if name not in known:
            if first is None:
                raise UnclearError
            pad = layout.indent(document, first.span.start)
            yield Edit(document.uri, Span(first.span.start, first.span.start), f"{name} = {value}\n{pad}")
