"""Each use of a local becomes its value, each use of a variable its default, and the declaration goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.constraints import variable_type
from lsp_server.dialects.terraform.module import Declaration, is_configuration
from lsp_server.dialects.terraform.service import names
from lsp_server.dialects.terraform.service.naming import Name, Space
from lsp_server.dialects.terraform.types import BOOL, NUMBER, STRING
from lsp_server.fixers.terraform import layout
from lsp_server.fixers.terraform.quoted import bracketed
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.terraform.literals import is_constant
from lsp_server.refactorings.terraform.meaning import Comparison
from lsp_server.refactorings.terraform.spot import Spot, comments_of, spot_of, uses_names
from lsp_server.refactorings.terraform.writing import (
    at_indentation,
    has_heredoc,
    leading,
    lines_with_gap,
    named_in_json,
    native,
    without,
)

_ROOTS = {"local": Space.LOCAL, "var": Space.VARIABLE}
_NAMES = 2  # of `local.x`, before what is taken from it
_SAYING_MORE = ("sensitive", "ephemeral", "nullable", "deprecated")


@dataclass(frozen=True)
class Target:
    """A local or a variable: its declaration, and the document and the value with spans of it."""

    spot: Spot
    root: str
    name: str
    declared: Declaration
    document: Document
    value: t.Expression

    @property
    def written(self) -> str:
        """The value as it is written."""
        return self.document.slice(self.value.span)


def inline(selection: Selection) -> Iterator[Refactoring]:
    """Offer it where a local or a variable with a default is declared, and where it is used."""
    spot = spot_of(selection)
    target = target_of(spot)
    if target is None or not any(True for _ in uses_of(target)) or told_elsewhere(target):
        return
    gone, taken = removal_of(target)
    comments = [target.document.slice(c).strip() for c in taken]
    comments = [c for c in comments if c not in target.written]
    told = f" with its comment{'s' if len(comments) > 1 else ''}" if comments else ""
    key = ("variable" if target.root == "var" else "locals", target.name)
    what = "local" if target.root == "local" else "variable"
    title = f"Inline {what} '{target.name}', and delete it{told}"
    if target.root == "var":
        if not selection.asked:
            return
        title += ", which fails where it is set"
    yield Refactoring(
        "inline",
        title,
        Kind.INLINE,
        partial(_edits, target, gone),
        Comparison(removes=frozenset({key})),
        frozenset({key, key[:1], *(("#", comment) for comment in comments)}),
    )


def target_of(spot: Spot, default: Callable[[Declaration], t.Expression | None] | None = None) -> Target | None:
    """The local or variable at the place, where one declaration says all of it; `default` gives what a variable is."""
    root, name = _named(spot)
    table = {"local": spot.module.locals, "var": spot.module.variables}.get(root)
    declared = table.get(name) if table is not None else None
    document = spot.unit.get(declared.uri) if declared is not None else None
    if declared is None or document is None or declared.overrides:
        return None
    if any(other.kind == declared.kind and other.name == declared.name for other in spot.module.duplicates):
        return None
    value = declared.attribute.value if declared.attribute is not None else (default or _default)(declared)
    return Target(spot, root, name, declared, document, value) if value is not None else None


def _named(spot: Spot) -> tuple[str, str]:
    node, header = spot.expression, spot.header
    if isinstance(node, t.Traversal) and not spot.on_name and len(node.names) >= _NAMES:
        return node.names[0], node.names[1]
    if spot.path and spot.path[0].type == "locals" and len(spot.path) == 1 and spot.on_name and spot.attribute:
        return "local", spot.attribute.name
    if header is not None and not spot.path and header.type == "variable" and header.labels:
        return "var", header.labels[0].text
    return "", ""


def _default(declared: Declaration) -> t.Expression | None:
    """The default of a variable that is as good as the variable: of its very type, and with nothing else about it."""
    block = declared.block
    default = block.body.attribute("default")
    if default is None or block.body.blocks or any(block.body.attribute(name) for name in _SAYING_MORE):
        return None
    value = default.value
    kinds = {t.Template: STRING, t.Literal: BOOL if isinstance(getattr(value, "value", 0), bool) else NUMBER}
    own = kinds.get(type(value))
    if own is None or not is_constant(value) or getattr(value, "value", 0) is None:
        return None
    return value if block.body.attribute("type") is None or variable_type(declared) == own else None


def uses_of(target: Target) -> Iterator[Spot]:
    """The places where it is used in the module's configuration."""
    for place in names.places(target.spot.unit, Name(_ROOTS[target.root], (target.name,))):
        if not place.declares:
            yield target.spot.at(place.document, place.whole)


def told_elsewhere(target: Target) -> bool:
    """Whether a file of values or in JSON, a test or a caller names it."""
    if named_in_json(target.spot.unit, f"{target.root}.{target.name}"):
        return True
    declared = names.place_at(target.document, target.declared.name_span.start)
    found = names.places_of(target.spot.unit, declared) if declared is not None else []
    known = (target.spot.unit.get(place.uri) for place in found)
    return any(document is None or not is_configuration(document) for document in known)


def removal_of(target: Target) -> tuple[Span, list[Span]]:
    """What goes with the declaration: its lines or all of its block, and the comments in and above it."""
    document, declared = target.document, target.declared
    at = target.spot.at(document, declared.name_span)
    if declared.attribute is None:
        span = leading(at, declared.block)
        end = document.line_span(document.position(span.end).line).end
        behind = [c for c in comments_of(at.tree, Span(span.start, end)) if c.overlaps(Span(span.start, end))]
        span = Span(span.start, max(span.end, *(c.end for c in behind), 0))
        return lines_with_gap(document, span), behind
    block = declared.block
    item = layout.with_comments(document, declared.attribute)
    alone = len(block.body.attributes) == 1
    others = [c for c in comments_of(at.tree, block.span) if not item.span.encloses(c)]
    if alone and not others:
        span = leading(at, block)
        return lines_with_gap(document, span), comments_of(at.tree, span)
    return item.span, [c for c in comments_of(at.tree, item.span) if item.span.encloses(c)]


def _edits(target: Target, gone: Span) -> Iterable[Edit] | None:
    found: list[Edit] = []
    for use in uses_of(target):
        edit = _replaced(target, use)
        if edit is None:
            return None
        found.append(edit)
    removal = removed(target.document, gone)
    return None if removal is None else native(target.spot.unit, [*found, *removal])


def removed(document: Document, gone: Span) -> list[Edit] | None:
    """The edits that take a declaration out, as `removal_of` tells it; None where its lines hold something else."""
    ends_line = document.text[gone.end - 1 : gone.end] in {"\n", "\r"}
    if not ends_line and gone.end < len(document.text) and layout.lines_of(document, gone) is None:
        return None
    return list(without(document, [gone])) if ends_line else [layout.remove(document, gone)]


def _replaced(target: Target, use: Spot) -> Edit | None:  # noqa: PLR0911  # one case each
    """The edit that writes the value where it is used; None where it cannot stand there."""
    node = use.expression
    if not isinstance(node, t.Traversal) or node.names[:_NAMES] != (target.root, target.name):
        return None
    value, rest = _taken(target.value, node.parts[_NAMES:])
    if uses_names(value, use.scope):
        return None  # another means the same name there
    written = at_indentation(target.document, value.span, layout.indent(use.document, node.span.start))
    tail = use.document.text[rest[0].span.start - (rest[0].kind == "attr") : node.span.end] if rest else ""
    around = next((one for one in use.chain[-2::-1] if not isinstance(one, t.Interpolation | t.Directive)), None)
    if has_heredoc(written) and (around is not None or tail or use.document.newline != target.document.newline):
        return None
    if isinstance(around, t.Template):
        if "\n" in written:
            return None
        if (text := _in_text(use, around, node, value, written)) is not None and not tail:
            return text
    if tail and (not isinstance(value, t.Traversal | t.Call) or "*" in written):
        return Edit(use.document.uri, node.span, f"({written}){tail}")
    return Edit(use.document.uri, node.span, f"{bracketed(written, value, around)}{tail}")


def _taken(value: t.Expression, rest: tuple[t.Part, ...]) -> tuple[t.Expression, tuple[t.Part, ...]]:
    """What is taken from a value that is an object: the value of a key, and the steps that are left."""
    while rest and isinstance(value, t.ObjectExpression) and rest[0].kind == "attr":
        found = [item.value for item in value.items if item.name == rest[0].name]
        if len(found) != 1 or any(item.name is None for item in value.items):
            break
        value, rest = found[0], rest[1:]
    return value, rest


def _in_text(use: Spot, around: t.Template, node: t.Expression, value: t.Expression, written: str) -> Edit | None:
    """The edit that writes the text of a string into the text of another one."""
    part = next((p for p in around.parts if isinstance(p, t.Interpolation) and p.inner is node), None)
    if part is None or not isinstance(value, t.Template) or value.heredoc or not value.parts:
        return None
    text = use.document.slice(part.span)
    if "~" in (text[2:3], text[-2:-1]) or (around.heredoc and "\\" in written):
        return None
    return Edit(use.document.uri, part.span, written[1:-1])


REFACTORERS = (Refactorer("inlining", frozenset({Kind.INLINE}), inline),)
