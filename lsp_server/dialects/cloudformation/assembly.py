"""Pieces of a text, parsed alone and put together to one tree with absolute places."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, partial
from typing import NamedTuple

from lsp_server.core.diagnostic import Path
from lsp_server.core.document import Span
from lsp_server.dialects.cloudformation.green import Green, Kind, Mistake, Parsed, Piece
from lsp_server.dialects.cloudformation.json_pieces import cut_json
from lsp_server.dialects.cloudformation.json_reader import read_json, read_json_entry
from lsp_server.dialects.cloudformation.pieces import Cut, cut
from lsp_server.dialects.cloudformation.scalars import decode
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, dress
from lsp_server.dialects.cloudformation.yaml_reader import read_yaml

_NOWHERE = Piece("")


class Block(NamedTuple):
    """A piece of the top level: where it begins, and the pieces of its entries, if it is a section cut into those.

    `end` is where the section closes, in JSON.
    """

    start: int
    parsed: Parsed
    end: int
    entries: tuple[tuple[int, Parsed], ...]

    @property
    def pieces(self) -> tuple[tuple[int, Parsed], ...]:
        """The piece itself and those of the entries, each with where it begins."""
        return ((self.start, self.parsed), *self.entries)


class Anchors:
    """The anchored nodes of a tree by name, looked for when the first alias is followed."""

    def __init__(self, assembly: Assembly) -> None:
        self._assembly = assembly

    @cached_property
    def _nodes(self) -> dict[str, Node]:
        root = self._assembly.root
        if root is None or "&" not in self._assembly.text:
            return {}
        return {node.anchor: node for node in root.walk() if node.anchor}

    def get(self, name: str) -> Node | None:
        """The node that `&name` marks, the last where there are several."""
        return self._nodes.get(name)


class Assembly:
    """The tree of a text and its mistakes."""

    def __init__(self, text: str, *, json: bool) -> None:
        self.text = text
        self.json = json
        self.anchors = Anchors(self)
        start = 1 if text.startswith("\ufeff") else 0
        self._cuts = cut_json(text, start) if json else cut(text, start)

    def _parse(self, piece: Cut) -> Parsed:
        if not self.json:
            return read_yaml(piece.text)
        return read_json_entry(piece.text) if piece.entry else read_json(piece.text)

    @cached_property
    def root(self) -> Node | None:
        """The top node; None where there is nothing to read."""
        first, last = self._cuts[0], self._cuts[-1]
        if len(self._cuts) == 1 and not first.children and not first.entry:
            green = self._parse(first).root
            return None if green is None else dress(green, first.start, None, self.anchors)
        if self.json:
            start, end = self.text.index("{"), len(self.text.rstrip())
        else:
            start = next((s for s in map(self._start, self._cuts) if s is not None), first.start)
            end = max(map(self._end, self._cuts), default=last.start)
        green = Green(_NOWHERE, Kind.MAPPING, start, end, flow=self.json)
        return Mapping(green, 0, None, self.anchors, lambda m: tuple(self._entries(self._cuts, m)))

    def _entries(self, cuts: list[Cut] | tuple[Cut, ...], parent: Mapping) -> Iterator[Entry]:
        for piece in cuts:
            parsed = self._parse(piece)
            if parsed.root is None or parsed.root.kind is not Kind.MAPPING:
                continue
            for number, pair in enumerate(parsed.root.pairs):
                if not piece.children or number:  # what is typed behind the key of a section may look like another
                    yield Entry(pair, piece.start, parent, self.anchors)
                    continue
                value = partial(self._section, piece)
                yield Entry(pair, piece.start, parent, self.anchors, value=value, end=self._end(piece))

    def _section(self, piece: Cut, entry: Entry) -> Node:
        if self.json:
            start = piece.start + len(piece.text) - 2
        else:
            starts = map(self._start, piece.children)
            start = next((start for start in starts if start is not None), entry.span.end)
        green = Green(_NOWHERE, Kind.MAPPING, start, max(start, entry.span.end), flow=self.json)
        return Mapping(green, 0, entry, self.anchors, lambda m: tuple(self._entries(piece.children, m)))

    def _start(self, piece: Cut) -> int | None:
        root = self._parse(piece).root
        return None if root is None else piece.start + root.start

    def _end(self, piece: Cut) -> int:
        """Where what is written in a piece ends: its own top node, or the last of its children that has one."""
        if piece.end:
            return piece.end
        for part in (*reversed(piece.children), piece):
            if (root := self._parse(part).root) is not None:
                return part.start + root.end
        return piece.start

    def cut_at(self, offset: int) -> tuple[int, Path, bool]:
        """Where the piece around an offset begins, the path of the mapping around it, whether it is one entry."""
        begin: int = self._cuts[0].start
        path: Path = ()
        for top in self._cuts:
            if top.start > offset:
                break
            begin, path = top.start, ()
            for child in top.children:
                if child.start > offset:
                    break
                begin, path = child.start, (_name(self._parse(top)),)
        return begin, path, self._cuts[0].entry

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The pieces of the top level, in order, each with those of the entries of its section."""
        return tuple(
            Block(top.start, self._parse(top), top.end, tuple((c.start, self._parse(c)) for c in top.children))
            for top in self._cuts
        )

    @cached_property
    def tops(self) -> tuple[tuple[int, Green], ...]:
        """Where each piece begins and its top node, in order."""
        pieces = (piece for block in self.blocks for piece in block.pieces)
        return tuple((start, parsed.root) for start, parsed in pieces if parsed.root is not None)

    @cached_property
    def mistakes(self) -> tuple[tuple[Span, str], ...]:
        """Where the text could not be read, and why, in order."""
        return tuple(
            (Span(piece.start + mistake.start, piece.start + mistake.end), mistake.message)
            for top in self._cuts
            for piece in (top, *top.children)
            for mistake in (*self._parse(piece).mistakes, *_comma(piece))
        )


def _name(parsed: Parsed) -> str:
    """The key of a piece that is one entry."""
    pairs = parsed.root.pairs if parsed.root is not None else ()
    return decode(pairs[0].key.raw, pairs[0].key.style) if pairs else ""


def _comma(piece: Cut) -> tuple[Mistake, ...]:
    at = len(piece.text.rstrip())
    return (Mistake(at, at, "A comma is missing here"),) if piece.comma else ()


def assemble(text: str, *, json: bool) -> Assembly:
    """The tree of a text in YAML or JSON."""
    return Assembly(text, json=json)
