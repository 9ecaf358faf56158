"""A text that cannot be read: a lost quote or bracket, a comma, an apostrophe, an argument written as in JSON.

Each guess is tried in memory: only those that leave fewer syntax errors in the document are offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit, apply_edits
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.terraform import scanner
from lsp_server.dialects.terraform.parse import parse
from lsp_server.dialects.terraform.tree import SyntaxProblem, Tree
from lsp_server.dialects.terraform.types import DYNAMIC
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform.layout import indent
from lsp_server.fixers.terraform.place import fix, locate
from lsp_server.fixers.terraform.supply import Supply

CODES = frozenset({"syntax"})
_MOST_TRIES = 60
_CLOSERS = {"{": "}", "[": "]", "(": ")"}
_BLOCK_KEY = re.compile(r'^(\s*)"([A-Za-z_][\w-]*)"(\s*[=:])')
_COLON = re.compile(r"^(\s*)([A-Za-z_][\w-]*)\s*:(?!:)\s*")
_TRAILING = re.compile(r"[ \t]*[,;][ \t]*$")
_PLAIN_STRING = re.compile(
    r'\s*[A-Za-z_][\w-]*\s*=\s*"(?!(?:var|local|module|data|each|count|self|path|\w+_\w+)\.)(?:(?!//)[^"#\\${}\[\](),])*[^\s"#\\${}\[\](),]'
)
_APOSTROPHES = re.compile(r"'([^'\"\n]*)'")

Guess = tuple[str, list[Edit]]
_UNQUOTED, _COMMA = "Write the argument's name without quotes", "Add the comma"
_PLAIN = frozenset({_UNQUOTED, _COMMA})
"""Guesses that can mean one thing only, where they make a text that can be read."""


def fix_syntax(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """Fixes for a text that cannot be read; those that leave the fewest errors come first."""
    document = context.document
    tree = parse(document.text)
    problem = _problem(tree, diagnostic.span, document)
    tried: list[tuple[int, int, Guess]] = []
    yield from _no_value(context, diagnostic, problem)
    for number, guess in enumerate(_guesses(document, problem, diagnostic.span)):
        if number == _MOST_TRIES:
            break
        after = parse(apply_edits(document.text, guess[1]))
        if _better(tree, after, problem):
            tried.append((len(after.problems), number, guess))
            if not after.problems:
                break
    line = document.position(problem.span.start if problem else diagnostic.span.start).line
    clears = [d for d in context.diagnostics if d.syntax and d.uri == diagnostic.uri and _line(document, d) == line]
    for left, _, (title, edits) in sorted(tried, key=lambda t: t[:2])[:3]:
        sure = not left and (_only_a_quote(document, edits) or title in _PLAIN)
        trust = Applicability.SAFE if sure else Applicability.UNSAFE
        yield fix(title, edits, clears if diagnostic in clears else [diagnostic], "syntax", trust)


def _only_a_quote(document: Document, edits: list[Edit]) -> bool:
    """Whether all there is, is a quote at the end of `name = "text`: it can stand nowhere else.

    A text that looks like a reference may want no quotes at all.
    """
    line = document.line_text(document.position(edits[0].span.start).line)
    at_end = edits[0].span.start == document.line_span(document.position(edits[0].span.start).line).end
    return len(edits) == 1 and edits[0].text == '"' and at_end and _PLAIN_STRING.fullmatch(line) is not None


def _no_value(context: FixContext, diagnostic: Diagnostic, problem: SyntaxProblem | None) -> Iterator[Fix]:
    """`name =` and nothing after it: the value has to come from a variable."""
    document = context.document
    if problem is None or problem.missing != "value":
        return
    line = document.position(problem.span.start).line
    match = re.match(r"\s*([A-Za-z_][\w-]*)\s*=\s*$", document.line_text(line))
    found = locate(context, Span(*[document.line_span(line).start + match.start(1)] * 2)) if match else None
    if match is None or found is None:
        return
    place, name = found[0], match[1]
    known = None if place.content.opaque else place.content.argument(name)
    supply = Supply(place.scene)
    value = supply.value(place, name, known.type if known else DYNAMIC)
    end = document.line_span(line).start + len(document.line_text(line).rstrip())
    edits = [Edit(document.uri, Span(end, document.line_span(line).end), f" {value}"), *supply.edits()]
    yield fix(f"Give `{name}` the value {value}", edits, [diagnostic], "syntax")


def _line(document: Document, diagnostic: Diagnostic) -> int:
    return document.position(diagnostic.span.start).line


def _problem(tree: Tree, span: Span, document: Document) -> SyntaxProblem | None:
    """The problem of the tree that a finding is about: the nearest one, preferably of the same line."""
    line = document.position(span.start).line
    return min(
        tree.problems,
        key=lambda p: (abs(document.position(p.span.start).line - line), abs(p.span.start - span.start)),
        default=None,
    )


def _better(before: Tree, after: Tree, problem: SyntaxProblem | None) -> bool:
    """Whether fewer errors are left, the one in question among those that are gone, and no block."""
    if len(after.problems) >= max(len(before.problems), 1) or len(after.blocks) < len(before.blocks):
        return False
    if problem is None:
        return True
    old, new = ([p.summary for p in tree.problems].count(problem.summary) for tree in (before, after))
    return new < old


def _guesses(document: Document, problem: SyntaxProblem | None, span: Span) -> Iterator[Guess]:
    places = [problem.span.start] if problem else []
    lines = dict.fromkeys(document.position(at).line for at in (*places, span.start))
    for line in lines:
        yield from _quotes(document, line)
        yield from _line_rewritten(document, line)
    if problem is not None and problem.missing == ",":
        yield _COMMA, [_insert(document, len(document.text[: problem.span.start].rstrip()), ",")]
        yield _COMMA, [_insert(document, problem.span.end, ",")]
    yield from _brackets(document, problem, span)


def _insert(document: Document, at: int, text: str) -> Edit:
    return Edit(document.uri, Span(at, at), text)


def _quotes(document: Document, line: int) -> Iterator[Guess]:
    """A string that its line ends: its closing quote, or its opening one."""
    span, text = document.line_span(line), document.line_text(line)
    code = _code(text)
    if code.count('"') % 2 == 0:
        return
    title = "Add the missing quote"
    end = span.start + len(code.rstrip())
    trailing = len(code.rstrip()) - len(code.rstrip().rstrip(",])}"))
    for back in dict.fromkeys((0, *range(1, trailing + 1))) if not trailing else (trailing, *range(trailing)):
        yield title, [_insert(document, end - back, '"')]
    for match in re.finditer(r"[,\])}]", code):
        yield title, [_insert(document, span.start + match.start(), '"')]
    for match in re.finditer(r"[=\[(,:{]\s*(?=[^\s\"\[{(])", code):
        yield title, [_insert(document, span.start + match.end(), '"')]
    header = re.match(r"\s*(?:resource|data|variable|output|module|provider)\s+", code)
    if header:
        for match in re.finditer(r"(?<=\s)(?=[A-Za-z])|(?<=\w)(?=\s)", code[header.end() - 1 :]):
            yield title, [_insert(document, span.start + header.end() - 1 + match.start(), '"')]


def _code(text: str) -> str:
    """A line up to its comment, as far as quotes allow to tell."""
    for match in re.finditer(r"\s(?:#|//)", text):
        if text[: match.start()].count('"') % 2 == 0 or '"' not in text[match.start() :]:
            return text[: match.start()]
    return text


def _line_rewritten(document: Document, line: int) -> Iterator[Guess]:
    """Slips of other notations: apostrophes, a comma or semicolon at the end, `"key" =`, `key: value`."""
    span, text = document.line_span(line), document.line_text(line)
    start = span.start
    found = list(_APOSTROPHES.finditer(text))
    if found:
        edits = [Edit(document.uri, Span(start + m.start(), start + m.end()), f'"{m[1]}"') for m in found]
        yield "Write double quotes", edits
    code = _code(text)
    for number in (line, line - 1):
        if number < 0:
            continue
        own, at = _code(document.line_text(number)), document.line_span(number).start
        if match := _TRAILING.search(own):
            yield "Remove what ends the line", [Edit(document.uri, Span(at + match.start(), at + match.end()), "")]
    if match := _BLOCK_KEY.match(text):
        edits = [Edit(document.uri, Span(start + match.start(2) - 1, start + match.end(2) + 1), match[2])]
        if match[3].strip() == ":":
            edits.append(Edit(document.uri, Span(start + match.start(3), start + match.end(3)), " ="))
        yield _UNQUOTED, edits
    if match := _COLON.match(text):
        yield "Write `=`", [Edit(document.uri, Span(start + match.end(2), start + match.end()), " = ")]
    if match := re.match(r"^(\s*[A-Za-z_][\w-]*)\s+(?==?)(?![={])", code):
        yield "Write `=`", [Edit(document.uri, Span(start + match.end(1), start + match.end()), " = ")]
    pad = indent(document, start)
    for match in re.finditer(r'(?<=["\w\])}])\s*[,;]?\s+(?=[A-Za-z_][\w-]*\s*=[^=])', code):
        edit = Edit(document.uri, Span(start + match.start(), start + match.end()), document.newline + pad)
        yield "Begin a new line", [edit]


def _brackets(document: Document, problem: SyntaxProblem | None, span: Span) -> Iterator[Guess]:
    """A bracket that is not closed is closed where the indentation goes back; one too many is taken out."""
    text, nl = document.text, document.newline
    opened: list[tuple[str, int]] = []
    suspects: list[tuple[str, int]] = []
    region = _region(document, problem.span.start if problem else span.start)
    for token in scanner.tokens(text, region.start, region.end):
        word = text[token.start : token.end]
        if token.kind == "open":
            opened.append((word, token.start))
        elif token.kind == "close":
            if opened and _CLOSERS[opened[-1][0]] == word:
                pair = opened.pop()
                if len(indent(document, pair[1])) > len(indent(document, token.start)):
                    suspects.append(pair)
            elif not opened:
                line = document.line_span(document.position(token.start).line)
                alone = not (text[line.start : token.start] + text[token.end : line.end]).strip()
                cut = Span(line.start, min(line.end + len(nl), len(text))) if alone else Span(token.start, token.end)
                yield f"Remove `{word}`", [Edit(document.uri, cut, "")]
    for bracket, at in (*suspects, *reversed(opened)):
        closer = _CLOSERS[bracket]
        yield from _closings(document, region, bracket, at, closer)


def _region(document: Document, at: int) -> Span:
    placed = parse(document.text).placed_at(at)
    return placed.span if placed else Span(0, len(document.text))


def _closings(document: Document, region: Span, bracket: str, at: int, closer: str) -> Iterator[Guess]:
    nl, title = document.newline, f"Close `{bracket}` with `{closer}`"
    pad = indent(document, at)
    first = document.position(at).line
    last = document.position(max(region.start, region.end - 1)).line
    ends: list[int] = []
    previous = first
    for line in range(first + 1, last + 1):
        content = document.line_text(line)
        if not content.strip():
            continue
        if len(content) - len(content.lstrip()) <= len(pad):
            ends.append(previous)
        previous = line
    ends.append(previous)
    if ends[0] == first:
        ends.reverse()  # what follows is no deeper than the bracket's line: most likely all of it belongs inside
    own = document.line_span(first)
    after = document.text[at + 1 : own.end].strip()
    if after:
        yield title, [_insert(document, own.start + len(_code(document.line_text(first)).rstrip()), closer)]
    for line in dict.fromkeys(ends):
        yield title, [_insert(document, document.line_span(line).end, f"{nl}{pad}{closer}")]
