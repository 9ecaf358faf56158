"""The Terraform fixers, for the findings of the own check and of the real `terraform validate`."""

from __future__ import annotations

from lsp_server.fixers.base import Fixer, RuleFixer
from lsp_server.fixers.terraform import attribute, repeated, resource_type, syntax, undeclared, wrong_value
from lsp_server.fixers.terraform.place import MISSING, UNSUPPORTED
from lsp_server.fixers.terraform.schema_rules import fix_missing, fix_unsupported

SOURCES = ("terraform-check", "terraform-validate")

_BY_CODES: tuple[tuple[frozenset[str], Fixer], ...] = (
    (UNSUPPORTED, fix_unsupported),
    (MISSING, fix_missing),
    (resource_type.CODES, resource_type.fix_type),
    (undeclared.CODES, undeclared.fix_undeclared),
    (attribute.CODES, attribute.fix_attribute),
    (attribute.INSTANCE_CODES, attribute.fix_instance),
    (wrong_value.TYPE_CODES, wrong_value.fix_type),
    (wrong_value.FILE_CODES, wrong_value.fix_file),
    (wrong_value.WORD_CODES, wrong_value.fix_word),
    (wrong_value.FUNCTION_CODES, wrong_value.fix_function),
    (wrong_value.QUOTED_CODES, wrong_value.fix_quoted),
    (repeated.DUPLICATE_CODES, repeated.fix_duplicate),
    (repeated.BLOCK_CODES, repeated.fix_too_many),
    (syntax.CODES, syntax.fix_syntax),
)
FIXERS: tuple[RuleFixer, ...] = tuple(
    RuleFixer(source, codes, fixer) for codes, fixer in _BY_CODES for source in SOURCES
)
