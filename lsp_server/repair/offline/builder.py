"""From the words of an intent to resources with values: recipes first, then what schema and words have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lsp_server.dialects.base import Language
from lsp_server.dialects.cloudformation.patterns import matches
from lsp_server.repair.offline.apis import Apis
from lsp_server.repair.offline.catalog import Catalog
from lsp_server.repair.offline.draft import Draft
from lsp_server.repair.offline.granting import Granting
from lsp_server.repair.offline.left_out import NOTHING, LeftOut
from lsp_server.repair.offline.ordering import Ordering
from lsp_server.repair.offline.recipes import Brought, Feature, Recipe, recipes
from lsp_server.repair.offline.references import References
from lsp_server.repair.offline.required import Required
from lsp_server.repair.offline.resource import OMIT, New, Notation, merged, services
from lsp_server.repair.offline.said import TRIVIAL
from lsp_server.repair.offline.splitting import split
from lsp_server.repair.offline.stems import words_of
from lsp_server.repair.offline.tagging import tag
from lsp_server.repair.offline.tiers import Tiers
from lsp_server.repair.offline.values import Values
from lsp_server.repair.offline.wanted import Wanted
from lsp_server.repair.offline.words import Words

_THERE = frozenset({"our", "existing", "the", "this", "my", "its"})
_ENCRYPTED = words_of("encrypted")[0]


class Builder:
    """Builds the resources for one intent. `text` is what is there; `notes` says what a person should know.

    What it is to be `without` is not written.
    """

    def __init__(
        self,
        words: Words,
        language: Language,
        catalog: Catalog,
        notation: Notation,
        text: str,
        without: LeftOut = NOTHING,
    ) -> None:
        self._draft = Draft(words, catalog, notation, recipes(language), text, without)
        self._language = language
        self._words = words
        self._catalog = catalog
        self._notation = notation
        self._references = References(self._draft, self._made)
        self._values = Values(self._draft, self._references)
        self._required = Required(self._draft, self._references)
        self.resources = self._draft.resources
        self.notes = self._draft.notes

    def build(self, wanted: Sequence[Wanted]) -> None:
        """Write the resources that are wanted."""
        missing = [one for one in wanted if not self._is_there(one.kind, one.at)]
        starts = sorted({one.at for one in missing})
        made = []
        # All ids first, so that resources of one intent refer to each other whatever their order.
        for one in missing:
            end = next((at for at in starts if at > one.at), len(self._words.tokens))
            made.append(self._begin(one.kind, one.at, end, one.name, one.variant))
        Apis(self._draft, self._language).write()
        networks = {recipe.within for recipe in self._draft.recipes.values() if recipe.within}
        for new in sorted(made, key=lambda new: new.type not in networks):
            self._finish(new)
        Granting(self._draft, self._references, self._language, self._brought).grant()
        for new in list(self.resources):
            self._references.wire(new)
        Tiers(self._draft, self._references, self._language).connect()
        Ordering(self._draft, self._references, self._language).order()
        for new in self.resources:
            new.values = {k: v for k, v in new.values.items() if (new.type, k) not in self._draft.without.settings}
        tag(self.resources, self._words, self._catalog, self._notation)
        apart = [
            (new, list(split(new, self._draft.recipe(new.type), self._notation, self._draft.there)))
            for new in self.resources
        ]
        self.resources[:] = [one for new, others in apart for one in (new, *others) if self._draft.may_stay(one)]
        for new in self.resources:
            self.notes += [f"{new.id} may be assumed by {service}" for service in services(new.values)]

    def alter(self, kind: str, id_: str) -> New:
        """What the intent asks of a resource that is there; what it takes besides is among `resources`, after it."""
        recipe = self._draft.recipe(kind)
        new = New(kind, id_)
        self.resources.append(new)
        self._draft.making.append(new)
        values: dict[str, Any] = {}
        also: list[str] = []
        for feature in recipe.features:
            if feature.words and self._draft.wants(feature, new):
                values = merged(values, feature.set, recipe.grows)
                new.around |= feature.around
                also += [other for other in feature.also if other not in also]
            else:
                self._not_heeded(feature)
        new.values |= self._values.of(values, new)
        self._required.said.name_all(new, recipe)
        self._switches(new, recipe)
        for other in also:
            if self._notation.belonging(other, kind, id_):
                self.notes.append(f"{id_} has a {other} already")
                continue
            own = self._draft.recipe(other)
            made = New(other, self._notation.new_id(other, own, "" if "::" in kind else id_))
            self.resources.append(made)
            self._finish(made)
        self._draft.making.pop()
        return new

    def _switches(self, new: New, recipe: Recipe) -> None:
        """Turn what is usually on in a new resource by the last word of its name: `encrypted` for `storage_encrypted`.

        What encrypts is called by that in any resource.
        """
        for name, known in self._catalog.fields(new.type).items():
            stem = next((s for s in reversed(words_of(name)) if s not in TRIVIAL), "")
            usual = recipe.set.get(name) is True and len(stem) > 4
            at = self._words.find((stem,)) if known.kind == "bool" and (usual or stem == _ENCRYPTED) else -1
            if at >= 0 and name not in new.values:
                new.values[name] = not self._words.denied(at)
                self._words.use(at, 1)

    def _not_heeded(self, feature: Feature) -> None:
        """What is not wanted is not taken away either: its words were not understood."""
        for stems in map(words_of, feature.words):
            if (at := self._words.find(stems)) >= 0:
                for token in self._words.tokens[at : at + len(stems)]:
                    token.used = False

    def _is_there(self, kind: str, at: int) -> bool:
        """Whether the intent speaks of a resource that the file has: `in our VPC`, `with the existing key`."""
        return self._words.before(at) in _THERE and bool(self._notation.existing(kind))

    def _begin(self, kind: str, at: int = -1, end: int = 0, name: str = "", variant: str = "", by: str = "") -> New:
        recipe = self._draft.recipe(kind)
        said = name or (self._words.name_near(at, end) if at >= 0 else "")
        variant = variant if variant in recipe.variants else ""
        new = New(kind, self._notation.new_id(kind, recipe, said, variant), at, variant=variant, by=by)
        if said and (named := self._draft.named(kind)):
            known = self._catalog.fields(kind).get(named)
            if known is None or not known.pattern or matches(known.pattern, said):
                new.values[named] = said
            else:
                self.notes.append(f"{said} cannot be the {named} of {new.id}")
        self.resources.append(new)
        return new

    def _finish(self, new: New) -> None:
        if new.finished:
            return
        new.finished = True
        recipe = self._draft.recipe(new.type)
        self._draft.making.append(new)
        values = {**recipe.set, **new.preset}
        new.around |= recipe.around
        also, brings = list(recipe.also), list[Brought]()
        spoken = [one for f in recipe.features if f.brings and self._draft.speaks_of(f, new) for one in f.brings]
        for feature in recipe.features:
            if self._draft.wants(feature, new):
                fresh = not feature.set or any(values.get(key) is None for key in feature.set)
                values = merged(values, feature.set, recipe.grows)
                new.around |= feature.around
                also += feature.also
                own = [one for one in feature.brings if feature.words or not _is_among(one, spoken)]
                brings += own if fresh else ()
                new.prefers = new.prefers or feature.prefers
        new.without |= {key for key, value in values.items() if value == "@none"}
        for key, value in values.items():
            if key not in new.values and (found := self._values.of(value, new)) is not OMIT:
                new.values[key] = found
        self._required.said.name_all(new, recipe)
        self._required.fill(new)
        self._companions(new, also, brings)
        new.around = self._values.of(new.around, new)
        self._draft.making.pop()

    def _companions(self, new: New, also: Sequence[str], brings: Sequence[Brought]) -> None:
        """Write what comes with a resource, if it is not named and so written anyway."""
        one_of_several = sum(other.type == new.type for other in self.resources) > 1
        for kind in dict.fromkeys(also):
            if not self._draft.may_have(kind):
                continue
            if one_of_several or not any(other.type == kind for other in self.resources):
                self._finish(self._adopted(kind, new) or self._begin(kind, variant=new.variant, by=new.type))
        for one in brings:
            if self._draft.may_have(one.type):
                other = self._adopted(one.type, new) or self._begin(one.type, variant=new.variant, by=new.type)
                other.preset = one.set
                self._finish(other)

    def _brought(self, kind: str, user: New, settings: Mapping[str, Any]) -> None:
        """Write a resource of a type for another, which is not one that the intent names."""
        if self._draft.may_have(kind):
            self._draft.making.append(user)
            new = self._begin(kind, variant=user.variant, by=user.type)
            new.preset = dict(settings)
            self._finish(new)
            self._draft.making.pop()

    def _adopted(self, kind: str, new: New) -> New | None:
        """A resource that the intent names and that has not been written yet, now written for another."""
        found = next((o for o in self.resources if o.type == kind and not o.finished and not o.by), None)
        if found is not None:
            found.by = new.type
            if new.variant in self._draft.recipe(kind).variants:
                found.variant = new.variant
        return found

    def _made(self, kind: str, variant: str, by: str) -> New:
        made = self._begin(kind, variant=variant, by=by)
        self._finish(made)
        return made


def _is_among(usual: Brought, others: Iterable[Brought]) -> bool:
    """Whether one of the others is what usually comes, with more settings: that was spoken of in its place."""
    return any(usual.type == other.type and usual.set.items() <= other.set.items() for other in others)
