"""Where the tokens of a text stand: indentation, blanks within lines, and what is aligned with the lines around.

Source of the rules: `hclwrite/format.go` of github.com/hashicorp/hcl.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from lsp_server.dialects.terraform.formatting.spacing import spaced
from lsp_server.dialects.terraform.formatting.tokens import BRACKETS, COMMENT, HEREDOC, NEWLINE, Token

_STEP = 2
_ENDS = frozenset({NEWLINE, COMMENT})


class Change(NamedTuple):
    """What stands between `start` and `end` of a text should be `text`."""

    start: int
    end: int
    text: str


class Cells(NamedTuple):
    """A line of which something is aligned: the widths (in columns) of what stands before and after `=`.

    `assign` and `comment` are what stands before the `=` and before the comment at the end, without the blanks that
    align them; None where the line has no such thing.
    """

    lead: int
    assign: Change | None
    value: int
    comment: Change | None


_Row = tuple[int, int, Cells]  # its number, the offset from which it counts, and the line


class Laid(NamedTuple):
    """Lines that are laid out, but for what is aligned: `cells` has an entry for each line, None for one without."""

    changes: list[Change]
    cells: list[Cells | None]


def laid(text: str, tokens: Sequence[Token]) -> Laid:
    """Lay out the tokens of a text (and those that were put in) in lines."""
    return _Layout(text).lay(tokens)


def aligned(cells: Iterable[tuple[int, Cells | None]]) -> Iterator[Change]:
    """What aligns the lines of a text: each with the offset from which its changes count, in order."""
    rows = list(cells)
    spaces: dict[int, int] = {}
    for run in _runs(rows, lambda its: its.assign is not None):
        widest = max(its.lead for _, _, its in run)
        for number, start, its in run:
            spaces[number] = widest - its.lead + 1
            if its.assign is not None:
                yield _padded(its.assign, start, spaces[number])
    for run in _runs(rows, lambda its: its.comment is not None):
        widths = [its.lead + spaces.get(number, 0) + its.value for number, _, its in run]
        for (_, start, its), width in zip(run, widths, strict=True):
            if its.comment is not None:
                yield _padded(its.comment, start, max(widths) - width + 1)


def _runs(rows: Sequence[tuple[int, Cells | None]], has: Callable[[Cells], bool]) -> Iterator[list[_Row]]:
    """The runs of lines that have something, which stand one below the other."""
    run: list[_Row] = []
    for number, (start, its) in enumerate(rows):
        if its is not None and has(its):
            run.append((number, start, its))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _padded(before: Change, by: int, spaces: int) -> Change:
    return Change(before.start + by, before.end + by, before.text + " " * spaces)


class _Layout:
    def __init__(self, text: str) -> None:
        self._text = text
        self._plain = text.isascii() and "\r" not in text
        self._changes: list[Change] = []
        self._cells: list[Cells | None] = []
        self._indents: list[int] = []  # for each indented level, how many brackets it takes to close it
        self._at = 0  # up to where the text has been compared
        self._new = ""  # what has been put in since

    def lay(self, tokens: Sequence[Token]) -> Laid:
        line: list[Token] = []
        for token in tokens:
            line.append(token)
            if token.kind in _ENDS and token.ends_line:
                self._line(line)
                line = []
        if line:
            self._line(line)
        rest = self._new + " " * (len(self._text) - self._at)  # blanks at the end of a file stay, but not as tabs
        self._keep(Change(self._at, len(self._text), rest))
        return Laid(self._changes, self._cells)

    def _line(self, line: list[Token]) -> None:
        comment = line.pop() if len(line) > 1 and line[-1].kind is COMMENT else None
        split = _assignment(line)
        lead, assign = line[:split], line[split:]
        width = self._indent(lead, assign)
        width += self._write(lead, width)
        before_assign, value = None, 0
        if assign:
            before_assign = self._gap(assign[0])
            value = self._write(assign, None)
        before_comment = None
        if comment is not None:
            before_comment = self._gap(comment)
            self._past(comment)
        cells = Cells(width, before_assign, value, before_comment) if assign or comment else None
        self._cells.append(cells)

    def _indent(self, lead: list[Token], assign: list[Token]) -> int:
        """The blanks that a line begins with."""
        if lead[0].kind is NEWLINE:
            return 0
        net = 0
        for token in lead:
            net += BRACKETS.get(token.kind, 0)
            if token.kind is HEREDOC:
                break
        net += sum(BRACKETS.get(token.kind, 0) for token in assign)
        indents = self._indents
        if net > 0:
            indents.append(net)
            return _STEP * (len(indents) - 1)
        while net < 0 and indents:
            closed = min(-net, indents[-1])
            net += closed
            indents[-1] -= closed
            if not indents[-1]:
                indents.pop()
        return _STEP * len(indents)

    def _write(self, cell: list[Token], indent: int | None) -> int:
        """Put the tokens of a cell one after the other, the first behind `indent` blanks; the columns they take."""
        width, before, last = 0, "", ""
        for number, token in enumerate(cell):
            kind = token.kind
            if number:
                blank = spaced(before, last, kind)
                width += blank
                self._put(token, " " if blank else "")
            elif indent is None:
                self._past(token)
            else:
                self._put(token, " " * indent)
            width += len(token.text) if self._plain else _columns(token.text)
            before, last = last, kind
        return width

    def _put(self, token: Token, blanks: str) -> None:
        if token.start == token.end:
            self._new += blanks + token.text
            return
        wanted = self._new + blanks
        if self._text[self._at : token.start] != wanted:
            self._changes.append(Change(self._at, token.start, wanted))
        self._past(token)

    def _gap(self, token: Token) -> Change:
        return Change(self._at, token.start, self._new)

    def _past(self, token: Token) -> None:
        self._at, self._new = token.end, ""

    def _keep(self, change: Change) -> None:
        if self._text[change.start : change.end] != change.text:
            self._changes.append(change)


def _assignment(line: list[Token]) -> int:
    """Where in a line the `=` stands whose value ends in the line too; the line's end where there is none."""
    for number, token in enumerate(line):
        if number and token.kind == "=":
            net = sum(BRACKETS.get(other.kind, 0) for other in line[number:])
            return len(line) if net else number
    return len(line)


def _columns(text: str) -> int:
    """How many columns a text takes: one for each grapheme cluster."""
    if text.isascii() and "\r" not in text:
        return len(text)
    import regex  # only texts that are not plain need it

    return len(regex.findall(r"\X", text))
