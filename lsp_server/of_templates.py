"""What only CloudFormation's templates need, in one module, which is loaded when the first of them is met."""

from __future__ import annotations

from lsp_server.dialects.cloudformation.dialect import CloudFormation
from lsp_server.fixers.base import FixerTable
from lsp_server.fixers.cloudformation import FIXERS, replacement
from lsp_server.fixers.cloudformation.advice import advise
from lsp_server.fixers.cloudformation.grounds import grounds
from lsp_server.refactorings.base import RefactoringTable
from lsp_server.refactorings.cloudformation import refactorers

__all__ = ["advise", "dialect", "fixers", "grounds", "refactorings"]


def dialect(regions: tuple[str, ...]) -> CloudFormation:
    """The dialect, for templates of those regions."""
    return CloudFormation(regions)


def fixers() -> FixerTable:
    """All fixers."""
    return FixerTable(FIXERS, replacement.with_warning)


def refactorings(regions: tuple[str, ...]) -> RefactoringTable:
    """All refactorings, for templates of those regions."""
    return RefactoringTable(refactorers(regions))
