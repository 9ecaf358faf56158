"""Provider schemas packed small: every block once, in chunks that are unpacked only where a type needs them.

A bundle is `LINTEL-SCHEMA-1`, the length of its head in four bytes, the head (xz of JSON: provider, version, source,
licence, and the number of each type's block) and the chunks (each the xz of 32 KiB of records, a record a block):

    name=type:flags …     the attributes; flags are r(equired), o(ptional), c(omputed)
    name=nesting:min:max:number …     the blocks, by the number of their record; number `*` where nothing is known
"""

from __future__ import annotations

import json
import lzma
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from lsp_server.dialects.terraform.block_schema import EMPTY, OPAQUE, AttributeSchema, BlockSchema, NestedBlock
from lsp_server.dialects.terraform.types import parse_type

MAGIC = b"LINTEL-SCHEMA-1"
_CHUNK = 32 * 1024
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 4, "lp": 0, "pb": 0}]
_UNPACKED_CHUNKS = 12
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


def pack(
    meta: ProviderMeta,
    config: BlockSchema,
    resources: Mapping[str, BlockSchema],
    data: Mapping[str, BlockSchema],
) -> bytes:
    """The bundle of a provider. Equal input gives equal bytes."""
    writer = _Writer()
    numbers = {
        "config": writer.number(config),
        "resources": {name: writer.number(resources[name]) for name in sorted(resources)},
        "data": {name: writer.number(data[name]) for name in sorted(data)},
    }
    chunks, firsts = writer.chunks()
    head = {**vars(meta), **numbers, "firsts": firsts, "sizes": [len(chunk) for chunk in chunks]}
    packed = _compress(json.dumps(head, separators=(",", ":"), sort_keys=True).encode())
    return b"".join([MAGIC, len(packed).to_bytes(4, "big"), packed, *chunks])


class _Writer:
    def __init__(self) -> None:
        self._records: dict[str, int] = {}

    def number(self, block: BlockSchema) -> int:
        attributes = " ".join(
            f"{name}={a.type.notation()}:{'r' * a.required}{'o' * a.optional}{'c' * a.computed}"
            for name, a in sorted(block.attributes.items())
        )
        blocks = " ".join(
            f"{name}={n.nesting[:2]}:{n.min}:{n.max}:{'*' if n.opaque else self.number(n.block)}"
            for name, n in sorted(block.blocks.items())
        )
        return self._records.setdefault(f"{attributes}\n{blocks}", len(self._records))

    def chunks(self) -> tuple[list[bytes], list[int]]:
        """The packed chunks and the number of the first record of each."""
        chunks: list[bytes] = []
        firsts: list[int] = []
        pending: list[str] = []
        for record, number in self._records.items():
            if not pending:
                firsts.append(number)
            pending.append(record)
            if sum(map(len, pending)) >= _CHUNK:
                chunks.append(_compress("\n".join(pending).encode()))
                pending = []
        return (chunks + ([_compress("\n".join(pending).encode())] if pending else [])), firsts


def _compress(data: bytes) -> bytes:
    return lzma.compress(data, lzma.FORMAT_RAW, filters=_FILTERS)


def _decompress(data: bytes) -> bytes:
    return lzma.decompress(data, lzma.FORMAT_RAW, filters=_FILTERS)


_NESTINGS = {"si": "single", "li": "list", "se": "set", "ma": "map"}


class Bundle:
    """One provider's schema; a type's blocks are read when they are asked for."""

    def __init__(self, data: bytes) -> None:
        """Read the head. Raises BundleError."""
        try:
            if not data.startswith(MAGIC):
                raise BundleError("this is not a schema bundle")
            start = len(MAGIC) + 4
            size = int.from_bytes(data[len(MAGIC) : start], "big")
            head: dict[str, Any] = json.loads(_decompress(data[start : start + size]))
            self.meta = ProviderMeta(*(head[k] for k in ("provider", "version", "source", "licence", "origin")))
            self._resources: dict[str, int] = head["resources"]
            self._data: dict[str, int] = head["data"]
            self._config: int = head["config"]
            self._firsts: list[int] = head["firsts"]
            self._sizes: list[int] = head["sizes"]
        except (lzma.LZMAError, ValueError, KeyError, TypeError, EOFError) as error:
            raise BundleError(f"a schema bundle cannot be read: {error}") from error
        self._bytes = data
        self._body = start + size
        if len(data) != self._body + sum(self._sizes):
            raise BundleError("a schema bundle cannot be read: it is cut off, or something follows it")
        self._chunk = lru_cache(maxsize=_UNPACKED_CHUNKS)(self._unpack)
        self._block = lru_cache(maxsize=1024)(self._decode)

    @property
    def resource_types(self) -> Mapping[str, int]:
        """The resource types; the values mean nothing outside."""
        return self._resources

    @property
    def data_types(self) -> Mapping[str, int]:
        """The data source types; the values mean nothing outside."""
        return self._data

    def resource(self, name: str) -> BlockSchema | None:
        """The block of a resource type, None where the provider has no such type."""
        return self._named(self._resources.get(name))

    def data_source(self, name: str) -> BlockSchema | None:
        """The block of a data source type, None where the provider has no such type."""
        return self._named(self._data.get(name))

    def config(self) -> BlockSchema:
        """The block of `provider "…" {}`."""
        return self._block(self._config)

    def words(self) -> frozenset[str]:
        """The words that its names are made of: types, attributes, blocks. Unpacks all of it, in about 0.1 s.

        A short word that one name alone has is left out: it is more often a slip of another.
        """
        names = {*self._resources, *self._data}
        for chunk in range(len(self._sizes)):
            names.update(_NAME.findall("\n".join(self._unpack(chunk))))
        counts = Counter(word for name in names for word in set(name.split("_")) if word.isalpha() and len(word) > 1)
        return frozenset(word for word, count in counts.items() if count > 1 or len(word) > _SHORT)

    def _named(self, number: int | None) -> BlockSchema | None:
        return None if number is None else self._block(number)

    def _unpack(self, chunk: int) -> list[str]:
        start = self._body + sum(self._sizes[:chunk])
        return _decompress(self._bytes[start : start + self._sizes[chunk]]).decode().split("\n")

    def _decode(self, number: int) -> BlockSchema:
        chunk = max(i for i, first in enumerate(self._firsts) if first <= number)
        lines = self._chunk(chunk)
        at = 2 * (number - self._firsts[chunk])
        attributes = {name: _attribute(rest) for name, _, rest in _fields(lines[at])}
        blocks = {name: self._nested(rest) for name, _, rest in _fields(lines[at + 1])}
        return BlockSchema(attributes, blocks) if attributes or blocks else EMPTY

    def _nested(self, text: str) -> NestedBlock:
        nesting, low, high, number = text.split(":")
        block = OPAQUE if number == "*" else self._block(int(number))
        return NestedBlock(_NESTINGS[nesting], block, int(low), int(high))


def _fields(line: str) -> list[tuple[str, str, str]]:
    return [field.partition("=") for field in line.split(" ")] if line else []


@lru_cache(maxsize=4096)
def _attribute(text: str) -> AttributeSchema:
    notation, _, flags = text.rpartition(":")
    return AttributeSchema(parse_type(notation), "r" in flags, "o" in flags, "c" in flags)


@lru_cache(maxsize=1)
def bundled() -> tuple[Path, ...]:
    """The bundles that ship with Lintel, named PROVIDER-MAJOR.bundle."""
    return tuple(sorted((Path(__file__).parent / "schemas").glob("*.bundle")))


@lru_cache(maxsize=8)
def open_bundle(path: Path) -> Bundle:
    """The bundle of a file; opened once. Raises BundleError, also where the file cannot be read."""
    try:
        return Bundle(path.read_bytes())
    except OSError as error:
        raise BundleError(f"{path.name} cannot be read: {error.strerror}") from error
