"""All CloudFormation fixers, one file a family; for one finding they are asked in this order."""

from __future__ import annotations

from itertools import chain

from lsp_server.fixers.base import RuleFixer
from lsp_server.fixers.cloudformation import (
    attributes,
    depends_on,
    misplaced_key,
    missing_property,
    not_allowed,
    references,
    resource_type,
    secrets,
    syntax_yaml,
    undefined,
    unknown_key,
    unused,
    wrong_type,
)

_FAMILIES = (
    syntax_yaml,
    resource_type,
    unknown_key,
    misplaced_key,
    wrong_type,
    references,
    attributes,
    not_allowed,
    undefined,
    missing_property,
    depends_on,
    secrets,
    unused,
)
FIXERS: tuple[RuleFixer, ...] = tuple(chain.from_iterable(family.FIXERS for family in _FAMILIES))
