"""Terraform's built-in functions: names and signatures, as `terraform metadata functions -json` of 1.11 tells them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from lsp_server.dialects.terraform.types import Type, parse_type


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter's name and type."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Function:
    """A function. `variadic` takes any number of further arguments."""

    name: str
    parameters: tuple[Parameter, ...]
    variadic: Parameter | None
    returns: Type
    description: str = ""

    @property
    def signature(self) -> str:
        """For a person: `cidrsubnet(prefix, newbits, netnum)`."""
        names = [parameter.name for parameter in self.parameters]
        if self.variadic:
            names.append(f"{self.variadic.name}...")
        return f"{self.name}({', '.join(names)})"


@lru_cache(maxsize=1)
def functions() -> Mapping[str, Function]:
    """All functions by name."""
    data = json.loads((Path(__file__).parent / "functions.json").read_text(encoding="utf-8"))
    return {name: read_function(name, entry) for name, entry in data.items()}


def read_function(name: str, entry: Mapping[str, Any]) -> Function:
    """A function as it is kept: names and types of `parameters`, of `variadic`, the type that it `returns`."""
    parameters = tuple(Parameter(p[0], parse_type(p[1])) for p in entry["parameters"])
    variadic = entry.get("variadic")
    last = Parameter(variadic[0], parse_type(variadic[1])) if variadic else None
    return Function(name, parameters, last, parse_type(entry["returns"]), entry.get("description", ""))


def written_function(function: Function) -> dict[str, object]:
    """The form in which a function is kept."""
    last = function.variadic
    return {
        "parameters": [[p.name, p.type.notation()] for p in function.parameters],
        **({"variadic": [last.name, last.type.notation()]} if last else {}),
        "returns": function.returns.notation(),
        **({"description": function.description} if function.description else {}),
    }


class Texts(NamedTuple):
    """What a function is for, in markdown, and by name what those of its parameters are for that need words."""

    text: str
    parameters: Mapping[str, str]


@lru_cache(maxsize=1)
def _texts() -> Mapping[str, tuple[str, Mapping[str, str]]]:
    path = Path(__file__).parent / "function_texts" / "texts.json"
    found: Mapping[str, tuple[str, Mapping[str, str]]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def texts_of(name: str) -> Texts:
    """What Terraform says about a function; nothing of one that it does not know."""
    return Texts(*_texts().get(name, ("", {})))
