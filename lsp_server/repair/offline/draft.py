"""What is being written for one intent, and out of what: its words, the schemas, the recipes, the text there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lsp_server.repair.offline.catalog import Catalog
from lsp_server.repair.offline.recipes import Feature, Recipe
from lsp_server.repair.offline.resource import New, Notation
from lsp_server.repair.offline.stems import words_of
from lsp_server.repair.offline.words import Words

MANY = 40
"""Resources of one intent, at most."""


@dataclass
class Draft:
    """One intent at work. `there` is the text as it was; `notes` says what a person should know.

    `making` are the resources that are being worked out, each for the one before it. `taken` is all text in which an
    address range may stand that is not to be used again.
    """

    words: Words
    catalog: Catalog
    notation: Notation
    recipes: Mapping[str, Recipe]
    there: str
    taken: str = ""
    making: list[New] = field(default_factory=list)
    resources: list[New] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.taken = self.taken or self.there

    @property
    def is_full(self) -> bool:
        """Whether nothing more is to be written."""
        return len(self.resources) >= MANY

    def recipe(self, kind: str) -> Recipe:
        """How a type is written; an empty recipe where none tells."""
        return self.recipes.get(kind, Recipe())

    def of_type(self, kind: str) -> list[New]:
        """The new resources of a type."""
        return [other for other in self.resources if other.type == kind]

    def named(self, kind: str) -> str:
        """The property that holds the name of a resource in AWS; empty where none does."""
        if own := self.recipe(kind).named:
            return own
        last = words_of(kind.rsplit("::", 1)[-1] if "::" in kind else kind.partition("_")[2])[-1:]
        fields = self.catalog.fields(kind)
        names = [n for n, f in fields.items() if f.kind == "string" and words_of(n) in ((*last, "nam"), ("nam",))]
        return names[0] if names else ""

    def wants(self, feature: Feature, new: New) -> bool:
        """Whether a feature is one of `new`, by what is said and what else is written."""
        types = {other.type for other in self.resources}
        if (
            not types.issuperset(feature.where)
            or types.intersection(feature.unless)
            or (feature.variant and feature.variant != new.variant)
        ):
            return False
        if feature.by and (new.by or not feature.words):
            return new.by in feature.by
        said = [phrase for phrase in feature.words if self.words.says(phrase)]
        if not feature.words:
            return True
        return any(not self.words.denied(self.words.find(words_of(phrase))) for phrase in said)
