"""What can be said about HCL text without reading it: where strings, comments, heredocs and blocks begin and end.

It is what keeps a mistake in its own block: files are cut with it, and broken bodies are cut into their items.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

TOP_LEVEL = (
    "resource",
    "data",
    "variable",
    "output",
    "locals",
    "module",
    "provider",
    "terraform",
    "moved",
    "import",
    "removed",
    "check",
    "ephemeral",
    "action",
)
_OF_TESTS = (
    "run",
    "variables",
    "test",
    "mock_provider",
    "override_resource",
    "override_data",
    "override_module",
)
_HEADS = "|".join((*TOP_LEVEL, *_OF_TESTS))
_HEADER = re.compile(
    rf"\n(?:{_HEADS})"  # begins with a plain character, which makes the search quick
    r"""(?=[ \t]*[{"\r\n]|[ \t]*\Z|[ \t]+[A-Za-z_][\w-]*[ \t]*(?:[{"\r\n]|\Z))"""
)
_HEREDOC = re.compile(r"<<-?(?P<word>[A-Za-z_][\w-]*)[ \t]*$")
_TOKEN = re.compile(
    r"""(?P<comment>\#[^\r\n]*|//[^\r\n]*|/\*.*?\*/)
    | (?P<string>")
    | (?P<heredoc><<-?(?P<word>[A-Za-z_][\w-]*)[ \t]*(?=\r?\n|\Z))
    | (?P<open>[{(\[])
    | (?P<close>[})\]])
    | (?P<newline>\r\n|\n|\r)
    | (?P<other>[^\#/"<{}()\[\]\r\n]+|.)""",
    re.X | re.S,
)
_STRING_STOP = re.compile(r'"|\$\$\{|%%\{|[$%]\{|\\.|[\r\n]|\Z')
_MARK = re.compile(r"\$\$\{|%%\{|[$%]\{")
_STRICT_HEADER = re.compile(rf'^(?:{_HEADS})(?:[ \t]+"[^"\n]*")*[ \t]*\{{', re.M)
_LINE = re.compile(r"(?P<blank>[ \t]*)(?P<code>[^\r\n]*)")
_ITEM = re.compile(r"""[^\W\d][\w-]*[ \t]*(?:=(?!=)|\{|")""")
_REST_OF_TEMPLATE = re.compile(r"""(?:(?:[^"\n{}=]|[=!<>]=)*\n){0,6}(?:[^"\n{}=]|[=!<>]=)*\}[^"\r\n]*\"""")
_OPENING = {"}": "{", ")": "(", "]": "["}
_DEEPEST = 30


class Token(NamedTuple):
    """A stretch of text. `kind`: comment, string, heredoc, open, close, newline or other.

    `closed` is False for a string that its line ends, a heredoc without its end and the like.
    """

    kind: str
    start: int
    end: int
    closed: bool = True


def tokens(text: str, start: int = 0, end: int | None = None, depth: int = 0) -> Iterator[Token]:
    """The text cut into tokens; together they cover `start` to `end` without a gap.

    `depth` counts the strings around, which may be nested through their interpolations.
    """
    stop = len(text) if end is None else end
    at = start
    while at < stop:
        match = _TOKEN.match(text, at, stop)
        if match is None:  # cannot happen: `other` takes any character
            return
        kind, to, closed = match.lastgroup or "other", match.end(), True
        if kind in {"word", "heredoc"}:
            kind = "heredoc"
            to, closed = heredoc_end(text, match["word"], to, stop)
        elif kind == "string":
            to, closed = string_end(text, at, stop, depth)
        yield Token(kind, at, to, closed)
        at = to


def string_end(text: str, start: int, stop: int, depth: int = 0) -> tuple[int, bool]:
    """Where the string that opens at `start` ends, and whether a quote ends it (else its line or `stop` does)."""
    at = start + 1
    while True:
        match = _STRING_STOP.search(text, at, stop)
        if match is None or match.end() == match.start():
            return stop, False
        found = match[0]
        if found == '"':
            return match.end(), True
        if found in "\r\n":
            return match.start(), False
        at = match.end()
        if found in {"${", "%{"} and depth < _DEEPEST:
            at, closed = template_end(text, at, stop, depth + 1)
            if not closed:
                return at, False


def template_end(text: str, start: int, stop: int, nested: int = 0) -> tuple[int, bool]:
    """Where the `${` whose inside begins at `start` is closed; its line's end and False where it is not."""
    opened = ["{"]
    first_line = stop
    for token in tokens(text, start, stop, nested):
        if token.kind == "newline":
            first_line = min(first_line, token.start)
            if len(opened) == 1 and not _continues(text, token.end, stop):
                break
        elif not token.closed:
            return min(first_line, token.end), False
        elif token.kind == "open":
            opened.append(text[token.start])
        elif token.kind == "close":
            if opened.pop() != _OPENING[text[token.start]]:
                break  # it closes what is around: the call in this line is still being typed
            if not opened:
                return token.end, True
    return first_line, False


def _continues(text: str, start: int, stop: int) -> bool:
    """Whether an interpolation and its string are closed within the next lines, before anything like a new item."""
    return _REST_OF_TEMPLATE.match(text, start, stop) is not None


def insides(text: str, token: Token, depth: int = 0) -> Iterator[tuple[int, int]]:
    """Where what stands in the `${}` and `%{}` of a string or heredoc begins and ends, up to one that is not closed."""
    marks, at = _MARK if token.kind == "heredoc" else _STRING_STOP, token.start + 1
    while depth < _DEEPEST and (match := marks.search(text, at, token.end)) and match.end() > match.start():
        at = match.end()
        if match[0] in {"${", "%{"}:
            end, closed = template_end(text, at, token.end, depth + 1)
            if not closed:
                return
            yield at, end - 1
            at = end


def heredoc_end(text: str, word: str, start: int, stop: int) -> tuple[int, bool]:
    """Where the heredoc whose text begins at `start` ends; where it seems to, and False, where its end is missing."""
    end = _heredoc_terminator(word).search(text, start, stop)
    if end is None:
        return _seeming_end(text, start, stop), False
    header = _STRICT_HEADER.search(text, start, end.start())
    if header and re.search(rf"<<-?{re.escape(word)}[ \t]*\r?$", text[header.end() : end.start()], re.M):
        return _seeming_end(text, start, header.start()), False  # that end belongs to a heredoc of a later block
    return end.end(), True


def _seeming_end(text: str, start: int, stop: int) -> int:
    """The end of the last line before one that looks like what stood around the heredoc; else that of its first line.

    That is an item as deep as the one with the heredoc, or the brace that closes the block around.
    """
    line_start = text.rfind("\n", 0, start) + 1
    indent = len(text[line_start:start]) - len(text[line_start:start].lstrip(" \t"))
    open_braces, at = 0, start
    while (at := text.find("\n", at, stop) + 1) > 0:
        line = _LINE.match(text, at, stop)
        if line is None:
            break
        own, code = len(line["blank"]), line["code"]
        if (own == indent and _ITEM.match(code)) or (own < indent and code[:1] == "}" and open_braces <= 0):
            return at - 1 - (text[at - 2] == "\r")
        open_braces += code.count("{") - code.count("}")
    return start


def _heredoc_terminator(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<=\n)[ \t]*{re.escape(word)}(?=[ \t]*(?:\r?\n|\Z))")


def cuts(text: str) -> list[int]:
    """The offsets where a top-level block plainly begins: a header at column 0, outside heredocs and comments.

    The text's very start is not among them.
    """
    hidden = sorted(_hidden(text))
    found: list[int] = []
    at = 0
    for match in _HEADER.finditer(text):
        start = match.start() + 1
        while at < len(hidden) and hidden[at][1] <= start:
            at += 1
        if at == len(hidden) or start < hidden[at][0]:
            found.append(start)
    return found


def _hidden(text: str) -> Iterator[tuple[int, int]]:
    """The stretches in which a line at column 0 is not code: heredocs and block comments."""
    at = text.find("<<")
    while at >= 0:
        stop = _line_end(text, at)
        match = _HEREDOC.match(text, at, stop)
        end = stop
        if match and not _in_comment_or_string(text, at):
            end, closed = heredoc_end(text, match["word"], stop, len(text))
            if closed:
                yield at, end
        at = text.find("<<", end)
    at = text.find("/*")
    while at >= 0:
        end = text.find("*/", at + 2)
        if end >= 0 and not _in_comment_or_string(text, at):
            yield at, end + 2
            at = text.find("/*", end + 2)
        else:
            at = text.find("/*", at + 2)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return end - 1 if text[end - 1 : end] == "\r" else end


def _in_comment_or_string(text: str, at: int) -> bool:
    """Whether the rest of its line before `at` opens a comment or a string that is still open."""
    start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    return any(
        token.kind == "comment" or (token.kind == "string" and not token.closed) for token in tokens(text, start, at)
    )


def depth(text: str) -> int:
    """How many brackets stay open at the end of the text; negative where more are closed than opened."""
    level = 0
    for token in tokens(text):
        level += (token.kind == "open") - (token.kind == "close")
    return level
