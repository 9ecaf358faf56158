"""The few ways a fixer changes a template, each leaving all other text as it is and no comment behind.

Every function takes nodes of a parsed template and returns edits, or None where the change cannot be made cleanly
(it would take a comment away, or stands in a form that is not plain enough).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as MappingOf

import yaml

from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit
from lsp_server.dialects.cloudformation.extent import content_end
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, Scalar, Sequence, Style, path_of
from lsp_server.fixers.cloudformation.values import Writer, quoted

_DECLARED = 2  # steps to what is declared: its section and its name
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*")
_STRING = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:''|[^'])*'")

Edits = tuple[Edit, ...]


def column(document: Document, offset: int) -> int:
    """How far into its line an offset is; a BOM does not count."""
    position = document.position(offset)
    return position.column - (position.line == 0 and document.text.startswith("\ufeff"))


def line_end(document: Document, offset: int) -> int:
    """The end of the line of an offset, before its line ending."""
    return document.line_span(document.position(offset).line).end


def end_of(document: Document, node: Node | Entry) -> int:
    """Where a node's own text ends: without the comments that follow, and the line endings a block scalar carries."""
    return content_end(document, node)


def replace(document: Document, span: Span, text: str) -> Edits:
    """Put `text` in the place of a span."""
    return (Edit(document.uri, span, text),)


def rewrite(document: Document, scalar: Scalar, text: str) -> Edits | None:
    """Another string in a scalar, its quotes kept; plain text that YAML would read otherwise gets quotes."""
    start, end = scalar.span
    if scalar.style in (Style.LITERAL, Style.FOLDED):
        return None
    if scalar.style is Style.PLAIN:
        return replace(document, scalar.span, text if _keeps(text) else quoted(text, '"'))
    if scalar.raw[:1] not in ('"', "'") or re.search(r"[\"'\\]|[^ -~]", text):
        return replace(document, scalar.span, quoted(text, scalar.raw[:1] if scalar.raw[:1] == "'" else '"'))
    return replace(document, Span(start + 1, end - 1), text)


def _keeps(text: str) -> bool:
    """Whether YAML reads the text, written plain, as that string, in block and in flow style."""
    if re.search(r"[,\[\]{}\r\n]| #|: |:$|^[-?:] |^[&*|>%@`\"'#!\s]|\s$", text.replace("${", "").replace("}", "")):
        return False
    try:
        return bool(yaml.load(text, yaml.CSafeLoader) == text)
    except (yaml.YAMLError, ValueError):
        return False


def rename(document: Document, entry: Entry, name: str) -> Edits | None:
    """Another key for an entry."""
    return rewrite(document, entry.key, name)


def delete(document: Document, template: Template, entry: Entry) -> Edits | None:
    """Take an entry away, with its line; a mapping that would be empty goes as well, up to three levels.

    What is declared stays, if it is not what is taken away.
    """
    target: Entry | Node = entry
    for _ in range(3):
        owner = target.parent
        size = (
            len(owner.entries) if isinstance(owner, Mapping) else len(owner.items) if isinstance(owner, Sequence) else 2
        )
        if size != 1 or not isinstance(owner, Mapping | Sequence) or len(path_of(owner)) in (0, _DECLARED):
            break
        target = owner.parent if isinstance(owner.parent, Entry) else owner
    return delete_element(document, template, target)


def delete_element(document: Document, template: Template, target: Entry | Node) -> Edits | None:
    """Take an entry of a mapping or an item of a sequence away, with its line and its comma."""
    return delete_elements(document, template, (target,))


def delete_elements(document: Document, template: Template, targets: Iterable[Entry | Node]) -> Edits | None:
    """Take several entries or items away, of one or more mappings and sequences."""
    owners: dict[int, tuple[Mapping | Sequence, list[Entry | Node]]] = {}
    for target in targets:
        if not isinstance(target.parent, Mapping | Sequence):
            return None
        owners.setdefault(id(target.parent), (target.parent, []))[1].append(target)
    parts = [_delete_from(document, template, owner, own) for owner, own in owners.values()]
    return None if None in parts else tuple(edit for part in parts for edit in part or ())


def _delete_from(
    document: Document, template: Template, owner: Mapping | Sequence, targets: list[Entry | Node]
) -> Edits | None:
    if isinstance(owner, Mapping):
        spans, own = [e.span for e in owner.entries], [e.span for e in owner.entries]
    else:
        spans, own = [i.full_span for i in owner.items], [i.span for i in owner.items]
    gone = {own.index(target.span): target for target in targets if target.span in own}
    if len(gone) < len(targets):
        return None
    if template.format == "json" or owner.flow:
        return _delete_from_flow(document, spans, sorted(gone))
    edits: Edits = ()
    for at in sorted(gone):
        if edits and spans[at].end <= edits[-1].span.end:
            continue  # it stood between the first key after a dash and the one that takes its place
        following = next((span for n, span in enumerate(spans) if n > at and n not in gone), None)
        part = _delete_from_block(document, gone[at], spans[at].start, following)
        if part is None:
            return None
        edits += part
    return edits


def _delete_from_flow(document: Document, spans: list[Span], gone: list[int]) -> Edits:
    """Take elements away with the commas behind them; the last ones with the comma before."""
    kept = max((at for at in range(len(spans)) if at not in gone), default=-1)
    edits = [Edit(document.uri, Span(spans[at].start, spans[at + 1].start), "") for at in gone if at < kept]
    if kept + 1 < len(spans):
        start = spans[kept].end if kept >= 0 else spans[0].start
        edits.append(Edit(document.uri, Span(start, spans[-1].end), ""))
    return tuple(edits)


def _delete_from_block(document: Document, target: Entry | Node, start: int, following: Span | None) -> Edits | None:
    """Take the lines of an element away that begins at `start`; `following` is the next one that stays."""
    text = document.text
    line = document.position(start).line
    head = text[document.line_starts[line] : start]
    end = end_of(document, target)
    first = _first_line(document, target, line, head.strip(" "))
    if first is not None:
        begin = document.line_starts[first]
        stop = min(line_end(document, end), len(text))
        kept = _comments(text[begin:stop], " " * (len(head) - len(head.lstrip(" "))))
        if kept:
            return (Edit(document.uri, Span(begin, stop), document.newline.join(kept)),)
        after = document.position(stop).line + 1
        stop = document.line_starts[after] if after < len(document.line_starts) else len(text)
        return (Edit(document.uri, Span(begin, stop), ""),)
    if following is not None:  # the first key after a dash: the next one takes its place
        gone = Span(start, following.start)
        return None if _comments(document.slice(gone), "") else (Edit(document.uri, gone, ""),)
    return None


def _first_line(document: Document, target: Entry | Node, line: int, head: str) -> int | None:
    """The line with which an entry or an item begins; None where `head`, what is before it there, is not its own.

    That of an item is the line of its dash, which may stand alone above it.
    """
    if isinstance(target, Entry):
        return None if head else line
    if head:
        return line if head == "-" else None
    for above in range(line - 1, -1, -1):
        content = document.line_text(above).split("#")[0].strip()
        if content:
            return above if content == "-" else None
    return None


def _comments(text: str, pad: str) -> list[str]:
    """The comments in a text, each as a line of its own."""
    hits = ((line, _COMMENT.search(_STRING.sub(lambda m: "x" * len(m[0]), line))) for line in text.splitlines())
    return [pad + line[hit.start() :].rstrip() for line, hit in hits if hit is not None]


def says_something(document: Document, span: Span) -> bool:
    """Whether there is a comment in a span, which begins and ends outside of strings."""
    text = document.slice(span)
    return "#" in text and bool(_comments(text, ""))


def insert(document: Document, writer: Writer, mapping: Mapping, values: MappingOf[str, object]) -> Edits | None:
    """Put entries at the end of a mapping that has at least one."""
    if not mapping.entries:
        return _fill(document, writer, mapping, values)
    last, first = mapping.entries[-1], mapping.entries[0]
    at = end_of(document, last)
    if mapping.flow or writer.json:
        return _insert_in_flow(document, writer, mapping, at, values)
    pad = column(document, first.key.full_span.start)
    at = line_end(document, at)
    lines = "".join(f"{writer.line(pad)}{writer.key(k)}:{writer.block(v, pad)}" for k, v in values.items())
    return (Edit(document.uri, Span(at, at), lines),)


def _insert_in_flow(
    document: Document, writer: Writer, mapping: Mapping, at: int, values: MappingOf[str, object]
) -> Edits:
    first, last = mapping.entries[0], mapping.entries[-1]
    line = document.position(first.span.start).line
    own_line = document.position(mapping.span.start).line < line
    if writer.json and own_line:
        pad = column(document, first.span.start)
        text = "".join(f",{writer.line(pad)}{writer.key(k)}:{writer.block(v, pad)}" for k, v in values.items())
    else:
        text = "".join(f", {writer.key(k)}: {writer.flow(v)}" for k, v in values.items())
    if document.text[at : last.span.end].strip():
        at = last.span.end
    return (Edit(document.uri, Span(at, at), text),)


def _fill(document: Document, writer: Writer, mapping: Mapping, values: MappingOf[str, object]) -> Edits | None:
    if not writer.json:
        return replace(document, mapping.span, writer.flow(values))
    line = document.line_text(document.position(mapping.span.start).line)
    pad = len(line) - len(line.lstrip(" \t"))
    return replace(document, mapping.span, writer.block(dict(values), pad).lstrip())


def insert_below(document: Document, writer: Writer, entry: Entry, values: MappingOf[str, object]) -> Edits | None:
    """Put entries inside an entry that has no value yet (`Properties:` with nothing after it)."""
    if writer.json or (entry.value is not None and document.slice(entry.value.span).strip()):
        return None
    pad = column(document, entry.key.span.start) + writer.indent
    at = line_end(document, entry.key.span.end)
    lines = "".join(f"{writer.line(pad)}{writer.key(k)}:{writer.block(v, pad)}" for k, v in values.items())
    return (Edit(document.uri, Span(at, at), lines),)


def add_section(
    document: Document, writer: Writer, template: Template, section: str, values: MappingOf[str, object]
) -> Edits | None:
    """Put declarations at the end of a section (`Parameters`).

    Where it is missing, it is made before `Resources`, or behind them if it is `Outputs`.
    """
    entry = template.entry((section,))
    if entry is not None:
        if isinstance(entry.value, Mapping):
            return insert(document, writer, entry.value, values)
        return insert_below(document, writer, entry, values)
    before = template.entry(("Resources",))
    return None if before is None else _new_section(document, writer, before, section, values)


def _new_section(
    document: Document, writer: Writer, resources: Entry, section: str, values: MappingOf[str, object]
) -> Edits | None:
    start, end = resources.span.start, end_of(document, resources)
    pad, behind = column(document, start), section == "Outputs"
    text = f"{writer.key(section)}:{writer.block(dict(values), pad)}"
    if writer.json:
        gap = f",{writer.line(pad)}"
        at, text = (end, gap + text) if behind else (start, text + gap)
        return (Edit(document.uri, Span(at, at), text),)
    if pad:
        return None
    if behind:
        at = line_end(document, end)
        return (Edit(document.uri, Span(at, at), f"{writer.newline * 2}{text}"),)
    line = _above_comments(document, document.position(start).line)
    at = document.line_starts[line] + (line == 0 and document.text.startswith("\ufeff"))
    return (Edit(document.uri, Span(at, at), f"{text}{writer.newline * 2}"),)


def _above_comments(document: Document, line: int) -> int:
    """The first line of the comments that stand directly above a line."""
    while line > 0 and document.line_text(line - 1).startswith("#"):
        line -= 1
    return line


def moved_text(document: Document, writer: Writer, holder: Mapping, entry: Entry, missing: list[str]) -> str | None:
    """The text that puts a copy of `entry` at the end of a `holder` in braces, inside mappings for the `missing`."""
    text = document.text[entry.span.start : end_of(document, entry)]
    if "\n" in text:
        return None
    for name in reversed(missing):
        text = f"{writer.key(name)}: {{ {text} }}"
    pad = column(document, holder.entries[0].span.start)
    own_line = document.position(holder.span.start).line < document.position(holder.entries[0].span.start).line
    return f",{writer.line(pad)}{text}" if own_line else f", {text}"


def moved_lines(document: Document, writer: Writer, holder: Mapping, lines: range, own: int, missing: list[str]) -> str:
    """The text that puts lines, of which an entry stands at column `own`, at the end of a block; see `moved_text`."""
    pad = column(document, holder.entries[0].key.full_span.start)
    heads = [f"{' ' * (pad + i * writer.indent)}{name}:" for i, name in enumerate(missing)]
    shift = pad + len(missing) * writer.indent - own
    body = [shifted_line(document.line_text(number), shift) for number in lines]
    return "".join(writer.newline + line for line in (*heads, *body))


def shifted_line(line: str, shift: int) -> str:
    """A line moved right by some columns, or left by as many as it is indented; an empty one stays."""
    if not line.strip():
        return line
    return " " * shift + line if shift >= 0 else line[min(-shift, len(line) - len(line.lstrip(" "))) :]


def after_colon(document: Document, owner: Entry, limit: int) -> int:
    """The offset behind the colon of an entry, not past `limit`."""
    at = document.text.find(":", owner.key.span.end, limit)
    return at + 1 if at >= 0 else min(owner.key.span.end, limit)


def insert_after(document: Document, writer: Writer, entry: Entry, key: str, value: object) -> Edits:
    """Put an entry right behind another of the same mapping."""
    at = end_of(document, entry)
    pad = column(document, entry.key.full_span.start)
    if writer.json or entry.parent.flow:
        line = document.position(entry.span.start).line
        own_line = not document.text[document.line_starts[line] : entry.span.start].strip()
        lead = f",{writer.line(pad)}" if own_line else ", "
        return (Edit(document.uri, Span(at, at), f"{lead}{writer.key(key)}: {writer.flow(value)}"),)
    at = line_end(document, at)
    return (Edit(document.uri, Span(at, at), f"{writer.line(pad)}{writer.key(key)}:{writer.block(value, pad)}"),)


def insert_before(document: Document, writer: Writer, entry: Entry, key: str, value: object) -> Edits:
    """Put an entry right before another of the same mapping."""
    at = entry.span.start
    pad = column(document, entry.key.full_span.start)
    if writer.json or entry.parent.flow:
        own_line = not document.text[document.line_starts[document.position(at).line] : at].strip()
        tail = f",{writer.line(pad)}" if own_line else ", "
        return (Edit(document.uri, Span(at, at), f"{writer.key(key)}: {writer.flow(value)}{tail}"),)
    text = f"{writer.key(key)}:{writer.block(value, pad)}{writer.line(pad)}"
    return (Edit(document.uri, Span(at, at), text),)
