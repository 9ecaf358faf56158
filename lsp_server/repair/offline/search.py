"""Which resource types an intent is about: by their names in speech, by their names in the schema, or as written."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from lsp_server.core.document import Unit
from lsp_server.dialects.base import Language
from lsp_server.dialects.cloudformation.schema import schemas
from lsp_server.dialects.cloudformation.template import parse_template
from lsp_server.dialects.terraform.module import module_of
from lsp_server.dialects.terraform.providers import named
from lsp_server.dialects.terraform.schema import schema_for
from lsp_server.repair.offline.access import actions_in
from lsp_server.repair.offline.kinds import is_policy
from lsp_server.repair.offline.recipes import called, recipes, spoken
from lsp_server.repair.offline.spoken_of import Spot, is_of_a_database, not_asked_for, told_apart
from lsp_server.repair.offline.stems import stem, words_of
from lsp_server.repair.offline.words import Token, Words

_SPOKEN_OF = frozenset({"aws"})  # whose things are meant by names in speech, where a module names no provider
_NO_THINGS = ("instance class", "instance type", "instance size")
_KIND = stem("instance")
_POLICY = stem("policy")
_WIDE = frozenset({"iam", "ec2", "vpc", "db"})  # whose things are known by the rest of their names, or mean several
_BACK = frozenset({"the", "this", "that", "its", "each", "both"})
_CAPITALS = re.compile(r"[A-Z]{4,}")
Phrase = tuple[str, ...]


@dataclass(frozen=True)
class _Meaning:
    """The type that a phrase means, empty for none, and phrases of which one has to be said for that; often none.

    `acting` tells that an action has to be written for that.
    """

    type: str
    beside: tuple[Phrase, ...] = ()
    acting: bool = False


def type_names(unit: Unit, language: Language) -> Sequence[str]:
    """All resource types that may be written; those of the serverless transform only where it is used."""
    if language is Language.CLOUDFORMATION:
        serverless = any("Serverless" in name for name in parse_template(unit.main).transforms)
        return [name for name in schemas().types if serverless or not name.startswith("AWS::Serverless::")]
    module = module_of(unit)
    return schema_for(module).resource_types(named(module) or _SPOKEN_OF)


def mentioned(words: Words, types: tuple[str, ...], language: Language) -> list[tuple[str, int]]:
    """The types and where each is named first, as often as it is wanted (`three subnets`).

    Those words are understood, and belong to no other type.
    """
    found = _types_written(words, types)
    counts: dict[str, int] = {}
    spots: dict[str, list[Spot]] = {}
    heads: set[str] = set()
    taken: set[int] = set()
    index = _phrases(types, language)
    common = {"", *recipes(language), *(thing.cloudformation for thing in spoken()), *(t.terraform for t in spoken())}
    longest = max(map(len, index), default=0)
    for size in range(longest, 0, -1):
        for at in range(len(words.tokens) - size + 1):
            here = words.tokens[at : at + size]
            meanings = index.get(tuple(token.stem for token in here))
            if meanings is None or any(token.used for token in here):
                continue
            target = _meant(meanings, words)
            if target is None:
                continue
            if not _is_meant(here, target, common=target in common):
                continue
            words.use(at, size)
            if _is_known(words, at, here, heads, taken):
                continue
            heads.add(here[-1].stem)
            taken |= {*range(at, at + size)} if target else set()
            if target and not words.denied(at):
                found[target] = min(at, found.get(target, at))
                spots.setdefault(target, []).append(Spot(at, size, words.count_before(at, size)))
    _leave_out(words, found, spots, language)
    for kind, places in spots.items():
        counts[kind] = max(*(spot.counted for spot in places), told_apart(words, places, called(kind)))
    found = found or _otherwise(words, types, language)
    return [(name, at) for name, at in sorted(found.items(), key=lambda i: i[1]) for _ in range(counts.get(name, 1))]


def _is_known(words: Words, at: int, here: Sequence[Token], heads: Collection[str], taken: Collection[int]) -> bool:
    """Whether words are about what was named, or what is there anyway."""
    if len(here) == 1 and here[0].stem in heads and words.before(at) in _BACK:
        return True  # `a snapshot of the instance` means the one that was named
    if here[0].stem == _KIND and (at - 1 in taken or is_of_a_database(words, at)):
        return True  # `PostgreSQL database instance` is one thing
    return here[-1].stem == _POLICY and is_policy(words.before(at))  # `the AmazonEKSClusterPolicy IAM policy`


def _otherwise(words: Words, types: tuple[str, ...], language: Language) -> dict[str, int]:
    """What is meant by names that mean a resource only where nothing else is named: `S3`, `MySQL`."""
    found: dict[str, int] = {}
    for thing in spoken():
        name = thing.cloudformation if language is Language.CLOUDFORMATION else thing.terraform
        for phrase in map(words_of, thing.words) if thing.otherwise and name in types else ():
            at = words.find(phrase, unused=True)
            if at >= 0 and not words.denied(at):
                words.use(at, len(phrase))
                found[name] = min(at, found.get(name, at))
    return found


def _meant(meanings: Sequence[_Meaning], words: Words) -> str | None:
    """The type that is meant beside what else is said; None where the phrase then means nothing."""
    fitting = (
        m.type
        for m in meanings
        if (not m.beside or any(words.find(one) >= 0 for one in m.beside))
        and (not m.acting or any(actions_in(words.text)))
    )
    return next(fitting, None)


def _leave_out(words: Words, found: dict[str, int], spots: Mapping[str, Sequence[Spot]], language: Language) -> None:
    """Forget types that are no thing of their own, while others are."""
    gone = not_asked_for(words, found, spots, recipes(language))
    if gone < found.keys():
        for kind in gone:
            found.pop(kind, None)
            for spot in spots[kind]:
                words.release_number(spot.at)


def _types_written(words: Words, types: tuple[str, ...]) -> dict[str, int]:
    """The types that are named as such: `aws_s3_bucket`, `AWS::S3::Bucket`, `aws_sagemaker_notebook instance`."""
    known = {name.lower(): name for name in types}
    found: dict[str, int] = {}
    for at, token in enumerate(words.tokens):
        if "_" not in token.text and "::" not in token.text:
            continue
        for size in (3, 2, 1):
            name = known.get("_".join(t.text for t in words.tokens[at : at + size]).lower())
            if name is not None:
                words.use(at, size)
                found.setdefault(name, at)
                break
    return found


def _is_meant(here: Sequence[Token], target: str, *, common: bool) -> bool:
    """Whether words name a type, and are not just of the same stems: `distributed` is no distribution."""
    if not common and not _as_written(here, target):
        return False
    return len(here) > 1 or not target or here[0].text.lower() in _single_words()


def _as_written(tokens: Sequence[Token], name: str) -> bool:
    """Whether words are those of a type's name but for a plural: `granting` is no `PolicyGrant`."""
    plain = "".join(re.findall(r"[a-z0-9]", name.lower()))
    return all(token.text.lower().removesuffix("s") in plain for token in tokens)


@cache
def _single_words() -> frozenset[str]:
    """The names in speech that are one word, and their plurals."""
    singles = {word for thing in spoken() for word in thing.words if " " not in word}
    return frozenset(form for word in singles for form in (word, f"{word}s", f"{word}es", f"{word[:-1]}ies"))


@lru_cache(maxsize=8)
def _phrases(types: tuple[str, ...], language: Language) -> dict[Phrase, tuple[_Meaning, ...]]:
    """What each phrase means; no type for the words of a feature, which must not be taken for one.

    What things are called goes before the names of types. Where several services have types of one name, the service
    has to be named.
    """
    index: dict[Phrase, tuple[_Meaning, ...]] = {}
    of_features: set[Phrase] = set()
    existing = set(types)
    for thing in spoken():
        name = thing.cloudformation if language is Language.CLOUDFORMATION else thing.terraform
        meaning = _Meaning(name, tuple(map(words_of, thing.beside)), thing.acting)
        if thing.otherwise or not (name in existing or thing.means_nothing):
            continue
        for phrase in map(words_of, thing.words):
            others = tuple(m for m in index.get(phrase, ()) if m.beside or meaning.beside)
            index[phrase] = (meaning, *others) if meaning.beside else (*others, meaning)
    said = set(index)
    features = (words for recipe in recipes(language).values() for f in recipe.features for words in f.words)
    for words in (*_NO_THINGS, *features):
        if len(phrase := words_of(words)) > 1 and phrase not in index:
            said.add(phrase)
            of_features.add(phrase)
            index[phrase] = (_Meaning(""),)
    for name in types:
        for phrase, services in _of_name(name):
            if phrase not in said or (phrase in of_features and services):
                meaning = _Meaning(name, services)
                index[phrase] = (meaning, *index[phrase]) if phrase in said else (*index.get(phrase, ()), meaning)
    alone = language is Language.CLOUDFORMATION  # what no other service has is known without the service
    return {p: m if p in said or len(m) > 1 or not alone else (_Meaning(m[0].type),) for p, m in index.items()}


def _of_name(name: str) -> Iterator[tuple[Phrase, tuple[Phrase, ...]]]:
    """`AWS::EC2::NatGateway`: ec2 nat gateway, nat gateway; a name of one word needs its service before it.

    With each is what the service is called, in one word or in several.
    """
    if "::" not in name:
        whole = words_of(name.partition("_")[2])
        yield whole, ()
        if len(whole) > 2 and whole[0] not in _WIDE:
            yield whole[1:], (whole[:1],)
        return
    _, service, kind = (*name.split("::"), "", "")[:3]
    own, services = words_of(kind), tuple(dict.fromkeys((words_of(service), (stem(service),))))
    for family in services:
        yield (*family, *own), services
    if len(own) > 1 or _CAPITALS.fullmatch(kind):
        yield own, services
