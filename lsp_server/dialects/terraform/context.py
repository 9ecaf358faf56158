"""Where a cursor stands in a text that may be half-typed: at an item, in a label, in a value or in an object's key."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, replace

from lsp_server.core.document import Document, Span
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.cursor import Binder, Region, call_at, keys_in, region_at, typed
from lsp_server.dialects.terraform.parse import parse_document

_WORD_END = re.compile(r"[\w-]*")
_NAME = re.compile(r"\s*(?P<name>[^\W\d][\w-]*)?\Z")
_VALUE = re.compile(r"\s*(?P<name>[^\W\d][\w-]*|\"[^\"\r\n]*\")[ \t]*[=:](?![=>])")
_LABEL = re.compile(
    r"""\s*(?P<type>[^\W\d][\w-]*)(?P<labels>(?:[ \t]+(?:"[^"\r\n]*"|[^\W\d][\w-]*))*)[ \t]+"""
    r"""(?P<quote>"?)(?P<text>[^"\s{]*)\Z"""
)
_FIELDS = re.compile(r"""\s*(?:"(?P<quoted>[^"]*)"|(?P<bare>[\w-]+))\s*[=:]\s*\Z""")
_NAMESPACE = re.compile(r"(?:[^\W\d][\w-]*::)+\Z")
_LONGEST_NAMESPACE = 200
_BEFORE_OPERAND = frozenset({"in", "if", "for"})


class Place(enum.Enum):
    """What the cursor is about to write."""

    ITEM = "item"
    LABEL = "label"
    VALUE = "value"
    STRING = "string"
    KEY = "key"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Context:
    """A cursor's surroundings.

    `path` are the blocks around it, outermost first. `word` is the span that an accepted completion replaces.
    `argument` names the argument whose value is written, `fields` the object keys inside that value, outermost first.
    `reference` is what a dot behind it asks for members of: the text before the word, without the dot. `labels` are
    those before a label's place, `label_of` the type of the block they belong to. `in_call` tells that it is an
    argument of a function, whose type the argument's does not decide: `call` and `parameter` are the function's name
    and the number of the parameter, where the value is all of that. `assigned` tells that it is the value of an
    object's key, `given` are the keys that an object has already. `binders` are the `for`s around. `indent` is the
    line's. `namespace` is what stands before a function's name, `provider::aws::`; `called` tells that its bracket is
    there.
    """

    place: Place
    path: tuple[t.Block, ...]
    word: Span
    prefix: str
    argument: str = ""
    fields: tuple[str, ...] = ()
    reference: str = ""
    label_of: str = ""
    labels: tuple[str, ...] = ()
    in_template: bool = False
    quoted: bool = False
    in_list: bool = False
    in_call: bool = False
    assigned: bool = False
    call: str = ""
    parameter: int = 0
    given: frozenset[str] = frozenset()
    binders: tuple[Binder, ...] = ()
    indent: str = ""
    namespace: str = ""
    called: bool = False


def context_at(document: Document, offset: int) -> Context:
    """The context of a cursor."""
    tree = parse_document(document)
    path = _path(document, tree, offset)
    found = _Reading(document.text, offset, path).read(_start(document, tree, path, offset))
    return replace(found, indent=_blank(document, found.word.start))


def code_at(document: Document, offset: int) -> Region:
    """The code around a cursor, read from where the item of the innermost block that is not over begins, or earlier."""
    tree = parse_document(document)
    start = _start(document, tree, _path(document, tree, offset), offset)
    return region_at(document.text, start, offset)


def _start(document: Document, tree: t.Tree, path: tuple[t.Block, ...], offset: int) -> int:
    """Where what is not over at `offset` begins in the innermost block."""
    placed = tree.placed_at(offset)
    start = path[-1].open.end if path else placed.start if placed else 0
    body = path[-1].body if path else placed.body if placed else t.Body((), ())
    ends = [block.span.end for block in body.blocks if block.span.end <= offset and block.open != block.close]
    ends += [a.span.end for a in body.attributes if _is_over(document, a.span, offset)]
    return max([start, *ends])


def _blank(document: Document, offset: int) -> str:
    """What the line of `offset` is indented with."""
    line = document.line_text(document.position(offset).line)
    return line[: len(line) - len(line.lstrip(" \t"))]


# -- texts in which a brace or bracket is still open: indentation tells what goes on


def _path(document: Document, tree: t.Tree, offset: int) -> tuple[t.Block, ...]:
    """The blocks around the cursor; one whose brace is still missing goes on below as far as lines are indented."""
    path = [block for block in tree.path_at(offset) if block.open != block.close]
    placed = tree.placed_at(offset)
    while True:
        level = path[-1].body.blocks if path else placed.body.blocks if placed else ()
        last = next((b for b in reversed(level) if b.span.end <= offset and b.open != b.close), None)
        if last is None or last.close.start != last.close.end or document.text[last.span.end : offset].strip():
            return tuple(path)
        if "\n" in document.text[last.span.end : offset] and _indent(document, offset) <= _indent_of(document, last):
            return tuple(path)
        path.append(last)


def _indent(document: Document, offset: int) -> int:
    """The indentation of the cursor's line; of a blank one, the cursor's column."""
    line, column = document.position(offset)
    text = document.line_text(line)
    return len(text) - len(text.lstrip()) if text.strip() else column


def _indent_of(document: Document, node: t.Block | t.Attribute) -> int:
    return _indent(document, node.span.start)


def _is_over(document: Document, span: Span, offset: int) -> bool:
    """Whether an argument ended in a line before the cursor's, also where a bracket of it is still open."""
    if span.end > offset or "\n" not in document.text[span.end : offset]:
        return False
    return _indent(document, offset) <= _indent(document, span.start)


class _Reading:
    """Reads from the start of the innermost block to the cursor."""

    def __init__(self, text: str, offset: int, path: tuple[t.Block, ...]) -> None:
        self.text = text
        self.offset = offset
        self.path = path

    def read(self, start: int) -> Context:
        """The context, where the innermost block's content that is not over begins at `start`."""
        region = region_at(self.text, start, self.offset)
        if region.hidden:
            return self._nothing()
        outer = region.outermost
        value = _VALUE.match(self.text, outer.item, self.offset)
        if region.text is not None:
            return self._in_text(region, value)
        if region.outer is not None:
            argument = value["name"].strip('"') if value else ""
            return self._expression(region, region.start, argument, (), in_call=True)
        if value:
            return self._in_value(region, value)
        name = _NAME.match(self.text, region.item, self.offset)
        if name and not region.brackets:
            prefix = name["name"] or ""
            return Context(Place.ITEM, self.path, self._word(self.offset - len(prefix)), prefix)
        return self._label(region.item, None) or self._nothing()

    def _nothing(self) -> Context:
        return Context(Place.NOTHING, self.path, Span(self.offset, self.offset), "")

    def _word(self, start: int) -> Span:
        end = _WORD_END.match(self.text, self.offset)
        return Span(start, end.end() if end else self.offset)

    def _label(self, item: int, quoted: Span | None) -> Context | None:
        """A label of a block; `quoted` is what stands between its quotes, where it has some."""
        label = _LABEL.match(self.text, item, self.offset)
        if label is None:
            return None
        labels = tuple(re.findall(r'"([^"]*)"', label["labels"]))
        start = quoted.start if quoted else label.start("text")
        word = quoted or self._word(start)
        prefix = self.text[start : self.offset]
        return Context(
            Place.LABEL, self.path, word, prefix, label_of=label["type"], labels=labels, quoted=quoted is not None
        )

    def _in_text(self, region: Region, value: re.Match[str] | None) -> Context:
        """Inside the quotes of a label or of a value that is nothing else than that string."""
        token = region.text
        if token is None or token.kind == "heredoc" or region.outer is not None:
            return self._nothing()
        start, end = token.start + 1, token.end - 1
        if not token.closed:  # what is typed so far is the word, the rest of the line is not
            end = min(token.end, self._word(self.offset).end)
        span = Span(start, max(end, self.offset))
        if value is None:
            label = None if region.brackets else self._label(region.item, span)
            return label or self._nothing()
        fields, key = self._fields(region, token.start)
        if key or region.in_call:
            return self._nothing()
        prefix = self.text[start : self.offset]
        listed = region.innermost == "["
        return Context(Place.STRING, self.path, span, prefix, value["name"], fields, quoted=True, in_list=listed)

    def _in_value(self, region: Region, value: re.Match[str]) -> Context:
        fields, key = self._fields(region, self.offset)
        argument = value["name"].strip('"')
        if key:
            found = _NAME.match(self.text, region.element, self.offset)
            if found is None:
                return self._nothing()
            prefix = found["name"] or ""
            word = self._word(self.offset - len(prefix))
            given = keys_in(self.text, region.brackets[-1].inside, word)
            return Context(Place.KEY, self.path, word, prefix, argument, fields, in_call=region.in_call, given=given)
        start = region.element if region.brackets else value.end()
        assigned = _VALUE.match(self.text, start, self.offset) if region.innermost == "{" else None
        begin = assigned.end() if assigned else start
        return self._expression(region, begin, argument, fields, in_call=region.in_call, assigned=assigned is not None)

    def _expression(
        self,
        region: Region,
        start: int,
        argument: str,
        fields: tuple[str, ...],
        *,
        in_call: bool,
        assigned: bool = False,
    ) -> Context:
        reference, prefix = typed(self.text, start, self.offset, region.pairs)
        word = self._word(self.offset - len(prefix))
        if prefix[:1].isdigit() or (reference is None and self._follows_operand(start, word.start)):
            return self._nothing()
        namespace = _NAMESPACE.search(self.text, max(start, word.start - _LONGEST_NAMESPACE), word.start)
        call, parameter = call_at(self.text, region, word.start) if in_call else ("", 0)
        return Context(
            Place.VALUE, self.path, word, prefix, argument, fields, reference or "",
            in_template=region.outer is not None, in_list=region.innermost == "[", in_call=in_call,
            assigned=assigned, call=call, parameter=parameter, binders=region.binders,
            namespace=namespace[0] if namespace and reference is None else "",
            called=self.text.startswith("(", word.end),
        )  # fmt: skip

    def _follows_operand(self, start: int, at: int) -> bool:
        """Whether a whole value stands before, in the same line: then only an operator may follow."""
        before = self.text[start:at].rstrip(" \t")
        last = re.search(r"[\w-]+\Z", before)
        if last:
            return last[0] not in _BEFORE_OPERAND
        return before[-1:] in {'"', ")", "]", "}"}

    def _fields(self, region: Region, at: int) -> tuple[tuple[str, ...], bool]:
        """The object keys around the cursor, and whether it stands where a key is written."""
        fields: list[str] = []
        brackets = region.brackets
        for bracket in brackets[1:]:
            line = self.text[max(0, bracket.inside - 200) : bracket.inside - 1].rpartition("\n")[2]
            found = _FIELDS.search(line) if bracket.kind == "{" else None
            if found:
                fields.append(found["quoted"] or found["bare"] or "")
        if region.in_call:
            fields = []
        if region.innermost != "{" or brackets[-1].makes:
            return tuple(fields), False
        assigned = _VALUE.match(self.text, region.element, at)
        if assigned:
            return (() if region.in_call else (*fields, assigned["name"].strip('"'))), False
        return tuple(fields), True
