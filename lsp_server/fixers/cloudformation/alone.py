"""The one resource that a change lies in, as a template of its own: nothing else need be read again to judge it."""

from __future__ import annotations

from bisect import bisect_right

from lsp_server.core.document import Document, Span
from lsp_server.dialects.cloudformation.template import Template, parse_template
from lsp_server.dialects.cloudformation.tree import Entry, Mapping


def alone(before: Document, after: Document) -> tuple[Document, Document] | None:
    """The resource that all differences between two states of a template lie in, in both of them.

    None where they reach further, may do so (through an anchor), or where one of the states cannot be read.
    """
    template = parse_template(before)
    if "&" in before.text or "&" in after.text or not template.readable:
        return None
    changed = _changed(before.text, after.text)
    placed = _around(template, changed)
    if placed is None:
        return None
    name, span = placed
    grown = len(after.text) - len(before.text)
    states = [_template(template, doc, s) for doc, s in ((before, span), (after, Span(span.start, span.end + grown)))]
    if not all(_is_resource(parse_template(state), name) for state in states):
        return None
    return states[0], states[1]


def _changed(before: str, after: str) -> Span:
    """The part of `before` that is another one in `after`."""
    start = _alike(before, after)
    rest = min(len(before), len(after)) - start
    return Span(start, len(before) - _alike(before[: -rest - 1 : -1], after[: -rest - 1 : -1]))


def _alike(one: str, other: str) -> int:
    """How many code points two texts begin alike with."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one.startswith(other[low:middle], low) else (low, middle - 1)
    return low


def _around(template: Template, changed: Span) -> tuple[str, Span] | None:
    """The resource around a part of the text, and where it stands: in YAML to where the next key begins."""
    section = template.section("Resources")
    if section is None or section.flow != (template.format == "json"):
        return None
    number = bisect_right(section.entries, changed.start, key=_start)
    entry = section.entries[number - 1] if number else None
    if entry is None or entry.name == "<<" or section.by_name[entry.name] is not entry:
        return None
    span = entry.span
    if template.format == "yaml":
        span = Span(span.start, _next(template, section, number))
    return (entry.name, span) if span.encloses(changed) else None


def _next(template: Template, section: Mapping, number: int) -> int:
    """Where the next key begins, of the resources or of the template."""
    if number < len(section.entries):
        return section.entries[number].span.start
    root = template.root
    tops = root.entries if isinstance(root, Mapping) else ()
    return min(
        (e.span.start for e in tops if e.span.start >= section.full_span.end), default=len(template.document.text)
    )


def _start(entry: Entry) -> int:
    return entry.span.start


def _template(template: Template, state: Document, span: Span) -> Document:
    """A template of nothing but the resource at `span` of one of its states."""
    text = state.slice(span)
    if template.format == "json":
        return state.with_text('{"Resources": {' + text + "}}")
    line = max(state.text.rfind(end, 0, span.start) for end in "\r\n") + 1
    return state.with_text("Resources:\n" + " " * (span.start - line) + text)


def _is_resource(template: Template, name: str) -> bool:
    """Whether a template was read, and holds that resource and nothing else."""
    root = template.root
    if not template.readable or not isinstance(root, Mapping) or [e.name for e in root.entries] != ["Resources"]:
        return False
    section = template.section("Resources")
    return section is not None and [entry.name for entry in section.entries] == [name]
