"""Strings that are put together: quotes around a single value go, `format` and `join` become a template and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform import tree as t
from lsp_server.fixers.terraform.quoted import Quoted, quoted, quoted_in, without_quotes
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.terraform.forms import formatted
from lsp_server.refactorings.terraform.meaning import Comparison
from lsp_server.refactorings.terraform.spot import Spot, spot_of

_VERB = re.compile(r"%%|%s")
_MARKS = re.compile(r"[$%]\{")


def strings(selection: Selection) -> Iterator[Refactoring]:
    """Offer what the expressions around the place can be written as instead."""
    spot = spot_of(selection)
    for number, node in reversed(list(enumerate(spot.chain))):
        around = spot.chain[number - 1] if number else None
        match node:
            case t.Template(parts=(t.Interpolation(),), heredoc=False):
                key = isinstance(around, t.ObjectExpression) and any(item.key is node for item in around.items)
                found = quoted(spot.document.text, node, around, key=key)
                if found is None:
                    return
                edits = partial(without_quotes, spot.document, [found])
                yield _rewriting("strings.bare", "Remove the quotes around the interpolation", edits)
                return
            case t.Template(heredoc=False) if selection.asked and _is_mixed(node):
                yield _rewriting("strings.format", "Convert to 'format'", partial(_to_format, spot, node))
                return
            case t.Call(name="format" | "join" as name) if _template(spot, node) is not None:
                written = partial(_to_template, spot, node)
                yield _rewriting("strings.template", f"Convert '{name}' to a template", written)
                return


def bare_everywhere(selection: Selection) -> Iterator[Refactoring]:
    """Offer to remove the quotes around single values in all of the document."""
    spot = spot_of(selection)
    if not selection.asked:
        return
    number = sum(len(quoted_in(placed.piece)) for placed in spot.tree.placed)
    if number > 1:
        title = f"Remove the quotes around all {number} interpolations"
        yield _rewriting("strings.bare.all", title, lambda: without_quotes(spot.document, _all_quoted(spot)))


def _all_quoted(spot: Spot) -> Iterator[Quoted]:
    """The strings of the document that are a single value."""
    for placed in spot.tree.placed:
        yield from (found.shifted(placed.start) for found in quoted_in(placed.piece))


def _rewriting(key: str, title: str, edits: Callable[[], Iterable[Edit] | None]) -> Refactoring:
    return Refactoring(key, title, Kind.REWRITE, edits, Comparison())


def _is_mixed(node: t.Template) -> bool:
    kinds = {type(part) for part in node.parts}
    return kinds == {t.TextPart, t.Interpolation}


def _to_format(spot: Spot, node: t.Template) -> Iterable[Edit] | None:
    text, args, at = "", [], node.span.start + 1
    for part in (*(p for p in node.parts if isinstance(p, t.Interpolation)), None):
        written = spot.document.text[at : part.span.start if part is not None else node.span.end - 1]
        if "%%{" in written:
            return None
        text += written.replace("%", "%%")
        if part is None:
            break
        inside = spot.document.slice(part.span)
        if "~" in (inside[2:3], inside[-2:-1]):
            return None
        text += "%s"
        args.append(spot.text(part.inner))
        at = part.span.end
    if spot.commented(node.span):
        return None
    return [Edit(spot.document.uri, node.span, f'format("{text}", {", ".join(args)})')]


def _to_template(spot: Spot, node: t.Call) -> Iterable[Edit] | None:
    written = _template(spot, node)
    return None if written is None or spot.commented(node.span) else [Edit(spot.document.uri, node.span, written)]


def _template(spot: Spot, node: t.Call) -> str | None:
    """What a call is as a template; None where it does more than to put values in."""
    match node.args:
        case (t.Template(heredoc=False) as said, *values) if node.name == "format" and not node.expand:
            text = said.text
            if text is None or formatted(text, [("x",)] * len(values)) is None:
                return None
            raw, left = spot.text(said)[1:-1], list(values)
            if _MARKS.search(raw):
                return None  # `%{` and `${` are escaped in a template by what is a verb here
            made = _VERB.sub(lambda verb: "%" if verb[0] == "%%" else _put(spot, left.pop(0)), raw)
            own = _VERB.sub(lambda verb: "%" if verb[0] == "%%" else "", raw)
        case (t.Template(heredoc=False) as between, t.TupleExpression(items=items)) if node.name == "join" and items:
            if between.text is None:
                return None
            made, own = spot.text(between)[1:-1].join(_put(spot, item) for item in items), ""
        case _:
            return None
    return None if "\n" in made or _MARKS.search(own) else f'"{made}"'


def _put(spot: Spot, value: t.Expression) -> str:
    """A value in the text of a string."""
    plain = isinstance(value, t.Template) and not value.heredoc
    return spot.text(value)[1:-1] if plain else f"${{{spot.text(value)}}}"


REFACTORERS = (
    Refactorer("strings", frozenset({Kind.REWRITE}), strings),
    Refactorer("strings", frozenset({Kind.REWRITE}), bare_everywhere),
)
