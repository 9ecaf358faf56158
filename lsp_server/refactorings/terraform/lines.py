"""The same list or object in one line or in several, and the keys of an object with or without quotes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform import tree as t
from lsp_server.fixers.terraform import layout
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.terraform.meaning import Comparison
from lsp_server.refactorings.terraform.spot import Spot, spot_of
from lsp_server.refactorings.terraform.writing import has_heredoc, native

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_WORDS = frozenset({"true", "false", "null", "for"})
_LONGEST = 120  # columns of what is offered in one line


def lines(selection: Selection) -> Iterator[Refactoring]:
    """Offer it for the innermost list or object around the place."""
    spot = spot_of(selection)
    chain = spot.chain
    at = next((n for n in range(len(chain) - 1, -1, -1) if _items(chain[n])), None)
    if at is None or not selection.asked:
        return
    node, what = chain[at], "list" if isinstance(chain[at], t.TupleExpression) else "object"
    text = spot.text(node)
    if "\n" not in text:
        if not any(isinstance(around, t.Template) for around in chain[:at]):
            yield _rewriting("lines.several", f"Write the {what} in several lines", partial(_several, spot, node))
    elif _fits(spot, node, text):
        yield _rewriting("lines.one", f"Write the {what} in one line", partial(_one, spot, node))
    if isinstance(node, t.ObjectExpression) and not _has_words_for_keys(spot):
        yield from _keys(spot, node)


def _rewriting(key: str, title: str, edits: Callable[[], Iterable[Edit] | None]) -> Refactoring:
    return Refactoring(key, title, Kind.REWRITE, edits, Comparison())


def _items(node: t.Expression) -> tuple[t.Expression | t.ObjectItem, ...]:
    return node.items if isinstance(node, t.TupleExpression | t.ObjectExpression) else ()


def _fits(spot: Spot, node: t.Expression, text: str) -> bool:
    column = spot.document.position(node.span.start).column
    within = column + len(" ".join(text.split())) <= _LONGEST
    within = within and not any("\n" in _written(spot, item, alone=False) for item in _items(node))
    return within and not has_heredoc(text) and not spot.commented(node.span)


def _written(spot: Spot, item: t.Expression | t.ObjectItem, *, alone: bool = True) -> str:
    text = spot.document.slice(item.span)
    if alone or isinstance(item, t.Expression):
        return text
    return f"{spot.text(item.key)} = {spot.text(item.value)}"


def _several(spot: Spot, node: t.Expression) -> Iterable[Edit] | None:
    if spot.commented(node.span):
        return None
    pad = layout.indent(spot.document, node.span.start)
    items = _items(node)
    if isinstance(node, t.TupleExpression):
        inside = [f"{pad}{layout.UNIT}{_written(spot, item)}," for item in items]
        made = "\n".join(["[", *inside, f"{pad}]"])
    else:
        pairs = [(spot.text(item.key), spot.text(item.value)) for item in items if isinstance(item, t.ObjectItem)]
        width = max(len(key) for key, _ in pairs)
        inside = [f"{pad}{layout.UNIT}{key.ljust(width)} = {value}" for key, value in pairs]
        made = "\n".join(["{", *inside, f"{pad}}}"])
    return native(spot.unit, [Edit(spot.document.uri, node.span, made)])


def _one(spot: Spot, node: t.Expression) -> Iterable[Edit] | None:
    inside = [_written(spot, item, alone=False) for item in _items(node)]
    if any("\n" in item for item in inside):
        return None
    joined = ", ".join(inside)
    made = f"[{joined}]" if isinstance(node, t.TupleExpression) else f"{{ {joined} }}"
    return [Edit(spot.document.uri, node.span, made)]


def _keys(spot: Spot, node: t.ObjectExpression) -> Iterator[Refactoring]:
    quoted = [item.key for item in node.items if isinstance(item.key, t.Template) and _is_name(item.name)]
    bare = [item.key for item in node.items if isinstance(item.key, t.Traversal) and item.name is not None]
    if quoted:
        pad = "  " if len(quoted) < len(node.items) and "\n" in spot.text(node) else ""
        edits = partial(_rekeyed, spot, quoted, "", pad)
        yield _rewriting("keys.bare", "Write the keys without quotes", edits)
    elif bare:
        yield _rewriting("keys.quoted", "Write the keys in quotes", partial(_rekeyed, spot, bare, '"'))


def _has_words_for_keys(spot: Spot) -> bool:
    """Whether the keys are names that Terraform reads without evaluating them: of types, and of providers."""
    name = spot.attribute.name if spot.attribute is not None else ""
    return (spot.path[-1].type if spot.path else "", name) in {
        ("variable", "type"), ("module", "providers"), ("run", "providers"),
    }  # fmt: skip


def _is_name(name: str | None) -> bool:
    return name is not None and _NAME.fullmatch(name) is not None and name not in _WORDS


def _rekeyed(spot: Spot, keys: Iterable[t.Expression], quote: str, pad: str = "") -> Iterator[Edit]:
    """Write keys in another way; where some are not, `pad` keeps what is behind them in its column."""
    for key in keys:
        text = spot.text(key)
        made = f"{quote}{text}{quote}" if quote else text[1:-1] + pad
        blanks = re.compile(r"  +(?==)").match(spot.document.text, key.span.end)
        span = key.span
        if quote and blanks is not None and blanks.end() - blanks.start() > 2:
            span = Span(span.start, span.end + 2)  # the `=` stays where it is
        yield Edit(spot.document.uri, span, made)


REFACTORERS = (Refactorer("lines", frozenset({Kind.REWRITE}), lines),)
