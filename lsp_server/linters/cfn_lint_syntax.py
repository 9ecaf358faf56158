"""Tells at once that a template cannot be read, and why, in cfn-lint's words, while cfn-lint has not answered yet.

The grammar of the whole text is checked anew, which takes two milliseconds for 2,600 lines. Keys that stand twice are
looked for in the pieces that the dialect cuts a template into, and what a piece came to is kept as long as its text.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from typing import Any, NamedTuple

import yaml

from lsp_server.core.caches import sized
from lsp_server.core.document import Document
from lsp_server.dialects.cloudformation.assembly import Block
from lsp_server.dialects.cloudformation.green import PIECES_KEPT
from lsp_server.dialects.cloudformation.template import parse_template
from lsp_server.linters.cfn_lint_decode import Doubled, Key, Trouble, UnreadableError, decode, parse
from lsp_server.linters.cfn_lint_job import SYNTAX, CfnLintFinding, rule_page
from lsp_server.linters.cfn_lint_messages import read_message

_NO_MAPPING = Trouble("Template needs to be an object.")

_AFTER = 0.004  # seconds that what was typed for, as a completion, goes first
_MARKER = re.compile(r"(?:^|\n)(?:---|\.\.\.)(?=\s|$)")
_TIED = re.compile(r"(?:^|(?<=[\s\[\]{},]))[&*][0-9A-Za-z_-]", re.MULTILINE)
_BRACKET = re.compile(r"[\[\]{}]")
_DEEPEST = 1000  # brackets within each other
_OTHER_BREAKS = "\x85\u2028\u2029"  # end a line for YAML alone


class _UnsureError(Exception):
    """A piece does not stand for itself: the text must be read as a whole."""


class _Piece(NamedTuple):
    """What a piece came to: its keys, or the first thing wrong with it. Places are those of the piece."""

    keys: tuple[Key, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    sure: bool = True
    bare: bool = False


async def unreadable(document: Document) -> tuple[CfnLintFinding, ...]:
    """What cfn-lint will say of a text that it cannot read; nothing where it can. Never raises."""
    text = document.text
    if _is_deep(text):
        return ()
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")  # as Python reads files
    try:
        parse(text)
    except UnreadableError as error:
        whole = _markers(text) or _TIED.search(text)  # something before may be what cfn-lint stumbles over
        troubles = error.troubles if not whole else await asyncio.to_thread(_whole, text)
    else:
        await asyncio.sleep(_AFTER)
        troubles = await asyncio.to_thread(_inside, document, text)
    return tuple(map(_finding, troubles))


def _is_deep(text: str) -> bool:
    """Whether brackets are nested so deep that the parser, which looks at all of them for each, would take seconds."""
    if text.count("[") + text.count("{") < _DEEPEST:
        return False
    steps = (1 if bracket in "[{" else -1 for bracket in _BRACKET.findall(text))
    return max(itertools.accumulate(steps)) > _DEEPEST


def _finding(trouble: Trouble) -> CfnLintFinding:
    return CfnLintFinding(
        rule=SYNTAX,
        severity="error",
        message=trouble.message,
        line=trouble.line,
        column=trouble.column,
        end_line=trouble.line,
        end_column=trouble.column + trouble.length,
        path=(),
        href=rule_page(SYNTAX),
        syntax=True,
        yaml=trouble.yaml,
        data=read_message(trouble.message),
    )


def _whole(text: str) -> tuple[Trouble, ...]:
    try:
        decoded = decode(text)
    except UnreadableError as error:
        return error.troubles
    return () if decoded.value is None or isinstance(decoded.value, dict) else (_NO_MAPPING,)


def _inside(document: Document, text: str) -> tuple[Trouble, ...]:
    """What is wrong with a text that follows the grammar."""
    template = parse_template(document)
    if template.format == "json":
        return () if _is_plain_json(text) else _whole(text)
    blocks, markers = template.blocks, _markers(text)
    if any(char in text for char in _OTHER_BREAKS) or len(markers) > 1 or any(at > blocks[0].start for at in markers):
        return _whole(text)
    try:
        _in_pieces(document, blocks)
    except UnreadableError as error:
        return error.troubles
    except _UnsureError:
        return _whole(text)
    return ()


def _markers(text: str) -> list[int]:
    """Where a document begins or ends within the text."""
    if "\n---" not in text and "\n..." not in text and not text.startswith(("---", "...")):
        return []
    return [marker.start() for marker in _MARKER.finditer(text)]


def _is_plain_json(text: str) -> bool:
    """Whether the text is strict JSON without a key that stands twice: nothing in it can be read otherwise."""
    try:
        json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return False
    return True


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a key stands twice")
    return made


def _in_pieces(document: Document, blocks: tuple[Block, ...]) -> None:
    """Go through the pieces in the order in which cfn-lint comes to the end of them. Raises what it would say."""
    top = Doubled()
    for block in blocks:
        piece = _piece(document, block.start, block.parsed.piece.text)
        if block.entries and not piece.bare:
            raise _UnsureError
        section = Doubled()
        for start, parsed in block.entries:
            _add(section, _piece(document, start, parsed.piece.text), document.position(start).line)
        section.refuse()
        _add(top, piece, document.position(block.start).line)
    top.refuse()


def _add(doubled: Doubled, piece: _Piece, line: int) -> None:
    try:
        for key in piece.keys:
            doubled.add(key, line)
    except (TypeError, AttributeError):
        raise _UnsureError from None


def _piece(document: Document, start: int, text: str) -> _Piece:
    """The piece at `start`. Raises what is wrong with it, at its place in the document."""
    piece = _read(text)
    if not piece.sure:
        raise _UnsureError
    if piece.troubles:
        line = document.position(start).line
        raise UnreadableError(*(trouble._replace(line=trouble.line + line) for trouble in piece.troubles))
    return piece


@sized(PIECES_KEPT, len)
def _read(text: str) -> _Piece:
    if _TIED.search(text) and _is_tied(text):
        return _Piece(sure=False)
    try:
        value, keys = decode(text)
    except UnreadableError as error:
        return _Piece(troubles=error.troubles, sure=all(trouble.by_line for trouble in error.troubles))
    if value is None:
        return _Piece()
    bare = keys is not None and len(keys) == 1 and value[keys[0].value] is None
    return _Piece(keys or (), sure=keys is not None, bare=bare)


def _is_tied(text: str) -> bool:
    """Whether a piece has an anchor or an alias."""
    try:
        tokens = yaml.scan(text, Loader=yaml.CSafeLoader)
        return any(isinstance(token, yaml.AliasToken | yaml.AnchorToken) for token in tokens)
    except yaml.YAMLError:
        return True
