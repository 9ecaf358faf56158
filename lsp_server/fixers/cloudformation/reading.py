"""What a node stands for as a value that can be written elsewhere: typed scalars, lists, mappings, functions."""

from __future__ import annotations

import datetime as dt
import math
import re

from lsp_server.dialects.cloudformation.functions import function_of, long_function
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, Scalar, Sequence
from lsp_server.dialects.service import RefusedError
from lsp_server.fixers.cloudformation.values import Call

_DEEPEST = 150
_MOST = 250_000  # nodes, once aliases are expanded; cfn-lint takes no more either
_TAG = re.compile(r"![A-Za-z]\w*")


class NotPlainError(RefusedError):
    """Something has no value that could be written in another way."""


def value_of(node: Node | None) -> object:
    """The value of a node: str, bool, int, float, None, dict, list, Call. Aliases and merge keys are expanded.

    A date is the string that it is written as, since CloudFormation knows no dates. Raises NotPlainError.
    """
    return _Reader().read(node, 0)


def data_of(node: Node | None) -> object:
    """The plain data of a node, to be compared: as `value_of`, but tags that nobody knows are keys.

    Raises NotPlainError.
    """
    return plain(_Reader(any_tag=True).read(node, 0))


def plain(value: object) -> object:
    """A value with functions as mappings of one key; GetAtt takes a list."""
    if isinstance(value, Call):
        argument = plain(value.argument)
        if value.name == "Fn::GetAtt" and isinstance(argument, str):
            argument = argument.split(".", 1)
        return {value.name: argument}
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


class _Reader:
    def __init__(self, *, any_tag: bool = False) -> None:
        self._read, self._any_tag = 0, any_tag

    def read(self, node: Node | None, depth: int) -> object:
        node = node.resolved if node is not None else None
        self._read += 1
        if depth > _DEEPEST or self._read > _MOST:
            raise NotPlainError("it is nested too deep, or aliases make too much of it")
        if node is None:
            return None
        function = function_of(node)
        if function is None:
            return self._tagged(node, depth) if node.tag else self._bare(node, depth)
        inner = long_function(node) if function.short else function
        argument = self.read(inner.argument, depth + 1) if inner is not None else self._bare(node, depth)
        if inner is not None and function.short:
            argument = Call(inner.name, argument)
        if function.name == "Fn::GetAtt" and function.short and isinstance(argument, str):
            argument = argument.split(".", 1)
        return Call(function.name, argument)

    def _tagged(self, node: Node, depth: int) -> object:
        if node.tag == "!!str" and isinstance(node, Scalar):
            return node.value
        if not self._any_tag and not _TAG.fullmatch(node.tag):
            raise NotPlainError(f"the tag {node.tag} is none of CloudFormation's")
        return {node.intrinsic or node.tag: self._bare(node, depth)}

    def _bare(self, node: Node, depth: int) -> object:
        """The value without the tag."""
        if isinstance(node, Scalar):
            return _scalar(node)
        if isinstance(node, Sequence):
            return [self.read(item, depth + 1) for item in node.items]
        if isinstance(node, Mapping):
            return self._mapping(node, depth)
        raise NotPlainError("an alias stands for nothing")

    def _mapping(self, node: Mapping, depth: int) -> dict[str, object]:
        merged: dict[str, object] = {}
        own: dict[str, object] = {}
        for entry in node.entries:
            if entry.name == "<<" and not entry.key.raw.startswith(('"', "'")):
                merged |= self._merged(entry, depth)
                continue
            key = _key(entry.key)
            if key in own:
                raise NotPlainError(f"the key {key} stands there twice")
            own[key] = self.read(entry.value, depth + 1)
        return merged | own

    def _merged(self, entry: Entry, depth: int) -> dict[str, object]:
        source = entry.value.resolved if entry.value is not None else None
        parts = source.items if isinstance(source, Sequence) else (source,)
        found: dict[str, object] = {}
        for part in reversed(parts):
            value = self.read(part, depth + 1)
            if not isinstance(value, dict):
                raise NotPlainError("a merge key brings what is no mapping")
            found |= value
        return found


def _scalar(node: Scalar) -> object:
    data = node.data
    if isinstance(data, dt.date):
        return node.value
    if isinstance(data, float) and not math.isfinite(data):
        raise NotPlainError(f"{node.value} is a number in YAML alone")
    if data is None or isinstance(data, str | bool | int | float):
        return data
    raise NotPlainError(f"{node.value} is of a kind that YAML alone knows")


def _key(key: Scalar) -> str:
    if key.tag not in ("", "!!str"):
        raise NotPlainError(f"the key {key.value} has a tag")
    if key.is_as_written:
        return key.value
    raise NotPlainError(f"the key {key.value} is no string")
