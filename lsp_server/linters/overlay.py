"""A module as it would be on disk with the editor's texts, in a temporary folder: the user's folder is only read.

Everything that the texts may refer to (templates, scripts, archives) is linked, so that relative paths lead where
they lead from the original folder. Blocking: call it from a worker thread.
"""

from __future__ import annotations

import re
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from lsp_server.core.document import Document, Unit
from lsp_server.core.uri import path_of
from lsp_server.dialects.terraform.file_names import CONFIGURATION_SUFFIXES, TESTS, module_folder

_UPWARD = re.compile(r"(?:\.\.[/\\])+|\.\.(?=[\"}])")
_STATE = (".terraform.lock.hcl", "terraform.tfstate", "terraform.tfstate.backup")
_TESTS = (*TESTS, ".tftest.json", ".tofutest.json")
_MAX_ENTRIES = 2000
_MAX_LEVELS = 6
_STALE = 3600  # seconds; a run takes less than a minute
PREFIX = "lintel-run-"


def folder_of(unit: Unit) -> Path | None:
    """The folder of the unit's module, where it is on disk."""
    path = path_of(unit.main.uri)
    folder = Path(module_folder(path.as_posix())) if path else None
    return folder if folder and folder.is_dir() else None


def file_names(unit: Unit, suffixes: tuple[str, ...] = (".tf", ".tf.json")) -> dict[str, Document]:
    """The configuration of the unit by the file name it gets in the overlay; one without a file name gets one.

    `suffixes` are those of the files that the program reads.
    """
    folder, names = folder_of(unit), dict[str, Document]()
    for number, document in enumerate(unit):
        path = path_of(document.uri)
        if path and path.name.endswith(suffixes) and (folder is None or path.parent == folder):
            names[path.name] = document
        elif path is None and not document.name.endswith((".tfvars", ".json", *TESTS)):
            names[f"unsaved-{number}.tf"] = document
    return names


@cache
def sweep() -> None:
    """Remove what a process that was killed left behind an hour ago or more; once for each process."""
    try:
        left = [p for p in Path(tempfile.gettempdir()).iterdir() if p.name.startswith(PREFIX)]
    except OSError:
        return
    for path in left:
        with suppress(OSError):
            if time.time() - path.lstat().st_mtime > _STALE and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)


@contextmanager
def overlay(folder: Path | None, texts: Mapping[str, str], others: Iterable[str] = ()) -> Iterator[Path]:
    """Yield a folder that holds `texts` (by relative path) and links to everything else of `folder`; then remove it.

    `texts` is written as it is, byte for byte; `others` are texts besides whose paths have to lead where they lead from
    `folder`. Raises OSError when the temporary folder cannot be written.
    """
    scratch = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        module = _mirror_parents(scratch / "module", folder, (*texts.values(), *others))
        for name, text in texts.items():
            (module / name).parent.mkdir(parents=True, exist_ok=True)
            (module / name).write_bytes(text.encode("utf-8", "surrogatepass"))
        if folder:
            _link_entries(folder, module, {name.split("/")[0] for name in texts}, texts.values())
        yield module
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _mirror_parents(top: Path, folder: Path | None, texts: Iterable[str]) -> Path:
    """Make the folder for the module, with as many linked parents above it as the texts climb up."""
    levels = 0
    if folder:
        climbs = (m[0].count("..") for text in texts for m in _UPWARD.finditer(text))
        levels = min(max(climbs, default=0), _MAX_LEVELS, len(folder.parents))
    names = [p.name for p in (folder, *folder.parents)][:levels][::-1] if folder else []
    at = top
    at.mkdir()
    for depth, name in enumerate(names):
        if folder:
            _link_entries(folder.parents[levels - 1 - depth], at, skip={name})
        at = at / (name or "module")
        at.mkdir()
    return at


def _link_entries(source: Path, target: Path, skip: set[str], texts: Iterable[str] = ()) -> None:
    """Link what is in a folder; of very much in it, what `texts` speak of comes first."""
    try:
        entries = sorted(entry.name for entry in source.iterdir())
    except OSError:
        return
    if len(entries) > _MAX_ENTRIES:
        said = "\n".join(texts)
        entries = sorted(entries, key=lambda name: name not in said)[:_MAX_ENTRIES]
    for name in entries:
        if name in skip or name in _STATE or name.endswith(_TESTS):
            continue
        entry = source / name
        if (name == "tests" or name.endswith(CONFIGURATION_SUFFIXES)) and entry.is_dir():
            (target / name).mkdir()  # terraform takes a link of that name for a file
            _link_entries(entry, target / name, set())
        elif not _is_special(entry):
            link(entry, target / name)


def _is_special(path: Path) -> bool:
    """Whether it is a pipe, socket or device: reading one may never end."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def link(source: Path, target: Path) -> None:
    """Make `target` lead to `source`. Raises OSError."""
    try:
        if sys.platform == "win32" and source.is_dir():
            import _winapi  # a junction, unlike a symbolic link, needs no privilege

            _winapi.CreateJunction(str(source), str(target))
        else:
            target.symlink_to(source)
    except OSError:
        if source.is_file():
            shutil.copyfile(source, target)
