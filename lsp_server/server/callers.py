"""The Terraform modules of the workspace that call one by its folder: a name that they know changes in them, too."""

from __future__ import annotations

import asyncio
import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lsp_server.core.document import Document, Unit
from lsp_server.dialects.terraform.file_names import HCL, JSON, module_folder
from lsp_server.server.session import Served
from lsp_server.sources import UnreadableError, module_files, path_of, read_document, walk

if TYPE_CHECKING:
    from lsp_server.server.session import LintelServer

_SOURCE = re.compile(r'"(\.{1,2}(?:/[^"\n]*)?)"')


async def with_callers(server: LintelServer, served: Served, offset: int) -> Unit:
    """The unit of a document with the modules that call it, where they may speak of the name at `offset`."""
    if not served.document.uri.startswith("file:") or not served.service.outward(served.document, offset):
        return served.unit
    opened = {path_of(one.uri): one for one in server.documents if one.uri.startswith("file:")}
    roots = server.configuration.roots
    return replace(served.unit, callers=await asyncio.to_thread(_callers, roots, opened, served.document.uri))


def _callers(roots: Iterable[Path], opened: Mapping[Path, Document], uri: str) -> tuple[Document, ...]:
    """The files of the modules that call the one that `uri` belongs to: as they are open, else as on disk."""
    own = module_folder(path_of(uri).as_posix())
    files = dict.fromkeys([*opened, *(path for root in roots for path in walk(root))])
    folders: dict[Path, None] = {}
    for path in files:
        if path.name.endswith((*HCL, *JSON)) and path.parent not in folders:
            document = _read(path, opened)
            if document is not None and _may_call(document, own):
                folders[path.parent] = None
    found = (_read(path, opened) for folder in folders for path in _files(folder, opened))
    return tuple(document for document in (*found, *_values(Path(own), opened)) if document is not None)


def _may_call(document: Document, folder: str) -> bool:
    """Whether a text names a folder as the source of a module call would: most files need not be read further."""
    here = module_folder(path_of(document.uri).as_posix())
    sources = set(_SOURCE.findall(document.text)) if here != folder else ()
    return any(posixpath.normpath(posixpath.join(here, source)) == folder for source in sources)


def _values(folder: Path, opened: Mapping[Path, Document]) -> list[Document | None]:
    """The files of a module that give values to its variables in JSON, which are not of its unit."""
    try:
        return [_read(path, opened) for path in sorted(folder.glob("*.tfvars.json"))]
    except OSError:
        return []


def _files(folder: Path, opened: Mapping[Path, Document]) -> list[Path]:
    """The files of a module, those among them that nobody has saved yet."""
    unsaved = (path for path in opened if path.parent == folder and path.name.endswith((*HCL, *JSON)))
    return sorted({*module_files(folder), *unsaved})


def _read(path: Path, opened: Mapping[Path, Document]) -> Document | None:
    if path in opened:
        return opened[path]
    try:
        return read_document(path)
    except UnreadableError:
        return None
