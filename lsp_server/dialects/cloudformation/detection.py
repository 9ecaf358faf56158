"""Whether a text is a CloudFormation template, told by its top-level keys and not by its name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lsp_server.core.document import Document
from lsp_server.dialects.cloudformation.vocabulary import SECTIONS

_LANGUAGES = frozenset({"cloudformation", "cloudformation-yaml", "cloudformation-json"})
_SUFFIXES = (".yaml", ".yml", ".json", ".template", ".cfn")
_READ = 200_000  # code points from the beginning that are looked at
_WORDS = ("AWSTemplateFormatVersion", "Resources", "Transform")
_SECTIONS = frozenset({*SECTIONS, "Hooks"})

_LEAD = re.compile(r"(?:[ \t]*(?:#.*|---.*|%.*|\{[%#{].*)?\n)*")
_BRACED = re.compile(r"\s*\{(?![%#{])")  # `{%`, `{#` and `{{` are those of a text template
_NEXT_DOCUMENT = re.compile(r"^(?:---|\.\.\.)(?:[ \t]|$)", re.MULTILINE)
_TOKEN = re.compile(
    r"""(?P<key>(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z_][\w-]*)(?=\s*:))"""
    r"""|"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?|[{}\[\]]"""
)
_TRANSFORM = re.compile(r"""[\s:]*(?:[-\[{"']\s*)*(?:Name["']?\s*:\s*["']?)?AWS::""")
_TYPE = re.compile(r"""\bType["']?[ \t]*:\s*["']?[A-Za-z0-9]+::""")
_GAP = re.compile(r"\s*(?:#.*\s*)*")
_FIRST = re.compile(r"""["']?(?P<id>[^\s"',\[\]]*?)["']?[ \t]*(?::(?=[\s{\["']|$)[ \t]*(?P<rest>.*))?$""", re.MULTILINE)


@lru_cache(maxsize=16)
def is_template(document: Document) -> bool:
    """Whether the document is a template: a format version, a transform of AWS, or resources with a type.

    A half-typed one counts: nothing but sections of a template, with `Resources` among them. A compose file, a
    workflow, a Kubernetes manifest or a schema does not, nor does one that has a template inside a string or below a
    key. An editor that says `cloudformation` is believed.
    """
    if document.language in _LANGUAGES:
        return True
    if not document.name.lower().endswith(_SUFFIXES) and document.language not in ("yaml", "json", "jsonc"):
        return False
    text = document.text[:_READ].removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not any(word in text for word in _WORDS):
        return False
    keys: list[tuple[str, int, int]] = []
    for key in _braced(text) if is_braced(text) else _block(text):
        if key[0] == "AWSTemplateFormatVersion":
            return True
        keys.append(key)
    bounds = [*(start for _, start, _ in keys[1:]), len(text)]
    top = [(name, text[end:bound]) for (name, _, end), bound in zip(keys, bounds, strict=False)]
    names = {name for name, _ in top}
    return any(_says_so(name, value, only=names <= _SECTIONS) for name, value in top)


def is_braced(text: str) -> bool:
    """Whether a text is one mapping in braces, as JSON is, by how it begins; it has no byte order mark."""
    return _BRACED.match(text) is not None


def _block(text: str) -> Iterator[tuple[str, int, int]]:
    """The top-level keys of the first document in block YAML: name, where the key begins and where it ends."""
    lead = _LEAD.match(text)
    begin = lead.end() if lead else 0
    column = len(text) - begin - len(text[begin:].lstrip(" \t"))
    after = _NEXT_DOCUMENT.search(text, begin)
    key = re.compile(rf"""^[ \t]{{{column}}}["']?([A-Za-z_][\w-]*)["']?[ \t]*:(?=[ \t]|$)""", re.MULTILINE)
    for match in key.finditer(text, begin, after.start() if after else len(text)):
        yield match[1], match.start(), match.end()


def _braced(text: str) -> Iterator[tuple[str, int, int]]:
    """The same of JSON or one flow mapping; a section indented like the first key counts, whatever is open above."""
    depth, margin = 0, ""
    for token in _TOKEN.finditer(text):
        if token["key"] is None:
            depth += (token[0] in "{[") - (token[0] in "}]") if len(token[0]) == 1 else 0
            continue
        name = token[0].strip("\"'")
        before = text[text.rfind("\n", 0, token.start()) + 1 : token.start()]
        if depth == 1 or (margin and before == margin and name in _SECTIONS):
            depth = 1
            margin = margin or ("" if before.strip() else before)
            yield name, token.start(), token.end()


def _says_so(name: str, value: str, *, only: bool) -> bool:
    """Whether a top-level key says that this is a template; `only` tells that all keys are sections of one."""
    match name:
        case "Transform":
            return _TRANSFORM.match(value) is not None
        case "Resources":
            return _are_resources(value, only=only)
    return False


def _are_resources(value: str, *, only: bool) -> bool:
    """Whether what stands after `Resources:` is resources with a type or, in a file of sections only, may become so."""
    value = value.lstrip(" \t:")
    braced = value.lstrip().startswith("{")
    if not braced and value.partition("\n")[0].strip()[:1] not in ("", "#", "&", "!"):
        return False
    below = _GAP.sub("", value.lstrip().removeprefix("{"), count=1)
    first = _FIRST.match(below)
    if below.startswith(("[", "- ")) or (first is not None and first["id"] == "Type"):
        return False
    begun = first is not None and (first["rest"] or "{")[0] in "{[#&!"
    return _TYPE.search(below) is not None or (only and begun)
