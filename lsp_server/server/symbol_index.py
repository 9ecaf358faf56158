"""What the files of the workspace declare, opened or not: read beside everything else, and only what has changed."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from lsp_server.core.caches import aside
from lsp_server.core.document import Document
from lsp_server.dialects.service import Export, LanguageService
from lsp_server.server.encoding import Encoding
from lsp_server.server.symbol_kinds import KINDS
from lsp_server.sources import MOST_BYTES, UnreadableError, may_declare, read_document, walk

if TYPE_CHECKING:
    from lsp_server.engine import Engine

log = logging.getLogger(__name__)

_HEAD = 200_000  # bytes from the beginning that tell whether a file is ours
_LARGEST = MOST_BYTES // 4

Stamp = tuple[int, int]


@dataclass(frozen=True)
class Indexed:
    """What a file declares, as the editor is told, and exports; of a file with the time and size `stamp`."""

    symbols: tuple[dict[str, Any], ...] = ()
    exports: tuple[Export, ...] = ()
    stamp: Stamp = (0, 0)


@dataclass(frozen=True)
class Scan:
    """One look at the workspace, made in a thread. `only` are the files that are looked at again; None: all of them."""

    engine: Engine
    encoding: Encoding
    roots: tuple[Path, ...]
    exclude: tuple[str, ...]
    known: dict[Path, Indexed]
    only: frozenset[Path] | None

    def run(self) -> dict[Path, Indexed]:
        """The index as it is now."""
        if self.only is None:
            return dict(self._read(path for root in self.roots for path in walk(root) if may_declare(path)))
        return {**{p: i for p, i in self.known.items() if p not in self.only}, **dict(self._read(self.only))}

    def _read(self, paths: Iterable[Path]) -> Iterator[tuple[Path, Indexed]]:
        for path in paths:
            try:
                status = path.stat()
            except OSError:
                continue
            stamp = status.st_mtime_ns, status.st_size
            known = self.known.get(path)
            current = known is not None and known.stamp == stamp
            yield path, known if known is not None and current else replace(self._of_file(path, stamp), stamp=stamp)

    def _of_file(self, path: Path, stamp: Stamp) -> Indexed:
        from lsp_server.repair.private import excluded  # the server starts without what talks to models

        try:
            if stamp[1] > _LARGEST or excluded(Document(path.as_uri(), ""), self.exclude) or not self._is_ours(path):
                return Indexed()
            with aside():
                return index_of(self.engine, self.encoding, read_document(path))
        except (OSError, UnreadableError) as error:
            log.info("not indexed: %s", error)
            return Indexed()

    def _is_ours(self, path: Path) -> bool:
        """A look at the beginning alone: most files of a workspace are something else."""
        with path.open("rb") as file:
            head = file.read(_HEAD).decode("utf-8", "replace")
        dialect = self.engine.dialect_of(Document(path.as_uri(), head))
        return dialect is not None and dialect.service is not None


def index_of(engine: Engine, encoding: Encoding, document: Document) -> Indexed:
    """What a document declares and exports by name."""
    dialect = engine.dialect_of(document)
    service = dialect.service if dialect is not None else None
    if service is None:
        return Indexed()
    return Indexed(tuple(_symbols(service, encoding, document)), tuple(service.exports(document)))


def _symbols(service: LanguageService, encoding: Encoding, document: Document) -> Iterator[dict[str, Any]]:
    for one in service.declarations(document):
        range_ = encoding.range(document, one.span)
        yield {
            "name": one.name,
            "kind": KINDS[one.kind],
            "containerName": f"{one.detail or one.holder} · {document.name}",
            "location": {"uri": document.uri, "range": _plain(range_)},
        }


def _plain(range_: types.Range) -> dict[str, Any]:
    ends = (("start", range_.start), ("end", range_.end))
    return {name: {"line": end.line, "character": end.character} for name, end in ends}
