"""A resource that is being written for an intent, and what a language has to tell for that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from lsp_server.repair.offline.recipes import Recipe

OMIT = object()
"""In the place of a value: the property is left out."""


@dataclass
class New:
    """A resource to be written. `around` are settings beside its properties.

    `by` is the type of the one that it is written for, empty where the intent names it; `preset` are settings that the
    other has for it, as in recipes. `prefers` is as in recipes, `without` are properties that it has to do without.
    """

    type: str
    id: str
    at: int = 0
    values: dict[str, Any] = field(default_factory=dict)
    around: dict[str, Any] = field(default_factory=dict)
    variant: str = ""
    by: str = ""
    preset: dict[str, Any] = field(default_factory=dict)
    prefers: str = ""
    without: set[str] = field(default_factory=set)
    finished: bool = False


class Notation(Protocol):
    """How a language names things and refers to them."""

    def new_id(self, kind: str, recipe: Recipe, said: str, variant: str = "") -> str:
        """A free id for a resource of that type, in the style of the file; `said` is what the intent calls it."""

    def reference(self, kind: str, id_: str, attribute: str) -> object:
        """The expression for an attribute of a resource, its main reference where that is empty."""

    def address(self, kind: str, id_: str) -> object:
        """A resource itself, as what depends on it names it."""

    def existing(self, kind: str) -> Sequence[str]:
        """The ids of the resources of a type that are in the file."""

    def written(self, kind: str, id_: str) -> str:
        """The text of a resource that is there, and of the data sources that it names."""

    def texts(self) -> Iterator[str]:
        """The texts of the resources that are there, as far as they may share what all have (`local.tags`)."""

    def belonging(self, kind: str, to: str, id_: str) -> bool:
        """Whether a resource of a type is there that refers to the one of type `to` with that id."""

    def parameter(self, name: str, kind: str, hint: str) -> object:
        """The expression for a new parameter or variable; `kind` is a field's kind, `hint` a resource type or name."""

    def raw(self, text: str) -> object:
        """An expression as it is written in the language."""

    def with_more(self, shared: str, own: Mapping[str, object]) -> object:
        """The expression for a mapping that is there, with more in it."""

    def names(self, kind: str, id_: str, written: str) -> bool:
        """Whether the `repr` of values refers to a resource."""

    def prefixed(self, start: str, reference: object) -> object:
        """The expression for a text that begins so, and ends with a reference."""

    def extended(self, reference: object, end: str) -> object:
        """The expression for a text that begins with a reference, and ends so."""


def services(value: object) -> Iterator[str]:
    """The services that a trust policy names."""
    if isinstance(value, Mapping):
        trusted = value.get("Principal")
        service = trusted.get("Service") if isinstance(trusted, Mapping) else None
        if str(value.get("Action")).startswith("sts:") and str(service).endswith(".amazonaws.com"):
            yield str(service)
    for inner in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from services(inner)


def arn(kind: str) -> str:
    """What the ARN of a resource is called among its attributes."""
    return "Arn" if "::" in kind else "arn"


def merged(first: Mapping[str, Any], second: Mapping[str, Any], grows: Sequence[str] = ()) -> dict[str, Any]:
    """`first` with what `second` has besides: mappings are merged, the lists of `grows` joined, else `first` wins."""
    result = dict(first)
    for key, value in second.items():
        if isinstance(value, Mapping) and isinstance(result.get(key), Mapping):
            result[key] = merged(result[key], value)
        elif isinstance(value, list) and isinstance(result.get(key), list) and key in grows:
            result[key] = result[key] + [item for item in value if item not in result[key]]
        elif result.get(key) is None:  # what has none keeps a place for it
            result[key] = value
    return result
