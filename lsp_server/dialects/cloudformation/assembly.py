"""Pieces of a text, parsed alone and put together to one tree with absolute places."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, partial

from lsp_server.core.document import Span
from lsp_server.dialects.cloudformation.green import Green, Kind, Parsed, Piece
from lsp_server.dialects.cloudformation.json_reader import read_json
from lsp_server.dialects.cloudformation.pieces import Cut, cut
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, dress
from lsp_server.dialects.cloudformation.yaml_reader import read_yaml

_NOWHERE = Piece("")


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
        self._cuts = [Cut(start, text[start:])] if json else cut(text, start)

    def _parse(self, piece: Cut) -> Parsed:
        return read_json(piece.text) if self.json else read_yaml(piece.text)

    @cached_property
    def root(self) -> Node | None:
        """The top node; None where there is nothing to read."""
        if len(self._cuts) == 1 and not self._cuts[0].children:
            green = self._parse(self._cuts[0]).root
            return None if green is None else dress(green, self._cuts[0].start, None, self.anchors)
        first, end = self._cuts[0].start, len(self.text)
        green = Green(_NOWHERE, Kind.MAPPING, first, end)
        return Mapping(green, 0, None, self.anchors, lambda m: tuple(self._entries(self._cuts, m)))

    def _entries(self, cuts: list[Cut] | tuple[Cut, ...], parent: Mapping) -> Iterator[Entry]:
        for piece in cuts:
            parsed = self._parse(piece)
            if parsed.root is None or parsed.root.kind is not Kind.MAPPING:
                continue
            for pair in parsed.root.pairs:
                if not piece.children:
                    yield Entry(pair, piece.start, parent, self.anchors)
                    continue
                last = piece.children[-1]
                end = last.start + len(last.text.rstrip())
                yield Entry(pair, piece.start, parent, self.anchors, value=partial(self._section, piece), end=end)

    def _section(self, piece: Cut, entry: Entry) -> Node:
        first = piece.children[0]
        start = first.start + len(first.text) - len(first.text.lstrip(" "))
        green = Green(_NOWHERE, Kind.MAPPING, start, entry.span.end)
        return Mapping(green, 0, entry, self.anchors, lambda m: tuple(self._entries(piece.children, m)))

    @cached_property
    def mistakes(self) -> tuple[tuple[Span, str], ...]:
        """Where the text could not be read, and why, in order."""
        return tuple(
            (Span(piece.start + mistake.start, piece.start + mistake.end), mistake.message)
            for top in self._cuts
            for piece in (top, *top.children)
            for mistake in self._parse(piece).mistakes
        )


def assemble(text: str, *, json: bool) -> Assembly:
    """The tree of a text in YAML or JSON."""
    return Assembly(text, json=json)
