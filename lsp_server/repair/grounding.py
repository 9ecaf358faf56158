"""Whether the names in a model's words are to be found anywhere: what names something else was made up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from lsp_server.dialects.base import Language
from lsp_server.dialects.cloudformation import vocabulary as template_words
from lsp_server.dialects.terraform import core_schema
from lsp_server.dialects.terraform.block_schema import BlockSchema
from lsp_server.dialects.terraform.functions import functions

_NAME = re.compile(r"(?<!\w)[^\W\d]\w*(?:(?:::|-)\w+)*")
_PIECE = re.compile(r"::|-")
_CODE = re.compile("`([^`]+)`")
_VALUES = ("true", "false", "null", "string", "number", "integer", "boolean", "object", "list", "map", "array")

_OF_TEMPLATES = (
    *("CREATE", "UPDATE", "DELETE", "ROLLBACK", "UPDATE_ROLLBACK"),
    *(f"{what}_{how}" for what in ("CREATE", "UPDATE", "DELETE", "ROLLBACK", "UPDATE_ROLLBACK")
      for how in ("IN_PROGRESS", "COMPLETE", "FAILED")),
)  # fmt: skip
"""The states of a stack, which no schema has."""
_OF_MODULES = (
    *("terraform", "tofu", "init", "validate", "plan", "apply", "destroy"),
    *("var", "local", "each", "count", "self", "path", "bool", "set", "tuple", "any", "optional", "dynamic"),
)
"""Commands, roots of references and types, which no schema has."""


def named(words: str) -> frozenset[str]:
    """The names in a sentence: those between backticks, and those outside that only a program would write."""
    between = (name for code in _CODE.findall(words) for name in _NAME.findall(code))
    outside = (name.strip("_") for name in _NAME.findall(_CODE.sub(" ", words)))
    return frozenset((*between, *(name for name in outside if "_" in name or "::" in name)))


def unfounded(names: Iterable[str], texts: Iterable[str]) -> frozenset[str]:
    """The names that stand in none of the texts, nor as a part of a name there; no text is looked at without need."""
    left, more = set(names), iter(texts)
    while left and (text := next(more, None)) is not None:
        for name in _NAME.findall(text):
            left.discard(name)
            if left and _PIECE.search(name):
                left.difference_update(_PIECE.split(name))
    return frozenset(left)


@lru_cache(maxsize=2)
def words_of(language: Language) -> str:
    """All names of a language itself, without those of its resource types."""
    own = _template_words() if language is Language.CLOUDFORMATION else _module_words()
    return " ".join((*_VALUES, *own))


def _template_words() -> Iterator[str]:
    yield from _OF_TEMPLATES
    tables = (
        *(template_words.SECTIONS, template_words.RESOURCE_ATTRIBUTES, template_words.SAM_ATTRIBUTES),
        *(template_words.PARAMETER_ATTRIBUTES, template_words.OUTPUT_ATTRIBUTES, template_words.RULE_ATTRIBUTES),
        *(template_words.POLICY_ATTRIBUTES, template_words.PSEUDO_PARAMETERS, template_words.DELETION_POLICIES),
        *(template_words.ALL_FUNCTIONS, template_words.LOOPS, template_words.TRANSFORMS),
    )
    for table in tables:
        yield from table
    yield from template_words.PARAMETER_TYPES


def _module_words() -> Iterator[str]:
    yield from _OF_MODULES
    yield from functions()
    for name, block in core_schema.TOP_LEVEL.items():
        yield name
        yield from _names(block)
    for block in (core_schema.RESOURCE_META, core_schema.DATA_META, core_schema.PROVIDER_META):
        yield from _names(block)


def _names(block: BlockSchema) -> Iterator[str]:
    yield from block.attributes
    for name, nested in block.blocks.items():
        yield name
        yield from _names(nested.block)
