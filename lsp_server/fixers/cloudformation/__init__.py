"""All CloudFormation fixers, one file a family; for one finding they are asked in this order."""

from __future__ import annotations

from itertools import chain

from lsp_server.fixers.base import RuleFixer
from lsp_server.fixers.cloudformation import (
    attributes,
    depends_on,
    duplicates,
    engine_version,
    expected,
    functions,
    hard_coded,
    iam,
    ignored,
    lists,
    loops,
    misplaced_key,
    missing_level,
    missing_property,
    networks,
    not_allowed,
    pairs,
    references,
    resource_policies,
    resource_type,
    secrets,
    syntax_json,
    syntax_yaml,
    undefined,
    unknown_key,
    unused,
    wrong_type,
)

_FAMILIES = (
    syntax_json,
    syntax_yaml,
    loops,
    duplicates,
    resource_type,
    unknown_key,
    misplaced_key,
    missing_level,
    functions,
    expected,
    pairs,
    lists,
    wrong_type,
    references,
    attributes,
    not_allowed,
    undefined,
    missing_property,
    depends_on,
    resource_policies,
    hard_coded,
    engine_version,
    ignored,
    iam,
    networks,
    secrets,
    unused,
)
FIXERS: tuple[RuleFixer, ...] = tuple(chain.from_iterable(family.FIXERS for family in _FAMILIES))
