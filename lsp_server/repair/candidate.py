"""What a model may write for a region: edits, or a refusal with a sentence that tells it what to do better."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit, minimal_edits, with_ends_of
from lsp_server.models.redaction import Redaction
from lsp_server.repair.proposer import Place
from lsp_server.repair.region import Region
from lsp_server.repair.regions import part_of
from lsp_server.repair.stand_ins import misplaced

ANSWER_SCHEMA: Mapping[str, object] = {
    "type": "object",
    "properties": {
        "edits": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"region": {"type": "string"}, "new_text": {"type": "string"}},
                "required": ["region", "new_text"],
                "additionalProperties": False,
            },
        },
        "note": {"type": "string"},
    },
    "required": ["edits", "note"],
    "additionalProperties": False,
}

# What a model writes when it does not know a value: it has to make that a parameter or variable instead.
_PLACEHOLDERS = re.compile(
    r"""
    <[ ]?(?:your|my|insert|enter|the|some|replace|add|put|account|region|bucket|vpc|subnet
        |\w+[-_ ](?:id|arn|name|here))[^<>\n]*>
    | \b(?:TODO|FIXME|TBD|CHANGE[-_ ]?ME|REPLACE[-_ ]?(?:ME|THIS|WITH\w*)|PLACEHOLDER|YOUR[-_]\w+)\b
    | \byour-[\w-]+
    | (?<!\d)(?:123456789012|111122223333|012345678901|000000000000|111111111111|999999999999)(?!\d)
    | \b(?:vpc|subnet|sg|ami|i|vol|eni|igw|rtb|acl|eipalloc|snap|lt|nat|pl|vpce|tgw)-
        (?:x{4,}|0*1?2345678\w*|0*a?1b2c3d4\w*|0{6,}|1{6,}|abcd\w*|example)\b
    | \bx{6,}\b
    | ^\s*(?:\#|//)?\s*\.\.\.\s*(?:\(?(?:rest|existing|remaining|unchanged|other)\b.*)?$
    """,
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)
UNCHANGED, NO_EDITS = "the answer changes nothing", "the answer has no edits"
_FENCE = re.compile(r"^```[\w-]*[ \t]*\r?\n(.*?)\r?\n?```[ \t]*$", re.DOTALL | re.MULTILINE)
_LINE_END = re.compile(r"\r\n|\r|\n")
_WORDS = re.compile(r"[\w-]+")
_BRACED = re.compile(r"[\w\"'-]+[ \t]*:\s*\{\s*[\"'\w]")
_INDENTED = re.compile(r"[\w\"'-]+[ \t]*:[ \t]*(?:#.*)?[\r\n]+[ \t]*(?:#.*[\r\n]+[ \t]*)*[^{\s#]")
_COMPACT = re.compile(r"\b(?:json|flow|inline|compact|braces|(?:one|single)[ -]line)\b", re.IGNORECASE)
_CLOSERS = ("}", "]")
_NUMBERED = re.compile(r"^ *\d+ \| ?", re.MULTILINE)


class Refused(Exception):
    """The answer cannot be used; `str()` is what the model is told. `note` is what it said with a whole answer."""

    def __init__(self, why: str, note: str = "") -> None:
        super().__init__(why)
        self.note = note


@dataclass(frozen=True)
class Candidate:
    """The edits that an answer makes to each region, and what the model said of them.

    `retyped` are the declarations, in the words of the dialect, whose types the answer corrects, and the new types.
    """

    parts: tuple[tuple[Region, tuple[Edit, ...]], ...]
    note: str
    retyped: Mapping[str, str] = field(default_factory=dict)

    @property
    def edits(self) -> tuple[Edit, ...]:
        """All edits."""
        return tuple(edit for _, edits in self.parts for edit in edits)

    @property
    def regions(self) -> tuple[Region, ...]:
        """The regions of the edits."""
        return tuple(region for region, _ in self.parts)


@dataclass(frozen=True)
class Guard:
    """What puts secrets back into an answer. `wished` is the request in a person's words, with stand-ins."""

    redaction: Redaction = field(default_factory=Redaction)
    wished: str = ""

    def check(self, region: Region, text: str, old: str) -> None:
        """Raise Refused where a stand-in does not stand where it stood in `old`."""
        if problem := misplaced(self.redaction, text, self.redaction.replace(old), wished=self.wished):
            raise Refused(f'in the new text of "{self.redaction.replace(region.name)}": {problem}')


def edits_of(region: Region, new_text: str, document: Document, guard: Guard) -> Iterator[Edit]:
    """The edits by which `region` of `document` becomes `new_text`. Raises Refused."""
    old = document.slice(region.span)
    text = _unwrapped(new_text)
    if not text.strip() and region.removal:
        yield from region.removal
        return
    if not text.strip():
        raise Refused(f'the new text of "{region.name}" is empty, which would delete it; nothing may be deleted')
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise Refused(f'the new text of "{region.name}" holds half of a character (a lone surrogate escape)')
    for match in _PLACEHOLDERS.finditer(text):
        found = match[0].strip()
        if found not in old and not _is_known(found, document, guard):
            raise Refused(
                f'"{found}" in "{region.name}" is a placeholder; refer to something that is declared, or '
                "declare a parameter or variable for it"
            )
    guard.check(region, text, old)
    declaring = bool(region.declares) and not region.insert and not region.free
    if (declaring and not _declares(region, text)) or (region.insert and not _declares_new(region, text)):
        text = part_of(region, text) or text
    text = guard.redaction.restore(reindented(text, region, document.newline))
    if declaring:
        _check_declared(region, text)
        _check_notation(region, text, old, guard.wished)
    if region.insert:
        yield Edit(region.uri, region.span, region.before + text + region.after)
        return
    start = region.span.start
    for edit in minimal_edits(region.uri, old, with_ends_of(old, text)):
        yield Edit(edit.uri, Span(edit.span.start + start, edit.span.end + start), edit.text)


def _is_known(found: str, document: Document, guard: Guard) -> bool:
    """Whether what looks like a placeholder is what a person said, or an id that the document has elsewhere."""
    return found in guard.wished or (any(map(str.isdigit, found)) and found in document.text)


def _unwrapped(text: str) -> str:
    """Without a code fence around it, and without the line numbers of the prompt."""
    fenced = _FENCE.fullmatch(text.strip())
    if fenced:
        text = fenced[1]
    lines = [line for line in text.splitlines() if line.strip()]
    if lines and all(_NUMBERED.match(line) for line in lines):
        text = _NUMBERED.sub("", text)
    return text


def _declares(region: Region, text: str) -> bool:
    return _declared(region, text) == _WORDS.findall(region.declares) or bool(new_type(region, text))


def _declares_new(region: Region, text: str) -> bool:
    """Whether a text for a section does not begin with that section itself, nor with braces around it."""
    first = _WORDS.search(text)
    return first is None or first[0] != region.name.removesuffix("/+")


def _check_notation(region: Region, text: str, old: str, wished: str) -> None:
    """Raise Refused where a block of YAML was written as JSON is, and nobody wished for that."""
    if " " not in region.declares and _BRACED.match(text) and _INDENTED.match(old) and not _COMPACT.search(wished):
        raise Refused(
            f'the new text of "{region.name}" is written with braces, and the text was not; keep to its notation and '
            "lines"
        )


def _check_declared(region: Region, text: str) -> None:
    if not _declares(region, text):
        raise Refused(
            f'the new text of "{region.name}" has to begin with "{region.declares}" as before; to add something, use a '
            'region whose name ends in "+"'
        )


def _declared(region: Region, text: str) -> list[str]:
    """The words by which a text declares what its region declares."""
    return _WORDS.findall(re.split("{" if " " in region.declares else "[{:]", text.lstrip(), maxsplit=1)[0])


def new_type(region: Region, text: str) -> str:
    """The type by which a text declares the thing of a region whose own type is not known; empty where it does not."""
    words, old = _declared(region, _unwrapped(text)), _WORDS.findall(region.declares)
    if region.known or words == old or len(words) != len(old) or region.type not in old:
        return ""
    at = old.index(region.type)
    return words[at] if words[:at] == old[:at] and words[at + 1 :] == old[at + 1 :] else ""


def reindented(text: str, region: Region, newline: str) -> str:
    """`text` as it has to stand at the region: the first line without indentation, the others where they belong."""
    lines = _LINE_END.split(text)
    while lines and not lines[0].strip():
        lines.pop(0)
    if not lines:
        return ""
    if region.unit == "\t":
        lines = _with_tabs(lines)
    first = _indent(lines[0], region.unit)
    written = [line for line in lines[1:] if line.strip()]
    deeper = [_indent(line, region.unit) for line in written]
    shift = region.indent - first
    # The first line came without its indentation, but the others with theirs; what closes it stands where it did.
    if first == 0 < region.indent and deeper:
        closed = written[-1].lstrip().startswith(_CLOSERS) and deeper[-1] == region.indent
        shift = 0 if closed or min(deeper) >= region.child_indent else shift
    moved = [lines[0].strip(), *(_moved(line, shift, region.unit) for line in lines[1:])]
    return newline.join(moved).rstrip()


def _with_tabs(lines: list[str]) -> list[str]:
    """Lines with a tab for each level, where they have spaces."""
    heads = [line[: len(line) - len(line.lstrip(" "))] for line in lines]
    depths = sorted({len(head) for head, line in zip(heads, lines, strict=True) if line.strip()})
    step = min((more - less for less, more in pairwise(depths)), default=0) or max(depths, default=0) or 1
    return ["\t" * (len(head) // step) + line[len(head) :] for head, line in zip(heads, lines, strict=True)]


def _moved(line: str, shift: int, unit: str) -> str:
    if not line.strip():
        return ""
    if shift == 0:
        return line
    body = line.lstrip(" \t")
    return unit * max(0, _indent(line, unit) + shift) + body


def _indent(line: str, unit: str) -> int:
    head = line[: len(line) - len(line.lstrip(" \t"))]
    return len(head.expandtabs(2 if unit == " " else 1))


def check_allowed(edits: Sequence[Edit], allowed: Place) -> None:
    """Raise Refused where an edit lies outside of what may be changed."""
    for edit in edits:
        if edit.uri != allowed.uri or not allowed.span.encloses(edit.span):
            raise Refused("an edit lies outside of the part that may be changed; change only what was asked for")
