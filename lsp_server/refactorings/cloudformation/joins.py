"""A Join with a delimiter that is known becomes the Sub that gives the same text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from lsp_server.core.edit import Edit
from lsp_server.dialects.cloudformation.functions import Function, functions_around
from lsp_server.dialects.cloudformation.parameter_types import is_list, type_of
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Node, Scalar
from lsp_server.fixers.cloudformation.edits import rename
from lsp_server.fixers.cloudformation.reading import NotPlainError, value_of
from lsp_server.fixers.cloudformation.values import Call
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.cloudformation.meaning import Comparison
from lsp_server.refactorings.cloudformation.replacing import put
from lsp_server.refactorings.cloudformation.spot import Spot, spot_of

_LISTS = ("AWS::NotificationARNs", "AWS::NoValue")  # pseudo parameters that are no text
_DECLARED = re.compile(r"[A-Za-z0-9]+|AWS::\w+")


def join_to_sub(selection: Selection) -> Iterator[Refactoring]:
    """Offer it for the outermost Join around the place that can be a Sub, and takes up those in it."""
    spot = spot_of(selection)
    for function in reversed([found for found in functions_around(spot.node) if found.name == "Fn::Join"]):
        if function.node.anchor or spot.commented(function.node) or not _as_written(function.node):
            continue
        try:
            value = _as_sub(spot.template, value_of(function.argument) if function.entry else _argument(function))
        except NotPlainError:
            continue
        title = "Rewrite Fn::Join as Fn::Sub" if isinstance(value, Call) else "Join the texts"
        yield Refactoring("sub", title, Kind.REWRITE, partial(_edits, spot, function, value), Comparison())
        return


def _as_written(node: Node) -> bool:
    """Whether all that stands in a node is put together as it is written, which `1.10` is not."""
    scalars = (inner.resolved for inner in node.walk())
    return all(scalar.is_as_written for scalar in scalars if isinstance(scalar, Scalar))


def _argument(function: Function) -> object:
    whole = value_of(function.node)
    return whole.argument if isinstance(whole, Call) else whole


def _edits(spot: Spot, function: Function, value: object) -> tuple[Edit, ...] | None:
    document, entry, argument = spot.document, function.entry, function.argument
    if entry is None or argument is None:
        return put(document, replace(spot.writer, short=True), function.node, value)
    if not isinstance(value, Call):  # where another function takes this one, there is no place for a text alone
        return None if function.node.tag else put(document, spot.writer, function.node, value)
    key, taken = rename(document, entry, value.name), put(document, spot.writer, argument, value.argument)
    return (*key, *taken) if key and taken else None


def _as_sub(template: Template, argument: object) -> object:
    """The Sub, or the text where it takes no variables. Raises NotPlainError where the Join is none of known texts."""
    text = _Text(template)
    text.join(argument)
    if not text.varies:
        return "".join(text.pieces).replace("${!", "${")
    whole = "".join(text.pieces)
    return Call("Fn::Sub", [whole, text.variables] if text.variables else whole)


@dataclass
class _Text:
    """The text of a Sub, put together from what a Join takes."""

    template: Template
    pieces: list[str] = field(default_factory=list)
    variables: dict[str, object] = field(default_factory=dict)
    varies: bool = False

    def join(self, argument: object) -> None:
        match argument:
            case [str() as between, [*parts]]:
                for number, part in enumerate(parts):
                    if number:
                        self._literal(between)
                    self._add(part)
            case _:
                raise NotPlainError("the Join takes a list or a delimiter that is not known")

    def _literal(self, text: str) -> None:
        self.pieces.append(text.replace("${", "${!"))

    def _add(self, part: object) -> None:
        match part:
            case str():
                self._literal(part)
            case bool() | int() | float():
                self._literal(json.dumps(part))
            case Call("Ref", str() as name) if _DECLARED.fullmatch(name):
                self._name(name)
            case Call("Fn::GetAtt", [str() as owner, str() as attribute]):
                self._variable(f"{owner}.{attribute}")
            case Call("Fn::Sub", str() as text):
                self._sub(text, {})
            case Call("Fn::Sub", [str() as text, dict() as variables]):
                self._sub(text, variables)
            case Call("Fn::Join", argument):
                self.join(argument)
            case Call(name, _) if "AWS::NoValue" not in repr(part):
                self._variable(self._called(name.removeprefix("Fn::"), part))
            case _:
                raise NotPlainError("it is no text")

    def _variable(self, name: str) -> None:
        self.varies = True
        self.pieces.append(f"${{{name}}}")

    def _name(self, name: str) -> None:
        parameter = self.template.parameters.get(name)
        if name in _LISTS or (parameter is not None and is_list(type_of(parameter))):
            raise NotPlainError("a list is no text")
        self._variable(name)

    def _sub(self, text: str, variables: dict[str, object]) -> None:
        if not variables.keys().isdisjoint(self.variables):
            raise NotPlainError("two variables have the same name")
        self.variables |= variables
        self.varies = True
        self.pieces.append(text)

    def _called(self, wanted: str, value: object) -> str:
        """The name of a new variable."""
        for name, known in self.variables.items():
            if known == value:
                return name
        taken = {*self.template.parameters, *self.template.resources, *self.variables}
        number = next(n for n in range(1, len(taken) + 2) if (wanted if n == 1 else f"{wanted}{n}") not in taken)
        name = wanted if number == 1 else f"{wanted}{number}"
        self.variables[name] = value
        return name


REFACTORERS = (Refactorer("joins", frozenset({Kind.REWRITE}), join_to_sub),)
