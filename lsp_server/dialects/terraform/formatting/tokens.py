"""Cuts HCL into the tokens that its layout is about: those of HashiCorp's scanner, templates and heredocs included.

Source of the rules: `hclsyntax/scan_tokens.rl` of github.com/hashicorp/hcl.
"""

from __future__ import annotations

import re
from typing import NamedTuple

IDENT, NUMBER, NEWLINE, COMMENT = "ident", "number", "newline", "comment"
OPEN_QUOTE, CLOSE_QUOTE, LITERAL = "open quote", "close quote", "literal"
HEREDOC, MARKER = "heredoc", "marker"
OPEN_SEQUENCE, CLOSE_SEQUENCE = "open sequence", "close sequence"
IN, STRING = "in", "string"
BRACKETS = {"{": 1, "[": 1, "(": 1, OPEN_SEQUENCE: 1, "}": -1, "]": -1, ")": -1, CLOSE_SEQUENCE: -1}

_CODE = re.compile(
    r"""[ \t]*(?:
      (?P<ident>[^\W\d][\w-]*)
    | (?P<newline>\r?\n)
    | (?P<comment>(?:\#|//)[^\n]*\n? | /\*.*?\*/)
    | (?P<number>[0-9](?:(?:[0-9.]|[eE][+-]?[0-9])*(?:[0-9]|[eE][+-]?[0-9]))?)
    | (?P<string>"(?:[^"\\$%\r\n]|\\[^\r\n])*+")
    | (?P<quote>")
    | (?P<heredoc><<-?(?P<word>[^\W\d][\w-]*)\r?\n)
    | (?P<mark>==|!=|>=|<=|&&|\|\||::|\.\.\.|=>|~\}|[{}\[\]().,*/%+\-=<>!?:])
    )""",
    re.X | re.S,
)
_STRING_PART = re.compile(
    r"""(?P<literal>(?:[^"\\$%\r\n]|\\[^\r\n]|\$\$\{|%%\{|\$(?!\{)|%(?!\{))++) | (?P<open>[$%]\{~?) | (?P<close>")""",
    re.X,
)
_HEREDOC_PART = re.compile(
    r"""(?P<open>[$%]\{~?) | (?P<literal>(?:[^$%\n]|\$\$\{|%%\{|\$(?!\{)|%(?!\{))++\n? | \n)""", re.X
)
_BLANK = re.compile(r"[ \t]*\Z")
_KINDS = {
    "ident": IDENT,
    "in": IN,
    "newline": NEWLINE,
    "comment": COMMENT,
    "number": NUMBER,
    "string": STRING,
    "quote": OPEN_QUOTE,
    "heredoc": HEREDOC,
}


class Token(NamedTuple):
    """A token that covers `start` to `end` of the text; one that is put in covers nothing. Marks are their own kind.

    A string without any sequence is one token.
    """

    kind: str
    text: str
    start: int
    end: int

    @property
    def ends_line(self) -> bool:
        """Whether the token ends its line: a comment that runs to the end of the line does, with its line ending."""
        return self.kind is NEWLINE or (self.kind is COMMENT and self.text.endswith("\n"))


def tokens(text: str) -> list[Token] | None:
    """The tokens of a text in order, blanks left out; None where something in it is no token."""
    return _Scanner(text).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._found: list[Token] = []
        self._templates: list[str] = []  # those that are open: the marker of a heredoc, "" for a string
        self._braces = [0]  # that are open: in the file, and in each sequence of a template

    def scan(self) -> list[Token] | None:
        at, stop = 0, len(self._text)
        while at < stop:
            in_template = len(self._templates) == len(self._braces)
            end = self._template(at) if in_template else self._code(at)
            if end is None:
                return None
            at = end
        return None if self._templates else self._found

    def _add(self, kind: str, start: int, end: int) -> int:
        self._found.append(Token(kind, self._text[start:end], start, end))
        return end

    def _code(self, at: int) -> int | None:
        match = _CODE.match(self._text, at)
        if match is None:
            return len(self._text) if _BLANK.match(self._text, at) else None
        group = match.lastgroup or ""
        start, end = match.span(group)
        if group == "mark":
            return self._mark(match[group], start, end)
        if group == "ident" and match[group] == IN:
            group = IN
        elif group in {"quote", "heredoc"}:
            self._templates.append(match["word"] or "")
        return self._add(_KINDS[group], start, end)

    def _mark(self, mark: str, start: int, end: int) -> int | None:
        if mark == "{":
            self._braces[-1] += 1
        elif mark in {"}", "~}"}:
            if len(self._braces) > 1 and not self._braces[-1]:
                self._braces.pop()
                return self._add(CLOSE_SEQUENCE, start, end)
            if mark == "~}":
                return None
            self._braces[-1] -= 1
        return self._add(mark, start, end)

    def _template(self, at: int) -> int | None:
        marker = self._templates[-1]
        match = _HEREDOC_PART.match(self._text, at) if marker else _STRING_PART.match(self._text, at)
        if match is None:
            return None
        if marker and (end := self._marker(marker, at)) is not None:
            self._templates.pop()
            return self._add(MARKER, at, end)
        if match.lastgroup == "open":
            self._braces.append(0)
            return self._add(OPEN_SEQUENCE, at, match.end())
        if match.lastgroup == "close":
            self._templates.pop()
            return self._add(CLOSE_QUOTE, at, match.end())
        return self._add(LITERAL, at, match.end())

    def _marker(self, marker: str, at: int) -> int | None:
        """The end of the line that begins at `at` and closes a heredoc; None where it does not."""
        if not self._found[-1].text.endswith("\n"):
            return None
        line_end = self._text.find("\n", at)
        if line_end < 0 or self._text[at:line_end].strip() != marker:
            return None
        return line_end - (self._text[line_end - 1] == "\r")
