"""How a unit's files do things, in a few sentences for a model: what it writes should look as if it had been there.

Only what most of at least three places do is told, never what a single one does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from lsp_server.core.document import Unit
from lsp_server.dialects.base import Language
from lsp_server.repair.region import Region
from lsp_server.repair.regions import all_regions

_LEAST = 3
_MOST = 0.75
_MOST_TAGS = 8
_STYLES = {
    "snake_case": re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+"),
    "kebab-case": re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+"),
    "PascalCase": re.compile(r"(?:[A-Z][a-z0-9]+){2,}"),
    "camelCase": re.compile(r"[a-z]+(?:[A-Z][a-z0-9]+)+"),
}
_TAGS_HERE = re.compile(r"^ +tags *= *\{\n(.*?)^ +\}", re.MULTILINE | re.DOTALL)
_TAGS_ELSEWHERE = re.compile(r"^ +tags *= *(\w[^\n{]*)$", re.MULTILINE)
_TAG_KEY = re.compile(r"^ +\"?([\w:.-]+)\"? *=", re.MULTILINE)
_KEY_OF_TAG = re.compile(r"\bKey[\"']?: *[\"']?([\w:.-]+)")
_NAME = re.compile(r"^ +name *= *\"(\$\{[^}\n]+\}[-_/]?)", re.MULTILINE)
_SHORT, _LONG = re.compile(r"(?<=[\s\[])!(?:Ref|Sub|GetAtt|Join|If|Select)\b"), re.compile(r"\bFn::\w+|\bRef\b(?=\"?:)")
_QUOTES = {"double": re.compile(r": \"[^\"\n]*\"$", re.MULTILINE), "single": re.compile(r": '[^'\n]*'$", re.MULTILINE)}
_PLAIN = re.compile(r": [A-Za-z][\w./-]*$", re.MULTILINE)
_POLICY = re.compile(r"\bDeletionPolicy[\"']?: *[\"']?(\w+)")


def conventions(unit: Unit, language: Language) -> tuple[str, ...]:
    """Sentences on how the files of a unit are written; none where they are too few to tell."""
    regions = all_regions(unit, language)
    resources = [r for r in regions if r.type]
    texts = [unit[r.uri].slice(r.span) for r in resources]
    own = _of_module if language is Language.TERRAFORM else _of_template
    return (*_naming(resources), *own(unit, texts))


def _naming(resources: Sequence[Region]) -> Iterator[str]:
    names = [re.split(r"[./]", region.name)[-1].split("#")[0] for region in resources]
    styled = Counter(style for name in names for style, pattern in _STYLES.items() if pattern.fullmatch(name))
    if style := _usual(styled.elements()):
        yield f"Names are in {style}."


def _of_module(unit: Unit, texts: Sequence[str]) -> Iterator[str]:
    if tags := _usual(match[1].strip() for text in texts for match in _TAGS_ELSEWHERE.finditer(text)):
        yield f"Tags are written as `tags = {tags}`."
    keys = [set(_TAG_KEY.findall(match[1])) for text in texts for match in _TAGS_HERE.finditer(text)]
    yield from _tags(keys)
    if prefix := _usual(match[1] for text in texts for match in _NAME.finditer(text)):
        yield f"Names of resources begin with `{prefix}`."
    files = Counter(
        (word, document.name)
        for document in unit
        for word in ("variable", "output")
        for _ in re.findall(rf"^{word} \"", document.text, re.MULTILINE)
    )
    for word in ("variable", "output"):
        if file := _usual(name for (kind, name), count in files.items() for _ in range(count) if kind == word):
            yield f"Each {word} stands in {file}."


def _of_template(unit: Unit, texts: Sequence[str]) -> Iterator[str]:
    text = "\n".join(document.text for document in unit)
    short, long = len(_SHORT.findall(text)), len(_LONG.findall(text))
    if form := _usual(["short (!Ref, !Sub)"] * short + ["long (Ref:, Fn::Sub:)"] * long):
        yield f"Intrinsic functions are {form}."
    quotes = [kind for kind, pattern in _QUOTES.items() for _ in pattern.findall(text)] + ["no"] * len(
        _PLAIN.findall(text)
    )
    if not text.lstrip().startswith("{") and (kind := _usual(quotes)):
        yield f"Plain strings have {kind} quotes."
    yield from _tags([set(found) for one in texts if (found := _KEY_OF_TAG.findall(one))])
    if policy := _usual(match for one in texts for match in _POLICY.findall(one)):
        yield f"Resources that hold data have `DeletionPolicy: {policy}`."


def _tags(tagged: Sequence[set[str]]) -> Iterator[str]:
    """The tags that most of those have that have any."""
    counts = Counter(key for keys in tagged for key in keys)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_MOST_TAGS]
    usual = [key for key, count in ranked if count >= max(2, _MOST * len(tagged))]
    if len(tagged) >= _LEAST and usual:
        yield f"Resources have the tags {', '.join(usual)}."


def _usual(found: Iterable[str]) -> str:
    """What most of at least a few places do; empty where there is no such thing."""
    counts = Counter(found)
    for what, count in counts.most_common(1):
        if count >= _LEAST and count >= _MOST * counts.total():
            return what
    return ""
