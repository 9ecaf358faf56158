"""The blocks of a template: what each section declares, and the sections that declare nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lsp_server.core.document import Document, Span
from lsp_server.dialects.cloudformation.extent import content_end
from lsp_server.dialects.cloudformation.template import Template, parse_template
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Scalar
from lsp_server.repair.region import Region

_DECLARING = ("Parameters", "Mappings", "Conditions", "Rules", "Resources", "Outputs")
_FORMAT_VERSION = 'AWSTemplateFormatVersion: "2010-09-09"'


def template_regions(document: Document) -> Iterator[Region]:
    """The entries of the declaring sections (`Resources/Bucket`), and the other top-level entries whole."""
    template = parse_template(document)
    for entry in template.root.entries if isinstance(template.root, Mapping) else ():
        value = entry.value.resolved if entry.value is not None else None
        if entry.name in _DECLARING and isinstance(value, Mapping) and entry.value is value:
            for inner in value.entries:
                yield _region(template, inner, f"{entry.name}/{inner.name}")
        else:
            yield _region(template, entry, entry.name)


def _region(template: Template, entry: Entry, name: str) -> Region:
    document = template.document
    start, end = entry.span.start, _end(document, entry)
    rest = document.text[end : _line_end(document, end)]
    end += len(rest.rstrip()) if rest.lstrip().startswith("#") else 0
    indent = _column(document, start)
    value = entry.value
    child = indent + template.indent.step
    if isinstance(value, Mapping) and value.entries:
        child = _column(document, value.entries[0].span.start)
    resource = template.resources.get(entry.name) if name.startswith("Resources/") else None
    return Region(
        name,
        document.uri,
        Span(start, end),
        indent,
        child,
        declares=entry.name,
        type=resource.type if resource else "",
        unit=template.indent.unit,
    )


def section_of(document: Document, section: str) -> str:
    """The entries of a section, indented as they are; empty where the document does not have it."""
    template = parse_template(document)
    entry = template.entry((section,))
    value = entry.value.resolved if entry is not None and entry.value is not None else None
    if not isinstance(value, Mapping) or not value.entries:
        return ""
    start = value.entries[0].span.start
    return " " * _column(document, start) + document.text[start : _end(document, value.entries[-1])]


def new_entry(document: Document, section: str, offset: int | None = None) -> Region | None:
    """Where a new entry of a section goes: at `offset` where that lies in it, else at its end; None where it cannot.

    A section that is missing is made, before `Resources` if that is there.
    """
    template = parse_template(document)
    root = template.root
    if root is not None and not isinstance(root, Mapping):
        return None
    entry = root.entry(section) if isinstance(root, Mapping) else None
    if entry is None:
        return _new_section(template, section, offset)
    value = entry.value.resolved if entry.value is not None else None
    if (nothing := _nothing(template, entry)) is not None:
        return _instead_of(template, section, entry, nothing, offset)
    if template.format == "json" or (isinstance(value, Mapping) and value.flow):
        return _in_braces(template, section, value) if isinstance(value, Mapping) else None
    if isinstance(value, Mapping) and value.entries:
        return _among(template, section, entry, value, offset)
    written = value is not None and document.slice(value.span).strip()
    return None if written else _below(template, section, entry, offset)


def _below(template: Template, section: str, entry: Entry, offset: int | None) -> Region:
    """Below the key of a section in which nothing is written yet."""
    indent = _column(template.document, entry.span.start) + template.indent.step
    return _on_a_line(template, section, _behind(template.document, entry.key.span.end, offset), indent)


def new_template(document: Document, offset: int) -> Region | None:
    """Where a whole template goes in a document that has nothing but comments; None in any other."""
    template = parse_template(document)
    if template.root is not None:
        return None
    place = _new_section(template, "Resources", offset)
    return replace(place, name="template/+", indent=0, before=place.before.partition(_FORMAT_VERSION)[0])


def _among(template: Template, section: str, entry: Entry, value: Mapping, offset: int | None) -> Region:
    """Between the entries of a block mapping, behind the one that `offset` stands in, with their blank lines."""
    document = template.document
    indent = _column(document, value.entries[0].span.start)
    last = _end(document, value.entries[-1])
    blank = len(value.entries) > 1 and all(_blank_before(document, e) for e in value.entries[1:])
    if offset is None or not entry.key.span.end < offset < last:
        at = _behind(document, last, offset)
        line = document.position(at).line
        own = at if at > document.line_starts[line] else document.line_starts[max(0, line - 1)]
        said = at == offset and document.line_text(document.position(own).line).lstrip().startswith("#")
        return _on_a_line(template, section, at, indent, blank=blank and not said)
    inside = next((e for e in value.entries if e.span.start < offset < _end(document, e)), None)
    at = _line_end(document, _end(document, inside)) if inside else offset
    return _on_a_line(template, section, at, indent, blank=blank)


def _nothing(template: Template, entry: Entry) -> Span | None:
    """Where an entry of a block mapping says that it has no value: `{}` or `null`; None where it does not."""
    document, value = template.document, entry.value
    if template.format == "json" or entry.parent.flow or value is None or value is not value.resolved:
        return None
    start = value.span.start if isinstance(value, Scalar) else document.text.find("{", *value.span)
    text = document.text[start : value.span.end].rstrip()
    return Span(start, start + len(text)) if re.fullmatch(r"\{\s*\}|~|null|Null|NULL", text) else None


def _instead_of(template: Template, section: str, entry: Entry, nothing: Span, offset: int | None) -> Region | None:
    """In the place of a value of nothing, on lines below the comment that may stand behind it."""
    document = template.document
    end = _line_end(document, nothing.end)
    if document.text[nothing.end : end].strip() and not re.match(r"\s+#", document.text[nothing.end : end]):
        return None
    end = max(end, _behind(document, nothing.end, offset))
    start = len(document.text[: nothing.start].rstrip(" "))
    indent = _column(document, entry.span.start) + template.indent.step
    kept, newline = document.text[nothing.end : end], document.newline
    begun = kept.endswith(("\n", "\r"))
    place = _on_a_line(template, section, end, indent)
    before = kept + ("" if begun else newline) + " " * indent
    return replace(place, span=Span(start, end), before=before, after=newline if begun else "")


def _behind(document: Document, end: int, offset: int | None) -> int:
    """`offset` where only comments and blank lines lie between `end` and it, else the end of the line of `end`."""
    end = _line_end(document, end)
    if offset is None or offset < end:
        return end
    lines = document.text[end:offset].splitlines()
    return offset if all(not line.strip() or line.lstrip().startswith("#") for line in lines) else end


def _on_a_line(template: Template, section: str, at: int, indent: int, *, blank: bool = False) -> Region:
    """A place for lines of their own: before the line that begins at `at`, or below the one that `at` stands in."""
    document, newline, pad = template.document, template.document.newline, " " * indent
    line = document.position(at).line
    if at > document.line_starts[line] or at == 0:
        place = _place(template, section, at, indent, newline * (2 if blank else 1) + pad)
    else:
        above = document.line_text(line - 1).strip()
        before = newline if blank and above and not above.startswith("#") else ""
        after = newline * (2 if blank and document.line_text(line).strip() else 1)
        place = _place(template, section, at, indent, before + pad, after)
    return replace(place, apart=blank)


def _in_braces(template: Template, section: str, value: Mapping) -> Region:
    document, unit = template.document, template.indent.unit
    if not value.entries:
        begin = value.span.start + 1
        column = _margin(document, begin)
        indent = column + template.indent.step
        inner = document.text[begin : document.text.find("}", begin)]
        place = _place(template, section, begin, indent, document.newline + unit * indent)
        span = Span(begin, begin if inner.strip() else begin + len(inner))
        return replace(place, span=span, after=document.newline + unit * column, braced=True)
    first = value.entries[0].span.start
    indent = _column(document, first)
    if document.text[document.line_starts[document.position(first).line] : first].strip("\ufeff \t"):
        indent = _margin(document, first) + template.indent.step
    last = value.entries[-1].span
    at = last.start + len(document.slice(last).rstrip())
    return replace(_place(template, section, at, indent, "," + document.newline + unit * indent), braced=True)


def _margin(document: Document, offset: int) -> int:
    """How far the line of an offset is indented."""
    line = document.line_text(document.position(offset).line).removeprefix("\ufeff")
    return len(line) - len(line.lstrip())


def _new_section(template: Template, section: str, offset: int | None) -> Region:
    document, newline, root = template.document, template.document.newline, template.root
    if template.format == "json" and isinstance(root, Mapping):
        step, unit = template.indent.step, template.indent.unit
        pad = newline + unit * step
        opening = f'{pad}"{section}": {{{pad}{unit * step}'
        resources = root.entry("Resources")
        if resources is not None and section != "Outputs":
            at, before, after = resources.span.start, opening.lstrip(), f"{pad}}},{pad}"
        elif root.entries:
            at = root.entries[-1].span.start + len(document.slice(root.entries[-1].span).rstrip())
            before, after = f",{opening}", f"{pad}}}"
        else:
            at, before = root.span.start + 1, opening
            after = f"{pad}}}" + ("" if document.text[at:].lstrip(" ").startswith(("\r", "\n")) else newline)
        return replace(_place(template, section, at, 2 * step, before, after), braced=True)
    step = template.indent.step
    opening = f"{section}:{newline}{' ' * step}"
    resources = root.entry("Resources") if isinstance(root, Mapping) else None
    if resources is not None and section != "Outputs":
        at = document.line_starts[_first_comment(document, document.position(resources.span.start).line)]
        at += at == 0 and document.text.startswith("\ufeff")
        return _place(template, section, at, step, opening, newline * 2)
    # The end of the text, or the line below the comment where there is nothing but comments.
    if root is None:
        at = len(document.text) if offset is None else offset
        opening = f"{_FORMAT_VERSION}{newline}{opening}"
    else:
        at = len(document.text.rstrip())
    begun = at == 0 or document.text[at - 1] in "\r\n\ufeff"
    after = "" if at < len(document.text) and document.text[at] in "\r\n" else newline
    return _place(template, section, at, step, ("" if begun else newline) + opening, after)


def _place(template: Template, section: str, at: int, indent: int, before: str = "", after: str = "") -> Region:
    child = indent + template.indent.step
    unit = template.indent.unit
    return Region(f"{section}/+", template.document.uri, Span(at, at), indent, child, True, before, after, unit=unit)


def _column(document: Document, offset: int) -> int:
    position = document.position(offset)
    return position.column - (position.line == 0 and document.text.startswith("\ufeff"))


def _end(document: Document, entry: Entry) -> int:
    """Where an entry's content ends: the comments behind it belong to the next one."""
    return content_end(document, entry)


def _line_end(document: Document, offset: int) -> int:
    return document.line_span(document.position(offset).line).end


def _blank_before(document: Document, entry: Entry) -> bool:
    line = _first_comment(document, document.position(entry.span.start).line)
    return line > 0 and not document.line_text(line - 1).strip()


def _first_comment(document: Document, line: int) -> int:
    while line > 0 and document.line_text(line - 1).lstrip().startswith("#"):
        line -= 1
    return line
