"""Where a cursor stands in a text that may be half-typed: at an item, in a label, in a value or in an object's key."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from lsp_server.core.document import Document, Span
from lsp_server.dialects.terraform import scanner
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.parse import parse_document

_WORD_END = re.compile(r"[\w-]*")
_NAME = re.compile(r"\s*(?P<name>[^\W\d][\w-]*)?$")
_VALUE = re.compile(r"\s*(?P<name>[^\W\d][\w-]*|\"[^\"\r\n]*\")[ \t]*[=:](?![=>])")
_KEY = re.compile(r"\s*(?P<name>[^\W\d][\w-]*)?$")
_LABEL = re.compile(
    r"""\s*(?P<type>[^\W\d][\w-]*)(?P<labels>(?:[ \t]+(?:"[^"\r\n]*"|[^\W\d][\w-]*))*)[ \t]+"""
    r"""(?P<quote>"?)(?P<text>[^"\s{]*)$"""
)
_REFERENCE = re.compile(r"""[^\W\d][\w-]*(?:\[[^\]\r\n]*\]|\.\*|\.[\w-]+)*\.?$""")
_FIELDS = re.compile(r"""\s*(?:"(?P<quoted>[^"]*)"|(?P<bare>[\w-]+))\s*[=:]\s*$""")


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
    `reference` is the traversal typed so far, up to and without the word. `labels` are those before a label's place,
    `label_of` the type of the block they belong to.
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


def context_at(document: Document, offset: int) -> Context:
    """The context of a cursor."""
    tree = parse_document(document)
    path = tree.path_at(offset)
    placed = tree.placed_at(offset)
    start = path[-1].open.end if path else placed.start if placed else 0
    before = path[-1].body.blocks if path else placed.body.blocks if placed else ()
    start = max([start, *(block.span.end for block in before if block.span.end <= offset)])
    return _Scan(document.text, offset, path).scan(start)


class _Scan:
    def __init__(self, text: str, offset: int, path: tuple[t.Block, ...]) -> None:
        self.text = text
        self.offset = offset
        self.path = path

    def scan(self, start: int) -> Context:
        """Walk from the block's brace to the cursor and remember which item and which brackets are open."""
        item, brackets = start, list[tuple[str, int]]()
        for token in scanner.tokens(self.text, start, len(self.text)):
            if token.start >= self.offset:
                break
            if token.end >= self.offset and token.kind == "comment":
                return self._nothing()
            if token.kind in {"string", "heredoc"} and self._inside(token):
                return self._in_text(token, item, brackets)
            if token.kind == "open":
                brackets.append((self.text[token.start], token.end))
            elif token.kind == "close":
                if brackets:
                    brackets.pop()
                else:
                    item = token.end
            elif token.kind == "newline" and not brackets:
                item = token.end
        return self._in_code(item, brackets)

    def _inside(self, token: scanner.Token) -> bool:
        return token.start < self.offset and (
            self.offset < token.end or (self.offset == token.end and not token.closed)
        )

    def _nothing(self) -> Context:
        return Context(Place.NOTHING, self.path, Span(self.offset, self.offset), "")

    def _word(self, start: int) -> Span:
        end = _WORD_END.match(self.text, self.offset)
        return Span(start, end.end() if end else self.offset)

    # -- inside quotes

    def _in_text(self, token: scanner.Token, item: int, brackets: list[tuple[str, int]]) -> Context:
        opened = self._interpolation(token)
        if opened is not None:
            value = _VALUE.match(self.text, item, self.offset)
            argument = value["name"].strip('"') if value else ""
            return self._expression(opened, argument, (), in_template=True)
        if token.kind == "heredoc":
            return self._nothing()
        start, end = token.start + 1, token.end - 1 if token.closed else self._string_end(token)
        span = Span(start, max(end, self.offset))
        prefix = self.text[start : self.offset]
        label = _LABEL.match(self.text, item, self.offset)
        if label and not brackets and not _VALUE.match(self.text, item, self.offset):
            labels = tuple(re.findall(r'"([^"]*)"', label["labels"]))
            return Context(Place.LABEL, self.path, span, prefix, label_of=label["type"], labels=labels, quoted=True)
        value = _VALUE.match(self.text, item, self.offset)
        if value is None:
            return self._nothing()
        fields, key = self._fields(brackets, token.start)
        if key:
            return self._nothing()
        listed = bool(brackets) and brackets[-1][0] == "["
        return Context(Place.STRING, self.path, span, prefix, value["name"], fields, quoted=True, in_list=listed)

    def _string_end(self, token: scanner.Token) -> int:
        """An unclosed string: what is typed so far is the word, the rest of the line is not."""
        end = _WORD_END.match(self.text, self.offset)
        return min(token.end, end.end() if end else self.offset)

    def _interpolation(self, token: scanner.Token) -> int | None:
        """Where the expression of the innermost `${` begins that is open at the cursor."""
        opened: list[int] = []
        at = token.start + 1
        while at < self.offset:
            pair = self.text[at : at + 2]
            if pair in {"${", "%{"} and self.text[at - 1] not in "$%":
                opened.append(at + 2)
                at += 2
                continue
            if self.text[at] == "}" and opened:
                opened.pop()
            at += 1
        return opened[-1] if opened and opened[-1] <= self.offset else None

    # -- outside quotes

    def _in_code(self, item: int, brackets: list[tuple[str, int]]) -> Context:
        value = _VALUE.match(self.text, item, self.offset)
        if value:
            fields, key = self._fields(brackets, self.offset)
            argument = value["name"].strip('"')
            if key:
                found = _KEY.search(self.text[self._last_item(brackets) : self.offset])
                prefix = found["name"] or "" if found else ""
                return Context(Place.KEY, self.path, self._word(self.offset - len(prefix)), prefix, argument, fields)
            listed = bool(brackets) and brackets[-1][0] == "["
            return self._expression(value.end(), argument, fields, in_list=listed)
        name = _NAME.match(self.text[item : self.offset])
        if name:
            prefix = name["name"] or ""
            return Context(Place.ITEM, self.path, self._word(self.offset - len(prefix)), prefix)
        label = _LABEL.match(self.text, item, self.offset)
        if label:
            labels = tuple(re.findall(r'"([^"]*)"', label["labels"]))
            start = label.start("text")
            return Context(
                Place.LABEL, self.path, self._word(start), label["text"], label_of=label["type"], labels=labels
            )
        return self._nothing()

    def _expression(
        self, start: int, argument: str, fields: tuple[str, ...], *, in_template: bool = False, in_list: bool = False
    ) -> Context:
        found = _REFERENCE.search(self.text[max(start, self.offset - 400) : self.offset])
        typed = found[0] if found else ""
        base, dot, prefix = typed.rpartition(".")
        word = self._word(self.offset - len(prefix))
        return Context(
            Place.VALUE, self.path, word, prefix, argument, fields, base if dot else "",
            in_template=in_template, in_list=in_list,
        )  # fmt: skip

    def _last_item(self, brackets: list[tuple[str, int]]) -> int:
        """Where the current element of the innermost bracket begins."""
        start = brackets[-1][1]
        depth = 0
        for token in scanner.tokens(self.text, start, self.offset):
            depth += (token.kind == "open") - (token.kind == "close")
            text = self.text[token.start : token.end]
            if depth == 0 and (token.kind == "newline" or "," in text):
                start = token.end if token.kind == "newline" else token.start + text.rindex(",") + 1
        return start

    def _fields(self, brackets: list[tuple[str, int]], at: int) -> tuple[tuple[str, ...], bool]:
        """The object keys around the cursor, and whether it stands where a key is written."""
        fields: list[str] = []
        if any(bracket == "(" for bracket, _ in brackets):
            return (), False
        for bracket, inside in brackets[1:]:
            before = self.text[max(0, inside - 200) : inside - 1]
            found = _FIELDS.search(before.rpartition("\n")[2]) if bracket == "{" else None
            if found:
                fields.append(found["quoted"] or found["bare"] or "")
        if not brackets or brackets[-1][0] != "{":
            return tuple(fields), False
        current = self.text[self._last_item(brackets) : at]
        assigned = _VALUE.match(current)
        if assigned:
            return (*fields, assigned["name"].strip('"')), False
        return tuple(fields), True
