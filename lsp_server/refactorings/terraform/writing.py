"""Where new declarations go in a module, how they are written, and how declared things go away again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform import scanner
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import is_configuration, is_json, is_override
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.fixers.terraform import layout
from lsp_server.refactorings.terraform.spot import Spot, comments_of

FILES = {"variable": "variables.tf", "output": "outputs.tf", "locals": "locals.tf"}
_NEW_WORD = re.compile(r"[^A-Za-z0-9_]+")
RESERVED = frozenset(
    {"source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals", "each", "self"}
)
"""Words that no variable may be called, or that mean something else where names stand."""


def document_for(spot: Spot, kind: str) -> Document:
    """The document in which a block of a kind belongs: the file named for it, else the one that the spot is in.

    In an override file nothing new can be declared.
    """
    named = next((d for d in spot.unit if d.name == FILES[kind] and is_configuration(d)), None)
    if named is not None or not is_override(spot.document):
        return named or spot.document
    others = configuration(spot.unit)
    return next((d for d in others if d.name == "main.tf"), others[0] if others else spot.document)


def declare(spot: Spot, kind: str, label: str, said: Mapping[str, str]) -> Edit:
    """Declare a variable or an output: behind the last one in the file where it belongs, else at its end.

    `said` are arguments and their values as they are written, several lines of them at the indentation of the argument.
    """
    document = document_for(spot, kind)
    declared = [block for block in parse_document(document).blocks if block.type == kind]
    width = max((len(name) for name, value in said.items() if "\n" not in value or "<<" in value), default=0)
    lines = [f"  {name.ljust(width) if _aligned(value) else name} = {value}" for name, value in said.items()]
    text = "\n".join([f'{kind} "{label}" {{', *lines, "}"])
    return layout.append(document, text, declared[-1].span if declared else None)


def _aligned(value: str) -> bool:
    """Whether `terraform fmt` puts the `=` before a value below that of the line above."""
    return "\n" not in value or value.startswith("<<")


def declare_local(spot: Spot, name: str, value: str) -> Edit:
    """Declare a local: in the file named for locals, else in a `locals` block of the document, else above the block."""
    document = document_for(spot, "locals")
    blocks = [block for block in parse_document(document).blocks if block.type == "locals"]
    if blocks:
        return layout.insert_argument(document, blocks[-1], name, value)
    text = f"locals {{\n{layout.UNIT}{name} = {value}\n}}"
    top = spot.top
    if document is not spot.document or top is None:
        return layout.append(document, text)
    start = leading(spot, top).start
    return Edit(document.uri, Span(start, start), f"{text}\n\n")


def leading(spot: Spot, block: t.Block) -> Span:
    """From the first of the comments right above a top-level block to the block's end; a licence is none of it."""
    document, text = spot.document, spot.document.text
    start = block.span.start
    comments = [c for c in comments_of(parse_document(document), Span(0, start)) if c.end <= start]
    for comment in reversed(comments):
        between = text[comment.end : start]
        line = text[document.line_starts[document.position(comment.start).line] : comment.start]
        if between.strip() or between.replace("\r\n", "\n").count("\n") > 1 or line.strip("\ufeff \t"):
            break
        start = comment.start
    if start < block.span.start and is_licence(text[: block.span.start], start):
        return block.span
    return Span(start, block.span.end)


def is_licence(text: str, start: int) -> bool:
    """Whether the comment at `start` heads a file and says under which terms it may be used."""
    return not text[:start].strip("\ufeff \t\r\n") and bool(re.search(r"copyright|licen[cs]e|SPDX", text[start:], re.I))


def lines_with_gap(document: Document, span: Span) -> Span:
    """The whole lines of a span, and an empty line behind them."""
    starts = document.line_starts
    first, last = document.position(span.start).line, document.position(span.end).line
    following = last + 1
    if following < len(starts) and not document.line_text(following).strip() and following + 1 < len(starts):
        following += 1
    end = starts[following] if following < len(starts) else len(document.text)
    return Span(span.start if first == 0 else starts[first], end)


def without(document: Document, removals: Iterable[Span]) -> Iterator[Edit]:
    """Take spans out, those that touch as one, and with the last of the text the empty lines before it."""
    spans: list[Span] = []
    for span in sorted(removals):
        if spans and span.start <= spans[-1].end:
            spans[-1] = Span(spans[-1].start, max(spans[-1].end, span.end))
        else:
            spans.append(span)
    if not document.text[spans[-1].end :].strip():
        end = spans[-1].end
        start = _gap_before(document, spans.pop().start)
        while spans and start <= spans[-1].end:  # only empty lines stood between them
            start = _gap_before(document, spans.pop().start)
        spans.append(Span(start, end))
    yield from (Edit(document.uri, span, "") for span in spans)


def _gap_before(document: Document, offset: int) -> int:
    """Where the empty lines before the line of an offset begin; the offset itself where there are none."""
    first = document.position(offset).line
    while first > 0 and not document.line_text(first - 1).strip("\ufeff \t"):
        first -= 1
    return min(offset, document.line_starts[first] + (first == 0 and document.text.startswith("\ufeff")))


def name_from(*words: str) -> str:
    """A name of words, as Terraform's are."""
    name = _NEW_WORD.sub("_", "_".join(word for word in words if word)).strip("_").lower()
    return name if name[:1].isalpha() else f"value_{name}".rstrip("_")


def free_name(name: str, taken: Iterable[str]) -> str:
    """The name, or the same with a number where it is taken or means something else."""
    known = {*taken, *RESERVED}
    return next(one for one in (name, *(f"{name}_{number}" for number in range(2, len(known) + 3))) if one not in known)


def at_indentation(document: Document, span: Span, pad: str) -> str:
    """What is written in a span, as it is written where lines begin with `pad`."""
    return layout.reindent(document.slice(span).replace("\r\n", "\n"), layout.indent(document, span.start), pad)


def one_line(text: str) -> bool:
    """Whether a value stands in one line."""
    return "\n" not in text


def has_heredoc(text: str) -> bool:
    """Whether a text holds a heredoc, the white space of which is part of its value."""
    return "<<" in text and any(token.kind == "heredoc" for token in scanner.tokens(text))


def native(unit: Unit, edits: Iterable[Edit]) -> list[Edit]:
    """The edits with the line endings of their documents."""
    found = []
    for edit in edits:
        document = unit.get(edit.uri)
        newline = document.newline if document is not None else "\n"
        found.append(replace(edit, text=edit.text.replace("\r\n", "\n").replace("\n", newline)))
    return found


def named_in_json(unit: Unit, name: str) -> bool:
    """Whether a file in JSON speaks of a name: what it refers to is not read."""
    return any(is_json(document) and name in document.text for document in unit)


def configuration(unit: Unit) -> list[Document]:
    """The documents of a module in which blocks are declared, in the order of their names."""
    return sorted((d for d in unit if is_configuration(d) and not is_override(d)), key=lambda d: d.uri)
