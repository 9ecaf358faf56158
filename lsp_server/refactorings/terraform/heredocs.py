r"""A string with line breaks becomes a heredoc, and a heredoc a string in quotes: `"a\nb\n"` and `<<-EOT`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial

from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform import tree as t
from lsp_server.fixers.terraform import layout
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.terraform.forms import Form, Surroundings, form, text_of
from lsp_server.refactorings.terraform.meaning import Comparison
from lsp_server.refactorings.terraform.spot import Spot, spot_of

_ESCAPE = re.compile(r"\\(.)", re.S)
_DECODED = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
_ENCODED = {decoded: f"\\{letter}" for letter, decoded in _DECODED.items()}
_MARKERS = ("EOT", "EOF", "END", "TEXT")
_Parts = list[str | t.Expression]
"""A string in order: its text, and what is put into it."""


def rewrite(selection: Selection) -> Iterator[Refactoring]:
    """Offer it for the innermost string around the place."""
    spot = spot_of(selection)
    found = reversed(list(enumerate(spot.chain)))
    number, node = next(((n, one) for n, one in found if isinstance(one, t.Template)), (0, spot.expression))
    node = _chomped(node) if isinstance(node, t.Call) else node
    if not isinstance(node, t.Template) or spot.document.newline != "\n":
        return  # in a heredoc the line ending is part of the value
    text, around = spot.document.text, spot.chain[number - 1] if number else None
    if node.heredoc:
        whole = next((one for one in spot.chain if isinstance(one, t.Call) and _chomped(one) is node), node)
        if _of_heredoc(node, text) is not None:
            edits = partial(_to_quotes, spot, node, whole)
            yield _rewriting("heredoc.quotes", "Convert the heredoc to a string in quotes", edits)
        return
    parts = _of_quotes(node, text)
    key = isinstance(around, t.ObjectExpression) and any(item.key is node for item in around.items)
    if parts is None or key or any(isinstance(one, t.Template) for one in spot.chain[:number]):
        return
    ends = parts[-1:] and isinstance(parts[-1], str) and parts[-1].endswith("\n")
    line = spot.document.line_span(spot.document.position(node.span.end).line)
    if ends and text[node.span.end : line.end].strip():
        return  # nothing may stand behind the marker
    if not any(isinstance(part, str) and "\n" in part.removesuffix("\n") for part in parts):
        return
    title = "Convert to a heredoc" if ends else "Convert to a heredoc in 'chomp', as no line break ends it"
    yield _rewriting("heredoc", title, partial(_to_heredoc, spot, node, parts))


def _rewriting(key: str, title: str, edits: partial[Iterable[Edit] | None]) -> Refactoring:
    return Refactoring(key, title, Kind.REWRITE, edits, Comparison(special=_form))


def _chomped(call: t.Call) -> t.Template | None:
    """The heredoc that alone stands in a `chomp`."""
    arg = call.args[0] if call.name == "chomp" and len(call.args) == 1 else None
    return arg if isinstance(arg, t.Template) and arg.heredoc else None


def _of_quotes(node: t.Template, text: str) -> _Parts | None:
    """The parts of a string in quotes; None where it cannot be written as a heredoc."""
    found = _split(node, text, node.span.start + 1, node.span.end - 1)
    if found is None:
        return None
    for number, part in enumerate(found):
        if isinstance(part, str):
            if any(match[1] not in _DECODED for match in _ESCAPE.finditer(part)):
                return None
            found[number] = _ESCAPE.sub(lambda match: _DECODED[match[1]], part)
    return found


def _split(node: t.Template, text: str, start: int, end: int) -> _Parts | None:
    """What stands between two places of a string; None where white space is stripped, or a line ends in a value."""
    found: _Parts = []
    for part in node.parts:
        if isinstance(part, t.TextPart):
            continue
        written = text[part.span.start : part.span.end]
        if "~" in written or "\n" in written or not isinstance(part, t.Interpolation):
            return None
        found += (text[start : part.span.start], part)
        start = part.span.end
    return [part for part in (*found, text[start:end]) if part]


def _of_heredoc(node: t.Template, text: str) -> _Parts | None:
    """The parts of a heredoc, without the indentation that `<<-` takes away; None where it cannot be in quotes."""
    first = text.find("\n", node.span.start, node.span.end) + 1
    last = text.rfind("\n", first, node.span.end) + 1
    if not first or text[first:last].find("\r") >= 0:
        return None
    found = _split(node, text, first, max(first, last))
    if found is None or not text.startswith("<<-", node.span.start):
        return found
    lines = text[first:last].split("\n")
    by = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    stripped: _Parts = []
    begins = True
    for part in found:
        if isinstance(part, str):
            cut = "\n".join(
                line if number + begins == 0 or (not line.strip() and number < part.count("\n")) else line[by:]
                for number, line in enumerate(part.split("\n"))
            )
            stripped.append(cut)
        else:
            stripped.append(part)
        begins = False
    return [part for part in stripped if part]


def _to_quotes(spot: Spot, node: t.Template, whole: t.Expression) -> Iterable[Edit] | None:
    parts = _of_heredoc(node, spot.document.text)
    if parts is None or spot.commented(whole.span):
        return None
    if whole is not node and parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip("\n")
    made = "".join(_quoted(part) if isinstance(part, str) else spot.text(part) for part in parts)
    return [Edit(spot.document.uri, whole.span, f'"{made}"')]


def _quoted(text: str) -> str:
    return "".join(_ENCODED.get(letter, letter) for letter in text)


def _to_heredoc(spot: Spot, node: t.Template, parts: _Parts) -> Iterable[Edit] | None:
    text = "".join(part if isinstance(part, str) else spot.text(part) for part in parts)
    ends = text.endswith("\n")
    lines = (text if ends else f"{text}\n").split("\n")[:-1]
    marker = next((one for one in _MARKERS if one not in {line.strip() for line in lines}), None)
    if marker is None or spot.commented(node.span):
        return None
    pad = layout.indent(spot.document, node.span.start)
    told = [line for line in lines if line.strip()]
    flush = bool(told) and any(line == line.lstrip() for line in told)
    inner = pad + layout.UNIT if flush else ""
    body = "".join(f"{inner if line.strip() else ''}{line}\n" for line in lines)
    made = f"{'<<-' if flush else '<<'}{marker}\n{body}{pad if flush else ''}{marker}"
    return [Edit(spot.document.uri, node.span, made if ends else f"chomp({made}\n{pad})")]


def _form(node: t.Expression, around: Surroundings) -> Form | None:
    """The form of a heredoc as that of the string that it is."""
    match node:
        case t.Template(heredoc=True):
            parts = _of_heredoc(node, around.text)
        case t.Call() if (inner := _chomped(node)) is not None:
            parts = _of_heredoc(inner, around.text)
            if parts and isinstance(parts[-1], str):
                parts[-1] = parts[-1].rstrip("\n")
        case _:
            return None
    return None if parts is None else text_of(_part(part, around) for part in parts)


def _part(part: str | t.Expression, around: Surroundings) -> Form:
    if isinstance(part, str):
        return ("text", part.replace("$${", "${").replace("%%{", "%{"))
    assert isinstance(part, t.Interpolation)
    return form(part.inner, around)


REFACTORERS = (Refactorer("heredocs", frozenset({Kind.REWRITE}), rewrite),)
