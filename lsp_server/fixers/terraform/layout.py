"""How a change is written so that it looks like the text around it: indentation, `=` in one column, comments kept."""

from __future__ import annotations

import re
from typing import NamedTuple

from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform import scanner
from lsp_server.dialects.terraform.tree import Attribute, Block

_BLANK = re.compile(r"[ \t]*")
_EMPTY_LINES = re.compile(r"(?:[ \t]*\r?\n)*")
_COMMENT = re.compile(r"[ \t]*(?:#|//|/\*)")
_LINE = re.compile(r"[ \t]*(?:#|//)")
UNIT = "  "
_SLIP = 2


def indent(document: Document, offset: int) -> str:
    """The white space that the line of `offset` begins with."""
    start = document.line_starts[document.position(offset).line]
    found = _BLANK.match(document.text, start)
    return found[0] if found else ""


def inner_indent(document: Document, block: Block) -> str:
    """The indentation of what stands in a block: that of its first item, else two spaces more than its own."""
    items: list[Attribute | Block] = [*block.body.attributes, *block.body.blocks]
    header = document.position(block.span.start).line
    for item in sorted(items, key=lambda i: i.span):
        if document.position(item.span.start).line > header:
            return indent(document, item.span.start)
    return indent(document, block.span.start) + UNIT


def reindent(text: str, old: str, new: str) -> str:
    """Lines after the first moved from one indentation to another; what a heredoc says stays as it is."""
    kept = _heredoc_lines(text)
    lines = [
        line if number in kept or not line.strip() or number == 0 else new + line.removeprefix(old)
        for number, line in enumerate(text.split("\n"))
    ]
    return "\n".join(lines)


def _heredoc_lines(text: str) -> set[int]:
    """The lines, counted from 0, that a heredoc goes on in: white space there is part of the value."""
    found: set[int] = set()
    if "<<" in text:
        for token in scanner.tokens(text):
            if token.kind == "heredoc":
                first = text.count("\n", 0, token.start)
                found.update(range(first + 1, first + 1 + text.count("\n", token.start, token.end)))
    return found


def _written(document: Document, text: str, pad: str) -> str:
    """Lines that are not indented as they are written into a document: with its line endings, behind `pad`."""
    lines = text.replace("\r\n", "\n").split("\n")
    kept = _heredoc_lines("\n".join(lines))
    return document.newline.join(
        line if number in kept or not line.strip() else pad + line for number, line in enumerate(lines)
    )


def rename(document: Document, block: Block, attribute: Attribute, name: str) -> list[Edit]:
    """Edits that give an argument another name and put its `=` below those of the arguments around it."""
    span = attribute.name_span
    equals = document.text.find("=", span.end, attribute.value.span.start)
    gap = document.text[span.end : equals]
    if equals < 0 or gap.strip(" "):
        return [Edit(document.uri, span, name)]
    column = _equals_column(document, block, attribute)
    slip = abs(len(name) - len(attribute.name)) <= _SLIP
    alone = slip and gap == " " and column != equals - span.start  # its `=` never stood below the others
    if column is None or column <= len(name) or alone:
        return [Edit(document.uri, span, name)]
    return [Edit(document.uri, Span(span.start, equals), name.ljust(column))]


def _equals_column(document: Document, block: Block, attribute: Attribute) -> int | None:
    """Where the arguments around one have their `=`, counted from the name; None where they differ.

    Those right above and below decide, or its own `=` if that stands below one of them.
    """
    line = document.position(attribute.span.start).line
    by_line = {document.position(a.span.start).line: a for a in block.body.attributes}
    columns: list[int] = []
    for step in (-1, 1):
        neighbour = by_line.get(line + step)
        if neighbour is not None and (step == 1 or document.position(neighbour.span.end).line == line - 1):
            equals = document.text.find("=", neighbour.name_span.end, neighbour.value.span.start)
            columns.append(equals - neighbour.name_span.start)
    own = document.text.find("=", attribute.name_span.end) - attribute.name_span.start
    return columns[0] if len(set(columns)) == 1 else own if own in columns else None


def lines_of(document: Document, span: Span) -> Span | None:
    """The whole lines that `span` fills, with their line ending; None where something else stands on them."""
    first, last = document.position(span.start).line, document.position(span.end).line
    start = document.line_starts[first] or int(document.text.startswith("\ufeff"))
    after = document.text[span.end : document.line_span(last).end]
    if document.text[start : span.start].strip() or after.strip():
        return None
    end = document.line_starts[last + 1] if last + 1 < len(document.line_starts) else len(document.text)
    return Span(start, end)


def remove(document: Document, span: Span) -> Edit:
    """Take an item out with its line; what else stands on the line stays (a comment, say)."""
    whole = lines_of(document, span)
    if whole is None:
        end = span.end
        while document.text[end : end + 1] in {" ", "\t"}:
            end += 1
        return Edit(document.uri, Span(span.start, end), "")
    line, following = document.position(whole.start).line, document.position(whole.end).line
    gap = line > 0 and not document.line_text(line - 1).strip()
    if gap and document.line_text(following).strip() in {"", "}"}:
        whole = Span(document.line_starts[line - 1], whole.end)  # two empty lines would be left, or one before a brace
    if not document.text[: whole.start].strip("\ufeff") and (empty := _EMPTY_LINES.match(document.text, whole.end)):
        whole = Span(whole.start, empty.end())  # nor does a file begin with one
    return Edit(document.uri, whole, "")


class Comments(NamedTuple):
    """What goes along with an item that moves: all of its `span`, the comments above it, and one behind it."""

    span: Span
    above: tuple[str, ...] = ()
    behind: str = ""


def with_comments(document: Document, item: Attribute | Block) -> Comments:
    """An item with the comments that are about it: one behind it, and those above it.

    What stands above several arguments is about all of them, and stays.
    """
    span = item.span
    first, last = document.position(span.start).line, document.position(span.end).line
    after = document.text[span.end : document.line_span(last).end]
    if document.text[document.line_starts[first] : span.start].strip() or (after.strip() and not _LINE.match(after)):
        return Comments(span)
    end = span.end + len(after.rstrip()) if after.strip() else span.end
    following = document.line_text(last + 1).strip() if last + 1 < len(document.line_starts) else ""
    top = first
    alone = isinstance(item, Block) or following in {"", "}"}
    while alone and top > 0 and _LINE.match(document.line_text(top - 1)):
        top -= 1
    above = tuple(document.line_text(line).strip() for line in range(top, first))
    start = span.start if top == first else document.line_starts[top] + len(indent(document, document.line_starts[top]))
    return Comments(Span(start, end), above, after.strip())


def comment_out(document: Document, span: Span) -> Edit | None:
    """Turn an item into a comment: nothing of it is lost. None where that cannot be written."""
    text = document.slice(span)
    first, last = document.position(span.start).line, document.position(span.end).line
    before = document.text[document.line_starts[first] : span.start]
    after = document.text[span.end : document.line_span(last).end]
    if before.strip() or (after.strip() and not _COMMENT.match(after)):
        return Edit(document.uri, span, f"/* {text} */") if "*/" not in text and "\n" not in text else None
    lines = text.replace("\r\n", "\n").split("\n")
    pad = indent(document, span.start)
    written = [f"# {lines[0]}"]
    for line in lines[1:]:
        body = line.removeprefix(pad)
        written.append(
            line if _COMMENT.match(line) and not line.lstrip().startswith("/*") else f"{pad}# {body}".rstrip(" ")
        )
    return Edit(document.uri, span, document.newline.join(written))


def argument_line(document: Document, block: Block, name: str, value: str) -> str:
    """`name = value`, its `=` in the column of the argument it is going to stand below."""
    last = last_argument(block)
    if last is not None:
        equals = document.text.find("=", last.name_span.end, last.value.span.start)
        column = equals - last.name_span.start
        if equals > 0 and document.text[last.name_span.end : equals].strip(" ") == "" and len(name) < column:
            return f"{name.ljust(column - 1)} = {value}"
    return f"{name} = {value}"


def last_argument(block: Block) -> Attribute | None:
    """The last of the arguments that stand before the nested blocks."""
    first_block = min((b.span.start for b in block.body.blocks), default=block.span.end)
    before = [a for a in block.body.attributes if a.span.end <= first_block]
    return max(before, key=lambda a: a.span.end, default=None)


def insert_argument(document: Document, block: Block, name: str, value: str, above: tuple[str, ...] = ()) -> Edit:
    """Add an argument, with comments `above` it, to a block: below its last argument and above its nested blocks."""
    lines = [*above, argument_line(document, block, name, value)]
    return insert_item(document, block, "\n".join(lines), last_argument(block))


def insert_block(document: Document, block: Block, text: str) -> Edit:
    """Add a nested block, given as lines that are not indented, at the end of a block, with an empty line before it."""
    items: list[Attribute | Block] = [*block.body.attributes, *block.body.blocks]
    last = max(items, key=lambda i: i.span.end, default=None)
    return insert_item(document, block, text, last, gap=last is not None)


def insert_item(
    document: Document, block: Block, text: str, after: Attribute | Block | None, *, gap: bool = False
) -> Edit:
    """Add lines to a block, after one of its items or at its beginning. `text` is not indented."""
    nl, own = document.newline, indent(document, block.span.start)
    pad = inner_indent(document, block)
    lines = _written(document, text, pad)
    header = document.position(block.open.start).line
    if after is not None and document.position(after.span.start).line > header:
        line = document.position(after.span.end).line
        end = document.line_span(line).end
        if block.close.start < end and block.close.start >= after.span.end and block.close.end > block.close.start:
            return Edit(document.uri, Span(after.span.end, after.span.end), f"{nl}{lines}{nl}{own}")
        return Edit(document.uri, Span(end, end), f"{nl * (2 if gap else 1)}{lines}")
    close = document.position(block.close.start).line
    if close > header or block.close.start == block.close.end:
        end = document.line_span(header).end
        return Edit(document.uri, Span(end, end), f"{nl}{lines}")
    inner = document.text[block.open.end : block.close.start].strip()
    kept = f"{nl}{pad}{inner}" if inner else ""
    return Edit(document.uri, block.inner_span, f"{kept}{nl}{lines}{nl}{own}")


def as_block(document: Document, block: Block, item: Attribute, comments: Comments, text: str) -> tuple[Edit, ...]:
    """Edits that put a nested block, given as lines that are not indented, in the place of an argument of a block.

    It comes below the last item of the block, as nested blocks do. `comments` is what goes away with the argument.
    """
    every: list[Attribute | Block] = [*block.body.attributes, *block.body.blocks]
    every.sort(key=lambda each: each.span)
    if item is not every[-1]:
        return remove(document, comments.span), insert_block(document, block, text)
    pad = indent(document, item.span.start)
    start = document.line_starts[document.position(comments.span.start).line]
    if document.text[start : comments.span.start].strip():
        start, pad = comments.span.start, ""
    gap = "" if item is every[0] else "\n"
    return (Edit(document.uri, Span(start, comments.span.end), gap + pad + reindent(text, "", pad)),)


def append(document: Document, text: str, after: Span | None = None) -> Edit:
    """Add a top-level block after another one, or at the end of the file, with one empty line between."""
    nl = document.newline
    body = _written(document, text, "")
    if after is not None:
        end = document.line_span(document.position(after.end).line).end
        return Edit(document.uri, Span(end, end), f"{nl}{nl}{body}")
    end = len(document.text)
    tail = document.text.rstrip()
    if not tail:
        return Edit(document.uri, Span(end, end), f"{body}{nl}")
    lead = nl if document.text.endswith(("\n", "\r")) else nl * 2
    return Edit(document.uri, Span(end, end), f"{lead}{body}{nl}")
