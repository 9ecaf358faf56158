"""Whether the name of an argument or property speaks of a resource type, and of which attribute of it."""

from __future__ import annotations

from functools import lru_cache

from lsp_server.repair.offline.stems import words_of

_ATTRIBUTES = frozenset({"id", "ids", "arn", "arns", "nam", "url", "ref", "identifi"})
_ELSEWHERE = frozenset(words_of("source destination target peer parent replica replicate replication final snapshot"))


@lru_cache(maxsize=4096)
def _own(kind: str) -> tuple[str, ...]:
    return words_of(kind.rsplit("::", 1)[-1] if "::" in kind else kind.partition("_")[2])


@lru_cache(maxsize=32768)
def speaks_of(name: str, owner: str, kind: str) -> bool:
    """Whether a field of type `owner` names a resource of type `kind`: `vpc_security_group_ids`, `SubnetId`.

    A single word is not enough where the type has more: a `role` may be any.
    """
    stems = [stem for stem in words_of(name) if stem not in _ATTRIBUTES]
    own = _own(kind)
    if not stems or not own or owner == kind or _ELSEWHERE & set(stems):
        return False
    if not any(stem in _ATTRIBUTES for stem in words_of(name)[-1:]) and len(stems) < 2:
        return False
    same = 0
    while same < min(len(stems), len(own)) and stems[-1 - same] == own[-1 - same]:
        same += 1
    if same == len(own) and (same > 1 or len(stems) == 1):
        return True
    return same > 1 and (same == len(stems) or (len(own) > same and own[0] in words_of(owner)))


def attribute_said(name: str, kind: str) -> str:
    """The attribute that a field's name asks for, as the language of the type writes it; empty for the main one."""
    last = words_of(name)[-1:]
    if last in (("arn",), ("arns",)):
        return "Arn" if "::" in kind else "arn"
    if last == ("nam",):
        return "" if "::" in kind else "name"
    return ("GroupId" if kind.endswith("::SecurityGroup") else "") if "::" in kind else "id"
