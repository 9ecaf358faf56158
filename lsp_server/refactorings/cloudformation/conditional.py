"""A property, an item or a resource is there only if a new parameter says so, which it does by default."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.dialects.cloudformation.service.files import is_uploaded
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, Scalar, Sequence
from lsp_server.fixers.cloudformation.edits import add_section, after_colon, column, end_of, insert_after, line_end
from lsp_server.fixers.cloudformation.values import Call, ref
from lsp_server.fixers.cloudformation.vocabulary import depth_of_properties, property_path, resource_schema
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.cloudformation.literals import name_after, owner_of_path
from lsp_server.refactorings.cloudformation.meaning import Comparison
from lsp_server.refactorings.cloudformation.naming import fresh
from lsp_server.refactorings.cloudformation.replacing import dash_before, in_flow
from lsp_server.refactorings.cloudformation.shifting import Shifts, last_of
from lsp_server.refactorings.cloudformation.spot import Spot, spot_of

Wrap = Callable[[str], list[Edit] | None]

_BEHIND_DASH = 2  # columns
_SIMPLE = re.compile(r"[\w./][\w ./@+=-]*|\"[^\"\r\n]*\"|'[^'\r\n]*'")  # what may stand between commas as it is


def make_conditional(selection: Selection) -> Iterator[Refactoring]:
    """Offer it to a person who asks, for the property or item at the place, or the resource whose head it is on."""
    spot = spot_of(selection)
    resource = spot.resource
    if resource is None or not selection.asked:
        return
    if spot.on_head:
        body = resource.body
        free = body is not None and not body.anchor and "Condition" not in body
        kind = body.entry("Type") if body is not None and free else None
        if kind is not None and kind.parent is body:
            name, make = resource.logical_id, partial(_on_resource, spot, kind)
            yield _refactoring(spot, f"resource '{name}'", name, f"there is {name}", make)
        return
    node = spot.value
    if node is None or node.anchor or not _may_be_missing(spot, node):
        return
    if isinstance(node, Scalar) and is_uploaded(spot.template, node):
        return
    path, wrap = spot.template.path_of(node), partial(_on_value, spot, node)
    name, owner = name_after(node, path), owner_of_path(path)
    if isinstance(path[-1], str):
        yield _refactoring(spot, f"'{path[-1]}'", name, f"{path[-1]} of {owner} is set", wrap)
    else:
        what = f"an item of {path[-2]} of {owner} is there"
        yield _refactoring(spot, f"this item of '{path[-2]}'", f"{name}Item", what, wrap)


def _refactoring(spot: Spot, what: str, name: str, holds: str, wrap: Wrap) -> Refactoring:
    template = spot.template
    condition = fresh(f"{name}Enabled", template.conditions)
    parameter = fresh(f"Enable{name}", template.parameters, template.resources)
    edits = partial(_edits, spot, wrap, condition, parameter, f"Whether {holds}")
    title = f"Make {what} conditional on a new parameter '{parameter}'"
    return Refactoring("conditional", title, Kind.EXTRACT, edits, Comparison())


def _edits(spot: Spot, wrap: Wrap, condition: str, parameter: str, description: str) -> Iterable[Edit] | None:
    document, writer, template = spot.document, spot.writer, spot.template
    body = {"Type": "String", "AllowedValues": ["true", "false"], "Default": "true", "Description": description}
    test = Call("Fn::Equals", [ref(parameter), "true"])
    made = (
        add_section(document, writer, template, "Parameters", {parameter: body}),
        add_section(document, writer, template, "Conditions", {condition: test}),
        wrap(condition),
    )
    return None if any(not edits for edits in made) else [edit for edits in made for edit in edits or ()]


def _may_be_missing(spot: Spot, node: Node) -> bool:
    """Whether a value is that of a property that is not required, or an item of a list; never inside a function."""
    path = spot.template.path_of(node)
    depth = depth_of_properties(path)
    if not depth or len(path) < depth + 2 or path[depth] != "Properties" or node.intrinsic == "Fn::If":
        return False
    if any(isinstance(step, str) and (step == "Ref" or step.startswith("Fn::")) for step in path):
        return False
    if isinstance(node, Mapping) and any(entry.name == "Fn::If" for entry in node.entries):
        return False
    schema = resource_schema(spot.template, path)
    return schema is None or path[-1] not in schema.required_at(property_path(path)[:-1])


def _on_resource(spot: Spot, kind: Entry, condition: str) -> list[Edit]:
    return list(insert_after(spot.document, spot.writer, kind, "Condition", condition))


def _on_value(spot: Spot, node: Node, condition: str) -> list[Edit] | None:
    """Put `Fn::If` around a value, whose own text stays."""
    start, end = node.full_span.start, end_of(spot.document, node)
    one_line = "\n" not in spot.document.text[start:end]
    plain = isinstance(node, Scalar) and not node.tag and bool(_SIMPLE.fullmatch(node.raw))
    braces = isinstance(node, Mapping | Sequence) and node.flow and not node.tag
    if spot.writer.json or in_flow(node) or (one_line and (plain or braces)):
        nothing = spot.writer.flow(ref("AWS::NoValue"))
        around = spot.writer.flow(Call("Fn::If", [condition, "\0"])).split(spot.writer.flow("\0"))
        uri = spot.document.uri
        return [Edit(uri, Span(start, start), around[0]), Edit(uri, Span(end, end), f", {nothing}{around[1]}")]
    return _in_block(spot, node, start, end, condition)


def _in_block(spot: Spot, node: Node, start: int, end: int, condition: str) -> list[Edit] | None:
    """The value as an item below `Fn::If`, its lines moved to the right."""
    document, writer, uri = spot.document, spot.writer, spot.document.uri
    place = _place(spot, node, start)
    if place is None:
        return None
    at, indent, head = place
    line, pad, newline = document.position(start).line, " " * indent, writer.newline
    if document.position(at).line < line:  # comments that stand between stay there
        base = column(document, start) - _BEHIND_DASH
        below = document.line_starts[document.position(at).line + 1]
        edits = [
            Edit(uri, Span(at, at), head),
            Edit(uri, Span(below, below), f"{pad}- {condition}{newline}"),
            Edit(uri, Span(document.line_starts[line], start), f"{pad}- "),
        ]
    elif document.text[at:start].strip():
        return None
    else:
        owner = node.parent
        base = (
            column(document, owner.key.full_span.start)
            if isinstance(owner, Entry)
            else column(document, start) - _BEHIND_DASH
        )
        edits = [Edit(uri, Span(at, start), f"{head}{newline}{pad}- {condition}{newline}{pad}- ")]
    shifts = Shifts(document)
    shifts.add(at, end, indent - base)
    behind = line_end(document, last_of(document, end))
    nothing = f"{newline}{pad}-{writer.item(ref('AWS::NoValue'), indent)}"
    return [*edits, *shifts.edits(edits), Edit(uri, Span(behind, behind), nothing)]


def _place(spot: Spot, node: Node, start: int) -> tuple[int, int, str] | None:
    """Where `Fn::If` goes, behind a colon or a dash, the column of the dashes below it, and how it is written."""
    document, writer, owner = spot.document, spot.writer, node.parent
    if isinstance(owner, Entry):
        at, indent = after_colon(document, owner, start), column(document, owner.key.full_span.start) + writer.indent
        long = f"{writer.newline}{' ' * indent}Fn::If:"
    else:
        dash = dash_before(document, start)
        if dash < 0:
            return None
        at, indent, long = dash + 1, column(document, dash) + _BEHIND_DASH, " Fn::If:"
    return (at, indent, " !If") if writer.short else (at, indent + writer.indent, long)


REFACTORERS = (Refactorer("conditional", frozenset({Kind.EXTRACT}), make_conditional),)
