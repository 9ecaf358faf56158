"""Whether a template means the same before and after: part by part, each as what CloudFormation makes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from lsp_server.core.diagnostic import Path
from lsp_server.core.document import Unit
from lsp_server.dialects.cloudformation.evaluation import Data, Environment, condition_holds, evaluate
from lsp_server.dialects.cloudformation.parameter_types import default_of
from lsp_server.dialects.cloudformation.template import Template, parse_template
from lsp_server.dialects.cloudformation.tree import Entry
from lsp_server.dialects.cloudformation.tree import Mapping as MappingNode
from lsp_server.fixers.cloudformation.reading import NotPlainError, data_of

_SECTIONS = ("Parameters", "Mappings", "Conditions", "Resources", "Outputs", "Rules", "Metadata")
_NAMED = ("Parameters", "Mappings", "Conditions")  # what is in them has no meaning but by its use
_INTERFACE = "AWS::CloudFormation::Interface"


@dataclass(frozen=True)
class Comparison:
    """Compares what two templates mean; see `lsp_server.refactorings.base.Differences`.

    `cases` are the values of parameters and pseudo parameters for each of which both have to come to the same; a
    parameter that only one of the two declares has its default besides. `ignoring` are paths that are not looked at.
    `spelled_out` are conditions of which it is the same whether they are named or written out. `exact`: nothing is
    worked out, and the data have to be the same, in types and order.
    """

    cases: tuple[Data, ...] = ({},)
    ignoring: frozenset[Path] = frozenset()
    spelled_out: frozenset[str] = frozenset()
    exact: bool = False

    def __call__(self, before: Unit, after: Unit) -> Iterator[str]:
        """A sentence or an empty string for each part."""
        sides = _Side(parse_template(before.main)), _Side(parse_template(after.main))
        if any(side.template.syntax for side in sides):
            yield "the text could not be read"
            return
        try:
            yield from self._exact(*sides) if self.exact else self._evaluated(*sides)
        except NotPlainError as reason:
            yield str(reason)

    def _exact(self, before: _Side, after: _Side) -> Iterator[str]:
        if list(before.parts) != list(after.parts):
            yield "its parts would not be the same"
            return
        for path in before.parts:
            same = before.text_is(path, after) or json.dumps(before.data(path)) == json.dumps(after.data(path))
            yield "" if same else _changed(path)

    def _evaluated(self, before: _Side, after: _Side) -> Iterator[str]:
        one_sided = before.parts.keys() ^ after.parts.keys()
        conditions = self.spelled_out.union(str(path[-1]) for path in one_sided if path[0] == "Conditions")
        parameters = frozenset(str(path[-1]) for path in one_sided if path[0] == "Parameters")
        defaults = before.defaults(parameters) | after.defaults(parameters)
        for case in self.cases:
            known = [side.environment({**defaults, **case}, conditions) for side in (before, after)]
            for path in sorted(before.parts.keys() | after.parts.keys(), key=str):
                if path in self.ignoring or (path in one_sided and path[0] in _NAMED) or before.text_is(path, after):
                    yield ""
                    continue
                old, new = (
                    self._form(side, path, own, parameters) for side, own in zip((before, after), known, strict=True)
                )
                same = _within(old, new) if path[0] == "Mappings" else old == new
                yield "" if same else _changed(path)

    def _form(self, side: _Side, path: Path, known: Environment, parameters: frozenset[str]) -> object:
        """What a part comes to, `parameters` being those that only one side declares."""
        data = side.data(path)
        for ignored in self.ignoring:
            if ignored[: len(path)] == path:
                data = _without(data, ignored[len(path) :])
        if path == ("Metadata", _INTERFACE):
            data = _without_names(data, parameters)
        if path[0] == "Parameters":
            return json.dumps(data)
        if path[0] == "Conditions":
            holds = condition_holds(str(path[-1]), known)
            return evaluate(data, known) if holds is None else holds
        return evaluate(_where_it_holds(data, known) if len(path) > 1 else data, known)


class _Side:
    """One of the two documents, by its parts: what is in the sections, and what else stands at the top."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.aliases = "&" in template.document.text
        self._data: dict[Path, object] = {}

    @cached_property
    def parts(self) -> dict[Path, Entry]:
        root = self.template.root
        found: dict[Path, Entry] = {}
        for entry in root.entries if isinstance(root, MappingNode) else ():
            inner = entry.value.resolved if entry.value is not None else None
            if entry.name not in _SECTIONS or not isinstance(inner, MappingNode) or "<<" in inner:
                if data_of(inner) is not None:
                    found[(entry.name,)] = entry
                continue
            found |= {(entry.name, one.name): one for one in inner.entries}
        return found

    def data(self, path: Path) -> object:
        """The plain data of a part; None where there is no such part."""
        if path not in self._data:
            entry = self.parts.get(path)
            self._data[path] = data_of(entry.value) if entry is not None else None
        return self._data[path]

    def text_is(self, path: Path, other: _Side) -> bool:
        """Whether a part is written the same on both sides, so that it means the same in the same surroundings."""
        own, its = self.parts.get(path), other.parts.get(path)
        if own is None or its is None or self.aliases or other.aliases:
            return False
        if self.template.format != other.template.format:  # `1e3` is a number in JSON alone
            return False
        return self.template.document.slice(own.span) == other.template.document.slice(its.span)

    def defaults(self, names: frozenset[str]) -> dict[str, object]:
        """What parameters are by default."""
        declared = {name: self.template.parameters[name] for name in names if name in self.template.parameters}
        return {name: value for name, entry in declared.items() if (value := default_of(entry)) is not None}

    def environment(self, given: Data, spelled_out: frozenset[str]) -> Environment:
        """What the names of this side stand for."""
        mappings, conditions = (
            {str(path[1]): self.data(path) for path in self.parts if path[0] == section and len(path) > 1}
            for section in ("Mappings", "Conditions")
        )
        return Environment(given, mappings, conditions, spelled_out)


def _changed(path: Path) -> str:
    return f"{'.'.join(str(step) for step in path)} would no longer mean the same"


def _where_it_holds(data: object, known: Environment) -> object:
    """A resource or output without the condition that is known to hold; None where it is known not to."""
    condition = data.get("Condition") if isinstance(data, dict) else None
    holds = condition_holds(condition, known) if isinstance(condition, str) else None
    if holds is None or not isinstance(data, dict):
        return data
    return {key: value for key, value in data.items() if key != "Condition"} if holds else None


def _within(old: object, new: object) -> bool:
    """Whether all of a mapping is still there; more may be."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return all(key in new and _within(value, new[key]) for key, value in old.items())
    return old == new


def _without(data: object, path: Path) -> object:
    """Data without what a path leads to, and without what is empty then."""
    if not isinstance(data, dict) or not path or path[0] not in data:
        return data
    inner = _without(data[path[0]], path[1:]) if len(path) > 1 else None
    rest = {key: value for key, value in data.items() if key != path[0]}
    return {**rest, path[0]: inner} if inner else rest


def _without_names(data: object, names: frozenset[str]) -> object:
    """The grouping of parameters without some of them, and without the groups that are empty then."""
    if not isinstance(data, dict):
        return data
    groups, labels = data.get("ParameterGroups"), data.get("ParameterLabels")
    if isinstance(groups, list):
        shorter = [_without_items(group, names) for group in groups]
        data = {**data, "ParameterGroups": [group for group in shorter if group is not None]}
    if isinstance(labels, dict):
        data = {**data, "ParameterLabels": {key: value for key, value in labels.items() if key not in names}}
    return {key: value for key, value in data.items() if value} or None


def _without_items(group: object, names: frozenset[str]) -> object:
    listed = group.get("Parameters") if isinstance(group, dict) else None
    if not isinstance(group, dict) or not isinstance(listed, list) or names.isdisjoint(map(str, listed)):
        return group
    left = [name for name in listed if name not in names]
    return {**group, "Parameters": left} if left else None
