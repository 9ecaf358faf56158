"""All refactorings of modules, one file a family; at one place they are offered in this order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain

from lsp_server.core.caches import sized
from lsp_server.core.document import Unit
from lsp_server.dialects.terraform.module import is_configuration, module_of
from lsp_server.refactorings.base import Refactorer, Refactoring, Selection
from lsp_server.refactorings.terraform import (
    calls,
    converting,
    declaring,
    dependencies,
    dynamic,
    extraction,
    filling,
    forgetting,
    heredocs,
    ignoring,
    inlining,
    json_text,
    lines,
    moving,
    outputs,
    policies,
    repeating,
    requiring,
    strings,
)

_KEPT = 1_500_000  # characters
_FAMILIES = (
    extraction,
    filling,
    outputs,
    inlining,
    converting,
    repeating,
    strings,
    heredocs,
    json_text,
    policies,
    calls,
    lines,
    dependencies,
    dynamic,
    declaring,
    requiring,
    forgetting,
    moving,
    ignoring,
)


@sized(_KEPT, lambda unit: sum(len(document.text) for document in unit))
def _readable(unit: Unit) -> bool:
    """Whether all of a module can be read: else there is nothing to compare with, and uses may be overlooked."""
    module = module_of(unit)
    pieces = (placed.piece for tree in module.trees.values() for placed in tree.placed)
    return not module.partial and not any(piece.problems for piece in pieces)


def _where_readable(family: Refactorer) -> Refactorer:
    """The family, which offers nothing in files of values, in JSON, and in a module that is broken somewhere."""

    def offer(selection: Selection) -> Iterable[Refactoring]:
        ours = is_configuration(selection.document) and _readable(selection.unit)
        return family.offer(selection) if ours else ()

    return replace(family, offer=offer)


REFACTORERS = tuple(map(_where_readable, chain.from_iterable(family.REFACTORERS for family in _FAMILIES)))
