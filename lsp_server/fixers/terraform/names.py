"""How near two Terraform names are in spelling and in words: `policy` is like `policy_document`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from lsp_server.dialects.terraform.vocabulary import vocabulary

_UNIT_WORDS = {
    "second": "seconds", "secs": "seconds", "sec": "seconds", "minute": "minutes", "mins": "minutes",
    "hour": "hours", "day": "days", "week": "weeks", "month": "months", "mib": "mb", "gib": "gb",
}  # fmt: skip
_UNIT_NAMES = frozenset(_UNIT_WORDS.values())
_UNITS = frozenset((*_UNIT_WORDS, *_UNIT_NAMES, "in", "of"))
_SAME = {
    "rds": "db", "database": "db",
    "username": "user_name", "identifier": "id", "ids": "id", "arns": "arn", "sg": "security_group",
    "subnets": "subnet", "enable": "enabled", "config": "configuration", "configurations": "configuration",
    "desc": "description", "env": "environment", "max": "maximum", "min": "minimum", "num": "number",
    "count": "number", "autoscaling": "auto_scaling", "encrypt": "encryption", "encrypted": "encryption",
    "eventbridge": "cloudwatch_event", "elb": "lb", "alb": "lb", "elbv2": "lb", "params": "parameter",
    "authorization": "auth", "authentication": "auth", "buffer": "buffering", "cert": "certificate",
    "dest": "destination", "repo": "repository", "app": "application", "passwd": "password", "pass": "password",
}  # fmt: skip
FILLERS = frozenset({"configuration", "setting", "option", "info", "specification", "spec"})
"""Words that say nothing of what is set: `logs` and `logs_config` are the same."""
_LIGHT = frozenset({"preferred"}) | FILLERS
_LONG = 9
_TOLD = 6  # letters of a name that can be told with two slips in it
_FURTHEST = 3  # how much longer a slip is at most, but for underscores: two letters and an s
_DIGITS = re.compile(r"\d")
_RUN = re.compile(r"(\d)\1+")
_IDENTITIES = frozenset({"id", "name", "arn"})


@lru_cache(maxsize=16384)
def words(name: str) -> tuple[str, ...]:
    """The words of a name in one form: singular, abbreviations written out."""
    found: list[str] = []
    for word in name.lower().replace("-", "_").split("_"):
        found += _SAME.get(word, _singular(word)).split("_")
    return tuple(word for word in found if word)


def _singular(word: str) -> str:
    if word in {"ids", "arns", "gbs", "mbs", "ips", "azs"}:
        return word[:-1]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def unit_of(name: str) -> str:
    """The unit of time or size that a name says: `seconds`, `days`, `gb` …; empty where it says none."""
    found = [_UNIT_WORDS.get(word, word) for word in name.lower().split("_")]
    return next((word for word in found if word in _UNIT_NAMES), "")


def identity_of(name: str) -> str:
    """Which handle of a thing a name asks for: `id`, `name`, `arn`, or empty for none of them."""
    last = words(name)[-1:]
    return last[0] if last and last[0] in _IDENTITIES else ""


def spelling(name: str, other: str) -> float:
    """How alike two names are written, 0 to 1; a swapped pair of letters is one mistake."""
    return DamerauLevenshtein.normalized_similarity(name, other)


def is_slip(name: str, other: str) -> bool:
    """Whether one is plainly the other with a slip of the keyboard: a letter or two, an underscore, an s."""
    mine, theirs = name.replace("_", "").replace("-", "").lower(), other.replace("_", "").lower()
    if abs(len(name) - len(other)) > _FURTHEST and abs(len(mine) - len(theirs)) > 1:
        return False  # told in no time, and true of nearly all that are asked about
    if name == other or not (_same_digits(name, other) or _digit_slip(name, other)):
        return False  # `subnet1` is not a slip of `subnet2`
    if mine == theirs:
        return True
    if len(theirs) > _LONG and DamerauLevenshtein.distance(mine, theirs) == 1 and not _all_known(name):
        return True  # an underscore astray, and a letter
    near = _near(name, other) or (name[-1:] == "s" != other[-1:] and len(name) > 4 and _near(name[:-1], other))
    return near and not another_word(name, other)


def _all_known(name: str) -> bool:
    return all(word in vocabulary() for word in name.lower().split("_"))


def _near(name: str, other: str) -> bool:
    """Whether a letter or two make the difference."""
    short = min(len(name), len(other))
    return short > 2 and DamerauLevenshtein.distance(name, other) <= (1 if len(other) < 8 else 2)


def _digit_slip(name: str, other: str) -> bool:
    """Whether a digit within a name was pressed twice or before the one it follows: `route533_record`.

    One at the end counts things: `subnet11` is not `subnet1`.
    """
    if name[-1:].isdigit() or other[-1:].isdigit() or DamerauLevenshtein.distance(name, other) != 1:
        return False
    mine, theirs = ("".join(_DIGITS.findall(n)) for n in (name, other))
    return sorted(mine) == sorted(theirs) or _RUN.sub(r"\1", mine) == theirs


def is_type_slip(name: str, other: str) -> bool:
    """Whether a type is another with a slip in it; the provider's word is no word that could mean something else."""
    if name.partition("_")[0] == other.partition("_")[0]:
        return is_slip(name, other)
    most = 1 if len(other.partition("_")[0]) < 6 else 2
    plain = name.replace("_", "") == other.replace("_", "")
    return name != other and (plain or DamerauLevenshtein.distance(name, other) <= most)


def is_certain(name: str, other: str) -> bool:
    """Whether a slip is so small that nothing else can have been meant: one letter, or underscores alone."""
    return is_slip(name, other) and (
        name.replace("_", "") == other.replace("_", "") or DamerauLevenshtein.distance(name, other) == 1
    )


def is_plain(name: str, other: str) -> bool:
    """Whether a slip is that small but for the number: `reginos` for `region`.

    For names of a schema, of which no other is near; what somebody has named themselves may come in one and in many.
    """
    if is_certain(name, other):
        return True
    if not is_slip(name, other) or min(len(name), len(other)) < _TOLD or _all_known(name):
        return False
    forms = [(_one(name), other), (name, _one(other))]
    return any(pair != (name, other) and DamerauLevenshtein.distance(*pair) == 1 for pair in forms)


def _one(name: str) -> str:
    """A name without what makes it plural; `policys` is one of `policy`, too."""
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


def _same_digits(name: str, other: str) -> bool:
    return _DIGITS.findall(name) == _DIGITS.findall(other)


def another_word(name: str, other: str) -> bool:
    """Whether a word of one stands for another word in the other: `rule_arn` is no slip of `role_arn`."""
    mine, theirs = name.lower().split("_"), other.lower().split("_")
    if len(mine) != len(theirs):
        return False
    known = vocabulary()
    differ = [(a, b) for a, b in zip(mine, theirs, strict=True) if _plain(a) != _plain(b)]
    return any(a in known and b in known and not a.isdigit() for a, b in differ)


def _plain(word: str) -> str:
    """A word in the singular, and without the ending that `required` has and `require` has not."""
    single = _singular(word)
    return single[:-1] if len(single) > 5 and single.endswith("ed") else single


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
    best = max(_overlap(mine, theirs), 0.97 * _overlap_within(mine, theirs, around))
    written = spelling(name, other) - 0.1 if _same_digits(name, other) and not another_word(name, other) else 0.0
    return max(best, written)


def _overlap_within(mine: tuple[str, ...], theirs: tuple[str, ...], around: str) -> float:
    """The overlap without the words of the type around; none where one such word stands for another."""
    context = frozenset(words(around)) if around else frozenset[str]()
    ours, others = context.intersection(mine), context.intersection(theirs)
    if ours - others and others - ours:
        return 0.0
    return _overlap(_without(mine, context), _without(theirs, context))


def foreign(name: str, other: str, around: str = "") -> frozenset[str]:
    """The words by which `other` says more than `name` does: `default` in `default_iam_role_arn` for `iam_role_arn`."""
    known = frozenset(words(name)) | frozenset(words(around) if around else ()) | _UNITS | _LIGHT | _IDENTITIES
    return frozenset(words(other)) - known


def replaces(name: str, other: str, around: str = "") -> bool:
    """Whether `other` says something else in the place of what `name` says, as `pdf_bucket` does for `log_bucket`."""
    return bool(foreign(name, other, around) and foreign(other, name, around))


def _without(own: tuple[str, ...], context: frozenset[str]) -> tuple[str, ...]:
    kept = tuple(word for word in own if word not in context and word not in _UNITS)
    return kept or own


def _overlap(mine: tuple[str, ...], theirs: tuple[str, ...]) -> float:
    a, b = frozenset(mine) - _UNITS or frozenset(mine), frozenset(theirs) - _UNITS or frozenset(theirs)
    if a == b:
        return 0.9
    both = a & b
    plain_a, plain_b = a - _IDENTITIES, b - _IDENTITIES
    if plain_a - FILLERS == plain_b - FILLERS and plain_a - FILLERS:
        return 0.8 if plain_a == plain_b else 0.86 if a & _IDENTITIES == b & _IDENTITIES else 0.75
    if both <= _IDENTITIES:
        return 0.5 if both else 0.55 if a | b <= _IDENTITIES else 0.0  # `vpc_id` is no `id`
    share = len(both) / len(a | b)
    if mine[-len(theirs) :] == theirs or theirs[-len(mine) :] == mine:
        return 0.5 + 0.45 * share
    return 0.3 + 0.5 * share if a <= b or b <= a else 0.75 * share


def names_the_same(name: str, other: str, distinctive: frozenset[str] = frozenset(), *, ending: bool = True) -> bool:
    """Whether two names of types say the same thing: a slip, other joins, or a word more or less.

    Without `ending`, the word more may be the last one.

    A word put in the place of another is another thing, and so is a `distinctive` word (a service) more or less:
    `aws_neptune_cluster` is no `aws_rds_cluster`, and `aws_subnet_group` no `aws_dax_subnet_group`.
    """
    if is_slip(name, other) or name.replace("_", "") == other.replace("_", ""):
        return True
    if not _same_digits(*("_".join(w for w in words(n) if w != "ec2") for n in (name, other))):
        return False  # the second version of a service is another service
    mine, theirs = _said(name), _said(other)
    if not _has_stem(mine[-1], theirs) or _repeats(name) != _repeats(other):
        return False  # `aws_s3_bucket_cors` is no `aws_s3_bucket`, and an option of an option group no group
    if ending and not _has_stem(theirs[-1], mine):
        return False  # and `aws_eks_access_policy` may be another thing than its association
    lost = {word for word in mine if not _has_stem(word, theirs)}
    gained = {word for word in theirs if not _has_stem(word, mine)}
    if mine[1:2] == theirs[1:2]:
        distinctive = distinctive & gained  # of one service already
    return not (lost and gained) and len(lost | gained) <= 1 and not (lost | gained) & distinctive


def _repeats(name: str) -> int:
    """How many words of a name are said again in it, as they are written: `rds_db` says nothing twice."""
    written = [_singular(word) for word in name.lower().split("_")]
    return len(written) - len(set(written))


@lru_cache(maxsize=16384)
def _said(name: str) -> tuple[str, ...]:
    """The words of a name without those at the end that say nothing."""
    said = words(name)
    while len(said) > 1 and said[-1] in FILLERS and said[-1] not in said[:-1]:
        said = said[:-1]
    return said


def _has_stem(word: str, others: Iterable[str]) -> bool:
    """Whether a word is among others in some form: `log` for `logging`, but not `route` for `route53`."""
    for other in others:
        if word == other or (_same_stem(word, other) if len(word) <= len(other) else _same_stem(other, word)):
            return True
    return False


def _same_stem(short: str, long: str) -> bool:
    if len(short) < 3 or not long.startswith(short):
        return False
    rest = long[len(short) :]
    if _DIGITS.search(rest):
        return False
    return len(rest) <= 4 or short[-1].isdigit()


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
