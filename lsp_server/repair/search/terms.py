"""A text as terms that meet whatever the style: `Elastic Beanstalk`, `ElasticBeanstalk`, `elastic_beanstalk`."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from lsp_server.repair.offline.stems import joined, stem, words_of
from lsp_server.repair.offline.words import PASSED_OVER

_WORD = re.compile(r"[A-Za-z0-9]+")

STOP = frozenset(stem(word) for word in PASSED_OVER)
"""The stems of words that tell nothing of what an intent is about."""


def plain_words(text: str) -> list[str]:
    """The words of a text as they are written, `Route 53` as one; what parts them is left out."""
    return _WORD.findall(joined(text))


def terms_of(words: list[str], known: Container[str] = ()) -> Iterator[tuple[int, str]]:
    """The stems of words with the number of the word: of the whole, of its parts (`DynamoDB`: dynamo, db as well).

    Two words that `known` has as one are one as well: `secrets manager` is `secretsmanager`.
    """
    for number, word in enumerate(words):
        forms = dict.fromkeys((stem(word), *words_of(word)))
        if number + 1 < len(words) and (both := stem(word + words[number + 1])) in known:
            forms[both] = None
        for form in forms:
            yield number, form


def name_terms(name: str) -> tuple[str, ...]:
    """The terms of a resource type's name, without the provider's; a service of CloudFormation is one term."""
    if "::" not in name:
        return tuple(dict.fromkeys(words_of(name.partition("_")[2])))
    _, service, *kinds = name.split("::")
    return tuple(dict.fromkeys((stem(service), *(term for kind in kinds for term in words_of(kind)))))
