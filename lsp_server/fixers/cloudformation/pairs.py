"""Tags and the like: names with values written as a map where a list of pairs is due, or the other way round."""

from __future__ import annotations

from collections.abc import Iterable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, Scalar, Sequence
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.edits import Edits, after_colon, column, end_of
from lsp_server.fixers.cloudformation.rules import SCHEMA
from lsp_server.fixers.cloudformation.site import SAFE, Site
from lsp_server.fixers.cloudformation.vocabulary import properties_at, property_of

_PAIRS = (("Key", "Value"), ("Name", "Value"), ("Name", "ValueFrom"))


def regroup(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Write the same names and values in the form that is asked for."""
    site = Site(context, diagnostic)
    node, types = site.node, site.facts("types")
    if node is None or node.tag or site.validator not in ("", "type", "cfnLint", "tagging"):
        return
    if isinstance(node, Mapping) and "array" in types and (names := _due(site)):
        yield from site.fix(f"Make it a list of {names[0]} and {names[1]}", _as_pairs(site, node, *names), SAFE)
    if isinstance(node, Sequence) and "object" in types and "array" not in types and _open(site):
        yield from site.fix("Make it a map of the names and their values", _as_map(site, node), SAFE)


def _due(site: Site) -> tuple[str, str] | None:
    """What the two parts of an item are called."""
    known = properties_at(site.template, (*site.path, 0))
    return next((pair for pair in _PAIRS if set(pair) <= set(known)), None)


def _open(site: Site) -> bool:
    """Whether any names may stand in the object that is due."""
    known = property_of(site.template, site.path)
    return known is not None and "object" in known.types and not known.has_properties


def _as_pairs(site: Site, node: Mapping, name: str, value: str) -> Edits | None:
    document, uri, writer = site.document, site.document.uri, site.writer
    if not all(_plain(entry) and entry.value is not None for entry in node.entries):
        return None
    edits: list[Edit] = []
    for entry in node.entries:
        start, end, colon = entry.key.span.start, entry.key.span.end, after_colon(document, entry, entry.span.end)
        if writer.json or node.flow:
            edits.append(Edit(uri, Span(start, start), f"{{ {writer.key(name)}: " if writer.json else f"{{{name}: "))
            edits.append(Edit(uri, Span(end, colon), f", {writer.key(value)}:"))
            close = end_of(document, entry)
            edits.append(Edit(uri, Span(close, close), " }" if writer.json else "}"))
            continue
        pad = column(document, start)
        edits.append(Edit(uri, Span(start, start), f"- {name}: "))
        edits.append(Edit(uri, Span(end, colon), f"{writer.newline}{' ' * (pad + 2)}{value}:"))
        first, last = (document.position(at).line for at in (start, end_of(document, entry)))
        below = (document.line_starts[line] for line in range(first + 1, last + 1) if document.line_text(line).strip())
        edits += [Edit(uri, Span(at, at), "  ") for at in below]
    if writer.json or node.flow:
        begin, stop = node.span
        edits += [Edit(uri, Span(begin, begin + 1), "["), Edit(uri, Span(stop - 1, stop), "]")]
    return tuple(edits)


def _plain(entry: Entry) -> bool:
    """Whether the key is a name, and no function or merge key."""
    return entry.name not in ("<<", "Ref") and not entry.name.startswith("Fn::") and not entry.key.tag


def _as_map(site: Site, node: Sequence) -> Edits | None:
    """Each item's text in the form `name: value`; None where it is more than a name and a value on a line each."""
    document = site.document
    owner, flow = node.parent, node.flow or site.writer.json
    floor = column(document, owner.key.span.start) if isinstance(owner, Entry) else -1
    edits: list[Edit] = []
    seen: set[str] = set()
    for item in node.items:
        entries = _pair(item)
        if entries is None or entries[0].value is None or entries[1].value is None:
            return None
        key, value = entries[0].value, entries[1].value
        if not isinstance(key, Scalar) or key.tag or key.value in seen or not key.raw:
            return None
        seen.add(key.value)
        start, end = item.span.start, end_of(document, item)
        written = document.text[value.full_span.start : end_of(document, value)]
        if "\n" in written or "#" in document.slice(Span(start, end)).replace(written, "").replace(key.raw, ""):
            return None
        text = f"{key.raw}: {written}"
        if not flow:
            start = document.text.rindex("-", 0, start)
            text = " " * (2 * (column(document, start) <= floor)) + text
        edits.append(Edit(document.uri, Span(start, end), text))
    if flow and edits:
        begin, stop = node.span
        edits.append(Edit(document.uri, Span(begin, begin + 1), "{"))
        edits.append(Edit(document.uri, Span(stop - 1, stop), "}"))
    return tuple(edits) or None


def _pair(item: Node) -> tuple[Entry, Entry] | None:
    """The entries of an item that hold its name and its value."""
    if isinstance(item, Mapping) and not item.tag and not item.anchor:
        for name, value in _PAIRS:
            if len(item.entries) == 2 and {entry.name for entry in item.entries} == {name, value}:
                first, second = item.entries
                return (first, second) if first.name == name else (second, first)
    return None


FIXERS = (RuleFixer("cfn-lint", SCHEMA, regroup),)
