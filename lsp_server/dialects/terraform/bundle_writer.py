"""Packs provider schemas into bundles; `bundles.py` tells their form and reads them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from functools import partial

from lsp_server.dialects.terraform.block_schema import AttributeSchema, BlockSchema
from lsp_server.dialects.terraform.bundles import DEPRECATED, MAGIC, Chunks, Layout, ProviderMeta, compress, first_line
from lsp_server.dialects.terraform.functions import Function, written_function

_CHUNK = 32 * 1024  # characters; what is looked up with each key press
_TEXTS_CHUNK = 256 * 1024  # what is looked up when somebody asks
_FLAGS = (
    ("r", "required"),
    ("o", "optional"),
    ("c", "computed"),
    ("s", "sensitive"),
    ("d", "deprecated"),
    ("w", "write_only"),
)
_NOTHING: Mapping[str, BlockSchema] = {}


def pack(
    meta: ProviderMeta,
    config: BlockSchema,
    resources: Mapping[str, BlockSchema],
    data: Mapping[str, BlockSchema],
    ephemeral: Mapping[str, BlockSchema] = _NOTHING,
    functions: Iterable[Function] = (),
    *,
    texts: bool = True,
    quick: bool = False,
) -> bytes:
    """The bundle of a provider; without `texts` it leaves out what the documentation says. Equal input, equal bytes.

    `quick` is for those who wait for it.
    """
    writer = _Writer(texts)
    head: dict[str, object] = {"config": writer.number(config)}
    for kind, types in (("resources", resources), ("data", data), ("ephemeral", ephemeral)):
        head[kind] = {name: writer.number(types[name]) for name in sorted(types)}
    head["functions"] = {f.name: written_function(f) for f in sorted(functions, key=lambda f: f.name)}
    pack_chunk = partial(compress, quick=quick)
    chunks, where = _chunks((record for record, _ in writer.records), _CHUNK, pack_chunk)
    told = [text for _, text in writer.records]
    text_chunks, where_texts = _chunks(told if any(told) else (), _TEXTS_CHUNK, pack_chunk)
    head |= {"chunks": asdict(where), "texts": asdict(where_texts)}
    packed = pack_chunk(json.dumps(head, separators=(",", ":"), sort_keys=True).encode())
    body = b"".join([packed, *chunks, *text_chunks])
    start = b""
    while True:  # the line tells the length of the whole, of which it is a part
        whole = len(start) + len(body)
        line = MAGIC + first_line(meta, Layout(len(packed), zlib.crc32(packed), whole))
        if len(line) == len(start):
            return line + body
        start = line


class _Writer:
    def __init__(self, texts: bool) -> None:
        self._with_texts = texts
        self.records: dict[tuple[str, str], int] = {}
        """The number of each record, with its texts."""

    def number(self, block: BlockSchema) -> int:
        """The number of a block's record, which is written where it is new."""
        attributes = " ".join(f"{name}={self._attribute(a)}" for name, a in sorted(block.attributes.items()))
        blocks = " ".join(
            f"{name}={n.nesting[:2]}:{n.min}:{n.max}:{'*' if n.opaque else self.number(n.block)}"
            for name, n in sorted(block.blocks.items())
        )
        names = ("", *sorted(block.attributes)) if self._with_texts else ()
        told = {name: text for name in names if (text := block.describe(name))}
        texts = json.dumps(told, ensure_ascii=False, separators=(",", ":")) if told else ""
        record = f"{DEPRECATED * block.deprecated}{attributes}\n{blocks}"
        return self.records.setdefault((record, texts), len(self.records))

    def _attribute(self, known: AttributeSchema) -> str:
        flags = "".join(letter for letter, name in _FLAGS if getattr(known, name))
        if known.nested and not known.nested.opaque:
            return f"@{known.nested.nesting[:2]}:{self.number(known.nested.block)}:{flags}"
        return f"{known.type.notation()}:{flags}"


def _chunks(records: Iterable[str], most: int, pack_chunk: Callable[[bytes], bytes]) -> tuple[list[bytes], Chunks]:
    """Records, packed into chunks, and where they lie."""
    chunks: list[bytes] = []
    firsts: list[int] = []
    pending: list[str] = []
    size = 0
    for number, record in enumerate(records):
        if not pending:
            firsts.append(number)
        pending.append(record)
        size += len(record) + 1
        if size >= most:
            chunks.append(pack_chunk("\n".join(pending).encode()))
            pending, size = [], 0
    if pending:
        chunks.append(pack_chunk("\n".join(pending).encode()))
    return chunks, Chunks(firsts, [len(chunk) for chunk in chunks], [zlib.crc32(chunk) for chunk in chunks])
