"""A variable with a default becomes a local, a local that is written out a variable; what refers to it follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.constraints import variable_type
from lsp_server.dialects.terraform.module import Declaration
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.dialects.terraform.types import Type
from lsp_server.fixers.terraform import layout
from lsp_server.fixers.terraform.values import constraint
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.terraform.inlining import (
    Target,
    removal_of,
    removed,
    target_of,
    told_elsewhere,
    uses_of,
)
from lsp_server.refactorings.terraform.literals import is_constant, own_type
from lsp_server.refactorings.terraform.meaning import Comparison
from lsp_server.refactorings.terraform.spot import Spot, spot_of
from lsp_server.refactorings.terraform.writing import RESERVED, at_indentation, document_for, has_heredoc, native

_SAYING_MORE = ("sensitive", "ephemeral", "nullable", "deprecated")
_KEYS = {"var": ("variable", "locals"), "local": ("locals", "variable")}


def convert(selection: Selection) -> Iterator[Refactoring]:
    """Offer it where a variable or a local is declared, and where it is used."""
    spot = spot_of(selection)
    target = target_of(spot, _default)
    if target is None or not selection.asked or not is_constant(target.value) or told_elsewhere(target):
        return
    old, new = _KEYS[target.root]
    other = spot.module.locals if target.root == "var" else spot.module.variables
    if target.name in other or (new == "variable" and (target.name in RESERVED or _kind(target.value) is None)):
        return
    title = (
        f"Convert variable '{target.name}' to a local, so that nobody can set it"
        if target.root == "var"
        else f"Convert local '{target.name}' to a variable with that default"
    )
    key = (old, target.name)
    yield Refactoring(
        f"convert.{new}",
        title,
        Kind.REWRITE,
        partial(_edits, target),
        Comparison(adds=frozenset({(new, target.name)}), removes=frozenset({key})),
        frozenset({key, key[:1]}),
    )


def _default(declared: Declaration) -> t.Expression | None:
    """The default of a variable of which nothing else is said, and which its type leaves as it is."""
    body = declared.block.body
    default = body.attribute("default")
    if default is None or body.blocks or any(body.attribute(name) for name in _SAYING_MORE):
        return None
    said = variable_type(declared) if body.attribute("type") is not None else None
    value = default.value
    if not is_constant(value) or (isinstance(value, t.Literal) and value.value is None):
        return None
    return value if said is None or _is_of(value, said) else None


def _is_of(value: t.Expression, kind: Type) -> bool:
    """Whether a value that is written out is of a type as it is: no part of it has to be converted."""
    match value:
        case t.TupleExpression(items=items):
            element = kind.element
            return kind.kind == "list" and element is not None and all(_is_of(item, element) for item in items)
        case t.ObjectExpression(items=items):
            if kind.kind == "map" and kind.element is not None:
                return all(_is_of(item.value, kind.element) for item in items)
            fields = dict(kind.fields)
            named = [item.name for item in items]
            alike = sorted(named, key=str) == sorted(fields)
            return kind.kind == "object" and alike and all(_is_of(i.value, fields[i.name or ""]) for i in items)
    return kind.primitive and not _is_null(value) and own_type(value) == kind


def _is_null(value: t.Expression) -> bool:
    return isinstance(value, t.Literal) and value.value is None


def _kind(value: t.Expression) -> Type | None:
    """The type of what is written out; None where it does not tell, or would convert some of it."""
    if any(_is_null(one) for one in t.expressions(value)):
        return None
    kind = own_type(value)
    return kind if _is_of(value, kind) else None


def _edits(target: Target) -> Iterable[Edit] | None:
    gone, taken = removal_of(target)
    document, value = target.document, target.value
    comments = [document.slice(span) for span in taken if not value.span.encloses(span)]
    if any("\n" in comment for comment in comments):
        return None
    described = _described(target)
    new = "local" if target.root == "var" else "var"
    uses = [_renamed(use, target.root, new) for use in uses_of(target)]
    spot = target.spot.at(document, target.declared.name_span)
    home = document_for(spot, "locals" if new == "local" else "variable")
    if has_heredoc(target.written) and home.newline != document.newline:
        return None
    comments += [f"# {described}"] if described and f"# {described}" not in comments else []
    written = at_indentation(document, value.span, "" if new == "local" else layout.UNIT)
    blocks = _blocks(home, "locals" if new == "local" else "variable", gone)
    declaring = (_local if new == "local" else _variable)(
        blocks[-1] if blocks else None, home, target, comments, written
    )
    if home is document and not blocks:
        return _in_place(target, gone, declaring.text, uses)
    removal = removed(document, gone)
    return None if removal is None else native(target.spot.unit, [*uses, *removal, declaring])


def _blocks(document: Document, kind: str, gone: Span) -> list[t.Block]:
    """The blocks of a kind that stay."""
    return [b for b in parse_document(document).blocks if b.type == kind and not gone.encloses(b.span)]


def _in_place(target: Target, gone: Span, text: str, uses: list[Edit]) -> Iterable[Edit] | None:
    """The declaration where the other stood."""
    document = target.document
    block = target.declared.block
    if gone.start > block.span.start:  # one of several locals: it does not go where the block stands
        removal = removed(document, gone)
        if removal is None:
            return None
        return native(target.spot.unit, [*uses, *removal, layout.append(document, text.strip("\r\n"), block.span)])
    end = gone.end
    while end > block.span.end and document.text[end - 1] in "\r\n":
        end -= 1
    return native(target.spot.unit, [*uses, Edit(document.uri, Span(gone.start, end), text.strip("\r\n"))])


def _described(target: Target) -> str:
    """What a variable's description says, if it can be a comment."""
    said = target.declared.argument("description") if target.root == "var" else None
    text = said.value.text if said is not None and isinstance(said.value, t.Template) else None
    return text.strip() if text and "\n" not in text.strip() else ""


def _renamed(use: Spot, old: str, new: str) -> Edit:
    start = use.span.start
    return Edit(use.document.uri, Span(start, start + len(old)), new)


def _local(block: t.Block | None, home: Document, target: Target, comments: list[str], value: str) -> Edit:
    if block is not None:
        return layout.insert_argument(home, block, target.name, value, tuple(comments))
    lines = [*comments, f"{target.name} = {value}"]
    text = "\n".join(lines)
    return layout.append(home, f"locals {{\n{layout.UNIT}{layout.reindent(text, '', layout.UNIT)}\n}}")


def _variable(block: t.Block | None, home: Document, target: Target, comments: list[str], value: str) -> Edit:
    kind = _kind(target.value)
    aligned = "\n" not in value or value.startswith("<<")
    said = f"  type{'   ' if aligned else ''} = {constraint(kind) if kind is not None else 'any'}"
    text = "\n".join([*comments, f'variable "{target.name}" {{', said, f"  default = {value}", "}"])
    return layout.append(home, text, block.span if block is not None else None)


REFACTORERS = (Refactorer("converting", frozenset({Kind.REWRITE}), convert),)
