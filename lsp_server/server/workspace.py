"""Which documents are judged together: a template alone, or a Terraform module with open buffers before files."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, unquote

from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.base import Language
from lsp_server.dialects.terraform.file_names import is_module_file, module_folder
from lsp_server.server.documents import OpenDocuments
from lsp_server.sources import (
    UNREADABLE,
    UnreadableError,
    called_files,
    lock_file,
    module_files,
    path_of,
    read_document,
)

log = logging.getLogger(__name__)

SOURCE = "lintel"


@dataclass(frozen=True)
class _Read:
    """A file as it was when its time and size were `stamp`; `problem` says why there is no document."""

    stamp: tuple[int, int]
    document: Document | None
    problem: str = ""


class Workspace:
    """Builds units. Files beside an open one are read once and again when they change; one that cannot be read is told.

    A unit's documents keep their identity from one key press to the next, so that what is cached by document stays.
    `in_module` tells which open documents are a module's beside those whose name says so.
    """

    def __init__(self, documents: OpenDocuments, in_module: Callable[[Document], bool]) -> None:
        self._documents, self._in_module = documents, in_module
        self._files: dict[str, _Read] = {}
        self._locks: dict[str, Path] = {}

    def refresh(self) -> None:
        """Look anew for the lock files that count: something may have been installed."""
        self._locks.clear()

    def unit(self, document: Document, language: Language) -> Unit:
        """The unit of an open document, which is its first; a name for it is `unit_key`."""
        if language is not Language.TERRAFORM or not _on_disk(document.uri):
            return Unit((document,))
        documents = (document, *self._beside(document))
        folder = folder_uri(document.uri)
        lock = self._locks.get(folder)
        if lock is None:
            lock = self._locks[folder] = lock_file(path_of(folder).absolute())
        locked = self._file(lock.as_uri(), lock)
        return Unit(documents, tuple(self._called(documents)), beside=(locked,) if locked is not None else ())

    def current(self, unit: Unit, language: Language) -> bool:
        """Whether nothing in `unit` has changed since, neither a buffer nor a file, and nothing came or went."""
        main = self._documents.get(unit.main.uri)
        return main is not None and self.unit(main, language) == unit

    def version(self, document: Document) -> int | None:
        """The version by which an edit names the document; None for a file that is not open."""
        return document.version if self._documents.get(document.uri) is not None else None

    def problems(self, unit: Unit) -> list[Diagnostic]:
        """What could not be read in the folder of a module, as findings."""
        folder = folder_uri(unit.main.uri)
        return [
            Diagnostic(uri, Span(0, 0), Severity.ERROR, SOURCE, "unreadable", read.problem)
            for uri, read in self._files.items()
            if read.problem and folder_uri(uri) == folder and is_module_file(unit.main.name)
        ]

    def _beside(self, main: Document) -> list[Document]:
        folder = folder_uri(main.uri)
        opened = {d.uri: d for d in self._documents if folder_uri(d.uri) == folder and d.uri != main.uri}
        names = {unquote(uri[len(folder) + 1 :]) for uri in (*opened, main.uri)}
        found = [d for d in opened.values() if is_module_file(d.name) or self._in_module(d)]
        for name in _module_names(path_of(folder)):
            if name not in names:
                uri = f"{folder}/{quote(name)}"
                document = self._file(uri, path_of(uri))
                found += [document] if document is not None else []
        return sorted(found, key=lambda d: d.uri)

    def _called(self, documents: Iterable[Document]) -> Iterator[Document]:
        """The files of the child modules that a module calls: a buffer where one is open, else the file."""
        files = called_files(documents)
        opened = {path_of(d.uri): d for d in self._documents if files and _on_disk(d.uri)}
        for path in files:
            uri = path.as_uri()
            document = opened.get(path) or self._file(uri, path)
            yield document if document is not None else Document(uri, UNREADABLE)

    def _file(self, uri: str, path: Path) -> Document | None:
        try:
            status = path.stat()
        except OSError:
            self._files.pop(uri, None)
            return None
        stamp = status.st_mtime_ns, status.st_size
        known = self._files.get(uri)
        if known is None or known.stamp != stamp:
            known = self._files[uri] = _read(uri, path, stamp)
        return known.document


def _read(uri: str, path: Path, stamp: tuple[int, int]) -> _Read:
    try:
        return _Read(stamp, replace(read_document(path), uri=uri))
    except UnreadableError as error:
        log.info("%s", error)
        return _Read(stamp, None, str(error).removeprefix(f"{path}: "))


def _module_names(folder: Path) -> list[str]:
    """The files of a module by their paths from its folder, with slashes."""
    return [path.relative_to(folder).as_posix() for path in module_files(folder)]


def folder_uri(uri: str) -> str:
    """The uri of the folder that a document lies in; of a module's tests that of the module."""
    return module_folder(uri)


def unit_key(document: Document, language: Language) -> str:
    """What names the unit of a document: its own uri, or its folder's for a Terraform file."""
    return folder_uri(document.uri) if language is Language.TERRAFORM and _on_disk(document.uri) else document.uri


def _on_disk(uri: str) -> bool:
    return uri.startswith("file:")
