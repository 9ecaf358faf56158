"""What the outline shows of a section, a resource, a property; in offsets of a piece of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lsp_server.core.document import Span
from lsp_server.dialects.cloudformation.green import Green, Kind, Pair
from lsp_server.dialects.cloudformation.references import LOOP
from lsp_server.dialects.cloudformation.uses import child, inner, text_of
from lsp_server.dialects.outline import Part
from lsp_server.dialects.service import SymbolKind

_VALUES = {Kind.MAPPING: SymbolKind.OBJECT, Kind.SEQUENCE: SymbolKind.LIST}
_LABELS = ("Name", "Key", "Id", "Sid", "PolicyName", "RuleName", "DeviceName", "AttributeName")
_FUNCTIONS = ("Fn::", "Ref", "Condition")
_DEPTH = 2  # levels of properties that are shown
_LONGEST = 60  # code points of a value that is shown beside a name


_Told = tuple[str, tuple[Part, ...]]
"""What is shown beside a name, and what below it."""


def section_parts(root: Green) -> Iterator[Part]:
    """The sections that are wholly in a piece, with what they hold."""
    for pair in _named(root):
        name, value = text_of(pair.key), pair.value
        entries = tuple(entry_parts(value, name)) if value is not None else ()
        yield _part(pair, SymbolKind.SECTION, (_brief(value) if value is not None else "", entries))


def entry_parts(holder: Green, section: str) -> Iterator[Part]:
    """The entries of a section in a mapping, and below them their properties."""
    kind, tell = _KINDS.get(section, (SymbolKind.OBJECT, _plain))
    for pair in _named(holder):
        loop = text_of(pair.key).startswith(LOOP)
        told = (_loop if loop else tell)(pair.value) if pair.value is not None else ("", ())
        yield _part(pair, SymbolKind.LIST if loop else kind, told)


def kind_of(section: str) -> SymbolKind:
    """What the entries of a section are."""
    return _KINDS[section][0] if section in _KINDS else SymbolKind.OBJECT


def _named(holder: Green) -> Iterator[Pair]:
    return (pair for pair in holder.pairs if text_of(pair.key).strip())


def _part(pair: Pair, kind: SymbolKind, told: _Told) -> Part:
    detail, inside = told
    end = max(pair.key.end, pair.value.content_end if pair.value is not None else 0)
    return Part(text_of(pair.key), kind, Span(pair.start, end), inner(pair.key), detail, inside)


def _resource(body: Green) -> _Told:
    """The type of a resource; its properties and other attributes."""
    parts: list[Part] = []
    for pair in _named(body):
        name = text_of(pair.key)
        if name == "Properties" and pair.value is not None:
            parts += _inside(pair.value, _DEPTH)
        elif name != "Type":
            parts += _properties(pair, 1)
    return _scalar(child(body, "Type")), tuple(parts)


def _parameter(body: Green) -> _Told:
    return _scalar(child(body, "Type")), ()


def _output(body: Green) -> _Told:
    value = child(body, "Value")
    return _brief(value) if value is not None else "", ()


def _plain(body: Green) -> _Told:
    return _brief(body), tuple(_inside(body, _DEPTH))


def _loop(arguments: Green) -> _Told:
    """The variable of a loop; what it repeats."""
    items = arguments.items
    made = [part for pair in items[2].pairs for part in _properties(pair, _DEPTH + 1)] if len(items) > 2 else []
    return _scalar(items[0]) if items else "", tuple(made)


_KINDS: dict[str, tuple[SymbolKind, Callable[[Green], _Told]]] = {
    "Parameters": (SymbolKind.PARAMETER, _parameter),
    "Mappings": (SymbolKind.MAPPING, _plain),
    "Conditions": (SymbolKind.CONDITION, _plain),
    "Rules": (SymbolKind.RULE, _plain),
    "Resources": (SymbolKind.RESOURCE, _resource),
    "Outputs": (SymbolKind.OUTPUT, _output),
}


def _inside(node: Green, depth: int) -> Iterator[Part]:
    """The keys of a mapping, or the mappings of a list, down to a depth; nothing in a function."""
    if depth == 0 or node.tag.startswith("!"):
        return
    for pair in _named(node):
        yield from _properties(pair, depth)
    for number, item in enumerate(node.items):
        if item.kind is Kind.MAPPING and item.pairs:
            labels = (_scalar(child(item, word)) for word in _LABELS)
            name = next((label for label in labels if label.strip()), f"[{number}]")
            span = Span(item.start, item.content_end)
            place = Span(item.start, item.start)
            yield Part(name, SymbolKind.OBJECT, span, place, "", tuple(_inside(item, depth - 1)))


def _properties(pair: Pair, depth: int) -> Iterator[Part]:
    value = pair.value
    if not text_of(pair.key).startswith(_FUNCTIONS):
        kind = SymbolKind.PROPERTY
        if value is not None and not value.tag.startswith("!"):
            kind = _VALUES.get(value.kind, kind)
        yield _part(pair, kind, ("", tuple(_inside(value, depth - 1)) if value is not None else ()))


def _scalar(node: Green | None) -> str:
    return text_of(node) if node is not None and node.kind is Kind.SCALAR else ""


def _brief(node: Green) -> str:
    """A text or a function in a few words; nothing of a mapping or a list."""
    function = len(node.pairs) == 1 and node.flow and text_of(node.pairs[0].key).startswith(_FUNCTIONS)
    if node.kind in _VALUES and not node.tag and not function:
        return ""
    line = " ".join(node.piece.text[node.tag_start : min(node.content_end, node.tag_start + 4 * _LONGEST)].split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
