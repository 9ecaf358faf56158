"""Whether what was written does what was asked for, as far as words and text can tell: a linter cannot.

Only what is plainly said becomes a wish: types that are named and how many, features of theirs, what stands in quotes,
values of a known kind (a CIDR, an instance class, an address), amounts with a unit. What cannot be decided is no wish.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lsp_server.core.document import Unit
from lsp_server.dialects.base import Language
from lsp_server.dialects.cloudformation.schema import schemas
from lsp_server.dialects.terraform.module import module_of
from lsp_server.dialects.terraform.schema import schema_for
from lsp_server.repair.forbidden import RESOURCE_ID
from lsp_server.repair.offline.recipes import Feature, recipes
from lsp_server.repair.offline.search import mentioned, type_names
from lsp_server.repair.offline.stems import words_of
from lsp_server.repair.offline.words import Words
from lsp_server.repair.proposer import Place
from lsp_server.repair.region import Region
from lsp_server.repair.regions import all_regions

_MANY = re.compile(r"\b(?:count|for_each|Fn::ForEach)\b")
_NAME = re.compile(r"(?!s )[\w./*:@+-]{2,80}(?: [\w./*:@+-]+){0,2}")
_OTHER = {"db": "rds", "alb": "lb", "elb": "lb"}
_REACH = 5
_ON = frozenset(words_of("enable enabled is use"))
_ENCRYPTED = words_of("encrypted")
_PASSING = """within in inside for of from to on by via when whenever where using existing specified specific given
    particular associated attached linked allowing default"""
_AROUND = frozenset(_PASSING.split())
"""Words behind which something is named that is there, or need not be."""
_VALUES = {
    "cidr": "the address range",
    "instance": "the instance type",
    "database": "the instance class",
    "cache": "the node type",
    "zone": "the zone",
    "email": "the address",
    "arn": "the ARN",
    "ami": "the image",
}
_UNITS = {
    "second": (1, 1000),
    "minute": (1, 60, 60_000),
    "hour": (1, 60, 3600),
    "day": (1, 24, 1440, 86_400),
    "week": (1, 7, 168, 604_800),
    "mb": (1,),
    "mib": (1,),
    "gb": (1, 1024),
    "gib": (1, 1024),
    "tb": (1, 1024),
}
"""What an amount of a unit may be multiplied by where it is written down."""
_AMOUNT = re.compile(r"\b(\d{1,6})[ -]?(second|minute|hour|day|week|gib|mib|mb|gb|tb)s?\b", re.IGNORECASE)


@dataclass(frozen=True)
class Wish:
    """One thing that was asked for. `words` name it to a person, `hint` says what would show that it is done.

    `types` are resource types any of which has to be there `count` times. With `set` one of them has to say so, or one
    of the types `also` be there, or one that is called by `stems`; with `denied`, none may. Without types, one of
    `texts` has to stand in what was written.
    """

    words: str
    code: str
    hint: str
    types: tuple[str, ...] = ()
    count: int = 1
    set: Mapping[str, Any] | None = None
    also: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()
    denied: bool = False
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Declared:
    """A resource, or what calls a module where `type` is empty: its name, its text, and whether it is meant."""

    type: str
    name: str
    text: str
    meant: bool


def wishes(intent: str, unit: Unit, language: Language) -> tuple[Wish, ...]:
    """What `intent` asks for and a text can show. `unit` is what there was before."""
    words = Words(RESOURCE_ID.sub("", intent))
    named = mentioned(words, tuple(type_names(unit, language)), language)
    places = dict(reversed(named))
    counts = Counter(name for name, _ in named if _is_asked_for(words, places, name))
    switches = _of_switches(places, words, unit, language)
    return (*_of_types(counts), *_of_features(places, words, language), *switches, *_of_values(intent, words))


def unmet(
    asked: Sequence[Wish], before: Unit, after: Unit, language: Language, selected: Sequence[Place] = ()
) -> tuple[Wish, ...]:
    """The wishes that `after` does not meet; what `before` had counts where one was enough.

    Where something is `selected`, features are wanted of that, and not of others of its type.
    """
    there = [r for r in all_regions(after, language) if r.type or r.declares.startswith("module ")]
    declared = [
        _Declared(r.type, re.split(r"[/.\s]", r.name)[-1], after[r.uri].slice(r.span), _is_among(r, selected))
        for r in there
    ]
    old = Counter(r.type for r in all_regions(before, language))
    text = "\n".join(document.text for document in after).casefold()
    return tuple(wish for wish in asked if not _is_met(wish, declared, old, text))


def _of_types(counts: Mapping[str, int]) -> Iterator[Wish]:
    for name, count in counts.items():
        words = name if count == 1 else f"{count} × {name}"
        yield Wish(words, "missing-resource", f"declare {words}", (name,), count)


def _is_asked_for(words: Words, places: Mapping[str, int], name: str) -> bool:
    """Whether a type is named as something to be written, and not as what that is in, for, of or attached to."""
    at = places[name]
    earlier = max((place for place in places.values() if place < at), default=-1)
    between = [token.text.lower() for token in words.tokens[max(earlier + 1, at - _REACH) : at]]
    if any(word in _AROUND for word in between):
        return False
    if earlier >= 0 and len(between) <= 1:  # `in a VPC and subnet`
        return _is_asked_for(words, places, next(other for other, place in places.items() if place == earlier))
    return True


def _of_features(places: Mapping[str, int], words: Words, language: Language) -> Iterator[Wish]:
    known = recipes(language)
    for name, at in places.items():
        end = min((place for place in places.values() if place > at), default=len(words.tokens))
        for feature in known[name].features if name in known else ():
            if not _is_plain(feature) or not set(feature.where) <= set(places):
                continue
            said = _said(feature, words, (max(0, at - 2), end), words_of(name), known[name].against)
            if said is not None:
                phrase, denied = said
                code = "unwanted-setting" if denied else "missing-setting"
                text = f"{'no ' if denied else ''}{phrase} of {name}"
                stems = words_of(phrase)
                also = (*feature.others, *(how.type for key, how in known[name].split.items() if key in feature.set))
                yield Wish(text, code, _hint(name, feature), (name,), 1, feature.set, also, stems, denied)


def _of_switches(places: Mapping[str, int], words: Words, unit: Unit, language: Language) -> Iterator[Wish]:
    """Arguments that are on or off by their own names: `deletion protection`; of encryption the word is enough."""
    known = recipes(language)
    for name, at in places.items():
        end = min((place for place in places.values() if place > at), default=len(words.tokens))
        told = {key for feature in (known[name].features if name in known else ()) for key in feature.set}
        for switch in _switches(name, unit, language):
            stems = tuple(stem for stem in words_of(switch) if stem not in _ON)
            stems = stems[-1:] if stems[-1:] == _ENCRYPTED else stems
            if switch in told or (len(stems) < 2 and stems != _ENCRYPTED):
                continue
            found = words.find(stems, start=max(0, at - 2))
            if 0 <= found <= end - len(stems):
                denied = words.denied(found)
                code = "unwanted-setting" if denied else "missing-setting"
                text = f"{'no ' if denied else ''}{switch} of {name}"
                yield Wish(text, code, f"set {switch} of {name}", (name,), 1, {switch: True}, denied=denied)


def _switches(name: str, unit: Unit, language: Language) -> list[str]:
    """What of a type is either on or off, at its top level."""
    if language is Language.CLOUDFORMATION:
        schema = schemas().get(name)
        found = schema.properties_at(()) if schema is not None else {}
        return [key for key, known in found.items() if known.types == ("boolean",) and not known.read_only]
    block = schema_for(module_of(unit)).resource(name)
    settable = block.attributes.items() if block is not None else ()
    return [key for key, known in settable if str(known.type) == "bool" and known.settable]


def _is_plain(feature: Feature) -> bool:
    """Whether a feature is something that is there or is not: a switch, or a resource of its own."""
    return bool(feature.words) and (bool(feature.also) or not any(_is_worked_out(v) for v in feature.set.values()))


def _is_worked_out(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(map(_is_worked_out, value.values()))
    if isinstance(value, list):
        return any(map(_is_worked_out, value))
    return isinstance(value, str) and value.startswith("@")


def _said(
    feature: Feature, words: Words, between: tuple[int, int], kind: Sequence[str], against: Sequence[str]
) -> tuple[str, bool] | None:
    """The phrase by which a feature is asked for between two words, and whether it is said not to be wanted.

    `kind` are the words of the type: where the phrase names the thing itself, it tells of no switch. `against` are the
    verbs that deny what they are about.
    """
    start, end = between
    for phrase in feature.words:
        stems = words_of(phrase)
        if stems[-1] in kind:
            continue  # a public subnet is one by its routes
        at = words.find(stems, unused=len(stems) == 1, start=start)  # one word may be part of a type's name
        if 0 <= at <= end - len(stems):
            denied = words.denied(at)
            if not denied and words.denied(at, against):
                return None  # no rule shows by itself that it is not about this
            return phrase, denied
    return None


def _hint(name: str, feature: Feature) -> str:
    ways = [f"set {', '.join(feature.set)} of {name}"] if feature.set else []
    return " or ".join([*ways, *(f"declare {other}" for other in feature.others)])


def _of_values(intent: str, words: Words) -> Iterator[Wish]:
    for token in words.tokens:
        if token.quoted and _NAME.fullmatch(token.text):
            yield Wish(f'"{token.text}"', "missing-value", f'write "{token.text}"', texts=(token.text.casefold(),))
    for kind, name in _VALUES.items():
        for value in dict.fromkeys(words.kind(kind)):
            yield Wish(f"{name} {value}", "missing-value", f"write {value}", texts=(value.casefold(),))
    for match in _AMOUNT.finditer(intent):
        amounts = {str(int(match[1]) * factor) for factor in _UNITS[match[2].lower()]}
        yield Wish(match[0], "missing-value", f"set what has to be {match[0]}", texts=tuple(sorted(amounts)))


def _is_met(wish: Wish, declared: Sequence[_Declared], old: Counter[str], text: str) -> bool:
    if not wish.types:
        return any(re.search(rf"(?<![\w.]){re.escape(one)}(?!\w)", text) for one in wish.texts)
    own = [d for d in declared if any(_is_such(d.type, wanted) for wanted in wish.types)]
    if (wish.set is None or not own) and any(d.type == "" for d in declared):
        return True  # a module may bring it, or have the feature of what it brings
    if wish.set is None:
        most = sum(_most(d) for d in own)
        return most >= wish.count + (sum(old[t] for t in wish.types) if wish.count > 1 else 0)
    meant = [d for d in own if d.meant]
    about = [d for d in declared if d.meant or any(_speaks_of(d, one) for one in meant)]
    stems = set(wish.stems)
    does = any(d.type in wish.also or (stems and stems <= set(words_of(d.type))) for d in about)
    does = does or any(wish.set and _says(d.text, wish.set) for d in meant)
    return does is not wish.denied


def _is_among(region: Region, selected: Sequence[Place]) -> bool:
    return not selected or any(p.uri == region.uri and p.span.overlaps(region.span) for p in selected)


def _speaks_of(declared: _Declared, other: _Declared) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(other.name)}(?![\w-])", declared.text) is not None


def _is_such(declared: str, wanted: str) -> bool:
    """Whether a type is the one that is wanted, or one of its kind: an instance of Neptune is an instance."""
    if "::" in wanted or declared == wanted:
        return declared == wanted
    have, want = ([_OTHER.get(word, word) for word in name.split("_")[1:]] for name in (declared, wanted))
    return have[-1:] == want[-1:] != [] and set(want) <= set(have)


def _most(declared: _Declared) -> float:
    return float("inf") if _MANY.search(declared.text) else 1


def _says(text: str, settings: Mapping[str, Any]) -> bool:
    """Whether all that is set is set in a text; of values only switches are compared."""
    for key, value in settings.items():
        if isinstance(value, Mapping):
            if not re.search(rf"\b{re.escape(key)}\b", text) or not _says(text, value):
                return False
        elif isinstance(value, bool):
            match = re.search(rf"\b{re.escape(key)}[\"']?\s*[:=]\s*[\"']?(true|false)\b", text, re.IGNORECASE)
            if match is not None and match[1].lower() != str(value).lower():
                return False
            if match is None and not re.search(rf"\b{re.escape(key)}\b", text):
                return False
        elif not re.search(rf"\b{re.escape(key)}\b", text):
            return False
    return True
