"""Which resource types an intent is about: by their names in speech, by their names in the schema, or as written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from lsp_server.core.document import Unit
from lsp_server.dialects.base import Language
from lsp_server.dialects.cloudformation.schema import schemas
from lsp_server.dialects.cloudformation.template import parse_template
from lsp_server.dialects.terraform.module import module_of
from lsp_server.dialects.terraform.providers import named
from lsp_server.dialects.terraform.schema import schema_for
from lsp_server.repair.offline.recipes import recipes, spoken
from lsp_server.repair.offline.words import Token, Words, stem, words_of

_SPOKEN_OF = frozenset({"aws"})  # whose things are meant by names in speech, where a module names no provider
_NO_THINGS = ("instance class", "instance type", "instance size")
_KIND = stem("instance")
_BACK = frozenset({"the", "this", "that", "its", "each", "both"})
Phrase = tuple[str, ...]


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
    heads: set[str] = set()
    taken: set[int] = set()
    index = _phrases(types, language)
    common = {"", *recipes(language), *(thing.cloudformation for thing in spoken()), *(t.terraform for t in spoken())}
    longest = max(map(len, index), default=0)
    for size in range(longest, 0, -1):
        for at in range(len(words.tokens) - size + 1):
            here = words.tokens[at : at + size]
            target = index.get(tuple(token.stem for token in here))
            if target is None or any(token.used for token in here):
                continue
            if not _is_meant(here, target, common=target in common):
                continue
            words.use(at, size)
            if size == 1 and here[0].stem in heads and words.before(at) in _BACK:
                continue  # `a snapshot of the instance` means the one that was named
            if here[0].stem == _KIND and at - 1 in taken:
                continue  # `PostgreSQL database instance` is one thing
            heads.add(here[-1].stem)
            taken |= {*range(at, at + size)} if target else set()
            if target and not words.denied(at):
                found[target] = min(at, found.get(target, at))
                counts[target] = max(words.count_before(at, size), counts.get(target, 1))
    return [(name, at) for name, at in sorted(found.items(), key=lambda i: i[1]) for _ in range(counts.get(name, 1))]


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
def _phrases(types: tuple[str, ...], language: Language) -> dict[Phrase, str]:
    """The type for each phrase; empty for the words of a feature, which must not be taken for a type."""
    index: dict[Phrase, str] = {}
    existing = set(types)
    features = (words for recipe in recipes(language).values() for f in recipe.features for words in f.words)
    for words in (*_NO_THINGS, *features):
        if len(phrase := words_of(words)) > 1:
            index.setdefault(phrase, "")
    for thing in spoken():
        name = thing.cloudformation if language is Language.CLOUDFORMATION else thing.terraform
        for words in thing.words:
            if name in existing:
                index[words_of(words)] = name
    for name in types:
        for phrase in _of_name(name):
            index.setdefault(phrase, name)
    return index


def _of_name(name: str) -> Iterator[Phrase]:
    """`AWS::EC2::NatGateway`: ec2 nat gateway, nat gateway; a name of one word needs its service before it."""
    if "::" in name:
        _, service, kind = (*name.split("::"), "", "")[:3]
        own, family = words_of(kind), words_of(service)
    else:
        own, family = words_of(name.partition("_")[2]), ()
    yield (*family, *own)
    if len(own) > 1:
        yield own
