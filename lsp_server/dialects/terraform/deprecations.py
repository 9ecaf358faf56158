"""What is told of types and arguments that the bundled schemas lack: deprecated, and sensitive. It never judges.

It may hint, rank what is offered, and propose what stands in the place of something. `scripts/build_deprecations.py`
makes the files, one a provider: xz of a line for each type,

    kind type ␉ path=majors sentence … ␉ path~majors …

`=` says what is deprecated and why, `~` what is sensitive; paths are joined by `/`, the empty one is the type itself.
`majors` are the major versions of the provider that are known to say so, the last of them and what is newer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from lsp_server.dialects.terraform.recovered import PATH, packed, place, unpacked
from lsp_server.dialects.terraform.schema import Choice, ProviderSchemas
from lsp_server.dialects.terraform.tree import Block
from lsp_server.dialects.terraform.versions import version

SUFFIX = ".deprecations"
_FOLDER = Path(__file__).parent / "schemas"
_ENTRY = re.compile(r"([^=~ ]*)([=~])([\d,+]+) ?(.*)")
_REMOVED = re.compile(r"removed (?:in|from) (?:the )?(?:version )?v?(\d+)")
_SAME = {"google-beta": "google"}  # one source speaks for both


class Told(NamedTuple):
    """What is told of a type or argument: whether it is deprecated, a sentence on it or none, if it is sensitive."""

    deprecated: bool = False
    why: str = ""
    sensitive: bool = False


class Entry(NamedTuple):
    """One thing that is told, and by which major versions; the newest that is known speaks for newer ones, too."""

    path: str
    deprecated: bool
    majors: tuple[int, ...]
    why: str = ""
    open: bool = False

    @property
    def written(self) -> str:
        """As it stands in a file."""
        majors = ",".join(map(str, self.majors)) + "+" * self.open
        return f"{self.path}{'=' if self.deprecated else '~'}{majors}" + (f" {self.why}" if self.why else "")

    def holds(self, major: int) -> bool:
        """Whether it is said of a major version of the provider."""
        if major in self.majors:
            return True
        gone = _REMOVED.search(self.why)
        return self.open and major > max(self.majors) and not (gone and int(gone[1]) <= major)


Known = Mapping[str, Told]
"""What is told of a type, by path."""
NOTHING: Known = {}


def pack(types: Mapping[tuple[str, str], Iterable[Entry]]) -> bytes:
    """The bytes of a file: the entries by kind (`resource`, `data`) and type. Equal input gives equal bytes."""
    lines = [
        f"{kind} {name}\t" + "\t".join(entry.written for entry in sorted(entries))
        for (kind, name), entries in sorted(types.items())
    ]
    return packed(lines)


def told(choice: Choice | None, kind: str, type_name: str) -> Known:
    """All that is told of a type by the provider version that counts, by path; `kind` is resource or data.

    Nothing where the project has another major version than the one that is known: it may never have heard of it.
    """
    if choice is None or not choice.near:
        return NOTHING
    number = version(choice.meta.version)
    return _told(choice.meta.provider, number[0] if number else 0, kind, type_name)


@lru_cache(maxsize=512)
def _told(provider: str, major: int, kind: str, type_name: str) -> Known:
    line = _lines(_SAME.get(provider, provider)).get(f"{kind} {type_name}")
    if not line:
        return NOTHING
    found: dict[str, Told] = {}
    for text in line.split("\t"):
        entry = _entry(text)
        if entry is None or not entry.holds(major):
            continue
        before = found.get(entry.path, Told())
        if entry.deprecated:
            found[entry.path] = before._replace(deprecated=True, why=entry.why)
        else:
            found[entry.path] = before._replace(sensitive=True)
    return found


def at(known: Known, path: Sequence[str]) -> Told:
    """What is told of an argument or block: the names of the blocks around it, and its own."""
    return known.get(PATH.join(path), Told())


def around(blocks: Sequence[Block], name: str, schemas: ProviderSchemas) -> Told:
    """What is told of an argument or block in `blocks`, of which the first is a resource or data source."""
    top = blocks[0] if blocks else None
    if top is None or top.type not in {"resource", "data"} or not top.labels:
        return Told()
    return at(told(schemas.choice_of(top), top.type, top.labels[0].text), place(blocks, name))


def _entry(text: str) -> Entry | None:
    found = _ENTRY.fullmatch(text)
    if found is None:
        return None
    majors = tuple(int(one) for one in found[3].rstrip("+").split(",") if one)
    return Entry(found[1], found[2] == "=", majors, found[4], found[3].endswith("+")) if majors else None


@lru_cache(maxsize=8)
def _lines(provider: str) -> Mapping[str, str]:
    path = _FOLDER / f"{provider}{SUFFIX}"
    return unpacked(path) if path.is_file() else {}
