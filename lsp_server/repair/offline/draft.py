"""What is being written for one intent, and out of what: its words, the schemas, the recipes, the text there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lsp_server.repair.offline.catalog import Catalog
from lsp_server.repair.offline.left_out import NOTHING, LeftOut
from lsp_server.repair.offline.recipes import Feature, Recipe, called
from lsp_server.repair.offline.resource import New, Notation
from lsp_server.repair.offline.stems import words_of
from lsp_server.repair.offline.words import Words

_BEHIND = 6
_BEFORE = 2  # words before a name that are about it: `a Lambda execution role`
PLAIN = "plain"
"""What features call what is of no variant."""
MANY = 40
"""Resources of one intent, at most."""


@dataclass
class Draft:
    """One intent at work. `there` is the text as it was; `notes` says what a person should know.

    What it is to be `without` is not written. `making` are the resources that are being worked out, each for the one
    before it. `taken` is all text in which an address range may stand that is not to be used again.
    """

    words: Words
    catalog: Catalog
    notation: Notation
    recipes: Mapping[str, Recipe]
    there: str
    without: LeftOut = NOTHING
    taken: str = ""
    making: list[New] = field(default_factory=list)
    resources: list[New] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.taken = self.taken or self.there

    def may_have(self, kind: str) -> bool:
        """Whether a resource of a type may be written beside what is named."""
        return not self.is_full and kind not in self.without.types

    def may_stay(self, new: New) -> bool:
        """Whether a resource that was split off another is written."""
        return not new.by or new.type not in self.without.types

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

    def is_spoken_of_beside(self, kind: str, new: New) -> bool:
        """Whether a type is named close behind a resource that is named: `a role for the function`."""
        behind = self.words.tokens[max(0, new.at - _BEFORE) : new.at + _BEHIND] if not new.by else []
        stems = [token.stem for token in behind]
        return any(tuple(stems[at : at + len(phrase)]) == phrase for phrase in called(kind) for at in range(len(stems)))

    def wants(self, feature: Feature, new: New) -> bool:
        """Whether a feature is one of `new`, by what is said and what else is written."""
        types = {other.type for other in self.resources}
        if (
            not types.issuperset(feature.where)
            or types.intersection(feature.unless)
            or (feature.variant and feature.variant != (new.variant or PLAIN))
        ):
            return False
        if feature.by and (new.by or not feature.words):
            return new.by in feature.by
        if not feature.words:
            return True
        against = self.recipe(new.type).against
        return any(not self.words.denied(at, against) for at in self._places(feature, new))

    def speaks_of(self, feature: Feature, new: New) -> bool:
        """Whether a feature of `new` is spoken of in words, be it to deny it."""
        return bool(self._places(feature, new))

    def _places(self, feature: Feature, new: New) -> list[int]:
        return [at for phrase in feature.words if (at := self._said_of(phrase, new)) >= 0]

    def _said_of(self, phrase: str, new: New) -> int:
        """Where a phrase stands, or -1; of several that are apart, each has what stands behind it as its own."""
        stems = words_of(phrase)
        start, end = 0, len(self.words.tokens)
        if self.recipe(new.type).apart and not new.by:
            starts = sorted({other.at for other in self.of_type(new.type) if not other.by})
            if len(starts) > 1:
                start = new.at - _BEFORE
                end = next((at - _BEFORE for at in starts if at > new.at), end)
        at = self.words.find(stems, start=max(0, start))
        if at < 0 or at + len(stems) > end:
            return -1
        self.words.use(at, len(stems))
        return at
