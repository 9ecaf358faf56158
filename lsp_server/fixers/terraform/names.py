"""How near two Terraform names are in spelling and in words: `policy` is like `policy_document`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

_UNITS = frozenset(
    ("in", "of", "seconds", "second", "secs", "sec", "minutes", "minute", "mins", "days", "day", "hours", "hour")
) | {"gb", "mb", "mib", "gib"}
_SAME = {
    "rds": "db", "database": "db",
    "username": "user_name", "identifier": "id", "ids": "id", "arns": "arn", "sg": "security_group",
    "subnets": "subnet", "enable": "enabled", "config": "configuration", "configurations": "configuration",
    "desc": "description", "env": "environment", "max": "maximum", "num": "number", "count": "number",
    "autoscaling": "auto_scaling", "encrypt": "encryption", "encrypted": "encryption",
    "eventbridge": "cloudwatch_event", "elb": "lb", "alb": "lb", "elbv2": "lb", "params": "parameter",
}  # fmt: skip
_DIGITS = re.compile(r"\d+")
_IDENTITIES = frozenset({"id", "name", "arn"})


@lru_cache(maxsize=16384)
def words(name: str) -> tuple[str, ...]:
    """The words of a name in one form: singular, abbreviations written out."""
    found: list[str] = []
    for word in name.lower().replace("-", "_").split("_"):
        found += _SAME.get(word, _singular(word)).split("_")
    return tuple(word for word in found if word)


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def spelling(name: str, other: str) -> float:
    """How alike two names are written, 0 to 1; a swapped pair of letters is one mistake."""
    return DamerauLevenshtein.normalized_similarity(name, other)


def is_slip(name: str, other: str) -> bool:
    """Whether one is plainly the other with a slip of the keyboard: a letter or two, an underscore, an s."""
    if name == other:
        return False
    if _DIGITS.findall(name) != _DIGITS.findall(other):
        return False  # `subnet1` is not a slip of `subnet2`
    if name.replace("_", "").replace("-", "").lower() == other.replace("_", "").lower():
        return True
    distance = DamerauLevenshtein.distance(name, other)
    return distance <= (1 if len(other) < 8 else 2) and min(len(name), len(other)) > 2


def is_certain(name: str, other: str) -> bool:
    """Whether a slip is so small that nothing else can have been meant: one letter, or underscores alone."""
    return is_slip(name, other) and (
        name.replace("_", "") == other.replace("_", "") or DamerauLevenshtein.distance(name, other) == 1
    )


@lru_cache(maxsize=65536)
def likeness(name: str, other: str, around: str = "") -> float:
    """How likely `other` is what `name` was meant to be, 0 to 1. `around` is the type they stand in.

    Words of `around` count little: in `aws_glacier_vault`, `vault_name` is `name`.
    """
    if name == other:
        return 1.0
    if is_slip(name, other):
        return 0.9 + spelling(name, other) / 10
    mine, theirs = words(name), words(other)
    context = frozenset(words(around)) if around else frozenset[str]()
    best = max(_overlap(mine, theirs), 0.97 * _overlap(_without(mine, context), _without(theirs, context)))
    return max(best, spelling(name, other) - 0.1)


def _without(own: tuple[str, ...], context: frozenset[str]) -> tuple[str, ...]:
    kept = tuple(word for word in own if word not in context and word not in _UNITS)
    return kept or own


def _overlap(mine: tuple[str, ...], theirs: tuple[str, ...]) -> float:
    a, b = frozenset(mine) - _UNITS or frozenset(mine), frozenset(theirs) - _UNITS or frozenset(theirs)
    if a == b:
        return 0.9
    both = a & b
    if not both:
        return 0.55 if a <= _IDENTITIES and b <= _IDENTITIES else 0.0
    plain_a, plain_b = a - _IDENTITIES, b - _IDENTITIES
    if plain_a == plain_b and plain_a:
        return 0.8
    share = len(both) / len(a | b)
    if mine[-len(theirs) :] == theirs or theirs[-len(mine) :] == mine:
        return 0.5 + 0.45 * share
    return 0.3 + 0.5 * share if a <= b or b <= a else 0.75 * share


def names_the_same(name: str, other: str, distinctive: frozenset[str] = frozenset()) -> bool:
    """Whether two names of types say the same thing: a slip, other joins, or a word more or less.

    A word put in the place of another is another thing, and so is a `distinctive` word (a service) more or less:
    `aws_neptune_cluster` is no `aws_rds_cluster`, and `aws_subnet_group` no `aws_dax_subnet_group`.
    """
    if is_slip(name, other) or name.replace("_", "") == other.replace("_", ""):
        return True
    mine, theirs = frozenset(words(name)), frozenset(words(other))
    lost = {word for word in mine - theirs if not _has_stem(word, theirs)}
    gained = {word for word in theirs - mine if not _has_stem(word, mine)}
    return not (lost and gained) and len(lost | gained) <= 1 and not (lost | gained) & distinctive


def _has_stem(word: str, others: Iterable[str]) -> bool:
    return any(min(len(word), len(o)) > 2 and (word.startswith(o) or o.startswith(word)) for o in others)


def nearest(name: str, candidates: Iterable[str], least: float = 0.7, around: str = "") -> list[str]:
    """The candidates that `name` may have meant, best first; those far behind the best are left out."""
    scored = sorted(((likeness(name, c, around), spelling(name, c), c) for c in candidates if c != name), reverse=True)
    good = [item for item in scored if item[0] >= least]
    return [c for score, _, c in good if score >= good[0][0] - 0.1][:3]


def one_slip(name: str, candidates: Iterable[str]) -> str | None:
    """The only candidate that `name` can be a slip of, if there is exactly one."""
    slips = [c for c in candidates if is_slip(name, c)]
    if len(slips) > 1:
        slips.sort(key=lambda c: DamerauLevenshtein.distance(name, c))
        first, second = (DamerauLevenshtein.distance(name, c) for c in slips[:2])
        return slips[0] if first < second else None
    return slips[0] if slips else None
