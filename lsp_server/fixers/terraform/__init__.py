"""The Terraform fixers, for the findings of the own check, the real `terraform validate` and tflint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Unit
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.terraform.module import is_configuration, is_json
from lsp_server.fixers.base import FixContext, Fixer, RuleFixer
from lsp_server.fixers.terraform import (
    addresses,
    allowed_word,
    attribute,
    conditions,
    declared,
    elements,
    hidden,
    itself,
    json_names,
    localized,
    old_forms,
    operands,
    outdated,
    repeated,
    repetition,
    required_version,
    resource_type,
    syntax,
    tidy,
    undeclared,
    written_out,
    wrong_value,
)
from lsp_server.fixers.terraform.place import MISSING, UNSUPPORTED
from lsp_server.fixers.terraform.schema_rules import fix_missing, fix_unsupported

SOURCES = ("terraform-check", "terraform-validate", "tflint")

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
    (declared.LABEL_CODES, declared.fix_labels),
    (declared.TYPE_CODES, declared.fix_variable_type),
    (declared.VERSION_CODES, declared.fix_version),
    (declared.SOURCE_CODES, declared.fix_source),
    (declared.REQUIREMENT_CODES, declared.fix_requirement),
    (repetition.EACH_CODES, repetition.fix_each),
    (repetition.SCOPE_CODES, repetition.fix_scope),
    (operands.OPERAND_CODES, operands.fix_operand),
    (operands.ARGUMENT_CODES, operands.fix_arguments),
    (operands.TEMPLATE_CODES, operands.fix_template),
    (conditions.CODES, conditions.fix_condition),
    (addresses.CODES, addresses.fix_address),
    (written_out.EXPRESSION_CODES, addresses.unquoted),
    (elements.CONDITIONAL_CODES, elements.fix_conditional),
    (elements.LOOP_CODES, elements.fix_loop),
    (elements.INDEX_CODES, elements.fix_index),
    (itself.CODES, itself.fix_itself),
    (outdated.CODES, outdated.fix_outdated),
    (written_out.EXPRESSION_CODES, written_out.fix_expression),
    (written_out.WORD_CODES, written_out.fix_word),
    (hidden.OUTPUT_CODES, hidden.fix_output),
    (hidden.KEPT_CODES, hidden.fix_kept),
    (localized.DEFAULT_CODES, localized.fix_default),
    (localized.TEMPLATE_CODES, localized.fix_template),
    (tidy.REQUIREMENT_CODES, tidy.fix_requirement),
    (tidy.VERSION_CODES, tidy.fix_version),
    (tidy.UNUSED_CODES, tidy.fix_unused),
    (tidy.INDEX_CODES, tidy.fix_index),
    (tidy.PROVIDER_CODES, tidy.fix_provider),
    (tidy.UNTYPED_CODES, tidy.fix_untyped),
    (required_version.CODES, required_version.fix_version),
)


def _in_hcl(fixer: Fixer) -> Fixer:
    """The fixer for files in HCL alone (what it would write means something else in JSON), in their line endings."""

    def fixes(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix | None]:
        if is_configuration(context.document):
            for fix in fixer(context, diagnostic):
                if fix is not None and any(is_json(context.unit[edit.uri]) for edit in fix.edits):
                    continue
                yield fix and replace(fix, edits=tuple(_native(context.unit, edit) for edit in fix.edits))

    return fixes


def _native(unit: Unit, edit: Edit) -> Edit:
    newline = unit[edit.uri].newline
    if newline == "\n" or "\n" not in edit.text:
        return edit
    return replace(edit, text=edit.text.replace("\r\n", "\n").replace("\n", newline))


FIXERS: tuple[RuleFixer, ...] = (
    *(RuleFixer(source, codes, _in_hcl(fixer)) for codes, fixer in _BY_CODES for source in SOURCES),
    RuleFixer("terraform-check", json_names.CODES, json_names.fix_name),
    RuleFixer("tflint", allowed_word.codes(), _in_hcl(allowed_word.fix_word)),
    *(RuleFixer("tflint", codes, _in_hcl(fixer)) for codes, fixer in old_forms.BY_CODES),
)
