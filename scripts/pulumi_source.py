"""Reads what packages that Pulumi bridges from Terraform providers say of arguments: deprecated, sensitive."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_CLASS = re.compile(r"class (\w+)")
_GETTER = re.compile(r'    @pulumi\.getter(?:\(name="(\w+)"\))?')
_DEPRECATED = re.compile(r'    @_utilities\.deprecated\("""(.*)"""\)')
_PROPERTY = re.compile(r"    def (\w+)\(self\) -> (.*):$")
_REFERENCE = re.compile(r"'(?:outputs\.)?(\w+)'")
_SECRETS = re.compile(r"additional_secret_outputs=\[([^\]]*)\]")
_TOKEN = re.compile(r"'([\w-]+:[\w/.-]+:\w+)'")
_WHOLE = re.compile(
    r"\b(?:this|the [`\"]?[\w./]+[`\"]?) (?:resource|data source)s?\b[_*]* "
    r"(?:is|has been|was)(?: now)? (?:deprecated|superseded)\b",
    re.IGNORECASE,
)
_NOTE = re.compile(r"\s*[!~-]?> ?\*\*[\w ]+:?\*\*:?\s*(.*)")


@dataclass
class Member:
    """A property: its name, the class of what stands in it (empty for a plain value), and why it is deprecated."""

    name: str
    holds: str = ""
    deprecated: str = ""


@dataclass
class Class:
    """A class of the package: its properties, by their names."""

    name: str
    members: dict[str, Member] = field(default_factory=dict)


@dataclass
class Bridged:
    """A resource or data source: its token, its properties, the sensitive ones, and why it is deprecated as a whole."""

    token: str
    data: bool
    members: Mapping[str, Member]
    classes: Mapping[str, Class]
    sensitive: frozenset[str] = frozenset()
    deprecated: str = ""

    @property
    def module(self) -> str:
        """The part of the package: `s3`; `index` is the package itself."""
        return self.token.split(":")[1].partition("/")[0]

    @property
    def name(self) -> str:
        """The name without `get`: `BucketAcl`."""
        name = self.token.rsplit(":", 1)[1]
        return name.removeprefix("get") if self.data else name


def read(wheel: Path) -> Iterator[Bridged]:
    """All resources and data sources of a package."""
    with zipfile.ZipFile(wheel) as archive:
        files = [name for name in archive.namelist() if name.endswith(".py")]
        folders: dict[str, list[str]] = {}
        for name in files:
            folders.setdefault(name.rpartition("/")[0], []).append(name)
        for folder, names in sorted(folders.items()):
            nested: dict[str, Class] = {}
            for kind in ("outputs.py", "_inputs.py"):  # what may be written counts where both have a name
                if f"{folder}/{kind}" in names:
                    nested.update(_classes(archive.read(f"{folder}/{kind}").decode()))
            for name in sorted(names):
                if not name.rpartition("/")[2].startswith("_") and not name.endswith("/outputs.py"):
                    found = _bridged(archive.read(name).decode(), nested)
                    if found is not None:
                        yield found


def _bridged(text: str, nested: Mapping[str, Class]) -> Bridged | None:
    made = re.search(r"super\((\w+), __self__\)\.__init__\(\s*('[^']+')", text)
    asked = re.search(r"pulumi\.runtime\.invoke\(('[^']+')", text)
    token = _TOKEN.fullmatch((made[2] if made else "") or (asked[1] if asked else ""))
    if token is None:
        return None
    classes = _classes(text)
    if made:
        found = classes.get(f"_{made[1]}State") or classes.get(made[1])
    else:
        found = next((c for c in classes.values() if c.name.endswith("Result")), None)
    if found is None:
        return None
    camel = _names(text)
    secrets = _SECRETS.search(text) if made else None
    sensitive = frozenset(camel.get(name, name) for name in re.findall(r"\"(\w+)\"", secrets[1] if secrets else ""))
    return Bridged(token[1], not made, found.members, nested, sensitive, _whole(text))


def _names(text: str) -> dict[str, str]:
    """Names in camel case, as the package's properties call them."""
    return dict(re.findall(r'@pulumi\.getter\(name="(\w+)"\)\n(?:    @_utilities.*\n)?    def (\w+)\(', text))


def _whole(text: str) -> str:
    """The note that says that the whole is deprecated, empty where there is none."""
    for line in text.split("\n"):
        note = _NOTE.match(line)
        if note and _WHOLE.search(note[1]):
            return note[1]
    return ""


def _classes(text: str) -> dict[str, Class]:
    found: dict[str, Class] = {}
    current, getter, why = Class(""), False, ""
    for line in text.split("\n"):
        if opened := _CLASS.match(line):
            current = found[opened[1]] = Class(opened[1])
        elif _GETTER.match(line):
            getter, why = True, ""
        elif getter and (told := _DEPRECATED.match(line)):
            why = told[1]
        elif getter and (its := _PROPERTY.match(line)):
            held = _REFERENCE.search(its[2])
            current.members[its[1]] = Member(its[1], held[1] if held else "", why)
            getter = False
    return found
