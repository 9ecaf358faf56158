"""Names that a declaration may be given: those that references already use and nothing declares yet."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.caches import with_argument
from lsp_server.dialects.base import Completion, CompletionKind
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.context import Context
from lsp_server.dialects.terraform.module import Module
from lsp_server.dialects.terraform.references import references

_USUAL = frozenset({"this", "main"})
_ROOTS = {"variable": "var", "module": "module"}


def free_names(context: Context, module: Module) -> Iterator[str]:
    """Names for the last label of the block that is being declared."""
    kind, labels = context.label_of, context.labels
    if kind in {"resource", "data", "ephemeral"}:
        address = (*(() if kind == "resource" else (kind,)), labels[0])
        taken = {name[1] for name in module.of_kind(kind) if name[0] == labels[0]}
        yield from sorted((_used(module, address) | _USUAL) - taken)
    elif kind in _ROOTS:
        yield from sorted(_used(module, (_ROOTS[kind],)) - set(module.of_kind(kind)))


def undeclared_locals(context: Context, module: Module) -> Iterator[Completion]:
    """Local values that references use and nothing declares."""
    for name in sorted(_used(module, ("local",)) - set(module.locals)):
        text = f"{name} = $1"
        yield Completion(name, CompletionKind.PROPERTY, context.word, text, "used, not declared", True, 1)


def _used(module: Module, address: tuple[str, ...]) -> set[str]:
    """The names that follow an address in the module's references."""
    at = len(address)
    used = (names for tree in module.all_trees.values() for placed in tree.placed for names in _addresses(placed.piece))
    return {names[at] for names in used if names[:at] == address and len(names) > at}


@with_argument
def _addresses(piece: t.Piece) -> frozenset[tuple[str, ...]]:
    return frozenset(reference.traversal.names[:3] for reference in references(piece))
