"""A value that nothing in the module can give is asked for from outside, by a variable."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform.tree import Traversal
from lsp_server.dialects.terraform.types import DYNAMIC, Type
from lsp_server.fixers.terraform.content import Scene
from lsp_server.fixers.terraform.names import words
from lsp_server.fixers.terraform.supply import declarations

_USUAL = frozenset({"this", "main", "default", "example"})


def variable_instead(
    scene: Scene, document: Document, traversal: Traversal, at: int, wanted: Type
) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """A title and edits that put a variable in the place of `TYPE.NAME.ATTRIBUTE`; `at` is the part of the type.

    Nothing where the reference says which instance it means, or takes nothing of it.
    """
    found = stand_in(document, traversal, at)
    if found is None:
        return
    name, edit = found
    new = {} if name in scene.module.variables else {name: plain(wanted)}
    title = f"Take `{document.slice(edit.span)}` from the {'new ' if new else ''}variable `{name}`"
    yield title, (edit, *declarations(scene, new))


def stand_in(document: Document, traversal: Traversal, at: int) -> tuple[str, Edit] | None:
    """The name of the variable, and the edit that puts it in the place of the reference."""
    parts = traversal.parts
    taken = parts[at + 2 :]
    if not taken or any(part.kind != "attr" for part in taken):
        return None
    label = parts[at + 1].name.replace("-", "_")
    noun = "_".join(words(parts[at].name)[1:][-2:])
    name = "_".join([label if label not in _USUAL else noun, *(part.name for part in taken)])
    return name, Edit(document.uri, Span(parts[0].span.start, taken[-1].span.end), f"var.{name}")


def plain(wanted: Type) -> Type:
    """A type that a variable can be declared with: any where nothing is known."""
    return wanted if wanted.primitive or wanted.element or wanted.fields else DYNAMIC
