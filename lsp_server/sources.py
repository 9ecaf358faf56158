"""From paths to documents: what is read from disk, as it is, and which documents are judged together."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from lsp_server.core.document import Document
from lsp_server.core.uri import path_of as file_of
from lsp_server.dialects.terraform.file_names import (
    CONFIGURATION_SUFFIXES,
    LOCK_FILE,
    TEST_FOLDER,
    is_module_file,
    is_test,
)

if TYPE_CHECKING:
    import pathspec

TEMPLATE_SUFFIXES = (".yaml", ".yml", ".json", ".template")
MOST_BYTES = 20_000_000
_SKIPPED_FOLDERS = frozenset({".git", ".terraform", "node_modules", ".venv", "__pycache__", ".aws-sam", "cdk.out"})


class UnreadableError(Exception):
    """A file cannot be read or written; `str()` is a sentence that names it."""


def read_document(path: Path, *, language: str = "") -> Document:
    """Read a file as one frozen document; its BOM and line endings are kept.

    Raises UnreadableError when it is missing, a folder, not UTF-8, or larger than 20 MB.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UnreadableError(f"{path}: larger than {MOST_BYTES // 1_000_000} MB, not read")
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{path}: not UTF-8 (byte {error.start})") from error
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror or error}") from error
    return Document(path.resolve().as_uri(), text, 0, language)


def path_of(uri: str) -> Path:
    """Return the path of a file uri; of any other, what stands in its place."""
    return file_of(uri) or Path(unquote(urlsplit(uri).path))


def write_document(path: Path, before: str, after: str) -> None:
    """Replace a file's text at once or not at all; links are followed, mode and owner are kept.

    Raises UnreadableError when the file no longer holds `before`, or cannot be written.
    """
    target = path.resolve()
    try:
        if target.read_bytes().decode("utf-8", "replace") != before:
            raise UnreadableError(f"{path}: changed while it was being repaired, left as it is")
        if not os.access(target, os.W_OK):
            raise UnreadableError(f"{path}: not writable, left as it is")
        handle, scratch = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(after.encode("utf-8"))
            _like(Path(scratch), target.stat())
            Path(scratch).replace(target)
        except BaseException:
            Path(scratch).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror or error}") from error


def _like(path: Path, status: os.stat_result) -> None:
    """Give a new file the owner and the mode of the one it replaces; the owner only where that is allowed."""
    if os.name == "posix" and (status.st_uid, status.st_gid) != (path.stat().st_uid, path.stat().st_gid):
        with contextlib.suppress(PermissionError):
            os.chown(path, status.st_uid, status.st_gid)
    path.chmod(status.st_mode)


def may_be_template(path: Path) -> bool:
    """Whether a file of that name may be a template."""
    return path.name.endswith(TEMPLATE_SUFFIXES) and not is_module_file(path.name)


def may_declare(path: Path) -> bool:
    """Whether a file of that name may declare something by name: a template, or a module's configuration."""
    return may_be_template(path) or (is_module_file(path.name) and path.name.endswith(CONFIGURATION_SUFFIXES))


def module_files(folder: Path) -> list[Path]:
    """List the files of the Terraform module in `folder` with its tests, sorted; empty where none can be read."""
    above = folder.absolute().name == TEST_FOLDER  # tests in it are those of the module above
    own = (e.path for e in _entries(folder) if is_module_file(e.name) and not (above and is_test(e.name)))
    tests = (entry.path for entry in _entries(folder / TEST_FOLDER) if is_test(entry.name))
    return sorted(map(Path, (*own, *tests)))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if entry.is_file() and not entry.name.startswith(".")]
    except OSError:
        return []


def called_files(documents: Iterable[Document]) -> list[Path]:
    """List the files of the child modules that lie in folders and that a Terraform module calls."""
    from lsp_server.dialects.terraform.children import called_folders  # the server starts without the dialects

    return [path for folder in called_folders(documents) for path in module_files(Path(folder))]


def calls(documents: Iterable[Document], uri: str) -> bool:
    """Whether a Terraform module calls the one in whose folder `uri` lies."""
    from lsp_server.dialects.terraform.children import called_folders, folder_of  # as above

    return folder_of(uri) in called_folders(documents)


def read_called(documents: Iterable[Document]) -> tuple[Document, ...]:
    """Read the files of the child modules that a module calls; one that cannot be read makes its module unknown."""
    found = []
    for path in called_files(documents):
        try:
            document = read_document(path)
        except UnreadableError:
            document = Document(path.as_uri(), UNREADABLE)
        found.append(replace(document, uri=path.as_uri()))  # a link counts where it stands
    return tuple(found)


def read_beside(folder: Path) -> tuple[Document, ...]:
    """Read what settles the versions of a Terraform module's providers: its lock file, where it can be read."""
    try:
        return (read_document(lock_file(folder.absolute())),)
    except UnreadableError:
        return ()


_LEVELS = 6  # above a module at which an initialised folder that calls it is looked for
_MODULES = ".terraform/modules/modules.json"


def lock_file(folder: Path) -> Path:
    """The lock file that counts for the module in an absolute folder; it need not be there.

    A module that has none has that of the nearest folder above in which `terraform init` found that it is called.
    """
    own = folder / LOCK_FILE
    if own.is_file():
        return own
    calling = (above / LOCK_FILE for above in folder.parents[:_LEVELS] if folder in _called(above))
    return next((lock for lock in calling if lock.is_file()), own)


def _called(root: Path) -> frozenset[Path]:
    """The folders of the modules that `terraform init` in a folder found to be called; its own is left out."""
    try:
        names = [str(entry["Dir"]) for entry in json.loads((root / _MODULES).read_bytes())["Modules"]]
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()
    return frozenset(Path(os.path.normpath(root / name)) for name in names) - {root}


UNREADABLE = "{"
"""The text of a module's file that cannot be read: nobody takes it for one that declares nothing."""


@dataclass
class Found:
    """What a walk found: single files that may be templates, folders that are modules, and what could not be read."""

    templates: list[Path] = field(default_factory=list)
    modules: list[Path] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def find_sources(paths: Iterable[Path]) -> Found:
    """Find all templates and modules under `paths`, which are files or folders, honouring `.gitignore` files."""
    found = Found()
    for path in paths:
        if path.is_dir():
            for file in walk(path):
                _sort_in(found, file)
        elif path.exists():
            _sort_in(found, path)
        else:
            found.problems.append(f"{path}: no such file or folder")
    found.templates = list(dict.fromkeys(found.templates))
    found.modules = list(dict.fromkeys(found.modules))
    return found


def _sort_in(found: Found, path: Path) -> None:
    if is_module_file(path.name):
        found.modules.append(_above(path.parent) if is_test(path.name) else path.parent)
    else:
        found.templates.append(path)


def _above(folder: Path) -> Path:
    """The folder of the module whose tests lie in `folder`."""
    if folder.absolute().name != TEST_FOLDER:
        return folder
    return folder.parent if folder.name else folder / ".."


def walk(folder: Path) -> Iterator[Path]:
    """Yield the files under `folder` that may be ours, sorted, without what `.gitignore` files exclude.

    Only regular files: a pipe would block, and a link to nowhere is what an editor locks with.
    """
    ignored = _GitIgnored(folder)
    for here, folders, names in os.walk(folder):
        at = Path(here)
        ignored.enter(at)
        folders[:] = sorted(f for f in folders if f not in _SKIPPED_FOLDERS and not ignored.has(at / f, is_folder=True))
        for name in sorted(names):
            ours = name.endswith(TEMPLATE_SUFFIXES) or is_module_file(name)
            if ours and (at / name).is_file() and not ignored.has(at / name):
                yield at / name


def glance(folders: Iterable[Path], most: int) -> Iterator[Path]:
    """Yield files under `folders` that may be templates, the nearest first; only `most` entries are looked at.

    For a quick look at a workspace of any size: what `.gitignore` files exclude is not left out.
    """
    waiting = deque(folders)
    while waiting and most > 0:
        try:
            with os.scandir(waiting.popleft()) as entries:
                found = sorted(itertools.islice(entries, most), key=lambda entry: entry.name)
        except OSError:
            continue
        most -= len(found)
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _SKIPPED_FOLDERS and not entry.name.startswith("."):
                    waiting.append(Path(entry.path))
            elif may_be_template(Path(entry.path)) and entry.is_file():
                yield Path(entry.path)


class _GitIgnored:
    """What the `.gitignore` files of a repository exclude under `top`. The nearest that says something decides.

    A folder that was named is walked, whatever the files above it say.
    """

    def __init__(self, top: Path) -> None:
        self._top, self._root = top, top.resolve()
        self._specs: dict[Path, pathspec.GitIgnoreSpec] = {}
        above = [self._root, *self._root.parents]
        repository = next((n for n, folder in enumerate(above) if (folder / ".git").exists()), 0)
        for folder in above[1 : repository + 1]:
            self._read(folder)
        if self.has(top, is_folder=True):
            self._specs.clear()

    def enter(self, folder: Path) -> None:
        """Heed the file in `folder`, which is under the top."""
        self._read(self._root / folder.relative_to(self._top))

    def has(self, path: Path, *, is_folder: bool = False) -> bool:
        """Whether a path under the top is excluded."""
        real = self._root / path.relative_to(self._top)
        for folder in real.parents:
            if (spec := self._specs.get(folder)) is not None:
                verdict = spec.check_file(real.relative_to(folder).as_posix() + "/" * is_folder).include
                if verdict is not None:
                    return verdict
        return False

    def _read(self, folder: Path) -> None:
        import pathspec  # most servers never walk a tree

        with contextlib.suppress(OSError, ValueError):
            lines = (folder / ".gitignore").read_text("utf-8", "replace").splitlines()
            self._specs[folder] = pathspec.GitIgnoreSpec.from_lines(lines)
