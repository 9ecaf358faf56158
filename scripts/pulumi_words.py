"""Turns the sentences of Pulumi's packages into Terraform's: names of types and arguments, and only what stays true."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_DOTTED = re.compile(r"[`\"']?\b(?:(?:aws|azure|gcp)\.)?([a-z][a-z0-9]*)[./]([A-Z]\w+)\b[`\"']?")
_FUNCTION = re.compile(r"\bget_([a-z_0-9]+)\b")
_GETTER = re.compile(r"[`\"']?\b([a-z][a-z0-9]*)_get_([a-z_0-9]+)\b[`\"']?")
_BARE = re.compile(
    r"[`\"']?\b([A-Z][a-z]\w*(?:[`\"']? or [`\"']?[A-Z][a-z]\w*)?)\b[`\"']?(?= (?:resources?|data sources?)\b)"
    r"|`([A-Z][a-z]+[A-Z]\w+)`"
)
_CAMEL = re.compile(r"\b[a-z]+\d*(?:[A-Z][a-z0-9]*)+\b")
_SENTENCE = re.compile(r"(?<=[a-z0-9`)'\"_\]A-Z])\.(?:\s+|$)(?=[A-Z`'\"*(]|$)")
_OWN_VERSION = re.compile(
    r",? and will be removed in version \d+\.0 of the provider\b"
    r"| in version \d+\.0 of the provider and will be removed in version \d+\.0\b",
    re.IGNORECASE,
)
_NOTE = re.compile(r"^(?:\*\*(?:note|warning):?\*\*:?|note:|warning:)\s*", re.IGNORECASE)
_PLAIN_CAMEL = frozenset({"macOS", "iOS", "eBPF", "aws", "oAuth"})
_OF_PULUMI = re.compile(r"\bpulumi\b", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://")
_EMPTY = re.compile(
    r"(?:this (?:attribute|field|property|argument|block) is deprecated|this is deprecated|deprecated|"
    r"[`'\"]?[\w.]+[`'\"]? is deprecated|the [`'\"][\w.]+[`'\"] (?:property|field|argument|attribute)? ?is deprecated)",
    re.IGNORECASE,
)

Types = Mapping[tuple[str, str, bool], str]
"""The types of Terraform by Pulumi's module, name, and whether it is a data source."""


def snake(name: str) -> str:
    """A name in camel case as Terraform writes it."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def translated(text: str, module: str, types: Types, known: Collection[str], *, whole: bool = False) -> str:
    """The sentences of `text` that can be said of Terraform, in its names; empty where there are none.

    `module` is Pulumi's, in which names without one are looked for; `known` are the names of the provider's arguments.
    """
    text = _NOTE.sub("", _LINK.sub(r"\1", text.replace('\\"', '"').replace("\\'", "'").replace("\\\\", "\\")).strip())
    text = text.replace("_This", "This").replace("version._", "version.")
    text = _OWN_VERSION.sub("", text) if whole else text
    said = []
    for sentence in _SENTENCE.split(text):
        turned = _sentence(sentence.strip(), module, types, known, whole=whole)
        if turned and (whole or not _EMPTY.fullmatch(turned)) and turned not in said:
            said.append(turned)
    told = ". ".join(said[:2])
    named = "_" in told.partition(" ")[0]
    return f"{told if named else told[0].upper() + told[1:]}." if told else ""


def generic(text: str) -> bool:
    """Whether a sentence says no more than that something is deprecated."""
    return _EMPTY.fullmatch(text.strip(" ._*")) is not None


def _sentence(text: str, module: str, types: Types, known: Collection[str], *, whole: bool) -> str:
    lost = False

    def type_of(where: str, name: str) -> str:
        nonlocal lost
        data = "data source" in text
        for one in (data, not data):
            if found := types.get((where, name, one)):
                return f"`{found}`"
        lost = True
        return ""

    def bare(match: re.Match[str]) -> str:
        found = [type_of(module, re.sub(r"\W", "", name)) for name in (match[1] or match[2]).split(" or ")]
        return " or ".join(found)

    def function(match: re.Match[str]) -> str:
        name = "".join(part.title() for part in match[1].split("_"))
        found = types.get((module, name, True)) or types.get(("index", name, True))
        return match[0] if match[0] in known or not found else f"`{found}`"

    def word(match: re.Match[str]) -> str:
        nonlocal lost
        plain = snake(match[0])
        if match[0] in _PLAIN_CAMEL:
            return match[0]
        lost = lost or plain not in known
        return plain

    if _OF_PULUMI.search(text) or _ADDRESS.search(text):
        return ""
    turned = _DOTTED.sub(lambda m: type_of(m[1], m[2]), text)
    turned = _GETTER.sub(lambda m: type_of(m[1], "".join(part.title() for part in m[2].split("_"))), turned)
    turned = _FUNCTION.sub(function, turned)
    turned = _BARE.sub(bare, turned) if module == "index" else turned
    parts = re.split(r"(`[a-z0-9]+_\w+`)", turned)
    turned = "".join(part if number % 2 else _CAMEL.sub(word, part) for number, part in enumerate(parts))
    return "" if lost else re.sub(r"\s+", " ", turned).strip(" .")
