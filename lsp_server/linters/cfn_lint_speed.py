"""Runs in the worker: cfn-lint makes and compares the same things over and over; here they are remembered.

What is remembered depends on nothing but its arguments, so the findings stay the same; the tests compare them with the
command line's.
"""

from __future__ import annotations

import dataclasses
import functools
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import cfnlint.context.context
import cfnlint.jsonschema._filter
import cfnlint.jsonschema.validators as validators_module
import cfnlint.runner.template.runner as template_runner
from cfnlint.match import Match

_CLASSES_KEPT = 512


def remember() -> None:
    """From now on no class is made or listed twice, and no match is compared with all before it."""
    validators_module.create = _remembering(validators_module.create)
    for module in (cfnlint.context.context, cfnlint.jsonschema._filter, validators_module):
        if getattr(module, "fields", None) is dataclasses.fields:
            module.fields = _fields
    template_runner._dedup = _once


def _once(matches: Iterable[Match]) -> Iterator[Match]:
    """Each match once. Its `id` stands for its rule, message, file and line."""
    seen: set[tuple[object, ...]] = set()
    for match in matches:
        key = match.id, match.columnnumber, match.linenumberend, match.columnnumberend, match.parent_id
        if key not in seen:
            seen.add(key)
            yield match


def _fields(instance: Any) -> tuple[dataclasses.Field[Any], ...]:
    return _fields_of(instance if isinstance(instance, type) else type(instance))


@functools.lru_cache(maxsize=_CLASSES_KEPT)
def _fields_of(kind: type) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(kind)


def _remembering(create: Any) -> Any:
    """`create` for validator classes with a memory of the last ones.

    A filter has no hash; its values are what tells it from another, and cfn-lint never changes one that it has made.
    """
    made: OrderedDict[object, Any] = OrderedDict()

    def remembering(validators: Mapping[str, Any], function_filter: Any, fn_resolvers: Mapping[str, Any]) -> Any:
        values = tuple(tuple(v) if isinstance(v, list) else v for v in vars(function_filter).values())
        key = tuple(validators.items()), values, tuple(fn_resolvers.items())
        try:
            known = made.get(key)
        except TypeError:  # something in it has no hash
            return create(validators, function_filter, fn_resolvers)
        if known is None:
            known = made[key] = create(validators, function_filter, fn_resolvers)
            if len(made) > _CLASSES_KEPT:
                made.popitem(last=False)
        return known

    return remembering
