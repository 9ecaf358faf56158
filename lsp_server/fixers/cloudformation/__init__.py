"""All CloudFormation fixers, one file a family; for one finding they are asked in this order."""

from __future__ import annotations

from itertools import chain

from lsp_server.fixers.base import RuleFixer
from lsp_server.fixers.cloudformation import (
    attributes,
    depends_on,
    misplaced_key,
    references,
    resource_type,
    syntax_yaml,
    unknown_key,
    unused,
)

_FAMILIES = (
    syntax_yaml,
    resource_type,
    unknown_key,
    misplaced_key,
    references,
    attributes,
    depends_on,
    unused,
)
FIXERS: tuple[RuleFixer, ...] = tuple(chain.from_iterable(family.FIXERS for family in _FAMILIES))
