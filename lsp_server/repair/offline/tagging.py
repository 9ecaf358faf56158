"""Tags: those that an intent gives in pairs, and the expression that the neighbours in a file take theirs from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from lsp_server.repair.offline.catalog import Catalog
from lsp_server.repair.offline.resource import New, Notation
from lsp_server.repair.offline.words import Words

_TAGGED = re.compile(r"\btag(?:s|ged|ging)?\b", re.IGNORECASE)
_QUOTES = "\"'`“”"
_PAIR = re.compile(
    rf"[{_QUOTES}]?([A-Za-z][\w.-]{{0,60}})[{_QUOTES}]?\s*[=:]\s*"
    rf"(?:[{_QUOTES}]([^{_QUOTES}\n]{{1,80}})[{_QUOTES}]|([\w/@-](?:[\w./@-]*[\w/@-])?))[{_QUOTES}]?"
)
_BETWEEN = re.compile(r"\s*(?:,|;|\band\b|\s)*\s*")
_REACH = 60
_ITEM = {"Key", "Value"}
_TAKEN = re.compile(r"^\s*tags\s*=\s*(\S.*?)\s*$", re.MULTILINE)
_SHARED = re.compile(r"(?:var|local)\.\w+")


def tags_said(text: str) -> dict[str, str]:
    """The tags that stand in a text as pairs behind the word: `tagged with Environment = prod and Owner = ops`."""
    found: dict[str, str] = {}
    for tagged in _TAGGED.finditer(text):
        pair = _PAIR.search(text, tagged.end(), min(len(text), tagged.end() + _REACH * 2))
        if pair is None or pair.start() > tagged.end() + _REACH or "." in text[tagged.end() : pair.start()]:
            continue
        while pair is not None:
            found.setdefault(pair[1], pair[2] or pair[3])
            between = _BETWEEN.match(text, pair.end())
            pair = _PAIR.match(text, between.end()) if between else None
    return found


def shared_tags(texts: Iterable[str]) -> str:
    """The variable or local value that is the tags of most resources with these texts; empty where none is."""
    taken = Counter(match[1] for text in texts for match in _TAKEN.finditer(text))
    usual, count = taken.most_common(1)[0] if taken else ("", 0)
    return usual if _SHARED.fullmatch(usual) and count * 2 > taken.total() else ""


def tag(resources: Iterable[New], words: Words, catalog: Catalog, notation: Notation) -> None:
    """Give new resources the tags that are said, and in a module those that its others have."""
    said = tags_said(words.text)
    shared = shared_tags(notation.texts())
    for new in resources:
        fields = catalog.fields(new.type)
        own = said if not new.by else {}
        if "tags" in fields and fields["tags"].kind == "map" and "tags" not in new.values:
            if value := _merged(own, shared, notation):
                new.values["tags"] = value
        elif own and "Tags" in fields and "Tags" not in new.values and fields["Tags"].kind == "list":
            item = catalog.fields(new.type, ("Tags",))
            if set(item) >= _ITEM and {name for name, known in item.items() if known.required} <= _ITEM:
                new.values["Tags"] = [{"Key": key, "Value": value} for key, value in own.items()]
    _understood(said, words)


def _merged(own: Mapping[str, str], shared: str, notation: Notation) -> object:
    if not shared:
        return dict(own)
    return notation.with_more(shared, own) if own else notation.raw(shared)


def _understood(said: Mapping[str, str], words: Words) -> None:
    parts = {part.lower() for pair in said.items() for whole in pair for part in (whole, *re.findall(r"\w+", whole))}
    for token in words.tokens if said else ():
        token.used = token.used or token.text.lower() in parts or bool(_TAGGED.fullmatch(token.text))
