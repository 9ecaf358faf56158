"""Reads what packages that Pulumi bridges from Terraform providers say a resource is for, and their examples."""

from __future__ import annotations

import ast
import re
import textwrap
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

_MADE = re.compile(r"super\((\w+), __self__\)\.__init__\(\s*'([\w-]+:[\w/.-]+:\w+)'")
_TEXT = re.compile(r'@overload\s+def __init__\(__self__,.*?"""\n(.*?)"""', re.DOTALL)
_CODE = re.compile(r"```python\n(.*?)```", re.DOTALL)
_HEADING = re.compile(r"^## ", re.MULTILINE)


class Documented(NamedTuple):
    """A resource by its token, what is said of it, and the examples' code."""

    token: str
    text: str
    examples: tuple[str, ...]


class Use(NamedTuple):
    """That an argument of a resource type is given something of another resource."""

    by: str
    argument: str
    of: str


@dataclass
class Example:
    """The resource types that stand in an example, and what refers to what."""

    types: set[str] = field(default_factory=set)
    uses: list[Use] = field(default_factory=list)


def documented(wheel: Path) -> Iterator[Documented]:
    """All resources of a package, in the order of its files."""
    with zipfile.ZipFile(wheel) as archive:
        for name in sorted(archive.namelist()):
            last = name.rpartition("/")[2]
            if not last.endswith(".py") or last.startswith("_") or last == "outputs.py":
                continue
            code = archive.read(name).decode()
            made, text = _MADE.search(code), _TEXT.search(code)
            if made and text:
                said = textwrap.dedent(text[1]).replace('\\"', '"').replace("\\\\", "\\")
                yield Documented(made[2], _HEADING.split(said)[0], tuple(_CODE.findall(said)))


def place(token: str) -> tuple[str, str]:
    """Where a class is in the package, both parts without what may differ: `aws:lambda/function:Function`."""
    module = token.split(":")[1].partition("/")[0]
    return module.lower().replace("-", ""), token.rsplit(":", 1)[1]


def read_example(
    code: str, package: str, type_of: Callable[[str, str], str], written: Callable[[str], str]
) -> Example | None:
    """What stands in an example; None where it is no Python.

    `package` is the name that the package is imported by, `type_of` the Terraform type for a module and a class, and
    `written` the one that a variable's name ends with, as of a resource that is not shown; both empty for none.
    """
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return None

    def made(node: ast.AST | None) -> str:
        names = _chain(node.func) if isinstance(node, ast.Call) else []
        if len(names) < 2 or names[0] != package:
            return ""
        return type_of("".join(names[1:-1]).lower().replace("_", "") or "index", names[-1])

    variables = dict(_variables(tree, made))
    example = Example()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not (kind := made(node)):
            continue
        example.types.add(kind)
        for argument, name in _arguments(node):
            if of := variables.get(name) or written(name):
                example.types.add(of)
                if argument != "opts":
                    example.uses.append(Use(kind, argument, of))
    return example


def _variables(tree: ast.AST, made: Callable[[ast.AST | None], str]) -> Iterator[tuple[str, str]]:
    """The variables that hold resources, with their types."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and (kind := made(node.value)):
                yield target.id, kind


def _arguments(call: ast.Call) -> Iterator[tuple[str, str]]:
    """The variables in a call, each with the argument that it stands in."""
    for keyword in call.keywords:
        yield from _names(keyword.value, keyword.arg or "")


def _chain(node: ast.AST) -> list[str]:
    """`aws.ec2.Vpc` as its names; empty for what is more than names."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return [node.id, *reversed(names)] if isinstance(node, ast.Name) else []


def _names(node: ast.AST, argument: str) -> Iterator[tuple[str, str]]:
    """The variables in a value, each with the argument that it stands in."""
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            yield from _names(value, str(key.value) if isinstance(key, ast.Constant) else argument)
    elif isinstance(node, ast.Name):
        yield argument, node.id
    else:
        for child in ast.iter_child_nodes(node):
            yield from _names(child, argument)
