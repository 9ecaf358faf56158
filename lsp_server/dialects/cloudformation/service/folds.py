"""What in a template can be folded away: blocks, brackets, long texts, comments, regions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lsp_server.core.document import Document
from lsp_server.dialects.cloudformation.assembly import Block
from lsp_server.dialects.cloudformation.green import Green, Kind, Parsed, kept
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.folding import nested, regions
from lsp_server.dialects.lines import Lines
from lsp_server.dialects.service import Fold, FoldKind

_CLOSING = re.compile(r"[ \t]*[\]}\"',]*[ \t]*\Z")
_COMMENT = re.compile(r"^[ \t]*#(?:[ \t]*(?P<region>(?:end)?region)\b)?", re.MULTILINE)


@dataclass
class _Foldable:
    """What a piece has to fold: lines are counted from where it begins. `marks` begin (True) or end a region."""

    folds: tuple[Fold, ...]
    marks: tuple[tuple[int, bool], ...]
    last: int


def folds(template: Template) -> tuple[Fold, ...]:
    """All folds, by first line; of two that begin in the same line the longer one."""
    found: list[Fold] = []
    marks: list[tuple[int, bool]] = []
    for block in template.blocks:
        own: list[Fold] = []
        for start, parsed in block.pieces:
            line = template.document.position(start).line
            foldable = _of_piece(parsed)
            own += [Fold(line + first, line + last, kind) for first, last, kind in foldable.folds]
            marks += [(line + at, opens) for at, opens in foldable.marks]
        found += [*_section(template.document, block), *own]
    return tuple(nested([*found, *regions(marks)]))


def _section(document: Document, block: Block) -> Iterator[Fold]:
    """The fold of a section that is cut into pieces: down to the last word, or the line before its bracket."""
    if not block.entries:
        return
    first = document.position(block.start).line
    start, parsed = block.entries[-1]
    last = document.position(start).line + _of_piece(parsed).last
    if block.end:
        last = max(last, document.position(block.end).line - 1)
    if last > first:
        yield Fold(first, last)


def _of_piece(parsed: Parsed) -> _Foldable:
    if parsed.root is not None:
        return _of_root(parsed.root)
    lines = Lines(parsed.piece.text)
    comments, marks = _comments(parsed.piece.text, lines, set())
    return _Foldable(tuple(comments), tuple(marks), 0)


@kept
def _of_root(root: Green) -> _Foldable:
    text = root.piece.text
    lines = Lines(text)
    blocks = list(_blocks(root, text, lines))
    inside = {line for fold, is_text in blocks if is_text for line in range(fold.first + 1, fold.last + 1)}
    comments, marks = ([], []) if root.flow else _comments(text, lines, inside)
    found = nested([*(fold for fold, _ in blocks), *comments])
    return _Foldable(tuple(found), tuple(marks), lines.line(root.content_end))


def _blocks(root: Green, text: str, lines: Lines) -> Iterator[tuple[Fold, bool]]:
    """The blocks of many lines, with whether each is one text."""
    waiting = [(root, root.tag_start)]
    while waiting:
        node, start = waiting.pop()
        end = node.content_end
        first, last = lines.line(start), lines.line(end)
        is_text = node.kind is Kind.SCALAR
        if last > first:
            closing = node.flow and _CLOSING.match(text, lines.starts[last], end) is not None
            yield Fold(first, last - closing), is_text
        waiting += [(pair.value, pair.start) for pair in node.pairs if pair.value is not None]
        waiting += [(item, item.tag_start) for item in node.items]


def _comments(text: str, lines: Lines, texts: set[int]) -> tuple[list[Fold], list[tuple[int, bool]]]:
    """Comments of several lines, and the lines in which regions begin and end; none in lines of long texts."""
    found: list[Fold] = []
    marks: list[tuple[int, bool]] = []
    for match in _COMMENT.finditer(text):
        line = lines.line(match.start())
        if line in texts:
            continue
        if match["region"]:
            marks.append((line, match["region"] == "region"))
        elif found and found[-1].last == line - 1:
            found[-1] = found[-1]._replace(last=line)
        else:
            found.append(Fold(line, line, FoldKind.COMMENT))
    return [fold for fold in found if fold.last > fold.first], marks
