"""What an intent says that may be done to what: `read access to the table`, `s3:GetObject on the bucket`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import msgspec

from lsp_server.dialects.base import Language
from lsp_server.dialects.cloudformation.policies import service
from lsp_server.dialects.cloudformation.policy_words import PRINCIPALS
from lsp_server.repair.offline.kinds import KINDS
from lsp_server.repair.offline.recipes import called
from lsp_server.repair.offline.stems import words_of
from lsp_server.repair.offline.words import Words

_ACTION = re.compile(r"\b([a-z][a-z0-9-]+):(\*|[A-Z][A-Za-z]+\*?)(?![\w:])")
_FOR = frozenset({"for", "of", "by"})
_PASSED = frozenset({"the", "a", "an", "aws", "amazon", "this", "our", "each"})
_REACH = 6
_LONGEST = 5
_OF_A_NOUN = frozenset({"s3", "object", "file", "image", "on"})  # `S3 uploads` are no access
_LISTED = frozenset({"and", "or", "the", "a", "an", "its", "our", "to", "on", "from", "into", "both"})
_POINTING = frozenset({"it", "them", "they"})
_RELATIVE = frozenset({"that", "which"})
_TOWARDS = frozenset({"to", "from", "into", "in", "on"})
_ALL = "full"
_ANY = "access"


class Access(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may be done to one type of resource, which has a `service` in policies: its actions by kind of access.

    `words` mean it where access is spoken of, beside what it is called anyway; `short` ones only where there is one.
    `below` is what stands behind the ARN for kinds of resources that lie in it, `whole` what always does. Where there
    is none, what is `anywhere` may be any, and a parameter stands for another.
    """

    service: str
    actions: dict[str, list[str]]
    words: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    anywhere: bool = False
    cloudformation: str = ""
    terraform: str = ""
    below: dict[str, str] = {}
    whole: str = ""

    def kind(self, language: Language) -> str:
        """The type in a language."""
        return self.cloudformation if language is Language.CLOUDFORMATION else self.terraform

    def ends(self, action: str) -> frozenset[str]:
        """What stands behind the ARN for an action: several where it is about several things, none if about none."""
        known = service(self.service)
        if known is None or action.endswith("*"):
            return frozenset({self.whole, *self.below.values()})
        found = known.actions.get(action.lower())
        kinds = found.resources if found is not None else ()
        below = frozenset(self.below[kind] for kind in kinds if kind in self.below)
        return below or (frozenset({self.whole}) if kinds else frozenset())


class Acts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What resources of some types do with what they name: the kind of access by the service of that."""

    by: tuple[str, ...]
    may: dict[str, str]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    verbs: dict[str, tuple[str, ...]]
    principals: dict[str, tuple[str, ...]]
    acts: tuple[Acts, ...]
    services: tuple[Access, ...]


@dataclass(frozen=True)
class Granted:
    """Actions on what one type stands for, without the service before them. `at` is where they are spoken of."""

    access: Access
    actions: tuple[str, ...]
    at: int


@cache
def _table() -> _Table:
    data = resources.files("lsp_server.repair.offline").joinpath("data", "access.yaml").read_bytes()
    return msgspec.yaml.decode(data, type=_Table)


def services() -> tuple[Access, ...]:
    """All that access may be given to."""
    return _table().services


def acting(kind: str) -> Mapping[str, str]:
    """What resources of a type do with what they name: the kind of access by the service of that."""
    return next((one.may for one in _table().acts if kind in one.by), {})


def actions_in(text: str) -> Iterator[tuple[str, str]]:
    """The actions that stand in a text, those that their service has: `s3` and `GetObject` for `s3:GetObject`."""
    for match in _ACTION.finditer(text):
        prefix, action = match.groups()
        known = service(prefix)
        if known is not None and ("*" in action or action.lower() in known.actions):
            yield prefix, action


def assumed_by(words: Words, start: int, end: int) -> str:
    """The service that a role between two words is said to be for, as policies name it; empty where it is not said.

    That is one that is written as such, or one right behind `for`, `of` or `by`, or right before the role.
    """
    around = words.tokens[max(0, start - _LONGEST) : end]
    if written := next((t for t in around if KINDS["principal"].fullmatch(t.text)), None):
        written.used = True
        return written.text
    for at in range(start, end):
        if words.tokens[at].text.lower() in _FOR:
            begin = at + 1
            while begin < end and words.tokens[begin].text.lower() in _PASSED:
                begin += 1
            if found := _principal_at(words, begin):
                return found
    for at in range(max(0, start - 3), start):
        if found := _principal_at(words, at):
            return found
    return ""


def principal_of(kind: str) -> str:
    """The service that acts for resources of a type, where it is called as their types are; empty where it is not."""
    name = kind.split("::")[1] if "::" in kind else kind.split("_")[1] if "_" in kind else ""
    found = f"{name.lower()}.amazonaws.com"
    return found if found in PRINCIPALS else ""


def _principal_at(words: Words, at: int) -> str:
    for size in range(3, 0, -1):
        stems = tuple(token.stem for token in words.tokens[at : at + size])
        if len(stems) == size and (found := _principals().get(stems)):
            words.use(at, size)
            return f"{found}.amazonaws.com"
    return ""


@cache
def _principals() -> Mapping[tuple[str, ...], str]:
    return {words_of(phrase): name for name, phrases in _table().principals.items() for phrase in phrases}


def granted(words: Words, language: Language, there: Collection[str]) -> list[Granted]:
    """What `words` say may be done; those words are understood. `there` are the types of what is or will be there."""
    found = [*_written(words), *_spoken(words, _things(language, there))]
    return sorted(found, key=lambda one: one.at)


_Things = Mapping[tuple[str, ...], Access]
_Target = tuple[Access, int, int]
"""What is accessed, where it is named, and by how many words."""


def _things(language: Language, there: Collection[str]) -> _Things:
    """What access may be given to, by what it is called."""
    found: dict[tuple[str, ...], Access] = {}
    for access in services():
        kind = access.kind(language)
        phrases = (*access.words, *(access.short if kind in there else ()))
        for phrase in (*map(words_of, phrases), *called(kind)):
            found.setdefault(phrase, access)
    return found


def _written(words: Words) -> Iterator[Granted]:
    """The actions that are written as such; those of a service that nothing else is known of are about everything."""
    found: dict[str, list[str]] = {}
    places: dict[str, int] = {}
    for prefix, action in actions_in(words.text):
        at = _place(words, (prefix, action.rstrip("*")))
        places.setdefault(prefix, at)
        found.setdefault(prefix, []).append(action)
    for prefix, actions in found.items():
        access = next((one for one in services() if one.service == prefix), Access(prefix, {}))
        yield Granted(access, tuple(dict.fromkeys(actions)), places[prefix])


def _place(words: Words, parts: Sequence[str]) -> int:
    texts = [token.text for token in words.tokens]
    wanted = [part for part in parts if part]
    for at in range(len(texts)):
        if texts[at] == ":".join(parts):
            words.use(at, 1)
            return at
        if texts[at : at + len(wanted)] == wanted:
            words.use(at, len(wanted))
            return at
    return 0


def _spoken(words: Words, things: _Things) -> Iterator[Granted]:
    verbs = _verbs()
    seen: set[tuple[str, str]] = set()
    for at in range(len(words.tokens)):
        found = _verb_at(words, at, verbs)
        if found is None or words.denied(at):
            continue
        verb, size = found
        spoken = _owned(words, at, things) or [*_targets(words, at + size, things)]
        for access, target, length in spoken or _pointed_at(words, at, size, verb, things):
            actions = ["*"] if verb == _ALL else access.actions.get(verb, [])
            if actions and (access.service, verb) not in seen:
                seen.add((access.service, verb))
                words.use(at, size)
                words.use(target, length)
                yield Granted(access, tuple(actions), at)


@cache
def _verbs() -> Mapping[tuple[str, ...], str]:
    return {words_of(phrase): verb for verb, phrases in _table().verbs.items() for phrase in phrases}


def _verb_at(words: Words, at: int, verbs: Mapping[tuple[str, ...], str]) -> tuple[str, int] | None:
    """The kind of access that is spoken of at a place, and in how many words; `read access` is reading."""
    for size in (2, 1):
        stems = tuple(token.stem for token in words.tokens[at : at + size])
        if len(stems) == size and stems in verbs:
            if verbs[stems] == _ANY and not _is_meant(words, at, verbs):
                return None
            passive = words.tokens[at].text.lower().endswith("ed")  # `stored in S3`
            return None if passive or words.before(at) in _OF_A_NOUN else (verbs[stems], size)
    return None


def _is_meant(words: Words, at: int, verbs: Mapping[tuple[str, ...], str]) -> bool:
    """Whether `access` is all that is said: neither `read access`, nor `public access`, nor `permission to read`."""
    before = [token.stem for token in words.tokens[max(0, at - 2) : at]]
    if any((stem,) in verbs for stem in before) or "public" in before:
        return False
    after = [token for token in words.tokens[at + 1 : at + _REACH] if token.text.lower() not in _LISTED]
    return not after or (after[0].stem,) not in verbs


def _targets(words: Words, start: int, things: _Things) -> Iterator[_Target]:
    """What stands behind a verb: the next thing that access may be given to, and those that are listed with it."""
    sentence = words.tokens[start - 1].sentence
    reach = range(start, min(start + _REACH, len(words.tokens)))
    at, end = start, next((i for i in reach if words.tokens[i].sentence != sentence), reach.stop)
    while at < end:
        found = _thing_at(words, at, things)
        if found is None:
            at += 1
            continue
        access, size = found
        yield access, at, size
        at += size
        end = at
        while end < len(words.tokens) and words.tokens[end].text.lower() in _LISTED:
            end += 1
        end = end + 1 if end > at else at


def _owned(words: Words, at: int, things: _Things) -> list[_Target]:
    """The thing that a verb is about which stands in a clause on it: `a table (that) it writes to`."""
    if words.before(at) not in _POINTING:
        return []
    end = at - 1
    while end and words.tokens[end - 1].text.lower() in _RELATIVE:
        end -= 1
    for start in range(max(0, end - _LONGEST), end):
        found = _thing_at(words, start, things)
        near = words.tokens[start].sentence == words.tokens[at].sentence
        if near and found is not None and start + found[1] == end:
            return [(found[0], start, found[1])]
    return []


def _pointed_at(words: Words, at: int, size: int, verb: str, things: _Things) -> list[_Target]:
    """The thing that was told last before a verb that points to it: `reads from it`."""
    tokens = words.tokens
    behind = [token.text.lower() for token in tokens[at + size : at + size + 2]]
    if behind[:1] and behind[0] in _TOWARDS:
        behind = behind[1:]
    if not behind or behind[0] not in _POINTING:
        return []
    for start in range(at - 1, -1, -1):
        found = _thing_at(words, start, things)
        if tokens[start].sentence == tokens[at].sentence and found is not None and verb in found[0].actions:
            return [(found[0], start, found[1])]
    return []


def _thing_at(words: Words, at: int, things: _Things) -> tuple[Access, int] | None:
    """The thing that is named at a place by most words, and by how many."""
    for size in range(min(_LONGEST, len(words.tokens) - at), 0, -1):
        found = things.get(tuple(token.stem for token in words.tokens[at : at + size]))
        if found is not None:
            return found, size
    return None
