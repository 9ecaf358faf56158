"""Words without their endings, so that what is said meets what is named."""

from __future__ import annotations

import re
from functools import lru_cache

_ROUTE_53 = re.compile(r"\broute[ -]53\b", re.IGNORECASE)  # one name, and nothing about a route
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# not two of `http`; what has a version is not versioned
_KEPT = {"https": "https", "version": "version", "versions": "version"}
_ENDINGS = ("ing", "ions", "ion", "ed", "es", "s", "e")


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A word without its endings, so that `queues` and `versioned` meet `queue` and `versioning`."""
    word = word.lower()
    if word in _KEPT:
        return _KEPT[word]
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    changed = True
    while changed:
        changed = False
        for ending in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                word, changed = word[: -len(ending)], True
                break
    return word


@lru_cache(maxsize=16384)
def words_of(name: str) -> tuple[str, ...]:
    """The stems of a name in any style: `BlockPublicAcls`, `kms_key_id`, `Multi-AZ`."""
    return tuple(stem(word) for word in re.split(r"[^A-Za-z0-9]+", _HUMPS.sub(" ", joined(name))) if word)


def joined(text: str) -> str:
    """A text in which names of two words are one where their parts mean something else: `Route 53`."""
    return _ROUTE_53.sub("route53", text)
