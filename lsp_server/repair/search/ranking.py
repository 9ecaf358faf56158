"""Ranks the resource types by what an intent says, and by what goes with what it says.

A type is found by its name (how much of that stands close together in the intent), by the words of its documentation,
and by being named in speech. Those that are found best bring along what goes with them, and that in turn what goes with
it. What is named is there for certain; the words of a name are no sign of other types that share them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lsp_server.core.document import Unit
from lsp_server.dialects.base import Language
from lsp_server.repair.offline.search import mentioned, type_names
from lsp_server.repair.offline.stems import words_of
from lsp_server.repair.offline.words import Words
from lsp_server.repair.search.index import Index, index_of
from lsp_server.repair.search.terms import STOP, plain_words, terms_of

MOST = 15
_AROUND = 3  # words that may stand between those of a name
_LONGEST = 400  # words of an intent that are heeded
_SECOND = 8  # companions of which the companions count
_NEAR = 0.8  # of the best score, from which on another type may be meant just as well
_WHOLE = 0.9
_REPEATED = 12  # times that a word of an intent is heeded
_AHEAD = 8  # tokens that a word is looked for in


@dataclass(frozen=True)
class Weights:
    """How much each sign counts; found with the even tasks of `benchmarks/type_search.py`.

    `name` for a whole name, less than proportionally (`name_power`) for a part; `rare` for the weight of the words;
    `shared` is taken off for words that name something else; `single` is the share that a name of one word has;
    `text` and `text_half` are for the documentation; `named` for being named in speech. Of that, `full` makes a type
    bring all of its companions (`bring_power`, `bringing` types in all), which count `beside`, the second ones `second`
    of that. `common` is for being in many examples, `common_name` the same for types of which the name stands in part.
    """

    name: float = 1.2
    name_power: float = 2.55
    rare: float = 0.011
    shared: float = 0.55
    single: float = 0.81
    text: float = 0.41
    text_half: float = 17.3
    named: float = 0.6
    full: float = 1.33
    bringing: int = 16
    bring_power: float = 1.32
    beside: float = 1.86
    second: float = 0.76
    common: float = 0.12
    common_name: float = 0.2


WEIGHTS = Weights()


@dataclass(frozen=True)
class Candidate:
    """A resource type that an intent may be about. `named` tells that it is named, `score` only ranks."""

    type: str
    score: float
    named: bool


@dataclass(frozen=True)
class Signs:
    """What an intent says of types: named ones, the parts of names (see `_name`), how well documentation fits."""

    named: tuple[int, ...]
    names: Mapping[int, tuple[float, float]]
    texts: Mapping[int, float]


def candidates(text: str, unit: Unit, language: Language, most: int = MOST) -> list[Candidate]:
    """The types that an intent is most likely about: those that it names, then the others, each best first."""
    types = tuple(type_names(unit, language))
    index = index_of(types, language)
    return ranked(index, signs(text, index, language), most)


def standing_out(words: Words, unit: Unit, language: Language) -> list[tuple[str, int]]:
    """The one type whose whole name stands in an intent that names none in speech, and where; empty if it is not clear.

    The words of the name are understood. It is clear where documentation has words of the intent as well, and no other
    type comes near.
    """
    index = index_of(tuple(type_names(unit, language)), language)
    found = signs(words.text, index, language)
    scores = _said(index, found, set(), WEIGHTS)
    best = sorted(scores, key=lambda n: (-scores[n], n))[:2]
    if found.named or not best:
        return []
    whole, _ = found.names.get(best[0], (0.0, 0.0))
    near = len(best) > 1 and scores[best[1]] > _NEAR * scores[best[0]]
    if near or whole < _WHOLE * index.wholes[best[0]] or best[0] not in found.texts:
        return []
    own = {*index.names[best[0]]}
    places = [at for at, token in enumerate(words.tokens) if own.intersection((token.stem, *words_of(token.text)))]
    for at in places:
        words.use(at, 1)
    return [(index.types[best[0]], places[0] if places else 0)]


def signs(text: str, index: Index, language: Language) -> Signs:
    """What the words of an intent say."""
    said = Words(text)
    named = tuple(dict.fromkeys(index.numbers(name for name, _ in mentioned(said, index.types, language))))
    words = plain_words(text)[:_LONGEST]
    taken = _taken(words, said)
    places: defaultdict[str, list[int]] = defaultdict(list)
    for at, term in terms_of(words, index):
        places[term].append(at)
    found = {number for term in places for number in index.by_name.types(term)}
    names = {number: _name(index, number, places, taken) for number in found}
    return Signs(named, names, index.texts(term for term in places if term not in STOP))


def _taken(words: Sequence[str], said: Words) -> set[int]:
    """The numbers of the words that name something."""
    tokens = [(part.lower(), token.used) for token in said.tokens for part in plain_words(token.text)]
    taken: set[int] = set()
    start = 0
    for at, word in enumerate(words):
        for number in range(start, min(start + _AHEAD, len(tokens))):
            if tokens[number][0] == word.lower():
                if tokens[number][1]:
                    taken.add(at)
                start = number + 1
                break
    return taken


def _name(index: Index, number: int, places: Mapping[str, Sequence[int]], taken: set[int]) -> tuple[float, float]:
    """The weight of the words of a type's name that stand close together, and of those of them that name another."""
    terms = index.names[number]
    there = [term for term in terms if term in places]
    if len(there) == 1:
        weight = index.by_name.weight(there[0])
        return weight, weight if taken.issuperset(places[there[0]]) else 0.0
    hits = sorted((at, term) for term in there for at in places[term][:_REPEATED])
    best = (0.0, 0.0)
    for first, (start, _) in enumerate(hits):
        free: dict[str, bool] = {}
        for at, term in hits[first:]:
            if at - start > len(terms) + _AROUND:
                break
            free[term] = free.get(term, False) or at not in taken
        whole = sum(map(index.by_name.weight, free))
        shared = sum(index.by_name.weight(term) for term, own in free.items() if not own)
        best = max(best, (whole, -shared))
    return best[0], -best[1]


def ranked(index: Index, found: Signs, most: int, weights: Weights = WEIGHTS) -> list[Candidate]:
    """The best types for what an intent says."""
    named = {*found.named}
    scores = _said(index, found, named, weights)
    first = sorted(scores, key=lambda n: (-scores[n], n))[: weights.bringing]
    strength = {n: min(1.0, scores[n] / weights.full) ** weights.bring_power for n in first if scores[n] > 0}
    brought = _brought(index, strength)
    close = sorted(brought, key=lambda n: (-brought[n], n))[:_SECOND]
    further = _brought(index, {n: weights.second * brought[n] for n in close})
    for number in {*scores, *brought, *further}:
        beside = 1 - (1 - brought.get(number, 0)) * (1 - further.get(number, 0))
        scores[number] += weights.beside * beside + weights.common * index.common[number]
    best = sorted(scores, key=lambda n: (n not in named, -scores[n], n))[:most]
    return [Candidate(index.types[n], scores[n], n in named) for n in best]


def _said(index: Index, found: Signs, named: set[int], weights: Weights) -> defaultdict[int, float]:
    """The score of each type by what the intent says."""
    scores: defaultdict[int, float] = defaultdict(float)
    for number, (weight, shared) in found.names.items():
        part, lost = weight / index.wholes[number], weights.shared * shared / index.wholes[number]
        own = part if number in named else max(0.0, part - lost)
        if len(index.names[number]) == 1 and number not in named:
            own *= weights.single
        scores[number] += weights.name * own**weights.name_power + weights.rare * weight * own
        scores[number] += weights.common_name * part * index.common[number]
    for number, fits in found.texts.items():
        scores[number] += weights.text * fits / (fits + weights.text_half)
    for number in named:
        scores[number] += weights.named
    return scores


def _brought(index: Index, strength: Mapping[int, float]) -> dict[int, float]:
    """How likely each type is there, as one of several brings it."""
    missing: dict[int, float] = {}
    for number, strong in strength.items():
        for other, share in index.beside(number).items():
            missing[other] = missing.get(other, 1.0) * (1 - strong * share)
    return {number: 1 - share for number, share in missing.items()}
