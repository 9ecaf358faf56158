"""Child modules: what a module call may pass in and take out, as the files in the child's folder say.

Only sources that are folders (`./child`, `../child`) are followed. Nothing is read from disk here: who builds a unit
asks `called_folders` which folders matter, and puts their files into `Unit.nearby`.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lsp_server.core.caches import with_argument
from lsp_server.core.document import Document, Unit
from lsp_server.core.uri import path_of
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.constraints import variable_type
from lsp_server.dialects.terraform.file_names import is_test, module_folder
from lsp_server.dialects.terraform.module import Declaration, Module, is_configuration, is_json, module_of, trees_of
from lsp_server.dialects.terraform.types import DYNAMIC, Type

_HERE = (".", "..")
_LEADING = ("./", "../")
_SOURCE = re.compile(
    r"""\.{1,2}\Z | \.{0,2}/ | [a-z0-9+.-]*:: | \w[\w+.-]*:// | git@ | [\w.-]+\.(?:zip|tgz|tar\.gz)
    | (?:github|gitlab|bitbucket)\.(?:com|org)/ | [\w.-]+\.amazonaws\.com/ | www\.googleapis\.com/storage/v1/
    | (?:[\w.-]+(?::\d+)?/)?[\w-]+/[\w-]+/[a-z0-9]+(?://.*)?\Z""",
    re.X,
)


@dataclass(frozen=True, slots=True)
class Input:
    """A variable of a child module; `type` is `dynamic` where nothing is known of it."""

    name: str
    required: bool
    type: Type


@dataclass(frozen=True, slots=True)
class Interface:
    """The variables and outputs of a child module."""

    inputs: tuple[Input, ...]
    outputs: tuple[str, ...]

    @property
    def result(self) -> Type:
        """What a call of it is to the caller: an object with the outputs."""
        return Type("object", fields=tuple((name, DYNAMIC) for name in self.outputs))


def folder_of(uri: str) -> str | None:
    """The folder of the module that a `file:` uri belongs to, as a path with slashes; None for any other uri."""
    path = path_of(uri)
    return module_folder(path.as_posix()) if path else None


def called_folders(documents: Iterable[Document]) -> list[str]:
    """The folders, as `folder_of` writes them, of the child modules that a module calls; its own is left out."""
    found: dict[str, None] = {}
    own: set[str] = set()
    for document in documents:
        folder = folder_of(document.uri)
        if folder is not None and (is_configuration(document) or is_json(document) or is_test(document.name)):
            own.add(folder)
            sources = (source for placed in trees_of(document).placed for _, source in _sources(placed.piece))
            found |= dict.fromkeys(posixpath.normpath(posixpath.join(folder, source)) for source in sources)
    return [folder for folder in found if folder not in own]


@lru_cache(maxsize=32)
def interfaces(unit: Unit) -> Mapping[str, Interface]:
    """By name of the call, the child modules whose files are in `unit.nearby` and can be read."""
    nearby = _by_folder(unit)
    found: dict[str, Interface] = {}
    for name, declaration in module_of(unit).module_calls.items() if nearby else ():
        folder = _folder(declaration)
        interface = interface_of(tuple(nearby[folder])) if folder in nearby else None
        if interface is not None:
            found[name] = interface
    return found


def module_called(unit: Unit, uri: str, source: str) -> Module | None:
    """The child module that a `source` in the document at `uri` names; None where it is not known as a whole."""
    own = folder_of(uri)
    if own is None or not is_folder(source):
        return None
    documents = tuple(_by_folder(unit).get(posixpath.normpath(posixpath.join(own, source)), ()))
    return module_of(Unit(documents)) if documents and interface_of(documents) else None


def _by_folder(unit: Unit) -> dict[str, list[Document]]:
    nearby: dict[str, list[Document]] = {}
    for document in unit.nearby:
        nearby.setdefault(folder_of(document.uri) or "", []).append(document)
    return nearby


def source_of(call: t.Block) -> str | None:
    """The source of a module call, where it is written out."""
    source = call.body.attribute("source")
    return source.value.text if source and isinstance(source.value, t.Template) else None


def is_folder(source: str) -> bool:
    """Whether a source names a folder beside the caller's."""
    return source in _HERE or source.startswith(_LEADING)


def is_source(address: str) -> bool:
    """Whether a module can be installed from an address: a folder, a registry's, or one that go-getter knows."""
    return bool(_SOURCE.match(address))


def _folder(call: Declaration) -> str | None:
    node, own = call.declared.node, folder_of(call.uri)
    source = source_of(node) if isinstance(node, t.Block) else None
    if own is None or source is None or not is_folder(source):
        return None
    return posixpath.normpath(posixpath.join(own, source))


@with_argument
def _sources(piece: t.Piece) -> tuple[tuple[str, str], ...]:
    return tuple(_calls(piece))


def _calls(piece: t.Piece) -> Iterator[tuple[str, str]]:
    for block in piece.body.blocks:
        called = (block,) if block.type == "module" else block.body.blocks_of("module") if block.type == "run" else ()
        for call in called if block.labels else ():
            source = source_of(call)
            if source and is_folder(source):
                yield block.labels[0].text, source


@lru_cache(maxsize=256)
def interface_of(documents: tuple[Document, ...]) -> Interface | None:
    """The interface of the module that `documents` make up; None where they may declare more than can be read."""
    module = module_of(Unit(documents))
    if module.partial or any(tree.problems for tree in module.all_trees.values()):
        return None
    if not any(is_configuration(d) or is_json(d) for d in documents):
        return None
    inputs = tuple(_input(name, variable) for name, variable in module.variables.items())
    return Interface(inputs, tuple(module.outputs))


def _input(name: str, variable: Declaration) -> Input:
    return Input(name, variable.argument("default") is None, variable_type(variable) or DYNAMIC)


@lru_cache(maxsize=32)
def called(unit: Unit) -> Mapping[str, tuple[Document, ...]]:
    """By name of the call, the files of the child modules that are in `unit.nearby`, whatever their state."""
    nearby = _by_folder(unit)
    folders = ((name, _folder(call)) for name, call in (module_of(unit).module_calls.items() if nearby else ()))
    return {name: tuple(nearby[folder]) for name, folder in folders if folder in nearby}
