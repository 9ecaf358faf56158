"""All CloudFormation refactorings, one file a family; at one place they are offered in this order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from lsp_server.refactorings.base import Refactorer
from lsp_server.refactorings.cloudformation import arns, inlining, joins, mappings, notation, parameters

_FAMILIES = (inlining, joins, arns, notation)


def refactorers(regions: Sequence[str]) -> tuple[Refactorer, ...]:
    """All families; `regions` are those that the templates are for."""
    others = chain.from_iterable(family.REFACTORERS for family in _FAMILIES)
    return (*parameters.REFACTORERS, *mappings.refactorers(regions), *others)
