"""Runs in the worker: cfn-lint ends with a TypeError where a section or a key has no value yet; here it goes on.

Its rules report such a place themselves once they are reached. A template that cfn-lint can read is judged as before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cfnlint.template.transforms.transform as transforms
from cfnlint.context.context import Parameter
from cfnlint.graph import Graph
from cfnlint.template import Template

_ASTRAY = (AttributeError, TypeError)  # what comes of a value that is not the mapping or list that it should be


def tolerate() -> None:
    """From now on an unfinished template is judged as far as it goes."""
    fill_in = Parameter.__post_init__

    def filled_in(parameter: Parameter, value: Any) -> None:
        try:
            fill_in(parameter, value)
        except _ASTRAY:  # its `AllowedValues`, say: what is left is its name and type
            fill_in(parameter, {"Type": value["Type"]})

    Parameter.__post_init__ = filled_in
    Template.get_directives = _directives
    transforms.Graph = _graph


def _directives(cfn: Template) -> dict[str, list[str]]:
    """The rules that resources suppress in their metadata, with the resources' names."""
    found: dict[str, list[str]] = {}
    for name, resource in cfn.get_resources().items():
        value: object = resource
        for key in ("Metadata", "cfn-lint", "config", "ignore_checks"):
            value = value.get(key) if isinstance(value, Mapping) else None
        for rule in value if isinstance(value, list) else ():
            found.setdefault(str(rule), []).append(name)
    return found


def _graph(cfn: Template) -> Graph | None:
    """The template's graph; None where it has none, which is what cfn-lint makes of it before a transform."""
    try:
        return Graph(cfn)
    except (*_ASTRAY, KeyError):
        return None
