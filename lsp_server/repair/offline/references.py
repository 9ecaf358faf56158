"""Which resource another one names: one of the intent, one in the file, a new one, or else a parameter."""

from __future__ import annotations

import re
from collections.abc import Callable

from lsp_server.repair.offline.catalog import Field
from lsp_server.repair.offline.draft import Draft
from lsp_server.repair.offline.recipes import called
from lsp_server.repair.offline.resource import OMIT, New, arn
from lsp_server.repair.offline.speaking import attribute_said, speaks_of
from lsp_server.repair.offline.stems import words_of

_SERVICE = re.compile(r"[\w-]+\.amazonaws\.com")


class References:
    """Refers to resources. `make` writes one of a type, variant and purpose (as `New.by`) where there is none."""

    def __init__(self, draft: Draft, make: Callable[[str, str, str], New]) -> None:
        self._draft = draft
        self._make = make

    def one(self, word: str, kind: str, attribute: str) -> object:
        """What `@ref`, `@make` or `@maybe` comes to."""
        draft = self._draft
        if word == "@apart":
            return self._apart(kind, attribute)
        # what comes with a resource is about that one, and not about another of its type
        about = next((other for other in reversed(draft.making[:-1]) if other.type == kind), None)
        new = about or next(iter(self._candidates(kind)), None)
        known = new.id if new else next((one for one in draft.notation.existing(kind) if self._serves(kind, one)), None)
        making = any(other.type == kind for other in draft.making)
        makes = word == "@make" or (word == "@ref" and self._must_be_new(kind))
        if known is None and makes and not making and draft.may_have(kind):
            known = self._made(kind).id
        if known is not None:
            return draft.notation.reference(kind, known, attribute)
        return OMIT if word == "@maybe" else draft.notation.parameter("", "string", f"{kind} {attribute}".strip())

    def _serves(self, kind: str, id_: str) -> bool:
        """Whether a resource that is there may serve the one in the making: a role is assumed by whom it names."""
        draft, user = self._draft, self._draft.making[-1]
        own = (repr(feature.set) for feature in draft.recipe(kind).features if user.type in feature.by)
        wanted = {service for text in own for service in _SERVICE.findall(text)}
        named = set(_SERVICE.findall(draft.notation.written(kind, id_))) if wanted else set[str]()
        return not wanted or not named or bool(wanted & named)

    def _apart(self, kind: str, attribute: str) -> object:
        """A resource for the type in the making alone, unless the intent names one for all of them."""
        draft, user = self._draft, self._draft.making[-1]
        named = [other for other in draft.of_type(kind) if not other.by]
        own = next((other for other in draft.of_type(kind) if other.by == user.type), None)
        if own is None and len(named) > 1:
            own = next((other for other in named if draft.is_spoken_of_beside(user.type, other)), None)
        elif own is None and not (draft.words.says_several(called(kind)) and self._is_for_others(kind)):
            own = next(iter(named), None)
        if own is None and draft.may_have(kind):
            own = self._made(kind)
        return draft.notation.reference(kind, own.id, attribute) if own else OMIT

    def _is_for_others(self, kind: str) -> bool:
        """Whether resources of other types than the one in the making may refer to a type as well."""
        draft, user = self._draft, self._draft.making[-1]
        others = {other.type for other in draft.resources if not other.by} - {kind, user.type}
        return any(speaks_of(name, other, kind) for other in others for name in draft.catalog.fields(other))

    def all(self, kind: str, attribute: str, least: int) -> object:
        """A list of all of a type, or a parameter where there are not so many."""
        draft = self._draft
        found = draft.of_type(kind)
        fitting = [other for other in found if other.variant == self._preferred(kind)]
        # One of its kind is not made up by one of another, which would be in the same zone.
        found = fitting if len(fitting) >= least or any(other.variant for other in fitting) else found
        while len(found) < least and self._must_be_new(kind) and draft.may_have(kind):
            found.append(self._made(kind))
        ids = [other.id for other in found] or list(draft.notation.existing(kind))
        if len(ids) >= least:
            return [draft.notation.reference(kind, one, attribute) for one in ids]
        return draft.notation.parameter("", "list", f"{kind} {attribute}".strip())

    def by_name(self, name: str, known: Field) -> object:
        """A reference to a resource that the name of a field speaks of: `RoleArn`, `vpc_id`, `SubnetIds`."""
        draft = self._draft
        if known.kind not in ("string", "list"):
            return OMIT
        stems = list(words_of(name))
        attribute = "arn" if stems[-1:] == ["arn"] else ""
        stems = [s for s in stems if s not in ("id", "arn", "ids", "arns", "nam", "url", "ref")] or stems
        for other in reversed(draft.resources):
            own = words_of(other.type.rsplit("::", 1)[-1] if "::" in other.type else other.type.partition("_")[2])
            if own and list(own[-len(stems) :]) == stems and other.type != draft.making[-1].type:
                return draft.notation.reference(other.type, other.id, attribute and arn(other.type))
        return OMIT

    def wire(self, new: New) -> None:
        """Let what may name another resource of the intent name it, where nothing else did, but in no circle."""
        draft = self._draft
        recipe = draft.recipe(new.type)
        draft.making.append(new)
        for name, known in draft.catalog.fields(new.type).items():
            if known.required or name in {*new.values, *new.without, *recipe.known}:
                continue
            if known.kind not in ("string", "list"):
                continue
            if known.kind == "list" and known.item != "string":
                continue
            found = next((o for o in draft.resources if speaks_of(name, new.type, o.type)), None)
            if found is None or found is new or self.refers(found, new) or self._is_decided(new, name):
                continue
            target = self._candidates(found.type)
            attribute = draft.recipe(found.type).wired or attribute_said(name, found.type)
            if target:
                ids = [one.id for one in target] if known.kind == "list" else [target[0].id]
                said = [draft.notation.reference(found.type, one, attribute) for one in ids]
                new.values[name] = said if known.kind == "list" else said[0]
        draft.making.pop()

    def _candidates(self, kind: str) -> list[New]:
        """The resources of a type that the one in the making may refer to, the best first."""
        user = self._draft.making[-1]
        recipe = self._draft.recipe(kind)
        found = [other for other in self._draft.of_type(kind) if other is not user]
        if recipe.apart:
            found = [other for other in found if other.by in ("", user.type)]
            found.sort(key=lambda other: not self._draft.is_spoken_of_beside(user.type, other))
        if variant := self._preferred(kind):
            fitting = [other for other in found if other.variant == variant]
            own = user.variant in recipe.variants and bool(user.variant)
            found = fitting or [other for other in found if not (own and other.variant)]
        siblings = [other for other in self._draft.of_type(user.type) if other.variant == user.variant]
        if len(found) == len(siblings) > 1:  # the second instance goes to the second subnet
            at = next(i for i, other in enumerate(siblings) if other is user)
            found.insert(0, found.pop(at))
        return found

    def _preferred(self, kind: str) -> str:
        """The variant of a type that the resource in the making should refer to; empty where that is all the same."""
        variants = self._draft.recipe(kind).variants
        user = self._draft.making[-1]
        chosen = user.variant or user.prefers or self._draft.recipe(user.type).prefers
        return chosen if chosen in variants else ""

    def _must_be_new(self, kind: str) -> bool:
        """Whether a thing cannot be there yet, as what it lies in is written here."""
        within = self._draft.recipe(kind).within
        return bool(within) and bool(self._draft.of_type(within))

    def _made(self, kind: str) -> New:
        user = self._draft.making[-1]
        return self._make(kind, self._preferred(kind) or user.variant, user.type)

    def _is_decided(self, new: New, name: str) -> bool:
        """Whether another was chosen of the fields of which one is needed."""
        choices = self._draft.catalog.alternatives(new.type)
        return any(name in choice for choice in choices) and any(set(choice) <= set(new.values) for choice in choices)

    def refers(self, first: New, second: New) -> bool:
        """Whether the first refers to the second, if over others."""
        seen: set[int] = set()
        waiting = [first]
        while waiting:
            one = waiting.pop()
            if one is second:
                return True
            if id(one) not in seen:
                seen.add(id(one))
                waiting += [o for o in self._draft.resources if o is not one and self.names(one, o)]
        return False

    def names(self, first: New, second: New) -> bool:
        """Whether the first itself refers to the second, or depends on it."""
        return self._draft.notation.names(second.type, second.id, repr((first.values, first.around)))
