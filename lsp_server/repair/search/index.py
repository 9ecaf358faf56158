"""The resource types of a module or template as lists of the terms that lead to them; built when first asked for."""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from lsp_server.dialects.base import Language
from lsp_server.repair.search.known import NOTHING, Companions, companions, known_types
from lsp_server.repair.search.terms import STOP, name_terms, terms_of

_SATURATION, _LENGTH = 1.2, 0.75  # the constants of BM25
_MANY_EXAMPLES = 6.0  # the logarithm of how many the most common types stand in
_NONE = Companions()


class Postings:
    """For each term the numbers of the types that have it, and how much it tells of a type: its weight."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        self._types: dict[str, array[int]] = {}
        for number, terms in enumerate(documents):
            for term in dict.fromkeys(terms):
                self._types.setdefault(term, array("I")).append(number)
        count = len(documents)
        self._weights = {
            term: math.log(1 + (count - len(have) + 0.5) / (len(have) + 0.5)) for term, have in self._types.items()
        }

    def __contains__(self, term: object) -> bool:
        return term in self._types

    def types(self, term: str) -> Sequence[int]:
        """The numbers of the types that have a term."""
        return self._types.get(term, ())

    def weight(self, term: str) -> float:
        """The less, the more types have the term."""
        return self._weights.get(term, 0.0)


class Index:
    """Types are numbers here, in the order of `types`."""

    def __init__(self, types: Sequence[str], language: Language) -> None:
        known = known_types(types, language)
        told = [known.get(name, NOTHING) for name in types]
        self.types = tuple(types)
        self.names = [name_terms(name) for name in types]
        self.by_name = Postings(self.names)
        self.wholes = [sum(map(self.by_name.weight, terms)) for terms in self.names]
        texts = [[term for _, term in terms_of(list(one.words)) if term not in STOP] for one in told]
        self.by_text = Postings(texts)
        usual = sum(map(len, texts)) / max(1, len(texts)) or 1
        self._gains = [
            (_SATURATION + 1) / (1 + _SATURATION * (1 - _LENGTH + _LENGTH * len(terms) / usual)) for terms in texts
        ]
        self.common = [min(1.0, math.log1p(one.examples) / _MANY_EXAMPLES) for one in told]
        self._numbers = {name: number for number, name in enumerate(types)}
        self._beside = [one.beside for one in told]
        self._companions = companions(language)

    def __contains__(self, term: object) -> bool:
        return term in self.by_name or term in self.by_text

    def numbers(self, names: Iterable[str]) -> list[int]:
        """The numbers of types; names that are none are left out."""
        return [self._numbers[name] for name in names if name in self._numbers]

    def beside(self, number: int) -> Mapping[int, float]:
        """How often each other type goes with one, 0 to 1."""
        shares = {other: share / 100 for other, share in self._beside[number].items()}
        for other, share in self._companions.get(self.types[number], _NONE).shares().items():
            shares[other] = max(share, shares.get(other, 0))
        return {self._numbers[other]: share for other, share in shares.items() if other in self._numbers}

    def texts(self, terms: Iterable[str]) -> dict[int, float]:
        """How well the documentation of types fits the terms, by BM25; only those that it fits at all."""
        found: defaultdict[int, float] = defaultdict(float)
        for term in terms:
            weight = self.by_text.weight(term)
            for number in self.by_text.types(term):
                found[number] += weight * self._gains[number]
        return found


@lru_cache(maxsize=2)
def index_of(types: tuple[str, ...], language: Language) -> Index:
    """The index of types; those of the last two sets are kept."""
    return Index(types, language)
