"""Reads a body that tree-sitter cannot: item by item, each alone, so that one bad line costs one line.

Indentation decides where a bracket that is not closed should have ended.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsp_server.core.document import Span
from lsp_server.dialects.terraform import scanner
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.broken import explain
from lsp_server.dialects.terraform.expression_reader import SyntaxTree
from lsp_server.dialects.terraform.reader import Reader

_BLANK = re.compile(r"\s*")
_NAME = re.compile(r"[^\W\d][\w-]*")
_ASSIGN = re.compile(r"[ \t]*(?P<sign>[=:])(?![=>])[ \t]*")
_LABELS = re.compile(
    r"""[ \t]*(?:"(?P<quoted>[^"\r\n{}=]*)(?P<end>"|(?=[ \t]*\{)|(?=[ \t]*\r?$))|(?P<bare>[^\W\d][\w-]*))""", re.M
)
_BRACE = re.compile(r"[ \t]*(\{)")
_BRACE_NEXT_LINE = re.compile(r"\s*(\{)")
_QUOTED_NAME = re.compile(r'"([^"\r\n]*)"[ \t]*=')
_REST = re.compile(r"[^\r\n]*")
_MAX_DEPTH = 40

REQUIRED_HERE = (
    "Argument or block definition required",
    (
        'An argument or block definition is required here. To set an argument, use the equals sign "=" to introduce '
        "the argument value."
    ),
)
QUOTED_ARGUMENT = ("Invalid argument name", "Argument names must not be quoted.")
BLOCK_HEADER = (
    "Invalid block definition",
    'Either a quoted string block label or an opening brace ("{") is expected here.',
)
LABEL_QUOTE = ("Invalid string literal", "The block label is missing its closing quote.")
COLON = (
    "Argument definition required",
    'Arguments are set with the equals sign "=", not with a colon.',
)
UNCLOSED_BLOCK = (
    "Unclosed configuration block",
    (
        "There is no closing brace for this block before the end of the file. This may be caused by incorrect brace "
        "nesting elsewhere in this file."
    ),
)
STRAY_BRACE = ("Argument or block definition required", "This closing brace closes nothing.")


def comments(text: str) -> Iterator[Span]:
    """The spans of all comments, without their line endings, also of those in what is put into a string."""
    if may_comment(text):
        yield from _comments(text, 0, len(text), 0)


def _comments(text: str, start: int, stop: int, depth: int) -> Iterator[Span]:
    for token in scanner.tokens(text, start, stop, depth):
        if token.kind == "comment":
            yield Span(token.start, token.end)
        elif token.kind in {"string", "heredoc"} and may_comment(text[token.start : token.end]):
            for inside in scanner.insides(text, token, depth):
                yield from _comments(text, *inside, depth + 1)


def may_comment(text: str) -> bool:
    """Whether a text has what a comment begins with."""
    return "#" in text or "//" in text or "/*" in text


def read_body(text: str) -> tuple[t.Body, tuple[t.SyntaxProblem, ...]]:
    """The body of a whole piece and everything that is wrong with it."""
    recovery = _Recovery(text)
    body = recovery.body(0, len(text), 0)
    return body, tuple(recovery.problems)


class _Recovery:
    def __init__(self, text: str) -> None:
        self.text = text
        self.problems: list[t.SyntaxProblem] = []
        self._matches = _matches(text)

    def body(self, start: int, stop: int, depth: int) -> t.Body:
        """Everything between two offsets, read as items of a body."""
        attributes: list[t.Attribute] = []
        blocks: list[t.Block] = []
        at = self._skip(start, stop)
        while at < stop and depth < _MAX_DEPTH:
            name = _NAME.match(self.text, at, stop)
            assign = _ASSIGN.match(self.text, name.end(), stop) if name else None
            if name and assign:
                attributes.append(self._attribute(name, assign, stop))
                at = attributes[-1].span.end
            elif name:
                block, at = self._block(name, stop, depth)
                blocks += [block] if block else []
            else:
                at = self._stray(at, stop)
            at = self._skip(at, stop)
        return t.Body(tuple(attributes), tuple(blocks))

    def _note(self, start: int, end: int, what: tuple[str, str], missing: str = "") -> None:
        self.problems.append(t.SyntaxProblem(Span(start, end), what[0], what[1], missing))

    def _skip(self, at: int, stop: int) -> int:
        while at < stop:
            match = _BLANK.match(self.text, at, stop)
            at = match.end() if match else at
            if not self.text.startswith(("#", "//", "/*"), at):
                return at
            token = next(scanner.tokens(self.text, at, stop))
            if token.kind != "comment":
                return at
            at = token.end
        return at

    def _stray(self, at: int, stop: int) -> int:
        rest = _REST.match(self.text, at, stop)
        end = rest.end() if rest else stop
        if self.text[at] == "}":
            self._note(at, at + 1, STRAY_BRACE, "-}")
            return at + 1
        quoted = _QUOTED_NAME.match(self.text, at, stop)
        if quoted:
            self._note(at, quoted.end(1) + 1, QUOTED_ARGUMENT)
            return self._value_end(at, quoted.end(), stop)
        self._note(at, max(at + 1, at + len(self.text[at:end].rstrip())), REQUIRED_HERE)
        if self.text[at] in "[{(":
            return max(at + 1, self._value_end(at, at, stop))
        return max(end, at + 1)

    # -- attributes

    def _attribute(self, name: re.Match[str], assign: re.Match[str], stop: int) -> t.Attribute:
        start = assign.end()
        end = self._value_end(name.start(), start, stop)
        if assign["sign"] == ":":
            self._note(assign.start("sign"), assign.end("sign"), COLON)
        value = self._value(start, end)
        return t.Attribute(name[0], Span(*name.span()), value, Span(name.start(), max(end, assign.end("sign"))))

    def _value(self, start: int, end: int) -> t.Expression:
        text = "x = " + self.text[start:end] + "\n"
        syntax = SyntaxTree(text)
        if not syntax.broken and start < end:
            reader = Reader(syntax)
            body = reader.body(syntax.root)
            if len(body.attributes) == 1 and not body.blocks:
                self.problems += [t.shift(problem, start - 4) for problem in reader.problems]
                return t.shift(body.attributes[0].value, start - 4)
        self.problems += explain(self.text, start, end, syntax)
        return t.Broken(Span(start, end))

    def _value_end(self, item: int, start: int, stop: int) -> int:
        """Where the value that begins at `start`, of the item that begins at `item`, ends."""
        natural, closed, several = self._natural_end(start, stop)
        if not several:
            return natural
        indent = self._indent(item)
        if closed and self._indent(natural) == indent:
            return natural
        return self._end_by_indent(item, start, stop) or natural

    def _natural_end(self, start: int, stop: int) -> tuple[int, bool, bool]:
        """By counting brackets: the end, whether all are closed there, and whether it lies in a later line."""
        at, last, several = start, start, False
        while at < stop:
            token = next(scanner.tokens(self.text, at, stop))
            at = token.end
            if token.kind in {"close", "newline"}:
                return last, True, several
            if token.kind == "open":
                match = self._matches.get(token.start, stop)
                if match >= stop:
                    return start + len(self.text[start:stop].rstrip()), False, True
                several = several or "\n" in self.text[token.start : match]
                at = last = match + 1
            elif token.kind != "comment" and (text := self.text[token.start : token.end].rstrip()):
                last = token.start + len(text)
        return last, True, several

    def _indent(self, at: int) -> int:
        """The width of the blanks that the line of `at` begins with; a tab counts one."""
        start = max(self.text.rfind("\n", 0, at), self.text.rfind("\r", 0, at)) + 1
        line = _REST.match(self.text, start)
        return len(line[0]) - len(line[0].lstrip()) if line else 0

    def _lines(self, start: int, stop: int) -> Iterator[tuple[int, int, str]]:
        """Start, indent and stripped text of each line after the one of `start` that is neither blank nor hidden."""
        for token in scanner.tokens(self.text, start, stop):
            if token.kind == "newline":
                line = _REST.match(self.text, token.end, stop)
                text = line[0] if line else ""
                if text.strip() and not text.lstrip().startswith(("#", "//")):
                    yield token.end, len(text) - len(text.lstrip()), text.strip()

    def _end_by_indent(self, item: int, start: int, stop: int) -> int | None:
        """The end of the last line that is indented deeper than the item; None where indentation says nothing."""
        indent, last = self._indent(item), self._line_end(start, stop)
        for number, (at, own, text) in enumerate(self._lines(start, stop)):
            if own > indent:
                last = self._line_end(at, stop)
                continue
            if text[0] in "}])" and own == indent:
                first = at + own
                return first + len(text[: len(text) - len(text.lstrip("}])"))])
            return last if number or _NAME.match(text) else None
        return last

    def _line_end(self, at: int, stop: int) -> int:
        line = _REST.match(self.text, at, stop)
        return at + len(line[0].rstrip()) if line else stop

    # -- blocks

    def _block(self, name: re.Match[str], stop: int, depth: int) -> tuple[t.Block | None, int]:
        labels, at = self._labels(name.end(), stop)
        brace = _BRACE.match(self.text, at, stop)
        kind = Span(*name.span())
        if not brace:
            return self._without_brace(name, labels, at, stop)
        opened = Span(*brace.span(1))
        inner_end, closed = self._block_end(name.start(), opened.end, stop)
        if not closed:
            self._note(opened.start, opened.end, UNCLOSED_BLOCK, "}")
        before = len(self.problems)
        body = self.body(opened.end, inner_end, depth + 1)
        broken = not closed or len(self.problems) > before
        end = inner_end + closed
        close = Span(inner_end, end)
        return t.Block(name[0], kind, labels, body, Span(name.start(), end), opened, close, broken), end

    def _labels(self, at: int, stop: int) -> tuple[tuple[t.Label, ...], int]:
        labels: list[t.Label] = []
        while match := _LABELS.match(self.text, at, stop):
            if match["bare"] is not None:
                labels.append(t.Label(match["bare"], Span(*match.span("bare")), quoted=False))
            else:
                span = Span(match.start("quoted") - 1, match.end())
                closed = match["end"] == '"'
                if not closed:
                    self._note(span.start, span.end, LABEL_QUOTE, '"')
                    span = Span(span.start, span.start + 1 + len(match["quoted"].rstrip()))
                text = match["quoted"] if closed else match["quoted"].rstrip()
                labels.append(t.Label(text, span if closed else Span(span.start + 1, span.end), quoted=closed))
            at = match.end()
        return tuple(labels), at

    def _without_brace(
        self, name: re.Match[str], labels: tuple[t.Label, ...], at: int, stop: int
    ) -> tuple[t.Block | None, int]:
        later = _BRACE_NEXT_LINE.match(self.text, at, stop)
        rest = _REST.match(self.text, at, stop)
        end = rest.end() if rest else stop
        if later:
            opened = Span(*later.span(1))
            self._note(
                name.start(), at, ("Invalid block definition", "The opening brace must stand in this line."), "{"
            )
            inner_end, closed = self._block_end(name.start(), opened.end, stop)
            body = self.body(opened.end, inner_end, 1)
            span = Span(name.start(), inner_end + closed)
            close = Span(inner_end, span.end)
            return t.Block(name[0], Span(*name.span()), labels, body, span, opened, close, True), span.end
        known = name.start() == 0 and name[0] in scanner.TOP_LEVEL
        junk = self.text[at:end].strip()
        if not labels and not known:
            self._note(name.start(), name.end(), REQUIRED_HERE)
            return None, end if junk else at
        if len(self.problems) == 0 or self.problems[-1].missing != '"':
            self._note(name.start(), at, BLOCK_HEADER, "{")
        empty = Span(at, at)
        span = Span(name.start(), at)
        return t.Block(name[0], Span(*name.span()), labels, t.Body((), ()), span, empty, empty, True), end

    def _block_end(self, item: int, start: int, stop: int) -> tuple[int, bool]:
        """Where a block's closing brace stands, or should stand, and whether it is there."""
        natural = self._closing(start, stop)
        indent = self._indent(item)
        if natural is not None and ("\n" not in self.text[start:natural] or self._indent(natural) == indent):
            return natural, True
        last = self._line_end(start, stop)
        for number, (at, own, text) in enumerate(self._lines(start, stop)):
            if own > indent:
                last = self._line_end(at, stop)
            elif text.startswith("}") and own == indent:
                return at + own, True
            elif number == 0 and natural is not None:
                return natural, True
            else:
                return last, False
        return (natural, True) if natural is not None else (last, False)

    def _closing(self, start: int, stop: int) -> int | None:
        """The brace that closes the one right before `start`."""
        match = self._matches.get(start - 1, stop)
        return match if match < stop else None


def _matches(text: str) -> dict[int, int]:
    """For each opening bracket that is closed, of whatever kind, where it is."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for token in scanner.tokens(text):
        if token.kind == "open":
            opened.append(token.start)
        elif token.kind == "close" and opened:
            found[opened.pop()] = token.start
    return found
