"""What depends on the region, or on what a parameter is, is looked up in a mapping."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from lsp_server.core.edit import Edit
from lsp_server.dialects.cloudformation.evaluation import Environment, evaluate
from lsp_server.dialects.cloudformation.functions import Function, functions_around
from lsp_server.dialects.cloudformation.parameter_types import attribute_values
from lsp_server.dialects.cloudformation.references import ReferenceKind
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Entry, Node
from lsp_server.dialects.cloudformation.tree import Mapping as MappingNode
from lsp_server.dialects.cloudformation.tree import Sequence as SequenceNode
from lsp_server.fixers.cloudformation.edits import Edits, add_section, insert
from lsp_server.fixers.cloudformation.reading import NotPlainError, data_of, value_of
from lsp_server.fixers.cloudformation.values import Call, ref
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.cloudformation.literals import literal_at, name_after
from lsp_server.refactorings.cloudformation.meaning import Comparison
from lsp_server.refactorings.cloudformation.naming import fresh
from lsp_server.refactorings.cloudformation.removing import remove
from lsp_server.refactorings.cloudformation.replacing import put
from lsp_server.refactorings.cloudformation.spot import Spot, references_within, spot_of

_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")
_KEY = re.compile(r"[A-Za-z0-9.-]+")

Rows = Mapping[str, object]


def extract_by_region(regions: Sequence[str], selection: Selection) -> Iterator[Refactoring]:
    """Offer it for the literal at the place: in the mapping of regions that there is, or in a new one of `regions`.

    Where neither tells which regions there are, nothing is offered.
    """
    spot = spot_of(selection)
    literal = literal_at(spot)
    if literal is None or spot.commented(literal.node):
        return
    if not isinstance(literal.data, str) and (literal.known is None or not literal.known.types):
        return
    name = next((name for name, entry in spot.template.mappings.items() if _of_regions(entry)), "")
    keys = _keys(spot.template.mappings[name]) if name else list(regions)
    if not keys:
        return
    title = f"Extract to mapping '{name}', the same for each region"
    if not name:
        name = fresh("RegionMap", spot.template.mappings)
        title = f"Extract to mapping '{name}' by region ({', '.join(keys)})"
    value = value_of(literal.node) if isinstance(literal.node, SequenceNode) else literal.data
    rows = dict.fromkeys(keys, value)
    edits = partial(_edits, spot, literal.node, name, "AWS::Region", rows)
    yield Refactoring("mapping.region", title, Kind.EXTRACT, edits, _for_each("AWS::Region", keys))


def extract_choice(selection: Selection) -> Iterator[Refactoring]:
    """Offer it for a chain of `Fn::If` that chooses among literals by what one parameter is."""
    spot = spot_of(selection)
    for function in reversed([found for found in functions_around(spot.node) if found.name == "Fn::If"]):
        chosen = None if function.node.anchor or spot.commented(function.node) else _chosen(spot.template, function)
        if chosen is None:
            continue
        parameter, rows = chosen
        name = next((n for n, entry in spot.template.mappings.items() if _keys(entry) == list(rows)), "")
        name = name or fresh(f"{parameter}Map", spot.template.mappings)
        gone = _unused_without(spot.template, function)
        also = f", and delete {_shown(gone)}" if gone else ""
        edits = partial(_edits, spot, function.node, name, parameter, rows, gone)
        removes = frozenset(("Conditions", condition) for condition in gone)
        title = f"Extract to mapping '{name}' by '{parameter}'{also}"
        yield Refactoring("mapping.choice", title, Kind.EXTRACT, edits, _for_each(parameter, rows), removes)
        return


def _for_each(name: str, values: Iterable[str]) -> Comparison:
    return Comparison(tuple({name: value} for value in values))


def _shown(conditions: Sequence[str]) -> str:
    names = ", ".join(f"'{name}'" for name in conditions)
    return f"condition{'s' if len(conditions) > 1 else ''} {names}"


def _edits(
    spot: Spot, node: Node, name: str, first: str, rows: Rows, unused: Sequence[str] = ()
) -> Iterable[Edit] | None:
    """Put the rows into the mapping, a lookup in the place of the value, and take unused conditions away."""
    document, writer, template = spot.document, spot.writer, spot.template
    present = template.mappings.get(name)
    key = fresh(name_after(node, template.path_of(node)), _keys_of_rows(present))
    values = {row: {key: value} for row, value in rows.items()}
    if present is None:
        added = [add_section(document, writer, template, "Mappings", {name: values})]
    else:
        added = [_added(spot, present, row, more) for row, more in values.items()]
    lookup = put(document, writer, node, Call("Fn::FindInMap", [name, ref(first), key]))
    gone = remove(document, template, [template.conditions[condition] for condition in unused])
    if not lookup or gone is None or any(not edits for edits in added):
        return None
    return [*(edit for edits in added for edit in edits or ()), *lookup, *gone]


def _added(spot: Spot, present: Entry, row: str, more: Rows) -> Edits | None:
    """Put more into one row of a mapping."""
    holder = present.value.entry(row) if isinstance(present.value, MappingNode) else None
    inner = holder.value if holder is not None else None
    return insert(spot.document, spot.writer, inner, more) if isinstance(inner, MappingNode) else None


def _of_regions(mapping: Entry) -> bool:
    keys = _keys(mapping)
    return bool(keys) and all(_REGION.fullmatch(key) for key in keys)


def _keys(mapping: Entry) -> list[str]:
    return [entry.name for entry in mapping.value.entries] if isinstance(mapping.value, MappingNode) else []


def _keys_of_rows(mapping: Entry | None) -> set[str]:
    """The second keys of a mapping."""
    rows = mapping.value.entries if mapping is not None and isinstance(mapping.value, MappingNode) else ()
    return {entry.name for row in rows if isinstance(row.value, MappingNode) for entry in row.value.entries}


def _chosen(template: Template, function: Function) -> tuple[str, Rows] | None:
    """The one parameter that a choice depends on, and the literal for each value that it allows."""
    used = _conditions_in(template, function.node)
    named = {use.target for name in used for use in references_within(template, template.conditions[name].span)}
    parameters = named - set(template.conditions)
    name = next(iter(parameters), "")
    entry = template.parameters.get(name)
    allowed = attribute_values(entry, "AllowedValues") if entry is not None else []
    if len(parameters) != 1 or len(allowed) < 2 or not all(_KEY.fullmatch(value) for value in allowed):
        return None
    try:
        value = data_of(function.node)
        conditions = {condition: data_of(template.conditions[condition].value) for condition in used}
    except NotPlainError:
        return None
    rows = {value_: evaluate(value, Environment({name: value_}, conditions=conditions)) for value_ in allowed}
    return (name, rows) if all(_is_literal(row) for row in rows.values()) else None


def _is_literal(value: object) -> bool:
    items = value if isinstance(value, list) else [value]
    return bool(items) and all(isinstance(item, str) and "{{" not in item for item in items)


def _conditions_in(template: Template, node: Node) -> list[str]:
    """The conditions that are named in a node, and those that they are made of."""
    found: dict[str, None] = {}
    waiting = [node.full_span]
    while waiting:
        for use in references_within(template, waiting.pop()):
            name = use.target
            if use.kind is ReferenceKind.CONDITION and name in template.conditions and name not in found:
                found[name] = None
                waiting.append(template.conditions[name].span)
    return list(found)


def _unused_without(template: Template, function: Function) -> list[str]:
    """The conditions that nothing uses any more once a function is gone, those first that the others are made of."""
    own = _conditions_in(template, function.node)
    gone: list[str] = []
    while True:
        spans = [function.node.full_span, *(template.conditions[name].span for name in gone)]
        used = {
            use.target
            for use in template.references
            if use.kind is ReferenceKind.CONDITION and not any(span.encloses(use.span) for span in spans)
        }
        more = [name for name in own if name not in used and name not in gone]
        if not more:
            return gone
        gone += more


def refactorers(regions: Sequence[str]) -> tuple[Refactorer, ...]:
    """The family; `regions` are those of a new mapping."""
    kinds = frozenset({Kind.EXTRACT})
    return (
        Refactorer("mappings", kinds, extract_choice),
        Refactorer("mappings", kinds, partial(extract_by_region, regions)),
    )
