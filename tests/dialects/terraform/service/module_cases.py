"""Reads the cases in `*.txt` beside it: a module of several files, and what is told about it.

`--- NAME` begins a file; one whose name has a folder (`child/main.tf`) is nearby, one beside the folder is a caller's
(`../a/main.tf`); `--- after:NAME` is what a file comes to. Names are marked as `answers` says. What follows
`--- expect` is for the test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.service import Role
from lsp_server.dialects.terraform.file_names import LOCK_FILE
from tests.dialects.answers import marked

HERE = Path(__file__).parent
FOLDER = "file:///project/root/"
FORMS = pytest.mark.parametrize("form", ["plain", "crlf", "wide"])


@dataclass(frozen=True)
class Case:
    """A module as it is written in a case, with what is marked in it."""

    unit: Unit
    document: Document
    offset: int
    marks: tuple[tuple[str, Span, Role], ...]
    expected: tuple[str, ...]
    after: dict[str, str]

    def text(self, uri: str, span: Span) -> str:
        return self.unit.read(uri).slice(span)


def cases(name: str) -> list[Any]:
    """The cases of a file, as parameters: the title and the text."""
    found = []
    for block in (HERE / name).read_text(encoding="utf-8").split("=== ")[1:]:
        title, _, rest = block.partition("\n")
        found.append(pytest.param(rest, id=title))
    return found


def read(text: str, form: str = "plain") -> Case:
    """The module of a case, its texts in one of the forms in which every case is tried."""
    documents, near, callers, locks, marks, after = [], [], [], [], [], {}
    expected, at = (), (FOLDER + "main.tf", 0)
    for name, content in _files(text):
        if name == "expect":
            expected = tuple(line for line in content.split("\n") if line.strip())
            continue
        if name.startswith("after:"):
            after[_uri(name.removeprefix("after:"))] = _formed(content, form)
            continue
        uri = _uri(name)
        plain, cursor, found = marked(_formed(content, form))
        marks += [(uri, span, role) for span, role in found]
        at = (uri, cursor) if cursor is not None else at
        if name == LOCK_FILE:
            kind = locks
        elif name.startswith("../") or name.endswith(".tfvars.json"):
            kind = callers
        else:
            kind = near if "/" in name and not name.startswith("tests/") else documents
        kind.append(Document(uri, plain))
    unit = Unit(tuple(documents), tuple(near), tuple(callers), tuple(locks))
    return Case(unit, unit.read(at[0]), at[1], tuple(marks), expected, after)


def relative(uri: str) -> str:
    """A uri as the cases name it."""
    return uri.removeprefix(FOLDER) if uri.startswith(FOLDER) else uri.replace("file:///project/", "../")


def _uri(name: str) -> str:
    return "file:///project/" + name.removeprefix("../") if name.startswith("../") else FOLDER + name


def _files(text: str) -> Iterator[tuple[str, str]]:
    first, *others = re.split(r"^--- (\S+)\n", text, flags=re.MULTILINE)
    if first.strip():
        yield "main.tf", first.rstrip("\n") + "\n"
    yield from zip(others[::2], (part.rstrip("\n") + "\n" for part in others[1::2]), strict=True)


def _formed(text: str, form: str) -> str:
    if form == "crlf":
        return text.replace("\n", "\r\n")
    return f"\ufeff# größer 🦉\n{text}" if form == "wide" and not text.lstrip().startswith("{") else text
