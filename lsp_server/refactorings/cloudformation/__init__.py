"""All CloudFormation refactorings, one file a family; at one place they are offered in this order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

from lsp_server.dialects.cloudformation.template import parse_template
from lsp_server.refactorings.base import Refactorer, Refactoring, Selection
from lsp_server.refactorings.cloudformation import (
    arns,
    conditional,
    conditions,
    conversion,
    dependencies,
    ignoring,
    inlining,
    joins,
    mappings,
    notation,
    outputs,
    parameters,
    retention,
)


def refactorers(regions: Sequence[str]) -> tuple[Refactorer, ...]:
    """All families; `regions` are those that the templates are for."""
    families = (
        parameters.REFACTORERS,
        mappings.refactorers(regions),
        conditions.REFACTORERS,
        conditional.REFACTORERS,
        inlining.REFACTORERS,
        joins.REFACTORERS,
        arns.REFACTORERS,
        outputs.REFACTORERS,
        retention.REFACTORERS,
        dependencies.REFACTORERS,
        notation.REFACTORERS,
        conversion.REFACTORERS,
        ignoring.REFACTORERS,
    )
    return tuple(map(_where_readable, chain.from_iterable(families)))


def _where_readable(family: Refactorer) -> Refactorer:
    """The family, which offers nothing in a text that is broken somewhere: there is nothing to compare with."""

    def offer(selection: Selection) -> Iterable[Refactoring]:
        return family.offer(selection) if parse_template(selection.document).readable else ()

    return replace(family, offer=offer)
