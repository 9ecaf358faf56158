"""Which of the names that could stand somewhere a person most likely meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import OSA, JaroWinkler

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

_NUMBERS = re.compile(r"\d+(?:[a-z](?![a-z]))?")

_OPPOSITES = re.compile(r"min|max|ingress|egress")

# Words that a name may lack without meaning something else.
_KINDS = frozenset(["arn", "config", "configuration", "id", "setting", "settings", "options", "specification"])
_UNITS = frozenset(["in", "milliseconds", "seconds", "minutes"])

_SHORT = 3  # letters of a word in which every letter tells

# How far apart two names are, as told by `distance`: up to here a slip of the fingers explains the difference.
SLIP = 2.0
PLURAL = 0.5  # one and many
CASE = 0.1  # the same but for case and separators


@dataclass(frozen=True)
class Match:
    """A candidate, and how far it is from what is written: 0 the same but for case, up to 2 a slip, more a guess."""

    name: str
    distance: float

    @property
    def slip(self) -> bool:
        """Whether a typing mistake (case, plural, one or two letters) explains the difference."""
        return self.distance <= SLIP


def rank(written: str, candidates: Iterable[str]) -> list[Match]:
    """The candidates that `written` is a slip of, nearest first."""
    found = [Match(name, d) for name in dict.fromkeys(candidates) if (d := distance(written, name)) <= SLIP]
    return sorted(found, key=lambda m: (m.distance, -JaroWinkler.similarity(written.lower(), m.name.lower()), m.name))


def certain(matches: list[Match]) -> bool:
    """Whether the first of `rank`'s matches is the only one that can be meant: a slip, and clearly nearer than any."""
    if not matches or not matches[0].slip:
        return False
    first, second = matches[0].distance, matches[1].distance if len(matches) > 1 else 9.0
    return second - first >= 0.5 or first <= CASE < second


def distance(written: str, name: str) -> float:
    """How far apart: 0 equal, 0.1 case or separators, 0.5 plural, then edits; 9 where no slip explains it."""
    if written == name:
        return 0.0
    a, b = _squash(written), _squash(name)
    if a == b or not a or not b:
        return CASE if a == b else 9.0
    if _singular(a) == _singular(b):
        return PLURAL
    for told in (_NUMBERS, _OPPOSITES):
        own, other = told.findall(a), told.findall(b)
        if own and other and own != other:
            return 9.0  # `Subnet2` is not a slip of `Subnet1`, nor `r4.large` of `r3.large`, nor `MinSize` of `MaxSize`
    if _another_word(words_of(written), words_of(name)) or _begins_otherwise(a, b):
        return 9.0
    edits, shortest = OSA.distance(a, b, score_cutoff=2), min(len(a), len(b))
    return float(edits) if (edits == 1 and shortest >= 3) or (edits == 2 and shortest >= 6) else 9.0


def _another_word(written: list[str], name: list[str]) -> bool:
    """Whether the one word in which two names differ is plainly another: `SubnetA` and `SubnetB`, `GET` and `SET`.

    In a word of up to three letters a slip leaves letters out, doubles or swaps them: a different letter makes another
    word (`Min` and `Max`, `Id` and `Ip`). Two slips do not begin a word: `external` is not `internal`.
    """
    pairs = [(x.lower(), y.lower()) for x, y in zip(written, name, strict=False) if x.lower() != y.lower()]
    if len(written) != len(name) or len(pairs) != 1:
        return False
    ((a, b),) = pairs
    if len(a) == len(b) <= _SHORT:
        return sorted(a) != sorted(b)
    return _begins_otherwise(a, b)


def _begins_otherwise(a: str, b: str) -> bool:
    return a[0] != b[0] and OSA.distance(a, b, score_cutoff=1) > 1


def words_of(name: str) -> list[str]:
    """The words that a name is made of, with numbers as words of their own: `VPCId2` has three."""
    return _WORDS.findall(name)


def _words(name: str) -> frozenset[str]:
    return frozenset(_singular(word.lower()) for word in words_of(name))


def _squash(name: str) -> str:
    return name.replace("_", "").replace("-", "").replace(" ", "").lower()


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


def relatives(written: str, candidates: Iterable[str], around: str) -> list[str]:
    """The candidates that differ from `written` only by whole words that stand `around` it anyway, fewest first.

    So `Name` in an `S3 Bucket` is `BucketName`, and `BucketTags` are `Tags`; `KeyName` is not meant.
    """
    own, context = _words(written), _words(around)
    found = []
    for name in dict.fromkeys(candidates):
        other = _words(name)
        if own and other and (own <= other or other <= own) and (own ^ other) <= context:
            found.append((len(own ^ other), name))
    return [name for _, name in sorted(found)]


def extended(written: str, candidates: Iterable[str]) -> list[str]:
    """The candidates that go on from `written` with words that tell a unit or a kind only, where one does so shortest.

    `Versioning` is `VersioningConfiguration`, `HealthCheckInterval` is `HealthCheckIntervalSeconds`.
    """
    own = [word.lower() for word in words_of(written)]
    found = []
    for name in dict.fromkeys(candidates):
        other = [word.lower() for word in words_of(name)]
        if own and other[: len(own)] == own and other[len(own) :] and set(other[len(own) :]) <= _KINDS | _UNITS:
            found.append((len(other), name))
    least = min(found, default=(0, ""))[0]
    return [name for length, name in found if length == least]


def goes_on(a: str, b: str) -> bool:
    """Whether one of two names is the other with whole words behind it, none of which counts or is a letter.

    So with `BucketName` and `Bucket`; `SubnetA` and `Subnet2` are others than `Subnet`.
    """
    shorter, longer = sorted(([word.lower() for word in words_of(name)] for name in (a, b)), key=len)
    more = longer[len(shorter) :]
    begun = bool(shorter) and longer[: len(shorter)] == shorter
    return begun and bool(more) and all(word.isalpha() and len(word) > 1 for word in more)


def same_words(a: str, b: str) -> bool:
    """Whether two names are made of the same words, whatever their case, number and separators."""
    return _squash(a) == _squash(b) or _words(a) == _words(b)
