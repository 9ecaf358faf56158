"""What the values of recipes that begin with `@` come to for one intent.

- `@ref TYPE [ATTRIBUTE]` refers to a resource of that type, new or in the file, or else to a new parameter;
- `@make TYPE [ATTRIBUTE]` writes such a resource where there is none; `@maybe …` leaves the property out then;
- `@apart TYPE [ATTRIBUTE]` is as `@make`, but one for this type alone unless the intent names just one, for all;
- `@behind TEXT TYPE [ATTRIBUTE]` is a text with such a reference behind it, left out where there is none;
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

A mapping of `@json` alone is the text in JSON of what it holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lsp_server.repair.offline.draft import Draft
from lsp_server.repair.offline.networks import free_range, networks
from lsp_server.repair.offline.references import References
from lsp_server.repair.offline.resource import OMIT, New
from lsp_server.repair.offline.runtimes import runtime_said
from lsp_server.repair.offline.schedule import schedule, told
from lsp_server.repair.offline.stems import words_of

_JSON = "@json"


class Values:
    """Works out values of recipes."""

    def __init__(self, draft: Draft, references: References) -> None:
        self._draft = draft
        self._words = draft.words
        self._notation = draft.notation
        self._references = references
        self._names: dict[str, str] = {}

    def of(self, value: Any, new: New) -> Any:
        """What a value, or all in a mapping or list, comes to for `new`; OMIT where it is to be left out."""
        if isinstance(value, Mapping) and value.keys() == {_JSON}:
            return json.dumps(self.of(value[_JSON], new))
        if isinstance(value, Mapping):
            found = {key: self.of(inner, new) for key, inner in value.items()}
            return {key: inner for key, inner in found.items() if inner is not OMIT}
        if isinstance(value, list):
            items = [inner for item in value if (inner := self.of(item, new)) is not OMIT]
            return items if items or not value else OMIT
        if isinstance(value, str) and value.startswith("@"):
            return self._special(value, new)
        return OMIT if value is None else value

    def _special(self, value: str, new: New) -> Any:
        word, _, rest = value.partition(" ")
        parts = rest.split(" ")
        kind, attribute = parts[0], " ".join(parts[1:])
        ways: dict[str, Callable[[], Any]] = {
            "@say": lambda: self._say(kind) or self.of(attribute, new) or OMIT,
            "@range": lambda: self._range(new),
            "@zone": lambda: self._zone(new),
            "@version": lambda: self._words.version_near(parts) or OMIT,
            "@runtime": lambda: runtime_said(self._words, parts[1:]) or kind,
            "@schedule": lambda: self._schedule() or rest,
            "@number": lambda: self._number(parts),
            "@none": lambda: OMIT,
            "@another": lambda: self._another(new, kind, attribute),
            "@behind": lambda: self._behind(kind, parts[1], " ".join(parts[2:])),
            "@refs": lambda: self._references.all(kind, attribute, 1),
            "@several": lambda: self._references.all(kind, attribute, 2),
            "@id": lambda: next(
                (self._notation.address(rest, other.id) for other in self._draft.resources if other.type == rest), OMIT
            ),
            "@called": lambda: self._called(rest),
            "@own": lambda: self._notation.reference(new.type, new.id, rest),
            "@name": lambda: next((v for v in new.values.values() if isinstance(v, str)), rest or new.id),
            "@parameter": lambda: self._notation.parameter(rest, "string", ""),
            "@parameters": lambda: self._notation.parameter(rest + self._number_of(new), "string", ""),
            "@raw": lambda: self._raw(rest, new),
        }
        return ways[word]() if word in ways else self._references.one(word, kind, attribute)

    def _behind(self, text: str, kind: str, attribute: str) -> object:
        found = self._references.one("@maybe", kind, attribute)
        return OMIT if found is OMIT else self._notation.prefixed(text, found)

    def _say(self, kind: str) -> str:
        said = self._words.kind(kind)
        if kind == "cidr":
            said = [one for one in said if one not in self._draft.taken and not one.endswith("/0")]
        self._draft.taken += f" {said[0]} " if said else ""
        return said[0] if said else ""

    def _number_of(self, new: New) -> str:
        """Which of its type a resource is, as it ends names: nothing for the first, `_2` for the second."""
        alike = self._draft.of_type(new.type)
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
        same = [other.id for other in self._draft.resources if other.type == new.type]
        return self._notation.raw(text.replace("{id}", new.id).replace("{n}", str(same.index(new.id))))

    def _another(self, new: New, suffix: str, attribute: str) -> object:
        """A second resource of the type, called after the first, with the switches that the intent asks for."""
        recipe = self._draft.recipe(new.type)
        other = New(new.type, self._notation.new_id(new.type, recipe, f"{new.id}_{suffix}"), new.at)
        named = self._draft.named(new.type)
        if isinstance(own := new.values.get(named), str):
            other.values[named] = f"{own}-{suffix}"
        for feature in recipe.features:
            if self._draft.wants(feature, new) and all(isinstance(value, bool) for value in feature.set.values()):
                other.values |= feature.set
        self._draft.resources.append(other)
        return self._notation.reference(new.type, other.id, attribute)

    def _range(self, new: New) -> str:
        within = self._draft.recipe(new.type).within
        network = next(iter(self._draft.of_type(within)), None)
        whole = (
            next((v for v in network.values.values() if isinstance(v, str) and any(networks(v))), "") if network else ""
        )
        free = free_range(whole or self._draft.there, self._draft.taken)
        self._draft.taken += f" {free} "
        return free

    def _schedule(self) -> str:
        found = schedule(self._words.text)
        understood = set(re.findall(r"[a-z0-9]+", told(self._words.text).lower())) if found else set[str]()
        for token in self._words.tokens:
            token.used = token.used or token.text.lower() in understood
        return found

    def _zone(self, new: New) -> object:
        alike = self._draft.of_type(new.type)
        number = [o.id for o in alike if o.variant == new.variant].index(new.id)
        if said := self._words.kind("zone"):
            return said[number % len(said)]
        return self._notation.raw(f"zone {number}") if len(alike) > 1 else OMIT

    def _number(self, parts: Sequence[str]) -> object:
        unit = "seconds" if parts[1:2] == ["seconds"] else "megabytes" if parts[1:2] == ["megabytes"] else ""
        for word in parts[2:] if unit else parts[1:]:
            at = self._words.find(words_of(word))
            if at >= 0 and (number := self._words.number_near(at, unit=unit)) is not None:
                self._words.use(at, 1)
                return number
        return int(parts[0]) if parts[0] not in ("", "-") else OMIT
