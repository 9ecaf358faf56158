"""The TypeScript of a `cdktf` provider package, cut into declarations.

jsii compiles with inline source maps that carry the sources: every `lib/**/*.js` ends with its own TypeScript, which
still says of each attribute, at every level, what the compiled code has lost.
"""

from __future__ import annotations

import base64
import json
import re
import tarfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import IO

_SOURCE_MAP = re.compile(rb"//# sourceMappingURL=data:application/json;base64,([A-Za-z0-9+/=]+)")
_DECLARATION = re.compile(r"^export (interface|class|function) (\w+)(?: extends ([\w.]+))?", re.M)
_MEMBER = re.compile(r"^  // (\w+) - computed: (true|false), optional: (true|false), required: (true|false)\n", re.M)
_MEMBERS_END = re.compile(r"^  // =+$", re.M)
_FIELD = re.compile(r"/\*\*(.*?)\*/\s*readonly \w+(\?)?: ([^\n]*);", re.S)
_FIELD_NAME = re.compile(r"\{@link \S+?#(\w+) ")
_DOCS = re.compile(r"^\s*\*?\s*(?:Docs at Terraform Registry: |Please be aware that the id field)", re.M)
_STAR = re.compile(r"^ *\*? ?", re.M)
_SENTENCE = re.compile(r"[.!?:](?=\s|$)")
_LONGEST = 240  # characters of a description
_MAPPED = re.compile(
    r"^ +(\w+): \{\n +value: [^\n]*\n +isBlock: (?:true|false),\n +type: \"(\w+)\",\n +storageClassType: \"(\w+)\"",
    re.M,
)


@dataclass(frozen=True)
class Member:
    """One attribute or block of a class, as its comment tells it; `code` is what follows up to the next one."""

    name: str
    computed: bool
    optional: bool
    required: bool
    code: str


@dataclass(frozen=True)
class Field:
    """One property of an interface: its Terraform name, whether it may be left out, its TypeScript type.

    `text` is what the provider's documentation says of it.
    """

    name: str
    optional: bool
    type: str
    is_block: bool
    text: str = ""


@dataclass
class Declarations:
    """What the files of one folder (a resource, a data source or the provider) export, by name."""

    interfaces: dict[str, str] = field(default_factory=dict)
    classes: dict[str, tuple[str, str]] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    _fields: dict[str, dict[str, Field]] = field(default_factory=dict)

    def add(self, source: str) -> None:
        """Take in one file."""
        marks = list(_DECLARATION.finditer(source))
        for mark, after in zip_longest(marks, marks[1:]):
            text = source[mark.start() : after.start() if after else len(source)]
            if mark[1] == "interface":
                self.interfaces[mark[2]] = text
            elif mark[1] == "class":
                self.classes[mark[2]] = (mark[3] or "", text)
            else:
                self.functions[mark[2]] = text

    def fields(self, interface: str) -> dict[str, Field]:
        """The properties of an interface by their Terraform names."""
        if interface in self._fields:
            return self._fields[interface]
        found = self._fields[interface] = {}
        for match in _FIELD.finditer(self.interfaces.get(interface, "")):
            names = _FIELD_NAME.findall(match[1])
            if names:
                first = match[1].strip().removeprefix("*").strip().partition("\n")[0].strip()
                is_block = first == f"{names[-1]} block"
                text = "" if is_block else described(match[1])
                found[names[-1]] = Field(names[-1], bool(match[2]), match[3], is_block, text)
        return found

    def mapped(self, text: str) -> dict[str, tuple[str, str]]:
        """From a mapping to HCL, by Terraform name: the kind (`simple`, `list`, …) and the storage class."""
        return {match[1]: (match[2], match[3]) for match in _MAPPED.finditer(text)}

    def mapper(self, struct: str) -> dict[str, tuple[str, str]]:
        """The mapping to HCL of a struct."""
        return self.mapped(self.functions.get(struct[0].lower() + struct[1:] + "ToHclTerraform", ""))


def described(comment: str) -> str:
    """What a comment says of a property, in Markdown: the first paragraph, and no more sentences than are short."""
    docs = _DOCS.search(comment)
    text = _STAR.sub("", comment[: docs.start()] if docs else "").strip()
    text = " ".join(text.partition("\n\n")[0].split())
    if len(text) <= _LONGEST:
        return text
    ends = [m.end() for m in _SENTENCE.finditer(text) if m.end() <= _LONGEST]
    return text[: ends[-1]] if ends else text[:_LONGEST].rpartition(" ")[0] + "…"


def members(body: str) -> Iterator[Member]:
    """The attributes and blocks of a class, in order."""
    marks = list(_MEMBER.finditer(body))
    for mark, after in zip_longest(marks, marks[1:]):
        code = body[mark.end() : after.start() if after else len(body)]
        end = _MEMBERS_END.search(code)
        computed, optional, required = (mark[number] == "true" for number in (2, 3, 4))
        yield Member(mark[1], computed, optional, required, code[: end.start()] if end else code)


def folders(package: IO[bytes]) -> dict[str, Declarations]:
    """The declarations of each folder below `lib` of a packed npm package."""
    found: defaultdict[str, Declarations] = defaultdict(Declarations)
    with tarfile.open(fileobj=package, mode="r|gz") as archive:
        for entry in archive:
            parts = entry.name.split("/")
            stream = archive.extractfile(entry) if entry.name.endswith(".js") and parts[1:2] == ["lib"] else None
            if stream is None or len(parts) < 4:
                continue
            for source in _sources(stream.read()):
                # @cdktn is the community's continuation of the archived @cdktf
                found[parts[2]].add(source.replace("cdktn.", "cdktf."))
    return dict(sorted(found.items()))


def _sources(script: bytes) -> list[str]:
    match = _SOURCE_MAP.search(script)
    return json.loads(base64.b64decode(match[1])).get("sourcesContent") or [] if match else []
