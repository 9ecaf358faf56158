"""YAML that cannot be read: try the few edits that make it whole, and offer those that are plainly meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import yaml

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit, apply_edits
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.cloudformation.schema import schemas
from lsp_server.dialects.cloudformation.template import parse_template
from lsp_server.fixers.base import FixContext, RuleFixer
from lsp_server.fixers.cloudformation.names import certain, rank
from lsp_server.fixers.cloudformation.site import SAFE, UNSAFE, Site
from lsp_server.fixers.cloudformation.vocabulary import strangeness

_KEY = re.compile(r"^[ ]*(?:- +)*[\"']?([\w:.${}/-]+?)[\"']?:(?=\s|$)", re.MULTILINE)
_WORD = re.compile(r"^([ ]*(?:- +)*)([A-Za-z][\w.-]*(?:::[\w.-]+)*)(?=[ ]+[^\s:=]|[ ]*$)")
_NO_SPACE = re.compile(r"^([ ]*(?:- +)*)([A-Za-z]\w*):(?=[^\s:])")
_VALUE = re.compile(r"^([ ]*(?:- +)*(?:[\"']?[\w:.-]+[\"']?: +)?(?:![\w:]+ +)?)(\S.*?)\s*$")
_TYPE = re.compile(r"AWS::\w+::\w+")
_TAG = re.compile(r" +![A-Z]\w+ ")
_NO_ARGUMENT = re.compile(r"(!GetAZs)(?=\s*[\],}])")
_RUN_ON = re.compile(
    r"^([ ]*)(?:- +)*\w+: +!(?:Ref|GetAtt) +[\w.:]+[ ]*\n\1[ ]+(?![ #-])(?![^\n]*:(?:\s|$))", re.MULTILINE
)
_BLOCK = re.compile(r"(?:^|[\s:-])[|>][+-]?\d?[+-]?\s*(?:#.*)?$")

# What may stand in a template whatever the resource type.
_COMMON = frozenset(
    [
        "Type",
        "Properties",
        "DependsOn",
        "Condition",
        "DeletionPolicy",
        "UpdateReplacePolicy",
        "Metadata",
        "CreationPolicy",
        "UpdatePolicy",
        "Default",
        "Description",
        "AllowedValues",
        "AllowedPattern",
        "ConstraintDescription",
        "NoEcho",
        "MinLength",
        "MaxLength",
        "MinValue",
        "MaxValue",
        "Value",
        "Export",
        "Name",
        "Key",
        "Ref",
        "Resources",
        "Parameters",
        "Outputs",
        "Mappings",
        "Conditions",
        "Transform",
        "Globals",
        "Rules",
        "Version",
        "Statement",
        "Effect",
        "Action",
        "Resource",
        "Principal",
        "Sid",
        "Tags",
        "AWSTemplateFormatVersion",
        "Count",
        "Timeout",
    ]
)
_REACH = 14  # lines above the reported one where the mistake may be
_CANDIDATES = 12  # ways to make the text whole that are compared
_CHEAP = 4  # up to this cost an edit is one that people often have to make


@dataclass(frozen=True)
class _Try:
    title: str
    edits: tuple[Edit, ...]
    cost: int
    strange: int = 0


def make_whole(context: FixContext, diagnostic: Diagnostic) -> Iterable[Fix]:
    """Yield the edits that make the text readable, the likeliest first."""
    site = Site(context, diagnostic)
    if site.template.format == "json" or not diagnostic.syntax:
        return
    text = context.document.text
    before = error_line(text)
    if before is None:
        return
    good: list[_Try] = []
    for attempt in sorted(_attempts(context.document, before), key=lambda t: t.cost):
        changed = apply_edits(text, attempt.edits)
        after = error_line(changed)
        if after is None or after > before + 1:
            strange = strangeness(parse_template(context.document.with_text(changed))) + _run_on(changed)
            good.append(replace(attempt, strange=strange + (0 if after is None else 100)))
        if len(good) >= _CANDIDATES:
            break
    good.sort(key=lambda t: (t.strange, t.cost))
    for attempt in good[:4]:
        yield from site.fix(attempt.title, attempt.edits, _trust(attempt, good))


def _trust(attempt: _Try, good: list[_Try]) -> Applicability:
    """Safe where it is cheap, and plainly better than any other that makes the text whole."""
    rivals = [o for o in good if o is not attempt and o.edits != attempt.edits]
    beaten = all(o.strange > attempt.strange or o.cost > attempt.cost + 1 for o in rivals)
    return SAFE if attempt.cost <= _CHEAP and attempt.strange < 100 and beaten else UNSAFE


def error_line(text: str) -> int | None:
    """The line (from 0) at which YAML gives up; None where it does not."""
    try:
        yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return mark.line if mark is not None else 0
    except (yaml.YAMLError, ValueError, RecursionError):
        return 0
    return None


def _run_on(text: str) -> int:
    """How many references run on over lines: a function's argument that swallowed the line below it."""
    return len(_RUN_ON.findall(text))


def _attempts(document: Document, line: int) -> Iterator[_Try]:
    if "\t" in document.text:
        yield from _tabs(document)
    known = frozenset(_KEY.findall(document.text)) | _COMMON | _property_names(document.text)
    scripts = _script_lines(document)
    last = min(line, len(document.line_starts) - 1)
    for number in range(last, max(-1, last - _REACH), -1):
        content = document.line_text(number)
        if not content.strip() or content.lstrip().startswith("#") or number in scripts:
            continue
        away = last - number
        yield from _colons(document, number, known, away)
        yield from _quotes(document, number, away)
        yield from _brackets(document, number, away)
        yield from _indents(document, number, away)


def _property_names(text: str) -> frozenset[str]:
    """The properties, two levels deep, of the resource types that the text names."""
    found: set[str] = set()
    for name in dict.fromkeys(_TYPE.findall(text)):
        schema = schemas().get(name)
        if schema is not None:
            top = schema.properties_at(())
            found.update(top, *(schema.properties_at((key,)) for key in top))
    return frozenset(found)


def _script_lines(document: Document) -> frozenset[int]:
    """The lines inside `|` and `>` scalars."""
    inside: set[int] = set()
    floor: int | None = None
    for number in range(len(document.line_starts)):
        content = document.line_text(number)
        indent = len(content) - len(content.lstrip(" "))
        if floor is not None and (not content.strip() or indent > floor):
            inside.add(number)
            continue
        floor = indent if _BLOCK.search(content) and not content.lstrip().startswith("#") else None
    return frozenset(inside)


def _tabs(document: Document) -> Iterator[_Try]:
    """Leading tabs become spaces."""
    for width in (2, 4):
        edits = []
        for number, start in enumerate(document.line_starts):
            head = re.match(r"[ \t]*", document.line_text(number))
            if head and "\t" in head[0]:
                edits.append(Edit(document.uri, Span(start, start + len(head[0])), head[0].replace("\t", " " * width)))
        if edits:
            yield _Try("Indent with spaces instead of tabs", tuple(edits), 1 if width == 2 else 4)


def _colons(document: Document, number: int, known: frozenset[str], away: int) -> Iterator[_Try]:
    """A colon that is lost, or that has no space after it."""
    content, start = document.line_text(number), document.line_starts[number]
    if (hit := _WORD.match(content)) and not _KEY.match(content):
        at = start + hit.end(2)
        cost = _word_cost(hit[2], content[hit.end(2) :], known) + (2 if away > 2 else 0)
        yield _Try(f"Put a colon after '{hit[2]}'", (Edit(document.uri, Span(at, at), ":"),), cost)
    for hit in _NO_ARGUMENT.finditer(content):
        at = start + hit.end()
        yield _Try("Ask for the zones of this region", (Edit(document.uri, Span(at, at), ' ""'),), 0)
    if (hit := _NO_SPACE.match(content)) and hit[2] in known:
        at = start + hit.end()
        yield _Try(f"Put a space after '{hit[2]}:'", (Edit(document.uri, Span(at, at), " "),), 2)


def _word_cost(word: str, rest: str, known: frozenset[str]) -> int:
    """How unlikely it is that a word that begins a line is a key; a tag can follow nothing else."""
    if word in known:
        return 1
    if _TAG.match(rest) or (word[0].isupper() and certain(rank(word, known))):
        return 2
    return 6 if word[0].isupper() else 9


def _quotes(document: Document, number: int, away: int) -> Iterator[_Try]:
    """A quote that is not closed or not opened, and a plain value that YAML takes for something else."""
    content, start = document.line_text(number), document.line_starts[number]
    hit = _VALUE.match(content)
    if hit is None:
        return
    value = re.sub(r"\s+#.*$", "", hit[2]) if hit[2][:1] not in "\"'" else hit[2]
    begin, end = start + hit.start(2), start + hit.start(2) + len(value)
    for quote in "\"'":
        if value.count(quote) == 1 and value.startswith(quote):
            yield _Try("Close the string", (Edit(document.uri, Span(end, end), quote),), 2 + min(away, 3))
        elif value.count(quote) == 1 and value.endswith(quote):
            yield _Try("Open the string", (Edit(document.uri, Span(begin, begin), quote),), 3 + min(away, 3))
    odd = value[:1] in "*@`%&!" or "{{" in value or ": " in value or value.endswith(":")
    if odd and not re.search(r"[\"\\]|^'", value) and not _KEY.match(hit[2]):
        edits = (Edit(document.uri, Span(begin, begin), '"'), Edit(document.uri, Span(end, end), '"'))
        yield _Try("Put the value in quotes", edits, 3 + min(away, 3))


def _brackets(document: Document, number: int, away: int) -> Iterator[_Try]:
    """A bracket or brace that is not closed on its line."""
    content, start = document.line_text(number), document.line_starts[number]
    bare = re.sub(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|\$\{[^}]*\}", lambda m: "x" * len(m[0]), content)
    end = start + len(re.sub(r"\s+#.*$", "", bare).rstrip())
    for opening, closing in ("[]", "{}"):
        if bare.count(opening) == bare.count(closing) + 1:
            yield _Try(f"Close the '{opening}'", (Edit(document.uri, Span(end, end), closing),), 2 + min(away, 3))
        elif bare.count(closing) == bare.count(opening) + 1 and bare.rstrip().endswith(closing):
            gone = Span(end - 1, end)
            yield _Try(f"Take the stray '{closing}' away", (Edit(document.uri, gone, ""),), 4 + min(away, 3))


def _indents(document: Document, number: int, away: int) -> Iterator[_Try]:
    """A line, alone or with what is below it, at the indentation of one of its neighbours."""
    content, start = document.line_text(number), document.line_starts[number]
    own = len(content) - len(content.lstrip(" "))
    block = _block_below(document, number, own)
    keyless = not _KEY.match(content) and not content.lstrip().startswith("- ")
    for target in _neighbour_indents(document, number, own):
        shift = target - own
        cost = 2 + (away > 0) * min(away, 3) // 2 + (abs(shift) > 2) + (shift < 0) + 6 * keyless
        title = f"{'Indent' if shift > 0 else 'Outdent'} the line by {abs(shift)}"
        yield _Try(title, (_shifted(document, start, shift),), cost)
        if block:
            edits = tuple(_shifted(document, document.line_starts[n], shift) for n in (number, *block))
            yield _Try(f"{title} with what is below it", edits, cost + 1)


def _shifted(document: Document, start: int, shift: int) -> Edit:
    return Edit(document.uri, Span(start, start + max(0, -shift)), " " * max(0, shift))


def _block_below(document: Document, number: int, own: int) -> list[int]:
    lines = []
    for below in range(number + 1, len(document.line_starts)):
        content = document.line_text(below)
        if content.strip() and len(content) - len(content.lstrip(" ")) <= own:
            break
        if content.strip():
            lines.append(below)
    return lines


def _neighbour_indents(document: Document, number: int, own: int) -> list[int]:
    """Indentations of the lines around, nearest first; with that below a dash."""
    found: list[int] = []
    for step in (-1, 1, -2, 2, -3, 3):
        if 0 <= number + step < len(document.line_starts):
            content = document.line_text(number + step)
            if not content.strip() or content.lstrip().startswith("#"):
                continue
            indent = len(content) - len(content.lstrip(" "))
            found.append(indent)
            if content.lstrip().startswith("- "):
                found.append(len(content) - len(content.lstrip(" -")))
            if content.rstrip().endswith(":") and step < 0:
                found.append(indent + 2)
    found += [own + 2, own - 2, own + 4]
    return [indent for indent in dict.fromkeys(found) if indent != own and indent >= 0]


FIXERS = (RuleFixer("cfn-lint", frozenset({"E0000"}), make_whole),)
