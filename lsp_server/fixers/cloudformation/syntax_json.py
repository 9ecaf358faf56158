"""JSON that cannot be read: a lost or stray comma, colon, quote or bracket, where the reader stumbles."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit, apply_edits
from lsp_server.core.fix import Fix
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.rules import codes
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site

_WORD = re.compile(r"[A-Za-z_][\w:.-]*")
_WORDS = {"True": "true", "False": "false", "None": "null", "TRUE": "true", "FALSE": "false"}
_SINGLE = re.compile(r"'([^'\"\\\n]*)'")
_STRING = re.compile(r'"(?:\\.|[^"\\\n])*"')
_CLOSING = {"{": "}", "[": "]"}


def make_whole(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Yield the edits after which the text can be read, or can be read further than before."""
    site = Site(context, diagnostic)
    if site.template.format != "json" or not diagnostic.syntax:
        return
    text = context.document.text
    error = _error(text)
    if error is None:
        return
    for title, start, end, new in _attempts(text, error):
        edits = (Edit(context.document.uri, Span(start, end), new),)
        after = _error(apply_edits(text, edits))
        if after is None or after.pos > max(error.pos, end) + len(new) + 1:
            yield from site.fix(title, edits, SAFE if after is None and title.startswith("Put a comma") else UNSAFE)


def _error(text: str) -> json.JSONDecodeError | None:
    try:
        json.loads(text.removeprefix("\ufeff").rjust(len(text)), strict=True)
    except json.JSONDecodeError as error:
        return error
    except RecursionError:
        return None
    return None


def _attempts(text: str, error: json.JSONDecodeError) -> Iterator[tuple[str, int, int, str]]:
    """Title, start, end and new text of each edit to try."""
    at, what = error.pos, error.msg
    before = len(text[:at].rstrip())
    last, here = text[before - 1 : before], text[at : at + 1]
    yield from _open_brackets(text, at)
    if what.startswith("Expecting ',' delimiter"):
        yield "Put a comma", before, before, ","
    if what.startswith("Expecting ':' delimiter"):
        yield "Put a colon", before, before, ":"
    if last == "," and here in ("}", "]"):
        yield "Take the comma at the end away", before - 1, before, ""
    if what.startswith("Illegal trailing comma"):
        yield "Take the comma at the end away", at, at + 1, ""
    if what.startswith("Expecting") and (single := _SINGLE.match(text, at)):
        yield "Use double quotes", single.start(), single.end(), f'"{single[1]}"'
    if what.startswith("Expecting") and (word := _WORD.match(text, at)):
        plain = _WORDS.get(word[0])
        yield (f"Write '{plain}'" if plain else "Put the word in quotes"), at, word.end(), plain or f'"{word[0]}"'
    if what.startswith(("Unterminated string", "Invalid control character")):
        yield from _open_string(text, at, what)
    if what.startswith("Extra data") and here in ("}", "]"):
        yield f"Take the stray '{here}' away", at, at + 1, ""


def _open_string(text: str, at: int, what: str) -> Iterator[tuple[str, int, int, str]]:
    """A quote before the brackets and the comma at the end of the line, before the last of them, or behind them."""
    end = text.find("\n", at) if what.startswith("Unterminated") else at
    line = len(text[: end if end >= 0 else len(text)].rstrip())
    stop = line - 1 if text[line - 1 : line] in ",}]" else line
    inner = len(text[:line].rstrip(" ,}]"))
    if inner < stop and inner > text.rfind('"', 0, line) + 1:
        yield "Close the string", inner, inner, '"'
    yield "Close the string", stop, stop, '"'
    yield "Close the string", line, line, '"'


def _open_brackets(text: str, at: int) -> Iterator[tuple[str, int, int, str]]:
    if found := _unclosed_above(text):
        yield f"Close '{found[1].strip()}'", found[0], found[0], found[1]
    if not text[at:].strip() and (missing := _unclosed(text)):
        before = len(text[:at].rstrip())
        yield f"Close '{missing}' at the end", before, before, missing


def _unclosed(text: str) -> str:
    """The brackets and braces that are open at the end, as they would be closed."""
    bare = _STRING.sub("", text)
    stack: list[str] = []
    for char in bare:
        if char in _CLOSING:
            stack.append(_CLOSING[char])
        elif char in "}]" and (not stack or stack.pop() != char):
            return ""
    return "".join(reversed(stack))


def _unclosed_above(text: str) -> tuple[int, str] | None:
    """Where a bracket or brace is still open although a line less deep closes another, and what closes it there.

    The indentation tells: a line that begins with a closing bracket stands as deep as the line that it closes.
    """
    stack: list[tuple[str, str]] = []
    at = last = 0
    for line in text.splitlines(keepends=True):
        bare = _STRING.sub("", line)
        margin = line[: len(line) - len(line.lstrip(" \t"))]
        if bare.lstrip()[:1] in ("}", "]") and stack and len(margin) < len(stack[-1][1]):
            closing, own = stack[-1]
            newline = "\r\n" if text[last : last + 2] == "\r\n" else "\n"
            return last, f"{newline}{own}{closing}"
        for char in bare:
            if char in _CLOSING:
                stack.append((_CLOSING[char], margin))
            elif char in "}]" and (not stack or stack.pop()[0] != char):
                return None
        at += len(line)
        last = at - len(line) + len(line.rstrip()) if line.strip() else last
    return None


FIXERS = (RuleFixer("cfn-lint", codes("E0000"), make_whole),)
