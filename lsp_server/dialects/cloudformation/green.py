"""The part of the syntax tree that versions of a document share: it knows offsets within its piece of text only.

A piece of text that did not change keeps its green nodes; `tree` dresses them with absolute spans and parents.
Children are read from tree-sitter when somebody asks for them.
"""

from __future__ import annotations

import enum
import functools
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeVar, cast

Value = TypeVar("Value")
_expanding = threading.RLock()

PIECES_KEPT = 2_000_000
"""Code points of the pieces that a reader keeps what it read of; that takes about twenty bytes each."""


class Kind(enum.Enum):
    """What a node is."""

    SCALAR = "scalar"
    MAPPING = "mapping"
    SEQUENCE = "sequence"
    ALIAS = "alias"


class Style(enum.StrEnum):
    """How a scalar is written."""

    PLAIN = "plain"
    SINGLE = "single"
    DOUBLE = "double"
    LITERAL = "literal"
    FOLDED = "folded"
    JSON = "json"


class Mistake(NamedTuple):
    """A place of a piece that could not be read, in offsets of the piece."""

    start: int
    end: int
    message: str


class Piece:
    """A text that is parsed alone, and the way from tree-sitter's bytes to its code points."""

    __slots__ = ("_extra", "_wide", "encoded", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.encoded = text.encode("utf-8", "surrogatepass")
        self._wide: list[int] = []
        self._extra: list[int] = []
        if len(self.encoded) != len(text):
            self._index()

    def _index(self) -> None:
        at = extra = 0
        for char in self.text:
            width = 1 if char < "\x80" else 2 if char < "\u0800" else 3 if char < "\U00010000" else 4
            at += width
            if width > 1:
                extra += width - 1
                self._wide.append(at)
                self._extra.append(extra)

    def offset(self, byte: int) -> int:
        """The code point at a byte offset, which never lies inside a code point."""
        if not self._wide:
            return byte
        before = bisect_right(self._wide, byte)
        return byte - (self._extra[before - 1] if before else 0)


class Green:
    """A node without place: offsets are those of its piece."""

    __slots__ = (
        "_children",
        "anchor",
        "end",
        "expand",
        "flow",
        "kept",
        "kind",
        "memo",
        "name",
        "piece",
        "start",
        "style",
        "tag",
        "tag_start",
    )

    def __init__(
        self,
        piece: Piece,
        kind: Kind,
        start: int,
        end: int,
        *,
        style: Style = Style.PLAIN,
        flow: bool = False,
        expand: Callable[[], tuple[Pair, ...] | tuple[Green, ...]] | None = None,
    ) -> None:
        self.piece = piece
        self.kind = kind
        self.start = start
        self.end = end
        self.style = style
        self.flow = flow
        self.expand = expand
        self.tag = ""
        self.tag_start = start
        self.anchor = ""
        self.memo: dict[str, str | None] = {}
        self.name: str | None = None  # what a key stands for, once somebody asked
        self.kept: dict[Callable[[Green], Any], Any] | None = None
        self._children: tuple[Pair, ...] | tuple[Green, ...] | None = None

    @property
    def raw(self) -> str:
        """The source of the node without its tag and anchor."""
        return self.piece.text[self.start : self.end]

    @property
    def _inside(self) -> tuple[Pair, ...] | tuple[Green, ...]:
        if self._children is None:
            with _expanding:  # by one thread alone: a node is the same for all that ask
                if self._children is None:
                    self._children = self.expand() if self.expand else ()
                    self.expand = None
        return self._children

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The entries of a mapping."""
        return cast("tuple[Pair, ...]", self._inside) if self.kind is Kind.MAPPING else ()

    @property
    def items(self) -> tuple[Green, ...]:
        """The items of a sequence."""
        return cast("tuple[Green, ...]", self._inside) if self.kind is Kind.SEQUENCE else ()

    def walk(self) -> Iterator[Green]:
        """The node and all nodes inside it, keys too, in the order of the text."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            for inside in node._inside[::-1]:
                if isinstance(inside, Green):
                    waiting.append(inside)
                    continue
                if inside.value is not None:
                    waiting.append(inside.value)
                waiting.append(inside.key)

    @property
    def content_end(self) -> int:
        """Where the last word in the node ends: a block's own end is that of the comments behind it."""
        node = self
        while not node.flow and (inside := node._inside):
            last = inside[-1]
            if isinstance(last, Green):
                node = last
            elif last.value is None:
                return last.key.end
            else:
                node = last.value
        return max(node.start, node.start + len(node.raw.rstrip()))

    def text_of(self, key: str) -> str | None:
        """The raw text of the plain scalar under a key of a mapping; None where there is none. Remembered."""
        if key not in self.memo:
            found = [pair.value for pair in self.pairs if pair.key.raw == key and pair.key.style is not Style.JSON]
            last = found[-1] if found else None
            plain = last is not None and last.kind is Kind.SCALAR and last.style is Style.PLAIN and not last.tag
            self.memo[key] = last.raw if plain and last is not None and "\n" not in last.raw else None
        return self.memo[key]


def kept(function: Callable[[Green], Value]) -> Callable[[Green], Value]:
    """Decorates a function of a piece's top node: the answer is kept with the node, as long as the piece is."""

    @functools.wraps(function)
    def ask(node: Green) -> Value:
        if node.kept is None:
            node.kept = {}
        if function not in node.kept:
            node.kept.setdefault(function, function(node))
        return cast("Value", node.kept[function])

    return ask


class Pair(NamedTuple):
    """An entry of a mapping, in offsets of its piece."""

    start: int
    end: int
    key: Green
    value: Green | None


class Parsed(NamedTuple):
    """What a piece came to: its top node, if it has one, and what could not be read."""

    piece: Piece
    root: Green | None
    mistakes: tuple[Mistake, ...]
