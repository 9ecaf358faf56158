"""What FindInMap gives, as far as the template alone tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lsp_server.core.document import Document
from lsp_server.dialects.cloudformation.parameter_types import attribute
from lsp_server.dialects.cloudformation.service.names import entries_of
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, Scalar, Sequence

_LONGEST = 200  # code points of a value that are shown


@dataclass(frozen=True)
class Found:
    """One value that may be found; `keys` are those that depend on what the stack is given."""

    keys: tuple[str, ...]
    value: str


def arguments_of(node: Node) -> Sequence | None:
    """The arguments of the FindInMap that a node is, or that is around it as the nearest function."""
    at: Node | None = node
    while at is not None:
        holder = at.parent
        if isinstance(at, Sequence) and "Fn::FindInMap" in (at.intrinsic, getattr(holder, "name", "")):
            return at
        if at.intrinsic:
            return None
        if isinstance(holder, Entry) and holder.key is at and isinstance(holder.value, Sequence):
            at = holder.value if holder.name == "Fn::FindInMap" else None
        else:
            at = holder if isinstance(holder, Sequence) else None
    return None


def found_values(template: Template, arguments: Sequence) -> tuple[Found, ...]:
    """Every value that FindInMap may give, in the order of the mapping; none where even the mapping is not fixed."""
    named = [_literal(item) for item in arguments.items[:3]]
    mapping = template.mappings.get(named[0] or "") if named else None
    if mapping is None or len(named) < 3:
        return ()
    return tuple(_rows(template.document, mapping, named[1], named[2]))


def settled_value(template: Template, arguments: Sequence) -> str | None:
    """The one value that is given where every parameter has its default; None where that is not known."""
    named = [_literal(item) or _default(template, item) for item in arguments.items[:3]]
    mapping = template.mappings.get(named[0] or "") if named else None
    if mapping is None or len(named) < 3 or None in named:
        return None
    rows = list(_rows(template.document, mapping, named[1], named[2]))
    return rows[0].value if len(rows) == 1 else None


def _rows(document: Document, mapping: Entry, first: str | None, second: str | None) -> Iterator[Found]:
    for above in entries_of(mapping):
        if first not in (None, above.name):
            continue
        for below in entries_of(above):
            if second in (None, below.name) and below.value is not None:
                keys = ((above.name,) if first is None else ()) + ((below.name,) if second is None else ())
                yield Found(keys, shown(document, below.value))


def _literal(node: Node) -> str | None:
    target = node.resolved
    return target.value if isinstance(target, Scalar) and not target.intrinsic else None


def _default(template: Template, node: Node) -> str | None:
    """The default of the parameter that a node refers to."""
    target: Node | None = node.resolved
    if isinstance(target, Mapping) and len(target.entries) == 1:
        target = target.get("Ref")
    elif target is not None and target.intrinsic != "Ref":
        return None
    return shown_default(template, target.value) if isinstance(target, Scalar) else None


def shown_default(template: Template, parameter: str) -> str | None:
    """The default of a parameter; None where it has none, or is not to be shown."""
    entry = template.parameters.get(parameter)
    if entry is None:
        return None
    default, hidden = attribute(entry, "Default"), attribute(entry, "NoEcho")
    return default.value if default is not None and (hidden is None or hidden.value.lower() == "false") else None


def shown(document: Document, node: Node) -> str:
    """A value in one line."""
    target = node.resolved
    text = target.value if isinstance(target, Scalar) and not target.intrinsic else document.slice(target.full_span)
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
