"""Literals that a reference may stand for: which they are, what they are called, and where else the same one stands."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from lsp_server.core.diagnostic import Path
from lsp_server.dialects.cloudformation.schema import Property
from lsp_server.dialects.cloudformation.service.files import is_uploaded
from lsp_server.dialects.cloudformation.tree import Entry, Node, Scalar, Sequence
from lsp_server.fixers.cloudformation.vocabulary import depth_of_properties
from lsp_server.refactorings.cloudformation.naming import camel, one_of
from lsp_server.refactorings.cloudformation.spot import Spot

_LONGEST = 4096  # characters that a parameter or a mapping holds
_MOST = 200  # places that are looked at for the same literal
_VAGUE = frozenset({"Arn", "Default", "Id", "Key", "Name", "Names", "Resource", "Type", "Value", "Values"})
_NAMING = ("Key", "Name", "ParameterKey", "ParameterName", "OptionName")  # beside a `Value`
_TEXTS = {"Fn::Base64": 0, "Fn::Equals": 1, "Fn::ImportValue": 0, "Fn::Join": 2, "Fn::Split": 1, "Fn::Sub": 2}


@dataclass(frozen=True)
class Literal:
    """A literal in a place where a function may stand as well."""

    spot: Spot
    node: Scalar | Sequence

    @cached_property
    def path(self) -> Path:
        """The way to it."""
        return self.spot.template.path_of(self.node)

    @cached_property
    def known(self) -> Property | None:
        """What the schema knows of it; None where it is only a part of a property's value."""
        return None if _functions(self.path) - {"Fn::If"} else self.spot.property_at(self.path)

    @property
    def data(self) -> object:
        """The typed value of a scalar; a date is its text."""
        data = self.node.data if isinstance(self.node, Scalar) else None
        return data if isinstance(data, str | bool | int | float) else getattr(self.node, "value", "")

    @cached_property
    def property_name(self) -> str:
        """The name of the property that it is the value of, or in the value of."""
        return property_of_path(self.path)

    @cached_property
    def name(self) -> str:
        """What may be called after it."""
        return name_after(self.node, self.path)

    @property
    def owner(self) -> str:
        """The logical id of the resource, or the name of the condition or output."""
        return owner_of_path(self.path)

    @property
    def purpose(self) -> str:
        """What it is, in a few words, but for whose it is."""
        if self.path[0] == "Conditions":
            return "Compared in"
        told = self.property_name in _VAGUE and not self.name.startswith(self.owner)
        return f"{self.name if told else self.property_name} of"


def property_of_path(path: Path) -> str:
    """The name of the property that a path leads to, or into the value of."""
    return [step for step in path if isinstance(step, str) and not _is_function(step)][-1]


def owner_of_path(path: Path) -> str:
    """The logical id of the resource, or the name of the condition or output, that a path leads into."""
    return re.sub(r"[^A-Za-z0-9]", "", str(path[(depth_of_properties(path) or 2) - 1]))


def name_after(node: Node, path: Path) -> str:
    """What may be called after a value at a path: its property, with the owner where that says too little."""
    owner, word = node.parent, property_of_path(path)
    if word == "Value" and isinstance(owner, Entry):
        beside = (owner.parent.get(key) for key in _NAMING)
        told = next((one.value for one in beside if isinstance(one, Scalar) and not one.tag), "")
        if name := camel(told):
            return name
    if path[0] == "Conditions":
        return f"{owner_of_path(path)}Value"
    word = one_of(word) if isinstance(path[-1], int) and path[-2] == word else word
    return f"{owner_of_path(path)}{word}" if word in _VAGUE or path[0] == "Outputs" else word


def literal_at(spot: Spot) -> Literal | None:
    """The literal that is selected."""
    return literal_of(spot, spot.value)


def literal_of(spot: Spot, node: Node | None) -> Literal | None:
    """The literal that a node is: a scalar, or a list of strings; None where no function may stand in its place."""
    if not isinstance(node, Scalar | Sequence) or node.tag or node.anchor or _is_key(node):
        return None
    items = node.items if isinstance(node, Sequence) else (node,)
    plain = bool(items) and all(isinstance(item, Scalar) and _is_plain(item) for item in items)
    if not plain or (isinstance(node, Scalar) and is_uploaded(spot.template, node)):
        return None
    return Literal(spot, node) if _takes_functions(spot.template.path_of(node)) else None


def _is_key(node: Node) -> bool:
    return isinstance(node.parent, Entry) and node.parent.key is node


def _is_plain(node: Scalar) -> bool:
    data = node.data
    if node.tag or node.anchor or not isinstance(data, str | bool | int | float | dt.date):
        return False
    text = node.value
    if not isinstance(data, bool) and not node.is_as_written:
        return False  # `0755` or `5.10`: the value would be written anew as the number that it is read as
    return bool(text.strip()) and "\n" not in text and len(text) <= _LONGEST and "${" not in text and "{{" not in text


def _takes_functions(path: Path) -> bool:
    """Whether a function may stand at a path."""
    depth = depth_of_properties(path)
    inside = bool(depth) and len(path) > depth + 1 and path[depth] == "Properties"
    output = path[:1] == ("Outputs",) and path[2:3] == ("Value",)
    if not inside and not output and path[:1] != ("Conditions",):
        return False
    at = next((number for number in range(len(path) - 1, -1, -1) if _is_function(path[number])), None)
    if at is None:
        return path[0] != "Conditions"
    name, rest = path[at], path[at + 1 :]
    if name == "Fn::If":
        return bool(rest) and rest[0] != 0
    if name in ("Fn::Join", "Fn::Split", "Fn::Sub") and rest[:1] != (1,):
        return False
    return _TEXTS.get(str(name)) == len(rest)


def _is_function(step: str | int) -> bool:
    return isinstance(step, str) and (step == "Ref" or step.startswith("Fn::")) and not step.startswith("Fn::ForEach")


def _functions(path: Path) -> set[str]:
    return {str(step) for step in path if _is_function(step)}


def same_literals(literal: Literal) -> Iterator[Literal]:
    """The literal and all equal ones in properties of the same name and kind, in the order of the text."""
    node, spot = literal.node, literal.spot
    if not isinstance(node, Scalar):
        return
    for offset in _mentions(literal):
        found = literal_of(spot, spot.template.node_at(offset))
        if found is None or not isinstance(found.node, Scalar) or offset > found.node.span.start + 1:
            continue
        if _kind(found) == _kind(literal):
            yield found


def _mentions(literal: Literal) -> list[int]:
    """Where the text of a literal stands: as the value of its property, or as an item of any list."""
    text, value = literal.spot.document.text, re.escape(getattr(literal.node, "value", ""))
    name = re.escape(literal.property_name)
    before = rf"{name}[\"']?[ \t]*:[ \t]*[\"']?" if isinstance(literal.node.parent, Entry) else r"(?<![\w.-])"
    found = re.finditer(rf"{before}({value})(?![\w.-])", text)
    return [hit.start(1) for hit in islice(found, _MOST)]


def _kind(literal: Literal) -> tuple[object, ...]:
    """What equal literals share."""
    known, data = literal.known, literal.data
    expected = (known.types, known.format, known.enum) if known is not None else ()
    return literal.property_name, type(data), data, expected
