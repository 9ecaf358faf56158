"""Which resource types an intent is about: by their names in speech, by their names in the schema, or as written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from lsp_server.core.document import Unit
from lsp_server.dialects.base import Language
from lsp_server.dialects.cloudformation.schema import schemas
from lsp_server.dialects.cloudformation.template import parse_template
from lsp_server.dialects.terraform.module import module_of
from lsp_server.dialects.terraform.schema import schema_for
from lsp_server.repair.offline.recipes import recipes, spoken
from lsp_server.repair.offline.words import Token, Words, words_of

_MOST = 12
Phrase = tuple[str, ...]


def type_names(unit: Unit, language: Language) -> Sequence[str]:
    """All resource types that may be written; those of the serverless transform only where it is used."""
    if language is Language.CLOUDFORMATION:
        serverless = any("Serverless" in name for name in parse_template(unit.main).transforms)
        return [name for name in schemas().types if serverless or not name.startswith("AWS::Serverless::")]
    return schema_for(module_of(unit)).resource_types()


def find_types(text: str, unit: Unit, language: Language) -> list[str]:
    """The types that the words name, in the order in which they are named; at most a dozen."""
    return [name for name, _ in mentioned(Words(text), tuple(type_names(unit, language)), language)][:_MOST]


def mentioned(words: Words, types: tuple[str, ...], language: Language) -> list[tuple[str, int]]:
    """The types and where each is named first; those words are understood, and belong to no other type."""
    found: dict[str, int] = {}
    index = _phrases(types, language)
    common = {"", *recipes(language), *(thing.cloudformation for thing in spoken()), *(t.terraform for t in spoken())}
    known = {name.lower(): name for name in types}
    for at, token in enumerate(words.tokens):
        name = known.get(token.text.lower())
        if name is not None and ("_" in token.text or "::" in token.text):
            token.used = True
            found.setdefault(name, at)
    longest = max(map(len, index), default=0)
    for size in range(longest, 0, -1):
        for at in range(len(words.tokens) - size + 1):
            here = words.tokens[at : at + size]
            target = index.get(tuple(token.stem for token in here))
            if target is None or any(token.used for token in here):
                continue
            if target not in common and not _as_written(here, target):
                continue
            words.use(at, size)
            if target and not words.denied(at):
                found[target] = min(at, found.get(target, at))
    return sorted(found.items(), key=lambda item: item[1])


def _as_written(tokens: Sequence[Token], name: str) -> bool:
    """Whether words are those of a type's name but for a plural: `granting` is no `PolicyGrant`."""
    plain = "".join(re.findall(r"[a-z0-9]", name.lower()))
    return all(token.text.lower().removesuffix("s") in plain for token in tokens)


@lru_cache(maxsize=8)
def _phrases(types: tuple[str, ...], language: Language) -> dict[Phrase, str]:
    """The type for each phrase; empty for the words of a feature, which must not be taken for a type."""
    index: dict[Phrase, str] = {}
    existing = set(types)
    for recipe in recipes(language).values():
        for feature in recipe.features:
            for words in feature.words:
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
