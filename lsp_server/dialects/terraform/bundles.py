"""Provider schemas packed small; a bundle is opened where its provider is used, and unpacked where a type is.

A bundle is `LINTEL-SCHEMA-2`, a line of JSON (provider, version, source, licence, origin; length and check sum of the
head, length of the whole), the head (xz of JSON: the number of each type's record, the functions, the chunks) and the
chunks (each the xz of some KiB of records). A record is a block, in two lines:

    name=type:flags …     the attributes; flags are r(equired), o(ptional), c(omputed), s(ensitive), d(eprecated),
                          w(rite-only); where objects have a schema of their own, type is `@`nesting`:`number
    name=nesting:min:max:number …     the blocks, by the number of their record; number `*` where nothing is known

`D` before the first line says that the block is deprecated. What the documentation says is in chunks of its own, a line
of JSON a record: the text of the block, and those of its attributes by name.
"""

from __future__ import annotations

import json
import logging
import lzma
import re
import zlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

from lsp_server.dialects.terraform.block_schema import EMPTY, OPAQUE, AttributeSchema, BlockSchema, NestedBlock
from lsp_server.dialects.terraform.functions import Function, read_function
from lsp_server.dialects.terraform.types import Type, parse_type

log = logging.getLogger(__name__)

MAGIC = b"LINTEL-SCHEMA-2\n"
NESTINGS = {"si": "single", "li": "list", "se": "set", "ma": "map", "gr": "group"}
DEPRECATED = "D "
FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 4, "lp": 0, "pb": 0}]
_QUICK = [{**FILTERS[0], "preset": 6, "dict_size": 256 * 1024}]
_FIRST_LINE = 2048  # bytes, at most
_UNPACKED_CHUNKS = 12
_UNPACKED_TEXTS = 2
_SHORT = 4  # letters
_NAME = re.compile(r"(?:^|[ \n])([a-z0-9_]+)=")


class BundleError(ValueError):
    """A bundle's bytes are not what they should be; the sentence says how."""


@dataclass(frozen=True)
class ProviderMeta:
    """Whose schema a bundle holds: local name, version, address (`registry.terraform.io/…`), licence, origin."""

    provider: str
    version: str
    source: str
    licence: str
    origin: str


@dataclass(frozen=True)
class Layout:
    """Where the parts of a bundle lie: in bytes, with the check sum of the head."""

    head: int
    check: int
    whole: int


@dataclass(frozen=True)
class Chunks:
    """Where records lie: the first record's number, the size in bytes and the check sum of each chunk."""

    firsts: list[int]
    sizes: list[int]
    checks: list[int]


@dataclass(frozen=True)
class _Content:
    """A bundle's head, and the bytes of its chunks."""

    config: int
    resources: dict[str, int]
    data: dict[str, int]
    ephemeral: dict[str, int]
    functions: dict[str, Any]
    chunks: Chunks
    texts: Chunks
    body: bytes = field(repr=False)


def compress(data: bytes, *, quick: bool = False) -> bytes:
    """Pack bytes as a bundle does; `quick` takes a third of the time, and a little more space."""
    return lzma.compress(data, lzma.FORMAT_RAW, filters=_QUICK if quick else FILTERS)


def _decompress(data: bytes) -> bytes:
    return lzma.decompress(data, lzma.FORMAT_RAW, filters=FILTERS)


class Bundle:
    """One provider's schema; the types and their blocks are read when they are asked for.

    Where a part of it turns out to be corrupt, the log says so, and nothing is known of what stands there.
    """

    def __init__(self, source: bytes | Path) -> None:
        """Read the first line. Raises BundleError."""
        self._source = source
        try:
            start, size = _beginning(source)
            if not start.startswith(MAGIC):
                raise BundleError("this is not a schema bundle of this version of Lintel")
            line, end, _ = start[len(MAGIC) :].partition(b"\n")
            told: dict[str, Any] = json.loads(line)
            self.meta = ProviderMeta(**{f.name: str(told[f.name]) for f in fields(ProviderMeta)})
            self._layout = Layout(**{f.name: int(told[f.name]) for f in fields(Layout)})
        except OSError as error:
            raise BundleError(f"{source!s} cannot be read: {error.strerror}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise BundleError(f"{self._named} cannot be read: {error}") from error
        self._start = len(MAGIC) + len(line) + len(end)
        if size != self._layout.whole:
            raise BundleError(f"{self._named} cannot be read: it is cut off, or something follows it")
        self._chunk = lru_cache(maxsize=_UNPACKED_CHUNKS)(self._unpack)
        self._text_chunk = lru_cache(maxsize=_UNPACKED_TEXTS)(partial(self._unpack, texts=True))
        self._block = lru_cache(maxsize=1024)(self._decode)

    def check(self) -> None:
        """Compare all of it with its check sums, and unpack the head. Raises BundleError."""
        content = self._content
        if content is None:
            raise BundleError(f"{self._named} cannot be read")
        at = 0
        for chunks in (content.chunks, content.texts):
            for size, check in zip(chunks.sizes, chunks.checks, strict=True):
                if zlib.crc32(content.body[at : at + size]) != check:
                    raise BundleError(f"a part of {self._named} is not what it was")
                at += size

    @property
    def _named(self) -> str:
        return str(self._source) if isinstance(self._source, Path) else "a schema bundle"

    @cached_property
    def _content(self) -> _Content | None:
        """The head; None where it cannot be read."""
        try:
            data = self._source.read_bytes() if isinstance(self._source, Path) else self._source
            body = self._start + self._layout.head
            packed = data[self._start : body]
            if zlib.crc32(packed) != self._layout.check:
                raise BundleError("its head is not what it was")
            head = json.loads(_decompress(packed))
            chunks, texts = (Chunks(**head.pop(kind)) for kind in ("chunks", "texts"))
            return _Content(**head, chunks=chunks, texts=texts, body=data[body:])
        except (OSError, lzma.LZMAError, ValueError, KeyError, TypeError, EOFError) as error:
            log.warning("%s cannot be read, %s is left out: %s", self._named, self.meta.provider, error)
            return None

    @property
    def resource_types(self) -> Mapping[str, int]:
        """The resource types; the values mean nothing outside."""
        return self._content.resources if self._content else {}

    @property
    def data_types(self) -> Mapping[str, int]:
        """The data source types; the values mean nothing outside."""
        return self._content.data if self._content else {}

    @property
    def ephemeral_types(self) -> Mapping[str, int]:
        """The ephemeral resource types that are known; the values mean nothing outside."""
        return self._content.ephemeral if self._content else {}

    @cached_property
    def functions(self) -> Mapping[str, Function]:
        """The provider's functions that are known, by name."""
        told = self._content.functions if self._content else {}
        return {name: read_function(name, entry) for name, entry in told.items()}

    def resource(self, name: str) -> BlockSchema | None:
        """The block of a resource type, None where the provider has no such type."""
        return self._of(self.resource_types, name)

    def data_source(self, name: str) -> BlockSchema | None:
        """The block of a data source type, None where the provider has no such type."""
        return self._of(self.data_types, name)

    def ephemeral(self, name: str) -> BlockSchema | None:
        """The block of an ephemeral resource type, None where it is not known."""
        return self._block(self.ephemeral_types[name]) if name in self.ephemeral_types else None

    def config(self) -> BlockSchema:
        """The block of `provider "…" {}`."""
        return self._block(self._content.config) if self._content else OPAQUE

    def words(self) -> frozenset[str]:
        """The words that its names are made of: types, attributes, blocks. Unpacks all of it, in about 0.1 s.

        A short word that one name alone has is left out: it is more often a slip of another.
        """
        names = {*self.resource_types, *self.data_types}
        for chunk in range(len(self._content.chunks.sizes) if self._content else 0):
            names.update(_NAME.findall("\n".join(self._unpack(chunk) or ())))
        counts = Counter(word for name in names for word in set(name.split("_")) if word.isalpha() and len(word) > 1)
        return frozenset(word for word, count in counts.items() if count > 1 or len(word) > _SHORT)

    def _of(self, types: Mapping[str, int], name: str) -> BlockSchema | None:
        if self._content is None:
            return OPAQUE
        return self._block(types[name]) if name in types else None

    def _unpack(self, number: int, *, texts: bool = False) -> list[str] | None:
        """The lines of a chunk; None where it is corrupt."""
        if self._content is None:
            return None
        chunks = self._content.texts if texts else self._content.chunks
        start = sum(chunks.sizes[:number]) + (sum(self._content.chunks.sizes) if texts else 0)
        packed = self._content.body[start : start + chunks.sizes[number]]
        try:
            if zlib.crc32(packed) == chunks.checks[number]:
                return _decompress(packed).decode().split("\n")
        except (lzma.LZMAError, ValueError, EOFError):
            pass
        log.warning(
            "a part of %s cannot be read; nothing is known of some types of %s", self._named, self.meta.provider
        )
        return None

    def _decode(self, number: int) -> BlockSchema:
        if self._content is None:
            return OPAQUE
        chunk = bisect_right(self._content.chunks.firsts, number) - 1
        lines = self._chunk(chunk)
        if lines is None:
            return OPAQUE
        at = 2 * (number - self._content.chunks.firsts[chunk])
        first, deprecated = lines[at].removeprefix(DEPRECATED), lines[at].startswith(DEPRECATED)
        attributes = {name: self._attribute(rest) for name, _, rest in _fields(first)}
        blocks = {name: self._nested(rest) for name, _, rest in _fields(lines[at + 1])}
        if not attributes and not blocks and not deprecated:
            return EMPTY
        texts = partial(self._texts, number) if self._content.texts.firsts else None
        return BlockSchema(attributes, blocks, deprecated=deprecated, texts=texts)

    def _attribute(self, text: str) -> AttributeSchema:
        if not text.startswith("@"):
            return _attribute(text)
        nesting, number, flags = text[1:].split(":")
        nested = NestedBlock(NESTINGS[nesting], self._block(int(number)))
        return _flagged(nested.type, flags, nested)

    def _nested(self, text: str) -> NestedBlock:
        nesting, low, high, number = text.split(":")
        block = OPAQUE if number == "*" else self._block(int(number))
        return NestedBlock(NESTINGS[nesting], block, int(low), int(high))

    def _texts(self, number: int) -> Mapping[str, str]:
        texts = self._content.texts if self._content else Chunks([], [], [])
        chunk = bisect_right(texts.firsts, number) - 1
        lines = self._text_chunk(chunk) if chunk >= 0 else None
        line = lines[number - texts.firsts[chunk]] if lines else ""
        found: Mapping[str, str] = json.loads(line) if line else {}
        return found


def _beginning(source: bytes | Path) -> tuple[bytes, int]:
    """The first bytes of a bundle, and how many it has."""
    if isinstance(source, bytes):
        return source[:_FIRST_LINE], len(source)
    with source.open("rb") as file:
        return file.read(_FIRST_LINE), source.stat().st_size


def _fields(line: str) -> list[tuple[str, str, str]]:
    return [field.partition("=") for field in line.split(" ")] if line else []


@lru_cache(maxsize=4096)
def _attribute(text: str) -> AttributeSchema:
    notation, _, flags = text.rpartition(":")
    return _flagged(parse_type(notation), flags)


def _flagged(kind: Type, flags: str, nested: NestedBlock | None = None) -> AttributeSchema:
    return AttributeSchema(
        kind,
        "r" in flags,
        "o" in flags,
        "c" in flags,
        sensitive="s" in flags,
        deprecated="d" in flags,
        write_only="w" in flags,
        nested=nested,
    )


def first_line(meta: ProviderMeta, layout: Layout) -> bytes:
    """The line that says whose schema a bundle holds, and where."""
    return json.dumps(asdict(meta) | asdict(layout), separators=(",", ":")).encode() + b"\n"


@lru_cache(maxsize=1)
def bundled() -> tuple[Path, ...]:
    """The bundles that ship with Lintel, named PROVIDER-MAJOR.bundle."""
    return tuple(sorted((Path(__file__).parent / "schemas").glob("*.bundle")))


@lru_cache(maxsize=128)
def open_bundle(path: Path) -> Bundle:
    """The bundle of a file; opened once. Raises BundleError, also where the file cannot be read."""
    return Bundle(path)
