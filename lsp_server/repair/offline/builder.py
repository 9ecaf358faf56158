"""From the words of an intent to resources with values: recipes first, then what schema and words have in common.

Values of recipes that begin with `@` are worked out here:

- `@ref TYPE [ATTRIBUTE]` refers to a resource of that type, new or in the file, or else to a new parameter;
- `@make TYPE [ATTRIBUTE]` writes such a resource where there is none; `@maybe …` leaves the property out then;
- `@refs TYPE [ATTRIBUTE]` is a list of all there are, `@several …` the same where there are at least two;
- `@own [ATTRIBUTE]` is the resource itself, `@name [DEFAULT]` what the intent calls it;
- `@say KIND [DEFAULT]` is a value of a kind that the intent says, `@number DEFAULT WORDS…` the number beside a word;
- `@free TEXT` is the text with the first number for N with which it is not in the file yet;
- `@another SUFFIX [ATTRIBUTE]` writes a second resource of the same type, `orders_dlq` beside `orders`;
- `@parameter NAME` is a new parameter or variable, `@raw TEXT` an expression of the language, `{id}` in it its own id,
  `{n}` how many of its type there are before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from lsp_server.dialects.base import Language
from lsp_server.repair.offline.catalog import Catalog, Field, Path
from lsp_server.repair.offline.recipes import Feature, Recipe, recipes
from lsp_server.repair.offline.words import Words, words_of

OMIT = object()
_DEEPEST = 5
_MANY = 10
_SECONDS = frozenset({"timeout", "second", "retention", "delay", "ttl", "age"})
_THERE = frozenset({"our", "existing", "the", "this", "my", "its"})
_TRIVIAL = frozenset(
    words_of("enabled enable is in of the configuration config specification setting settings status for")
)


@dataclass
class New:
    """A resource to be written. `around` are settings beside its properties."""

    type: str
    id: str
    at: int = 0
    values: dict[str, Any] = field(default_factory=dict)
    around: dict[str, Any] = field(default_factory=dict)


class Notation(Protocol):
    """How a language names things and refers to them."""

    def new_id(self, kind: str, recipe: Recipe, said: str) -> str:
        """A free id for a resource of that type, in the style of the file; `said` is what the intent calls it."""

    def reference(self, kind: str, id_: str, attribute: str) -> object:
        """The expression for an attribute of a resource, its main reference where that is empty."""

    def existing(self, kind: str) -> Sequence[str]:
        """The ids of the resources of a type that are in the file."""

    def parameter(self, name: str, kind: str, hint: str) -> object:
        """The expression for a new parameter or variable; `kind` is a field's kind, `hint` a resource type or name."""

    def raw(self, text: str) -> object:
        """An expression as it is written in the language."""


class Builder:
    """Builds the resources for one intent. `text` is what is there; `notes` says what a person should know."""

    def __init__(self, words: Words, language: Language, catalog: Catalog, notation: Notation, text: str) -> None:
        self._words = words
        self._catalog = catalog
        self._notation = notation
        self._recipes = recipes(language)
        self._text = text
        self._making: list[New] = []
        self.resources: list[New] = []
        self.notes: list[str] = []

    def build(self, kinds: Sequence[tuple[str, int]]) -> None:
        """Write a resource of each type, in order; the numbers are where in the intent they are named."""
        wanted = [(kind, at) for kind, at in kinds if not self._is_there(kind, at)]
        ends = [
            next((later for _, later in wanted[i:] if later > at), len(self._words.tokens))
            for i, (_, at) in enumerate(wanted)
        ]
        # All ids first, so that resources of one intent refer to each other whatever their order.
        made = [self._begin(kind, at, end) for (kind, at), end in zip(wanted, ends, strict=True)]
        for new in made:
            self._finish(new)
        for new in self.resources:
            self.notes += [f"{new.id} may be assumed by {service}" for service in _services(new.values)]

    def _is_there(self, kind: str, at: int) -> bool:
        """Whether the intent speaks of a resource that the file has: `in our VPC`, `with the existing key`."""
        return self._words.before(at) in _THERE and bool(self._notation.existing(kind))

    def _begin(self, kind: str, at: int = -1, end: int = 0) -> New:
        recipe = self._recipes.get(kind, Recipe())
        said = self._words.name_near(at, end) if at >= 0 else ""
        new = New(kind, self._notation.new_id(kind, recipe, said), at)
        if said and (named := recipe.named or self._named(kind)):
            new.values[named] = said
        self.resources.append(new)
        return new

    def _finish(self, new: New) -> None:
        recipe = self._recipes.get(new.type, Recipe())
        self._making.append(new)
        values = dict(recipe.set)
        new.around |= recipe.around
        also = list(recipe.also)
        for feature in recipe.features:
            if self._wanted(feature):
                values = _merged(values, feature.set, recipe.grows)
                new.around |= feature.around
                also += feature.also
        new.values |= {key: value for key, value in self._worked_out(values, new).items() if key not in new.values}
        self._from_words(new, recipe)
        self._required(new)
        one_of_several = sum(other.type == new.type for other in self.resources) > 1
        for kind in also:
            if one_of_several or not any(other.type == kind for other in self.resources):
                self._finish(self._begin(kind))
        self._making.pop()

    def _named(self, kind: str) -> str:
        last = words_of(kind.rsplit("::", 1)[-1] if "::" in kind else kind.partition("_")[2])[-1:]
        fields = self._catalog.fields(kind)
        names = [n for n, f in fields.items() if f.kind == "string" and words_of(n) in ((*last, "nam"), ("nam",))]
        return names[0] if names else ""

    def _wanted(self, feature: Feature) -> bool:
        if not {new.type for new in self.resources}.issuperset(feature.where):
            return False
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
        return value

    def _special(self, value: str, new: New) -> Any:
        word, _, rest = value.partition(" ")
        parts = rest.split(" ")
        if word == "@say":
            said = [one for one in self._words.kind(parts[0]) if parts[0] != "cidr" or one not in self._text]
            self._text += f" {said[0]} " if said else ""
            return said[0] if said else self._worked_out(" ".join(parts[1:]), new) or OMIT
        if word == "@free":
            free = next(text for n in range(256) if (text := rest.replace("N", str(n))) not in self._text or n == 255)
            self._text += f" {free} "
            return free
        if word == "@number":
            return self._number(parts)
        if word == "@another":
            return self._another(new, parts[0], " ".join(parts[1:]))
        return self._referring(word, rest, new)

    def _referring(self, word: str, rest: str, new: New) -> object:
        parts = rest.split(" ")
        if word in ("@ref", "@make", "@maybe"):
            return self._refer(word, parts[0], " ".join(parts[1:]))
        if word in ("@refs", "@several"):
            return self._refer_all(parts[0], " ".join(parts[1:]), 2 if word == "@several" else 1)
        if word == "@own":
            return self._notation.reference(new.type, new.id, rest)
        if word == "@name":
            return next((v for v in new.values.values() if isinstance(v, str)), rest or new.id)
        if word == "@parameter":
            return self._notation.parameter(rest, "string", "")
        same = [other.id for other in self.resources if other.type == new.type]
        return self._notation.raw(rest.replace("{id}", new.id).replace("{n}", str(same.index(new.id))))

    def _another(self, new: New, suffix: str, attribute: str) -> object:
        """A second resource of the type, called after the first, with the switches that the intent asks for."""
        recipe = self._recipes.get(new.type, Recipe())
        other = New(new.type, self._notation.new_id(new.type, recipe, f"{new.id}_{suffix}"), new.at)
        named = recipe.named or self._named(new.type)
        if isinstance(own := new.values.get(named), str):
            other.values[named] = f"{own}-{suffix}"
        for feature in recipe.features:
            if self._wanted(feature) and all(isinstance(value, bool) for value in feature.set.values()):
                other.values |= feature.set
        self.resources.append(other)
        return self._notation.reference(new.type, other.id, attribute)

    def _refer(self, word: str, kind: str, attribute: str) -> object:
        # what comes with a resource is about that one, and not about another of its type
        about = next((other for other in reversed(self._making[:-1]) if other.type == kind), None)
        new = about or next((other for other in reversed(self.resources) if other.type == kind), None)
        known = new.id if new else next(iter(self._notation.existing(kind)), None)
        making = any(other.type == kind for other in self._making)
        if known is None and word == "@make" and not making and len(self.resources) < _MANY:
            made = self._begin(kind)
            self._finish(made)
            known = made.id
        if known is not None:
            return self._notation.reference(kind, known, attribute)
        return OMIT if word == "@maybe" else self._notation.parameter("", "string", f"{kind} {attribute}".strip())

    def _refer_all(self, kind: str, attribute: str, least: int) -> object:
        ids = [other.id for other in self.resources if other.type == kind] or list(self._notation.existing(kind))
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

    # -- the words themselves --------------------------------------------------------------------------------------

    def _from_words(self, new: New, recipe: Recipe) -> None:
        """Set what the intent names in the words of the schema: `deletion protection`, `retention of 30 days`."""
        for name, known in self._catalog.fields(new.type).items():
            if name in new.values or name in recipe.known or known.kind in ("any", "map"):
                continue
            value = self._said(new.type, (name,), known)
            if value is not OMIT:
                new.values[name] = value

    def _said(self, kind: str, path: Path, known: Field) -> object:
        stems = [s for s in words_of(path[-1]) if s not in _TRIVIAL]
        if known.enum and known.kind == "string" and (value := self._enum_said(known, stems)) is not OMIT:
            return value
        places = self._words.has_all(stems)
        if not places or (len(stems) == 1 and (len(stems[0]) < 4 or known.kind == "string")):
            return OMIT
        value = self._value_said(kind, path, known, places)
        if value is not OMIT:
            for at in places:
                self._words.tokens[at].used = True
        return value

    def _value_said(self, kind: str, path: Path, known: Field, places: Sequence[int]) -> object:
        match known.kind:
            case "bool":
                return not self._words.denied(min(places))
            case "number":
                seconds = bool(_SECONDS & set(words_of(path[-1]))) and "dai" not in words_of(path[-1])
                number = self._words.number_near(max(places), unit="seconds" if seconds else "")
                return OMIT if number is None else number
            case "object" if known.nested:
                return self._switched_on(kind, path)
        return OMIT

    def _enum_said(self, known: Field, stems: Sequence[str]) -> object:
        for value in known.enum:
            phrase = words_of(str(value))
            at = self._words.find(phrase) if phrase else -1
            if at < 0:
                continue
            near = any(t.stem in stems for t in self._words.tokens[max(0, at - 4) : at + len(phrase) + 4])
            if near or len(phrase) > 1 or any(c.isdigit() for c in str(value)):
                self._words.use(at, len(phrase))
                return value
        return OMIT

    def _switched_on(self, kind: str, path: Path) -> object:
        """An object with its switch on, and what else it needs; OMIT where it has no switch."""
        fields = self._catalog.fields(kind, path)
        for name, known in fields.items():
            if words_of(name) in (("enabl",), ("statu",)):
                on = next((v for v in known.enum if str(v).lower() in ("enabled", "on", "enable")), None)
                if known.kind == "bool" or on is not None:
                    return {name: True if known.kind == "bool" else on} | self._needed(kind, path, {name})
        return OMIT

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
        said = self._said(kind, path, known)
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
                return self._notation.reference(other.type, other.id, attribute and _arn(other.type))
        return OMIT


def _services(value: object) -> Iterator[str]:
    """The services that a trust policy names."""
    if isinstance(value, Mapping):
        service = value.get("Service")
        if isinstance(service, str) and service.endswith(".amazonaws.com"):
            yield service
    for inner in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from _services(inner)


def _arn(kind: str) -> str:
    return "Arn" if "::" in kind else "arn"


def _merged(first: Mapping[str, Any], second: Mapping[str, Any], grows: Sequence[str] = ()) -> dict[str, Any]:
    """`first` with what `second` has besides: mappings are merged, the lists of `grows` joined, else `first` wins."""
    result = dict(first)
    for key, value in second.items():
        if isinstance(value, Mapping) and isinstance(result.get(key), Mapping):
            result[key] = _merged(result[key], value)
        elif isinstance(value, list) and isinstance(result.get(key), list) and key in grows:
            result[key] = result[key] + [item for item in value if item not in result[key]]
        else:
            result.setdefault(key, value)
    return result
