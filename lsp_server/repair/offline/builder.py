"""From the words of an intent to resources with values: recipes first, then what schema and words have in common.

Values of recipes that begin with `@` are worked out here:

- `@ref TYPE [ATTRIBUTE]` refers to a resource of that type, new or in the file, or else to a new parameter;
- `@make TYPE [ATTRIBUTE]` writes such a resource where there is none; `@maybe …` leaves the property out then;
- `@refs TYPE [ATTRIBUTE]` is a list of all there are, `@several …` the same where there are at least two;
- `@own [ATTRIBUTE]` is the resource itself, `@id TYPE` the bare name of another,
  `@name [DEFAULT]` what the intent calls it, `@called DEFAULT | WORDS…` what it calls something in it: a key, a column;
- `@say KIND [DEFAULT]` is a value of a kind that the intent says, `@number DEFAULT WORDS…` the number beside a word;
- `@range` is a free address range in the network, `@zone` the zone that is said, or one for each of several;
- `@runtime DEFAULT LANGUAGES…` is what a function of one of those languages runs on;
- `@version WORDS…` is the version beside one of the words, `@none` nothing, whatever later features say;
- `@schedule DEFAULT` is when the intent says that something runs;
- `@another SUFFIX [ATTRIBUTE]` writes a second resource of the same type, `orders_dlq` beside `orders`;
- `@parameter NAME` is a new parameter or variable, `@parameters NAME` one for each resource of the type;
- `@raw TEXT` is an expression of the language, `{id}` in it its own id,
  `{n}` how many of its type there are before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lsp_server.dialects.base import Language
from lsp_server.dialects.cloudformation.patterns import matches
from lsp_server.repair.offline.catalog import Catalog, Field, Path
from lsp_server.repair.offline.networks import free_range, networks
from lsp_server.repair.offline.recipes import Brought, Feature, Recipe, recipes
from lsp_server.repair.offline.resource import OMIT, New, Notation, arn, merged, services, with_said
from lsp_server.repair.offline.runtimes import runtime_said
from lsp_server.repair.offline.said import TRIVIAL, Said
from lsp_server.repair.offline.schedule import schedule, told
from lsp_server.repair.offline.speaking import attribute_said, speaks_of
from lsp_server.repair.offline.splitting import split
from lsp_server.repair.offline.tagging import tag
from lsp_server.repair.offline.wanted import Wanted
from lsp_server.repair.offline.words import Words, words_of

_DEEPEST = 5
_MANY = 40
_THERE = frozenset({"our", "existing", "the", "this", "my", "its"})
_ENCRYPTED = words_of("encrypted")[0]


class Builder:
    """Builds the resources for one intent. `text` is what is there; `notes` says what a person should know."""

    def __init__(self, words: Words, language: Language, catalog: Catalog, notation: Notation, text: str) -> None:
        self._words = words
        self._catalog = catalog
        self._notation = notation
        self._recipes = recipes(language)
        self._text = text
        self._there = text
        """The text as it was: what is written now makes `_text` grow."""
        self._making: list[New] = []
        self._names: dict[str, str] = {}
        self._said = Said(words, catalog, self._needed)
        self.resources: list[New] = []
        self.notes: list[str] = []

    def build(self, wanted: Sequence[Wanted]) -> None:
        """Write the resources that are wanted."""
        missing = [one for one in wanted if not self._is_there(one.kind, one.at)]
        starts = sorted({one.at for one in missing})
        made = []
        # All ids first, so that resources of one intent refer to each other whatever their order.
        for one in missing:
            end = next((at for at in starts if at > one.at), len(self._words.tokens))
            made.append(self._begin(one.kind, one.at, end, one.name, one.variant))
        networks = {recipe.within for recipe in self._recipes.values() if recipe.within}
        for new in sorted(made, key=lambda new: new.type not in networks):
            self._finish(new)
        for new in list(self.resources):
            self._wire(new)
        tag(self.resources, self._words, self._catalog, self._notation)
        apart = [
            (new, list(split(new, self._recipes.get(new.type, Recipe()), self._notation, self._there)))
            for new in self.resources
        ]
        self.resources = [one for new, others in apart for one in (new, *others)]
        for new in self.resources:
            self.notes += [f"{new.id} may be assumed by {service}" for service in services(new.values)]

    def alter(self, kind: str, id_: str) -> New:
        """What the intent asks of a resource that is there; what it takes besides is among `resources`, after it."""
        recipe = self._recipes.get(kind, Recipe())
        new = New(kind, id_)
        self.resources.append(new)
        self._making.append(new)
        values: dict[str, Any] = {}
        also: list[str] = []
        for feature in recipe.features:
            if feature.words and self._wanted(feature, new):
                values = merged(values, feature.set, recipe.grows)
                new.around |= feature.around
                also += [other for other in feature.also if other not in also]
            else:
                self._not_heeded(feature)
        new.values |= self._worked_out(values, new)
        self._said.name_all(new, recipe)
        self._switches(new, recipe)
        for other in also:
            if self._notation.belonging(other, kind, id_):
                self.notes.append(f"{id_} has a {other} already")
                continue
            own = self._recipes.get(other, Recipe())
            made = New(other, self._notation.new_id(other, own, "" if "::" in kind else id_))
            self.resources.append(made)
            self._finish(made)
        self._making.pop()
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
        recipe = self._recipes.get(kind, Recipe())
        said = name or (self._words.name_near(at, end) if at >= 0 else "")
        variant = variant if variant in recipe.variants else ""
        new = New(kind, self._notation.new_id(kind, recipe, said, variant), at, variant=variant, by=by)
        if said and (named := recipe.named or self._named(kind)):
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
        recipe = self._recipes.get(new.type, Recipe())
        self._making.append(new)
        values = {**recipe.set, **new.preset}
        new.around |= recipe.around
        also, brings = list(recipe.also), list[Brought]()
        for feature in recipe.features:
            if self._wanted(feature, new):
                fresh = not feature.set or any(values.get(key) is None for key in feature.set)
                values = merged(values, feature.set, recipe.grows)
                new.around |= feature.around
                also += feature.also
                brings += feature.brings if fresh else ()
        for key, value in values.items():
            if key not in new.values and (found := self._worked_out(value, new)) is not OMIT:
                new.values[key] = found
        self._said.name_all(new, recipe)
        self._required(new)
        self._companions(new, also, brings)
        new.around = self._worked_out(new.around, new)
        self._making.pop()

    def _companions(self, new: New, also: Sequence[str], brings: Sequence[Brought]) -> None:
        """Write what comes with a resource, if it is not named and so written anyway."""
        one_of_several = sum(other.type == new.type for other in self.resources) > 1
        for kind in dict.fromkeys(also):
            if len(self.resources) >= _MANY:
                return
            if one_of_several or not any(other.type == kind for other in self.resources):
                self._finish(self._adopted(kind, new) or self._begin(kind, variant=new.variant, by=new.type))
        for one in brings:
            for said in self._words.kind(one.each) if one.each else [""]:
                if len(self.resources) < _MANY:
                    other = self._adopted(one.type, new) or self._begin(one.type, variant=new.variant, by=new.type)
                    other.preset = with_said(one.set, said)
                    self._finish(other)

    def _adopted(self, kind: str, new: New) -> New | None:
        """A resource that the intent names and that has not been written yet, now written for another."""
        found = next((o for o in self.resources if o.type == kind and not o.finished and not o.by), None)
        if found is not None:
            found.by = new.type
            if new.variant in self._recipes.get(kind, Recipe()).variants:
                found.variant = new.variant
        return found

    def _named(self, kind: str) -> str:
        last = words_of(kind.rsplit("::", 1)[-1] if "::" in kind else kind.partition("_")[2])[-1:]
        fields = self._catalog.fields(kind)
        names = [n for n, f in fields.items() if f.kind == "string" and words_of(n) in ((*last, "nam"), ("nam",))]
        return names[0] if names else ""

    def _wanted(self, feature: Feature, new: New) -> bool:
        types = {other.type for other in self.resources}
        if (
            not types.issuperset(feature.where)
            or types.intersection(feature.unless)
            or (feature.variant and feature.variant != new.variant)
        ):
            return False
        if feature.by and (new.by or not feature.words):
            return new.by in feature.by
        said = [phrase for phrase in feature.words if self._words.says(phrase)]
        if not feature.words:
            return True
        return any(not self._words.denied(self._words.find(words_of(phrase))) for phrase in said)

    # -- values of recipes -----------------------------------------------------------------------------------------

    def _worked_out(self, value: Any, new: New) -> Any:
        if isinstance(value, Mapping):
            found = {key: self._worked_out(inner, new) for key, inner in value.items()}
            return {key: inner for key, inner in found.items() if inner is not OMIT}
        if isinstance(value, list):
            items = [inner for item in value if (inner := self._worked_out(item, new)) is not OMIT]
            return items if items or not value else OMIT
        if isinstance(value, str) and value.startswith("@"):
            return self._special(value, new)
        return OMIT if value is None else value

    def _special(self, value: str, new: New) -> Any:
        word, _, rest = value.partition(" ")
        parts = rest.split(" ")
        kind, attribute = parts[0], " ".join(parts[1:])
        ways: dict[str, Callable[[], Any]] = {
            "@say": lambda: self._say(kind) or self._worked_out(attribute, new) or OMIT,
            "@range": lambda: self._range(new),
            "@zone": lambda: self._zone(new),
            "@version": lambda: self._words.version_near(parts) or OMIT,
            "@runtime": lambda: runtime_said(self._words, parts[1:]) or kind,
            "@schedule": lambda: self._schedule() or rest,
            "@number": lambda: self._number(parts),
            "@none": lambda: OMIT,
            "@another": lambda: self._another(new, kind, attribute),
            "@refs": lambda: self._refer_all(kind, attribute, 1),
            "@several": lambda: self._refer_all(kind, attribute, 2),
            "@id": lambda: next(
                (self._notation.address(rest, other.id) for other in self.resources if other.type == rest), OMIT
            ),
            "@called": lambda: self._called(rest),
            "@own": lambda: self._notation.reference(new.type, new.id, rest),
            "@name": lambda: next((v for v in new.values.values() if isinstance(v, str)), rest or new.id),
            "@parameter": lambda: self._notation.parameter(rest, "string", ""),
            "@parameters": lambda: self._notation.parameter(rest + self._number_of(new), "string", ""),
            "@raw": lambda: self._raw(rest, new),
        }
        return ways[word]() if word in ways else self._refer(word, kind, attribute)

    def _say(self, kind: str) -> str:
        said = self._words.kind(kind)
        if kind == "cidr":
            said = [one for one in said if one not in self._text and not one.endswith("/0")]
        self._text += f" {said[0]} " if said else ""
        return said[0] if said else ""

    def _number_of(self, new: New) -> str:
        """Which of its type a resource is, as it ends names: nothing for the first, `_2` for the second."""
        alike = [other for other in self.resources if other.type == new.type]
        at = next(i for i, other in enumerate(alike) if other is new)
        return f"_{at + 1}" if at else ""

    def _called(self, rest: str) -> str:
        """The name that stands behind one of the phrases; asked for twice it is the same."""
        default, *phrases = rest.split(" | ")
        if rest not in self._names:
            places = [(at, len(stems)) for stems in map(words_of, phrases) if (at := self._words.find(stems)) >= 0]
            end = len(self._words.tokens)
            names = (
                self._words.name_near(at + size, end, reach=3) or self._words.identifier(at + size)
                for at, size in places
            )
            self._names[rest] = next(filter(None, names), default)
            for at, size in places if self._names[rest] != default else ():
                self._words.use(at, size)
        return self._names[rest]

    def _raw(self, text: str, new: New) -> object:
        same = [other.id for other in self.resources if other.type == new.type]
        return self._notation.raw(text.replace("{id}", new.id).replace("{n}", str(same.index(new.id))))

    def _another(self, new: New, suffix: str, attribute: str) -> object:
        """A second resource of the type, called after the first, with the switches that the intent asks for."""
        recipe = self._recipes.get(new.type, Recipe())
        other = New(new.type, self._notation.new_id(new.type, recipe, f"{new.id}_{suffix}"), new.at)
        named = recipe.named or self._named(new.type)
        if isinstance(own := new.values.get(named), str):
            other.values[named] = f"{own}-{suffix}"
        for feature in recipe.features:
            if self._wanted(feature, new) and all(isinstance(value, bool) for value in feature.set.values()):
                other.values |= feature.set
        self.resources.append(other)
        return self._notation.reference(new.type, other.id, attribute)

    def _range(self, new: New) -> str:
        within = self._recipes.get(new.type, Recipe()).within
        network = next((other for other in self.resources if other.type == within), None)
        whole = (
            next((v for v in network.values.values() if isinstance(v, str) and any(networks(v))), "") if network else ""
        )
        free = free_range(whole or self._there, self._text)
        self._text += f" {free} "
        return free

    def _schedule(self) -> str:
        found = schedule(self._words.text)
        understood = set(re.findall(r"[a-z0-9]+", told(self._words.text).lower())) if found else set[str]()
        for token in self._words.tokens:
            token.used = token.used or token.text.lower() in understood
        return found

    def _zone(self, new: New) -> object:
        alike = [other for other in self.resources if other.type == new.type]
        number = [o.id for o in alike if o.variant == new.variant].index(new.id)
        if said := self._words.kind("zone"):
            return said[number % len(said)]
        return self._notation.raw(f"zone {number}") if len(alike) > 1 else OMIT

    def _candidates(self, kind: str) -> list[New]:
        """The resources of a type that the one in the making may refer to, the best first."""
        user = self._making[-1]
        recipe = self._recipes.get(kind, Recipe())
        found = [other for other in self.resources if other.type == kind and other is not user]
        if recipe.apart:
            found = [other for other in found if other.by in ("", user.type)]
        if variant := self._preferred(kind):
            fitting = [other for other in found if other.variant == variant]
            own = user.variant in recipe.variants and bool(user.variant)
            found = fitting or [other for other in found if not (own and other.variant)]
        siblings = [other for other in self.resources if other.type == user.type and other.variant == user.variant]
        if len(found) == len(siblings) > 1:  # the second instance goes to the second subnet
            at = next(i for i, other in enumerate(siblings) if other is user)
            found.insert(0, found.pop(at))
        return found

    def _preferred(self, kind: str) -> str:
        """The variant of a type that the resource in the making should refer to; empty where that is all the same."""
        variants = self._recipes.get(kind, Recipe()).variants
        user = self._making[-1]
        chosen = user.variant or self._recipes.get(user.type, Recipe()).prefers
        return chosen if chosen in variants else ""

    def _must_be_new(self, kind: str) -> bool:
        """Whether a thing cannot be there yet, as what it lies in is written here."""
        within = self._recipes.get(kind, Recipe()).within
        return bool(within) and any(other.type == within for other in self.resources)

    def _refer(self, word: str, kind: str, attribute: str) -> object:
        # what comes with a resource is about that one, and not about another of its type
        about = next((other for other in reversed(self._making[:-1]) if other.type == kind), None)
        new = about or next(iter(self._candidates(kind)), None)
        known = new.id if new else next(iter(self._notation.existing(kind)), None)
        making = any(other.type == kind for other in self._making)
        makes = word == "@make" or (word == "@ref" and self._must_be_new(kind))
        if known is None and makes and not making and len(self.resources) < _MANY:
            known = self._made(kind).id
        if known is not None:
            return self._notation.reference(kind, known, attribute)
        return OMIT if word == "@maybe" else self._notation.parameter("", "string", f"{kind} {attribute}".strip())

    def _made(self, kind: str) -> New:
        user = self._making[-1]
        made = self._begin(kind, variant=self._preferred(kind) or user.variant, by=user.type)
        self._finish(made)
        return made

    def _refer_all(self, kind: str, attribute: str, least: int) -> object:
        found = [other for other in self.resources if other.type == kind]
        fitting = [other for other in found if other.variant == self._preferred(kind)]
        found = fitting if len(fitting) >= least else found
        while len(found) < least and self._must_be_new(kind) and len(self.resources) < _MANY:
            found.append(self._made(kind))
        ids = [other.id for other in found] or list(self._notation.existing(kind))
        if len(ids) >= least:
            return [self._notation.reference(kind, one, attribute) for one in ids]
        return self._notation.parameter("", "list", f"{kind} {attribute}".strip())

    def _number(self, parts: Sequence[str]) -> object:
        unit = "seconds" if parts[1:2] == ["seconds"] else "megabytes" if parts[1:2] == ["megabytes"] else ""
        for word in parts[2:] if unit else parts[1:]:
            at = self._words.find(words_of(word))
            if at >= 0 and (number := self._words.number_near(at, unit=unit)) is not None:
                self._words.use(at, 1)
                return number
        return int(parts[0]) if parts[0] not in ("", "-") else OMIT

    # -- what is required ------------------------------------------------------------------------------------------

    def _required(self, new: New) -> None:
        new.values |= self._needed(new.type, (), set(new.values), new)

    def _needed(self, kind: str, path: Path, have: set[str], new: New | None = None) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if len(path) > _DEEPEST:
            return found
        fields = self._catalog.fields(kind, path)
        missing = [name for name, known in fields.items() if known.required and name not in have]
        choices = self._catalog.alternatives(kind, path)
        if choices and not any(set(names) <= have | set(missing) for names in choices):
            missing += [name for name in choices[0] if name in fields and name not in have and name not in missing]
        for name in missing:
            value = self._filled(kind, (*path, name), fields[name], new)
            if value is not OMIT:
                found[name] = value
        return found

    def _filled(self, kind: str, path: Path, known: Field, new: New | None) -> object:
        said = self._said.of(kind, path, known)
        if said is not OMIT:
            return said
        if known.nested:
            inner = self._needed(kind, path, set())
            return [inner] if known.kind == "list" else inner
        value = self._by_name(path[-1], known)
        if value is OMIT:
            value = self._chosen(path[-1], known, new)
            if known.kind == "list" and not known.enum:
                return value
        return [value] if known.kind == "list" else value

    def _chosen(self, name: str, known: Field, new: New | None) -> object:
        """A value where nothing was said: one of those allowed, told as such, or a parameter."""
        if known.enum:
            self.notes.append(f"{name} is {known.enum[0]}, the first of the allowed values")
            return known.enum[0]
        if known.kind == "bool":
            self.notes.append(f"{name} is off, as nothing was said of it")
            return False
        if "policy" in name.lower() and known.kind in ("object", "any", "string"):
            return self._notation.raw("policy")
        return self._notation.parameter(name, known.kind if known.kind != "any" else "string", new.id if new else "")

    # -- what may refer to what ------------------------------------------------------------------------------------

    def _wire(self, new: New) -> None:
        """Let what may name another resource of the intent name it, where nothing else did, but in no circle."""
        recipe = self._recipes.get(new.type, Recipe())
        self._making.append(new)
        for name, known in self._catalog.fields(new.type).items():
            if known.required or name in new.values or name in recipe.known or known.kind not in ("string", "list"):
                continue
            if known.kind == "list" and known.item != "string":
                continue
            found = next((o for o in self.resources if speaks_of(name, new.type, o.type)), None)
            if found is None or found is new or self._refers(found, new) or self._is_decided(new, name):
                continue
            target = self._candidates(found.type)
            attribute = self._recipes.get(found.type, Recipe()).wired or attribute_said(name, found.type)
            if target:
                ids = [one.id for one in target] if known.kind == "list" else [target[0].id]
                said = [self._notation.reference(found.type, one, attribute) for one in ids]
                new.values[name] = said if known.kind == "list" else said[0]
        self._making.pop()

    def _is_decided(self, new: New, name: str) -> bool:
        """Whether another was chosen of the fields of which one is needed."""
        choices = self._catalog.alternatives(new.type)
        return any(name in choice for choice in choices) and any(set(choice) <= set(new.values) for choice in choices)

    def _refers(self, first: New, second: New) -> bool:
        """Whether the first refers to the second, if over others."""
        seen: set[int] = set()
        waiting = [first]
        while waiting:
            one = waiting.pop()
            if one is second:
                return True
            if id(one) not in seen:
                seen.add(id(one))
                texts = repr((one.values, one.around))
                waiting += [o for o in self.resources if o is not one and self._notation.mark(o.type, o.id) in texts]
        return False

    def _by_name(self, name: str, known: Field) -> object:
        """A reference to a resource that the name of a field speaks of: `RoleArn`, `vpc_id`, `SubnetIds`."""
        if known.kind not in ("string", "list"):
            return OMIT
        stems = list(words_of(name))
        attribute = "arn" if stems[-1:] == ["arn"] else ""
        stems = [s for s in stems if s not in ("id", "arn", "ids", "arns", "nam", "url", "ref")] or stems
        for other in (*reversed(self.resources),):
            own = words_of(other.type.rsplit("::", 1)[-1] if "::" in other.type else other.type.partition("_")[2])
            if own and list(own[-len(stems) :]) == stems and other.type != self._making[-1].type:
                return self._notation.reference(other.type, other.id, attribute and arn(other.type))
        return OMIT
