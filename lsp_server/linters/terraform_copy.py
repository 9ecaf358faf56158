"""The copy of a module that terraform is shown: what needs `init`, a backend or another version is taken out.

Only spaces and short words of the same place are changed, line breaks never, and `Rewritten.origin` leads back from
every offset of the copy to the user's text. Child modules are shown as stand-ins that have the same variables and
outputs: what is inside them is judged where they are edited.
"""

from __future__ import annotations

import json
import os
import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from lsp_server.core.caches import with_argument
from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit, apply_edits
from lsp_server.dialects.terraform.children import folder_of, is_source, source_of
from lsp_server.dialects.terraform.json_declarations import declarations
from lsp_server.dialects.terraform.module import alias_of, is_json, is_override
from lsp_server.dialects.terraform.parse import parse, parse_document
from lsp_server.dialects.terraform.tree import (
    Attribute,
    Block,
    Piece,
    Traversal,
    Tree,
    TupleExpression,
    expressions,
)
from lsp_server.linters import terraform_stand_in as stand_in
from lsp_server.linters.terraform_cycle import is_circle, located
from lsp_server.linters.terraform_uses import TypeUse, names_accessed, uses_of

_NOT_BLANK = re.compile(r"[^\r\n]")
_NAME_IN_JSON = re.compile(r"[.\[\"]([A-Za-z_][\w-]*)")
_STATE = frozenset({"backend", "cloud"})
_PASSED_IN = "lintel-passed-in.tf"
Placed = tuple[Document, Block]
"""A block of a document, with spans of it."""


@dataclass(frozen=True)
class Rewritten:
    """A document and the edits that make its copy."""

    document: Document
    edits: tuple[Edit, ...] = ()

    @cached_property
    def text(self) -> str:
        """The text of the copy."""
        return apply_edits(self.document.text, self.edits)

    @cached_property
    def _steps(self) -> list[tuple[int, int, int]]:
        steps, shift = [(0, 0, 0)], 0
        for edit in sorted(self.edits, key=lambda e: e.span):
            start = edit.span.start + shift
            shift += len(edit.text) - (edit.span.end - edit.span.start)
            steps += [(start, edit.span.start, edit.span.end), (start + len(edit.text), edit.span.end, 0)]
        return steps

    def origin(self, offset: int) -> int:
        """The offset in the user's text of an offset in the copy; inside a change it is held within what was there."""
        at, start, end = self._steps[bisect_right(self._steps, (offset, len(self.text), 0)) - 1]
        found = start + offset - at
        return min(found, end) if end else min(found, len(self.document.text))

    def span(self, start: int, end: int) -> Span:
        """The span in the user's text of UTF-8 byte offsets `start` to `end` of the copy."""
        first, last = (self.origin(self._offset(at)) for at in (start, end))
        return Span(first, max(first, last))

    @cached_property
    def _bytes(self) -> bytes:
        return self.text.encode("utf-8", "surrogatepass")

    def _offset(self, at: int) -> int:
        return at if len(self._bytes) == len(self.text) else len(self._bytes[:at].decode("utf-8", "ignore"))


@dataclass(frozen=True)
class JudgedCopy:
    """What terraform is shown.

    `documents` are the copies by file name, `stand_ins` further files by relative path, `manifest` what
    `.terraform/modules/modules.json` would say. `uses` names the types in use for each provider source; `names` are all
    attribute names that references in the module take. `notes` say what this verdict leaves out.
    """

    documents: Mapping[str, Rewritten]
    stand_ins: Mapping[str, str]
    manifest: str
    uses: Mapping[str, tuple[TypeUse, ...]]
    names: frozenset[str]
    notes: tuple[str, ...]

    def refers_to(self, document: Document, span: Span, types: Collection[tuple[str, str]]) -> bool:
        """Whether `span` lies in a block of one of those types (kind and type), or in a reference to one."""
        tree = _tree(document)
        block = tree.block_at(span.start)
        if block and len(block.labels) > 0 and (block.type, block.labels[0].text) in types:
            return True
        around = (e for e in expressions(block.body if block else tree.body) if e.span.encloses(span))
        return any(isinstance(e, Traversal) and _referred(e) in types for e in around)

    @property
    def trees(self) -> dict[str, Tree]:
        """The trees of the copies by file name, with spans of the copy."""
        return {n: declarations(c.text) if is_json(c.document) else parse(c.text) for n, c in self.documents.items()}

    def placed(self, raw: Mapping[str, Any]) -> Mapping[str, Any]:
        """One of terraform's findings, with a place where it has none and one can be given."""
        return located(raw, self.trees) if is_circle(raw) else raw

    @property
    def texts(self) -> dict[str, str]:
        """All files by relative path."""
        return {name: copy.text for name, copy in self.documents.items()} | dict(self.stand_ins)


@dataclass
class _Copier:
    folder: Path | None
    nearby: Mapping[str, list[str]]
    opentofu: bool = False
    edits: dict[str, list[Edit]] = field(default_factory=dict)
    stand_ins: dict[str, str] = field(default_factory=dict)
    aliases: list[tuple[str, ...]] = field(default_factory=list)
    manifest: list[dict[str, str]] = field(default_factory=lambda: [{"Key": "", "Source": "", "Dir": "."}])
    notes: list[str] = field(default_factory=list)

    def blank(self, document: Document, span: Span) -> None:
        text = _NOT_BLANK.sub(" ", document.slice(span))
        self.edits.setdefault(document.uri, []).append(Edit(document.uri, span, text))

    def leave_out(self, document: Document, attribute: Attribute) -> None:
        """Take an argument out; in JSON it becomes a comment, which is a property of that name."""
        if is_json(document):
            self.edits.setdefault(document.uri, []).append(Edit(document.uri, attribute.name_span, "//"))
        else:
            self.blank(document, attribute.span)

    def settings(self, document: Document, block: Block) -> None:
        """Leave out what a `terraform` block says about the version of terraform and where its state is kept."""
        for attribute in block.body.attributes:
            if attribute.name == "required_version" or (is_json(document) and attribute.name in _STATE):
                self.leave_out(document, attribute)
        for nested in () if is_json(document) else block.body.blocks:
            if nested.type in _STATE and not nested.broken:
                self.blank(document, nested.span)
            elif nested.type == "required_providers":
                self.passed_in(document, nested)

    def passed_in(self, document: Document, required: Block) -> None:
        """Declare the provider configurations that a caller would pass in: without them terraform does not judge."""
        for attribute in required.body.attributes:
            for item in getattr(attribute.value, "items", ()):
                if getattr(item, "name", "") == "configuration_aliases" and isinstance(item.value, TupleExpression):
                    self.edits.setdefault(document.uri, []).append(Edit(document.uri, item.value.span, "[]"))
                    self.aliases += [p.names for p in item.value.items if isinstance(p, Traversal)]

    def declare_passed_in(self, blocks: Iterable[Block]) -> None:
        """Write the file that declares them."""
        known = {(b.labels[0].text, alias_of(b)) for b in blocks if b.type == "provider" and b.labels}
        wanted = dict.fromkeys(a for a in self.aliases if len(a) == 2 and all(map(stand_in.WORD.match, a)))
        missing = [alias for alias in wanted if alias not in known]
        if missing:
            self.stand_ins[_PASSED_IN] = "".join(f'provider "{n}" {{\n  alias = "{a}"\n}}\n' for n, a in missing)

    def call(self, name: str, blocks: Sequence[Placed], installed: Mapping[str, Path], names: Iterable[str]) -> None:
        """Let a module call lead to a stand-in. One whose source cannot be right is left for terraform to judge.

        `blocks` are all that make up the call, those of override files last.
        """
        address = next((found for _, block in reversed(blocks) if (found := source_of(block))), None)
        early = address is None and self.opentofu and any(map(_is_early, (block for _, block in blocks)))
        if not stand_in.WORD.match(name) or not (early or (address and is_source(address))):
            return
        texts = self._texts(name, address, installed) if address else None
        module = stand_in.interface(texts) if texts else None
        if module is None:
            module = stand_in.guess([block for _, block in blocks], names)
            why = "is not installed" if texts is None else "cannot be read"
            why = "has a source that is worked out" if early else why
            self.notes.append(f'module "{name}" {why}: what goes into it and comes out was not checked')
        place = f".lintel/{name}"
        self.stand_ins[f"{place}/main.tf"] = module
        self.manifest.append({"Key": name, "Source": f"./{place}", "Dir": place})
        for document, block in blocks:
            for attribute in block.body.attributes:
                if attribute.name == "source":
                    edit = Edit(document.uri, attribute.value.span, f'"./{place}"')
                    self.edits.setdefault(document.uri, []).append(edit)
                elif attribute.name in {"version", "providers"}:
                    self.leave_out(document, attribute)

    def _texts(self, name: str, address: str, installed: Mapping[str, Path]) -> list[str] | None:
        """The texts of a child module: those of the editor, else those on disk."""
        local = address.startswith((".", "/"))
        path = self.folder / address if local and self.folder else installed.get(name)
        edited = self.nearby.get(os.path.normpath(path).replace(os.sep, "/")) if path and local else None
        if path is None or not (edited or path.is_dir()):
            return None
        return edited or stand_in.texts_of(path, opentofu=self.opentofu)


def _is_early(call: Block) -> bool:
    """Whether a call has a source that OpenTofu works out from variables and local values."""
    source = call.body.attribute("source")
    return source is not None and any(
        isinstance(e, Traversal) and e.root in {"var", "local"} for e in expressions(source.value)
    )


def _referred(traversal: Traversal) -> tuple[str, str]:
    names = traversal.names
    if len(names) > 1 and names[0] in {"data", "ephemeral"}:
        return names[0], names[1]
    return "resource", names[0]


def judged_copy(
    folder: Path | None,
    documents: Mapping[str, Document],
    nearby: Iterable[Document] = (),
    *,
    opentofu: bool = False,
) -> JudgedCopy:
    """Copy a module for terraform, or for OpenTofu; `documents` by file name, `folder` where it is on disk.

    Of child modules `nearby` holds what is known of them already, and others are read.
    """
    trees = {name: (document, _tree(document)) for name, document in documents.items()}
    copier = _Copier(folder, _by_folder(nearby), opentofu)
    placed = [(document, placed) for document, tree in trees.values() for placed in tree.placed]
    pieces = [p.piece for _, p in placed]
    blocks = [(document, block) for document, p in placed if _is_changed(p.piece) for block in p.body.blocks]
    names = frozenset[str]().union(*map(names_accessed, pieces))
    names |= {n for d, _ in trees.values() if is_json(d) for n in _NAME_IN_JSON.findall(d.text)}
    installed = stand_in.installed(folder) if any(block.type == "module" for _, block in blocks) else {}
    calls: dict[str, list[Placed]] = {}
    for document, block in blocks:
        if block.broken:
            continue
        if block.type == "terraform":
            copier.settings(document, block)
        elif block.type == "module" and len(block.labels) == 1:
            calls.setdefault(block.labels[0].text, []).append((document, block))
    for name, made_up in calls.items():
        copier.call(name, sorted(made_up, key=lambda placed: is_override(placed[0])), installed, names)
    copier.declare_passed_in(block for piece in pieces for block in piece.body.blocks)
    copies = {name: Rewritten(d, tuple(copier.edits.get(d.uri, ()))) for name, (d, _) in trees.items()}
    manifest = json.dumps({"Modules": copier.manifest})
    return JudgedCopy(copies, copier.stand_ins, manifest, uses_of(pieces), names, tuple(dict.fromkeys(copier.notes)))


@with_argument
def _is_changed(piece: Piece) -> bool:
    """Whether there is something in it that terraform is shown otherwise."""
    return any(block.type in {"terraform", "module"} for block in piece.body.blocks)


def _tree(document: Document) -> Tree:
    return declarations(document.text, deep=True) if is_json(document) else parse_document(document)


def _by_folder(nearby: Iterable[Document]) -> dict[str, list[str]]:
    """The texts of child modules by folder; of one with JSON, which no stand-in is made of, none."""
    found: dict[str, list[str]] = {}
    for document in nearby:
        found.setdefault(folder_of(document.uri) or "", []).append("{" if is_json(document) else document.text)
    return found
