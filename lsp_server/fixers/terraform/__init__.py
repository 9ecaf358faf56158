"""The Terraform fixers, for the findings of the own check and of the real `terraform validate`."""

from __future__ import annotations

from lsp_server.fixers.base import Fixer, RuleFixer
from lsp_server.fixers.terraform.place import MISSING, UNSUPPORTED
from lsp_server.fixers.terraform.schema_rules import fix_missing, fix_unsupported

SOURCES = ("terraform-check", "terraform-validate")

_BY_CODES: tuple[tuple[frozenset[str], Fixer], ...] = (
    (UNSUPPORTED, fix_unsupported),
    (MISSING, fix_missing),
)
FIXERS: tuple[RuleFixer, ...] = tuple(
    RuleFixer(source, codes, fixer) for codes, fixer in _BY_CODES for source in SOURCES
)
