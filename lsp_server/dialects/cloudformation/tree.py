"""The syntax tree of a template, the same for YAML and JSON: what is written, where, and what it stands in."""

from __future__ import annotations

import datetime as dt
import json
from bisect import bisect_right
from collections.abc import Callable, Iterator
from collections.abc import Sequence as SequenceOf
from functools import cached_property
from typing import Protocol

from lsp_server.core.diagnostic import Path
from lsp_server.core.document import Span
from lsp_server.dialects.cloudformation.green import Green, Kind, Pair, Style
from lsp_server.dialects.cloudformation.scalars import decode, decode_block, typed

__all__ = ["Alias", "Entry", "Mapping", "Node", "Scalar", "Sequence", "Style", "dress", "intrinsic_name", "path_of"]

_DEPTH = 32  # of aliases that point to aliases


class Anchors(Protocol):
    """Where an alias finds what it stands for."""

    def get(self, name: str) -> Node | None:
        """The node that `&name` marks."""


def intrinsic_name(tag: str) -> str:
    """The long name of a short intrinsic function: `!Ref` is `Ref`, `!Sub` is `Fn::Sub`; empty for no tag."""
    if not tag.startswith("!") or tag.startswith("!!") or len(tag) == 1:
        return ""
    name = tag[1:]
    return name if name in ("Ref", "Condition") else f"Fn::{name}"


class Node:
    """Something written in a template. `span` is its own text, without a tag or an anchor before it.

    `parent` is the Entry or Sequence it stands in; None for the root. `tag` is the YAML tag (`!Sub`) or empty.
    """

    def __init__(self, green: Green, base: int, parent: Entry | Sequence | None, anchors: Anchors) -> None:
        self.green = green
        self.base = base
        self.parent = parent
        self.tag = green.tag
        self.span = Span(base + green.start, base + green.end)
        self._anchors = anchors

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.tag} {self.span.start}..{self.span.end}>"

    @property
    def tag_span(self) -> Span:
        """Where the tag is written; empty, at the node's start, where there is none."""
        start = self.base + self.green.tag_start
        return Span(start, start + len(self.tag)) if self.tag else Span(self.span.start, self.span.start)

    @property
    def full_span(self) -> Span:
        """The span with the tag (or the anchor) before it."""
        return Span(min(self.tag_span.start, self.base + self.green.tag_start), self.span.end)

    @property
    def anchor(self) -> str:
        """The name of the YAML anchor (`&name`) that marks the node, or empty."""
        return self.green.anchor

    @property
    def intrinsic(self) -> str:
        """The long name of the function the tag stands for, or empty."""
        return intrinsic_name(self.tag)

    @property
    def resolved(self) -> Node:
        """The node itself, or what an alias stands for."""
        return self

    def children(self) -> Iterator[Node]:
        """The nodes directly inside: values, keys and items."""
        return iter(())

    def child_at(self, offset: int) -> Node | None:
        """The node directly inside whose text, with its tag, a cursor at `offset` touches; the one behind it of two."""
        return None

    def walk(self) -> Iterator[Node]:
        """The node and all inside it, in the order of the text; aliases are not followed."""
        waiting: list[Node] = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(list(node.children())))


class Scalar(Node):
    """A string, number, boolean or null."""

    @property
    def style(self) -> Style:
        """How it is written."""
        return self.green.style

    @property
    def raw(self) -> str:
        """Its source, with quotes."""
        return self.green.raw

    @cached_property
    def value(self) -> str:
        """The string it stands for, whatever its type."""
        green = self.green
        if green.style in (Style.LITERAL, Style.FOLDED):
            return decode_block(green.piece.text, green.start, green.style)
        return decode(green.raw, green.style)

    @cached_property
    def data(self) -> object:
        """The typed value as cfn-lint's decoder gives it; a tagged scalar is always a string."""
        if self.tag and self.tag != "!!str" and self.intrinsic:
            return self.value
        if self.style is Style.JSON:
            return self.value if self.raw.startswith('"') else typed(self.raw, self.style)
        return typed(self.value, self.style)

    @property
    def is_as_written(self) -> bool:
        """Whether the string that is made of it is its text: `0755`, `5.10` and `yes` are read as something else."""
        data = self.data
        return isinstance(data, str | dt.date) or json.dumps(data) == self.value


class Alias(Node):
    """`*name`: another node, once more."""

    @property
    def name(self) -> str:
        """The anchor it refers to."""
        return self.green.raw.removeprefix("*")

    @property
    def target(self) -> Node | None:
        """What it stands for; None where no such anchor is."""
        return self._anchors.get(self.name)

    @property
    def resolved(self) -> Node:
        """What it stands for in the end; itself where that is nothing."""
        node: Node | None = self
        for _ in range(_DEPTH):
            if not isinstance(node, Alias):
                break
            node = node.target
        return self if node is None or isinstance(node, Alias) else node


class Entry:
    """One `key: value` of a mapping. `value` is None where nothing is written after the colon."""

    def __init__(
        self,
        pair: Pair,
        base: int,
        parent: Mapping,
        anchors: Anchors,
        *,
        value: Callable[[Entry], Node | None] | None = None,
        end: int = 0,
    ) -> None:
        self.parent = parent
        self._pair, self._base, self._anchors, self._value, self._end = pair, base, anchors, value, end

    def __repr__(self) -> str:
        return f"<Entry {self.key.value!r} {self.span.start}..{self.span.end}>"

    @property
    def span(self) -> Span:
        """Where it is written, from the key to the end of the value."""
        return Span(self._base + self._pair.start, max(self._end, self._base + self._pair.end))

    @cached_property
    def key(self) -> Scalar:
        """What stands before the colon."""
        return Scalar(self._pair.key, self._base, self, self._anchors)

    @cached_property
    def value(self) -> Node | None:
        """What stands after the colon, an alias as such."""
        if self._value is not None:
            return self._value(self)
        value = self._pair.value
        return None if value is None else dress(value, self._base, self, self._anchors)

    @property
    def green_value(self) -> Green | None:
        """The value without its place; None where there is none, or where it is put together from pieces."""
        return self._pair.value if self._value is None else None

    @property
    def name(self) -> str:
        """The key's string."""
        key = self._pair.key
        if key.name is None:
            key.name = decode(key.raw, key.style)
        return key.name


class Mapping(Node):
    """Keys with values; duplicate keys are all here, as is the merge key `<<`."""

    def __init__(
        self,
        green: Green,
        base: int,
        parent: Entry | Sequence | None,
        anchors: Anchors,
        assemble: Callable[[Mapping], tuple[Entry, ...]] | None = None,
    ) -> None:
        super().__init__(green, base, parent, anchors)
        self._assemble = assemble

    @property
    def flow(self) -> bool:
        """Whether it is written with braces."""
        return self.green.flow

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """All entries in the order of the text."""
        if self._assemble is not None:
            return self._assemble(self)
        return tuple(Entry(pair, self.base, self, self._anchors) for pair in self.green.pairs)

    @cached_property
    def by_name(self) -> dict[str, Entry]:
        """The last entry of each key, merge keys not followed."""
        return {entry.name: entry for entry in self.entries}

    def entry(self, key: object) -> Entry | None:
        """The last entry of that key, else the one a merge key brings; None where there is none."""
        return self._entry(str(key), _DEPTH)

    def _entry(self, key: str, depth: int) -> Entry | None:
        found = self.by_name.get(key)
        merged = self.by_name.get("<<")
        if found is not None or merged is None or merged.value is None or depth == 0:
            return found
        source = merged.value.resolved
        for part in source.items if isinstance(source, Sequence) else (source,):
            target = part.resolved
            if isinstance(target, Mapping) and (hit := target._entry(key, depth - 1)) is not None:
                return hit
        return None

    def get(self, key: object) -> Node | None:
        """The value of a key, aliases and merge keys followed; None where there is no such key or no value."""
        entry = self.entry(key)
        return None if entry is None or entry.value is None else entry.value.resolved

    def __contains__(self, key: object) -> bool:
        return self.entry(key) is not None

    def child_at(self, offset: int) -> Node | None:
        """See above."""
        number = bisect_right(self.entries, offset, key=lambda entry: entry.span.start)
        near = self.entries[max(0, number - 2) : number]
        return _touched([node for entry in near for node in (entry.key, entry.value) if node is not None], offset)

    def children(self) -> Iterator[Node]:
        """Keys and values."""
        for entry in self.entries:
            yield entry.key
            if entry.value is not None:
                yield entry.value


class Sequence(Node):
    """A list; an item with nothing in it is an empty plain scalar."""

    @property
    def flow(self) -> bool:
        """Whether it is written with brackets."""
        return self.green.flow

    @cached_property
    def items(self) -> tuple[Node, ...]:
        """All items, aliases as such."""
        return tuple(dress(item, self.base, self, self._anchors) for item in self.green.items)

    def get(self, index: int) -> Node | None:
        """The item at an index from 0, an alias followed; None where there is none."""
        return self.items[index].resolved if 0 <= index < len(self.items) else None

    def child_at(self, offset: int) -> Node | None:
        """See above."""
        number = bisect_right(self.items, offset, key=lambda item: item.full_span.start)
        return _touched(self.items[max(0, number - 2) : number], offset)

    def children(self) -> Iterator[Node]:
        """The items."""
        return iter(self.items)


def _touched(nodes: SequenceOf[Node], offset: int) -> Node | None:
    touched = [node for node in nodes if node.full_span.touches(offset)]
    return next((node for node in touched if offset in node.full_span), touched[-1] if touched else None)


_CLASSES: dict[Kind, type[Node]] = {
    Kind.SCALAR: Scalar,
    Kind.MAPPING: Mapping,
    Kind.SEQUENCE: Sequence,
    Kind.ALIAS: Alias,
}


def dress(green: Green, base: int, parent: Entry | Sequence | None, anchors: Anchors) -> Node:
    """The node of a green node in a piece that begins at offset `base` of the document."""
    return _CLASSES[green.kind](green, base, parent, anchors)


def path_of(node: Node | Entry) -> Path:
    """The way from the root: keys and indices; a short intrinsic function is the key it stands for.

    That of a tagged node leads to the node; what is inside it has the function's name as one more step.
    """
    steps: list[str | int] = []
    at: Node | Entry | None = node
    while at is not None:
        if isinstance(at, Entry):
            steps.append(at.name)
            at = at.parent
        else:
            container = at.parent
            if isinstance(container, Sequence):
                steps.append(next(i for i, item in enumerate(container.items) if item is at))
            elif isinstance(container, Entry) and container.key is at:
                at = container
                continue
            at = container
        if isinstance(at, Node) and at.intrinsic:
            steps.append(at.intrinsic)
    return tuple(reversed(steps))
