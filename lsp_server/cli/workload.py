"""What a command works on: every template and module under its paths, loaded one at a time."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from lsp_server.core.document import Document, Unit
from lsp_server.dialects.base import Dialect
from lsp_server.engine import Engine
from lsp_server.sources import UnreadableError, find_sources, module_files, read_beside, read_called, read_document

STDIN = "-"


@dataclass(frozen=True)
class Job:
    """One unit, its dialect, the name to show for each uri, and the file to write each document back to."""

    unit: Unit
    dialect: Dialect
    names: dict[str, str]
    paths: dict[str, Path]
    label: str


@dataclass
class Workload:
    """All jobs of a command. `problems` tells what could not be read, `notes` what was named and is not ours.

    `passed_over` is what came from standard input where that is not ours.
    """

    engine: Engine
    paths: tuple[str, ...]
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    passed_over: str = ""
    _sources: list[tuple[str, Path]] = field(default_factory=list)

    def __post_init__(self) -> None:
        found = find_sources(Path(p) for p in self.paths if p != STDIN)
        self.problems += found.problems
        self._sources = [("template", p) for p in found.templates] + [("module", p) for p in found.modules]
        if STDIN in self.paths:
            self._sources.append((STDIN, Path(STDIN)))

    def __len__(self) -> int:
        return len(self._sources)

    def __iter__(self) -> Iterator[Job]:
        """Read each source when its turn comes; files that are not ours are passed over."""
        for kind, path in self._sources:
            job = {"template": self._template, "module": self._module, STDIN: self._stdin}[kind](path)
            if job is not None:
                yield job

    def _read(self, path: Path) -> Document | None:
        try:
            return read_document(path)
        except UnreadableError as error:
            self.problems.append(str(error))
            return None

    def _template(self, path: Path) -> Job | None:
        document = self._read(path)
        dialect = self.engine.dialect_of(document) if document else None
        if document is None:
            return None
        name = shown(path)
        if dialect is None:
            if str(path) in {str(Path(named)) for named in self.paths}:
                self.notes.append(f"{name}: not a template, passed over")
            return None
        return Job(Unit((document,)), dialect, {document.uri: name}, {document.uri: path}, name)

    def _module(self, folder: Path) -> Job | None:
        read = [(path, document) for path in module_files(folder) if (document := self._part(folder, path)) is not None]
        dialect = self.engine.dialect_of(read[0][1]) if read else None
        if dialect is None:
            return None
        names = {document.uri: shown(path) for path, document in read}
        paths = {document.uri: path for path, document in read}
        documents = tuple(document for _, document in read)
        unit = Unit(documents, read_called(documents), beside=read_beside(folder))
        return Job(unit, dialect, names, paths, shown(folder))

    def _part(self, folder: Path, path: Path) -> Document | None:
        """A file of a module: a link counts where it stands."""
        document = self._read(path)
        return replace(document, uri=(folder.resolve() / path.relative_to(folder)).as_uri()) if document else None

    def _stdin(self, _: Path) -> Job | None:
        try:
            text = sys.stdin.buffer.read().decode("utf-8")
        except UnicodeDecodeError as error:
            self.problems.append(f"standard input: not UTF-8 (byte {error.start})")
            return None
        here = Path.cwd()
        # A template is known by its content, and so is Terraform without a name that says so.
        for probe, name in (("stdin.yaml", "stdin.yaml"), ("stdin", "stdin.tf")):
            dialect = self.engine.dialect_of(Document((here / probe).as_uri(), text))
            if dialect is not None:
                document = Document((here / name).as_uri(), text)
                return Job(Unit((document,)), dialect, {document.uri: STDIN}, {}, STDIN)
        self.passed_over = text
        self.notes.append("standard input: neither a template nor Terraform, passed over")
        return None


def shown(path: Path) -> str:
    """Return the name of a path as a person would write it: relative to here where it lies below."""
    try:
        return os.path.relpath(path) if path.resolve().is_relative_to(Path.cwd()) else str(path)
    except OSError:
        return str(path)
