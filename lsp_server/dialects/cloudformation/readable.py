"""A template in which what cannot be read has given way, so that the rest of it can be judged."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from lsp_server.core.document import Document, Span
from lsp_server.core.json_recovery import mended
from lsp_server.dialects.base import Readable
from lsp_server.dialects.cloudformation.template import Template, parse_template
from lsp_server.dialects.cloudformation.unread import unread_blocks
from lsp_server.dialects.cloudformation.yaml_recovery import KEY

_HEADS = {
    "yaml": re.compile(rf"[ ]*(?:{KEY})[ \t]*:(?=\s|$)"),
    "json": re.compile(r'\s*"(?:[^"\\\r\n]|\\.)*"\s*:\s*\{'),
}
_TYPES = {
    "yaml": re.compile(r"^[ ]+([\"']?)Type\1[ \t]*:[ \t]+([\"']?)[\w:.-]+\2(?=[ \t]*\r?(?:\n|$))", re.MULTILINE),
    "json": re.compile(r'(?:^[ \t]*|(?<=[\s{]))"Type"\s*:\s*"[\w:.-]+"', re.MULTILINE),
}
_NOTHING = re.compile(r"\s*(?:#.*)?$")
_CHARACTER = re.compile(r"[^\r\n]")


def readable(document: Document, troubles: Sequence[Sequence[int]] = ()) -> Readable | None:
    """See Dialect.readable. Of a block its name and type stay, where these are not what is wrong with it."""
    template = parse_template(document)
    text, chars, gaps = document.text, list(document.text), list[Span]()
    for span, times in _unread(template, troubles):
        stand_in = _stand_in if times == 1 else _blank
        chars[span.start : span.end] = stand_in(document.slice(span), template.format)
        gaps.append(span)
    names = tuple(filter(None, (_name(document, gap.start) for gap in gaps)))
    if template.format == "json":
        whole = mended("".join(chars), entry=False)  # the commas and brackets between blocks
        if whole is None or len(whole) > len(text):
            return None
        outside = [at for at, (old, new) in enumerate(zip(chars, whole, strict=True)) if old != new]
        chars, gaps = list(whole), [*gaps, *_joined(outside)]
    return Readable("".join(chars), tuple(gaps), names) if gaps else None


def _unread(template: Template, troubles: Sequence[Sequence[int]]) -> Iterator[tuple[Span, int]]:
    """The blocks that hold a mistake, without the comments behind them, and how often one was found in each."""
    known = {span.start for span in unread_blocks(template.document)} | {one.span.start for one in template.syntax}
    pieces = [piece for block in template.blocks for piece in block.pieces]
    for start, parsed in pieces if len(pieces) > 1 else ():  # a text in one piece has nothing beside
        text = parsed.piece.text
        head = _HEADS[template.format].match(text)
        named = range(start + 1, start + head.end()) if head else range(0)
        block = range(start, start + len(text))
        times = any(at in block for at in known) + any(at in named for at in known)
        times += sum(any(at in block for at in found) for found in troubles)
        if times:
            yield Span(start, start + (_end(text) if template.format == "yaml" else _closing(text))), times


def _closing(text: str) -> int:
    """Where a block of JSON ends: with the bracket that stands below its name, if the lines are indented so."""
    margin = re.match(r"[ \t]*", text)
    closing = re.search(rf"\n{margin[0]}\}}", text) if margin is not None else None
    return closing.end() if closing is not None else len(text)


def _end(text: str) -> int:
    """Where a block of YAML ends, without the blank lines and comments that follow it."""
    lines = text.splitlines(keepends=True)
    while len(lines) > 1 and _NOTHING.match(lines[-1]):
        lines.pop()
    return len("".join(lines).rstrip("\r\n"))


def _blank(text: str, _: str) -> str:
    return _CHARACTER.sub(" ", text)


def _stand_in(text: str, notation: str) -> str:
    """As many characters on as many lines, of which only the block's name and its type are left."""
    head = _HEADS[notation].match(text)
    if head is None:
        return _blank(text, notation)
    types = sorted(_TYPES[notation].finditer(text, head.end()), key=lambda found: len(found[0]) - len(found[0].strip()))
    kept = [found.span() for found in (head, *types[:1])]
    chars = list(_blank(text, notation))
    for start, end in kept:
        chars[start:end] = text[start:end]
    if notation == "json" and kept[-1][1] < len(chars):
        chars[-1] = "}"
    return "".join(chars)


def _joined(offsets: Iterable[int]) -> Iterator[Span]:
    """Offsets in order as spans, those side by side as one."""
    for _, group in itertools.groupby(enumerate(offsets), lambda pair: pair[1] - pair[0]):
        run = [at for _, at in group]
        yield Span(run[0], run[-1] + 1)


def _name(document: Document, start: int) -> str:
    """What is written first in a block, which is its name if it has one."""
    return document.line_text(document.position(start).line).partition(":")[0].strip(" \t{,\"'")
