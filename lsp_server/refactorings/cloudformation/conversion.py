"""JSON becomes YAML and YAML becomes JSON: the same data in the same order, as far as the other notation can say it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import unquote

from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.dialects.cloudformation.comments import comments
from lsp_server.dialects.cloudformation.functions import function_of
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Entry, Mapping
from lsp_server.fixers.cloudformation.reading import NotPlainError, value_of
from lsp_server.fixers.cloudformation.values import Writer
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.cloudformation.meaning import Comparison
from lsp_server.refactorings.cloudformation.spot import spot_of

_TRIED = 100  # names
_NAMED = (".json", ".yaml", ".yml")  # whose name says which notation they are in


def convert(selection: Selection) -> Iterator[Refactoring]:
    """Offer it for the whole document: as a new one beside it where its name says what it is, else in its place."""
    spot = spot_of(selection)
    if not selection.asked or not isinstance(spot.template.root, Mapping):
        return
    to_json = spot.template.format == "yaml"
    suffix, notation = (".json", "JSON") if to_json else (".yaml", "YAML")
    named = spot.document.name.lower().endswith(_NAMED)
    becomes = _beside(selection, suffix) if named else ""
    if becomes is None:
        return
    lost = comments(spot.template) if to_json else ()
    title = f"Convert to {notation}"
    if becomes:
        title += f" in a new file '{becomes.rpartition('/')[2]}'"
    if costs := ", ".join(_costs(spot.template, len(lost))):
        title += f" ({costs})"
    yield Refactoring(
        f"convert.{notation.lower()}",
        title,
        Kind.REWRITE,
        partial(_edits, spot.template, Writer(json=to_json, newline=spot.document.newline)),
        Comparison(exact=True),
        removes=frozenset(("#", comment) for comment in lost),
        becomes=becomes,
    )


def _beside(selection: Selection, suffix: str) -> str | None:
    """The uri of a new document with another extension and no name that is taken."""
    stem = unquote(selection.document.name).rpartition(".")[0]
    names = (stem, *(f"{stem}-{number}" for number in range(2, _TRIED)))
    return next((uri for name in names if (uri := selection.new_file(name + suffix)) is not None), None)


def _costs(template: Template, comments_: int) -> Iterator[str]:
    """What the other notation cannot say."""
    if comments_:
        yield f"drops {comments_} comment{'s' if comments_ > 1 else ''}"
    root = template.root
    if root is not None and "&" in template.document.text and any(node.anchor for node in root.walk()):
        yield "writes out what its anchors stand for"


def _edits(template: Template, writer: Writer) -> Iterator[Edit]:
    """The new text, one entry of a section at a time, in the place of the old one up to the end of that entry."""
    document = template.document
    at = 1 if document.text.startswith("\ufeff") else 0
    text = ""
    for part in _parts(template, writer):
        if isinstance(part, int):
            yield Edit(document.uri, Span(at, max(at, part)), text)
            at, text = max(at, part), ""
        else:
            text += part
    yield Edit(document.uri, Span(at, len(document.text)), text)


def _parts(template: Template, writer: Writer) -> Iterator[str | int]:
    """Pieces of the new text, and after each entry where it ended in the old one."""
    root, brackets = template.root, _Brackets(writer)
    yield brackets.open(0)
    for number, section in enumerate(root.entries if isinstance(root, Mapping) else ()):
        yield brackets.key(section, 0, number)
        inner = section.value
        if not _is_section(inner) or not isinstance(inner, Mapping):
            yield writer.block(value_of(inner), brackets.column(0))
            yield section.span.end
            continue
        yield f" {brackets.open(1)}" if writer.json else ""
        for count, entry in enumerate(inner.entries):
            yield brackets.key(entry, 1, count)
            yield writer.block(value_of(entry.value), brackets.column(1))
            yield entry.span.end
        yield brackets.close(1)
    yield brackets.close(0) + writer.newline


def _is_section(inner: object) -> bool:
    """Whether what stands at the top can be written entry by entry."""
    if not isinstance(inner, Mapping) or inner.tag or not inner.entries or function_of(inner) is not None:
        return False
    names = [entry.name for entry in inner.entries]
    if len(set(names)) < len(names):
        raise NotPlainError("a key stands there twice")
    return "<<" not in names


@dataclass(frozen=True)
class _Brackets:
    """What stands around the entries at a depth: braces and commas in JSON, line endings in YAML."""

    writer: Writer

    def column(self, depth: int) -> int:
        return self.writer.indent * (depth + 1 if self.writer.json else depth)

    def open(self, _: int) -> str:
        return "{" if self.writer.json else ""

    def key(self, entry: Entry, depth: int, number: int) -> str:
        comma = "," if self.writer.json and number else ""
        first = not self.writer.json and not depth and not number
        line = "" if first else f"{comma}{self.writer.newline}"
        return f"{line}{' ' * self.column(depth)}{self.writer.key(entry.name)}:"

    def close(self, depth: int) -> str:
        return f"{self.writer.newline}{' ' * self.column(depth - 1)}}}" if self.writer.json else ""


REFACTORERS = (Refactorer("conversion", frozenset({Kind.REWRITE}), convert),)
