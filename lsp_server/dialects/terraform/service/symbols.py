"""The outline of a file: its blocks with what they hold; and the names that it declares."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.caches import with_argument
from lsp_server.core.document import Document, Span
from lsp_server.dialects.outline import Outline, Part
from lsp_server.dialects.service import Declaration, Location, Symbol, SymbolKind
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import Declared, declared, trees_of

_DEPTH = 2  # levels below a block that are shown
_LONGEST = 60  # code points of a value that is shown beside a name
_KINDS = {
    "resource": SymbolKind.RESOURCE,
    "data": SymbolKind.DATA,
    "ephemeral": SymbolKind.DATA,
    "variable": SymbolKind.PARAMETER,
    "output": SymbolKind.OUTPUT,
    "local": SymbolKind.VALUE,
    "module": SymbolKind.MODULE,
    "provider": SymbolKind.PROVIDER,
    "check": SymbolKind.RULE,
    "run": SymbolKind.RULE,
}
_TELLING = {"variable": "type", "output": "value", "module": "source", "moved": "to", "removed": "from", "import": "to"}
_NAMING = ("name", "key", "id", "sid", "description")  # arguments that tell blocks and objects of one kind apart
_VALUES = {t.ObjectExpression: SymbolKind.OBJECT, t.TupleExpression: SymbolKind.LIST}


def symbols(document: Document) -> tuple[Symbol, ...]:
    """The blocks and arguments of the file, with what is inside them."""
    found: list[Symbol] = []
    for placed in trees_of(document).placed:
        found += _outline(placed.piece).at(*document.position(placed.start))
    return tuple(found)


def declarations(document: Document) -> Iterator[Declaration]:
    """The names that the file declares, each with what it is."""
    for placed in trees_of(document).placed:
        for one in declared(placed.piece):
            name = ".".join(one.name)
            if name.strip(". "):
                span = name_span(one).shifted(placed.start)
                yield Declaration(name, _KINDS[one.kind], span, one.kind, one.kind)


def declaration(document: Document, path: tuple[str, ...]) -> Location | None:
    """Where the file declares a name: `path` is its kind (`variable`, `output`, `resource` …) and the name's parts."""
    for placed in trees_of(document).placed:
        for one in declared(placed.piece):
            if (one.kind, *one.name) == path:
                return Location(document.uri, one.node.span.shifted(placed.start), name_span(one).shifted(placed.start))
    return None


def name_span(one: Declared) -> Span:
    """The span of a declared name in its piece, without quotes."""
    return one.node.name_span if isinstance(one.node, t.Attribute) else _name_of(one.node)


@with_argument
def _outline(piece: t.Piece) -> Outline:
    return Outline(piece.text, _body(piece.text, piece.body, _DEPTH + 1, "value"))


def _body(text: str, body: t.Body, depth: int, kind: str) -> Iterator[Part]:
    """What a body holds, in the order of the text; `kind` is what its arguments declare, if they do."""
    if depth == 0:
        return
    items: list[t.Attribute | t.Block] = [*body.attributes, *body.blocks]
    for item in sorted(items, key=lambda item: item.span.start):
        if isinstance(item, t.Block):
            yield _block(text, item, depth)
        elif item.name.strip():
            yield _argument(text, item.name, item.name_span, item.span, item.value, depth, kind)


def _block(text: str, block: t.Block, depth: int) -> Part:
    labels = [label.text for label in block.labels if label.text.strip()]
    local = block.type == "locals" and depth == _DEPTH + 1
    inside = tuple(_body(text, block.body, depth - 1, "value" if local else ""))
    naming = () if labels or depth > _DEPTH else _NAMING
    detail = " · ".join(filter(None, (block.type if labels else "", _told(text, block, naming))))
    kind = _KINDS.get(block.type) or (SymbolKind.OBJECT if depth <= _DEPTH else SymbolKind.SECTION)
    return Part(".".join(labels) or block.type, kind, block.span, _name_of(block), detail, inside)


def _told(text: str, block: t.Block, naming: tuple[str, ...]) -> str:
    """What a block says of itself beside its labels, in a few words."""
    telling = (_TELLING[block.type],) if block.type in _TELLING else naming
    found = next((attribute for name in telling if (attribute := block.body.attribute(name))), None)
    return _brief(text, found.value) if found is not None else ""


def _argument(text: str, name: str, name_span: Span, span: Span, value: t.Expression, depth: int, kind: str) -> Part:
    inside = tuple(_value(text, value, depth - 1))
    what = _VALUES.get(type(value)) or (SymbolKind.VALUE if kind else SymbolKind.PROPERTY)
    return Part(name, what, span, name_span, _brief(text, value) if kind else "", inside)


def _value(text: str, value: t.Expression, depth: int) -> Iterator[Part]:
    """The keys of an object, or the objects of a list, down to a depth."""
    if depth == 0:
        return
    if isinstance(value, t.ObjectExpression):
        for item in value.items:
            name = item.name if item.name is not None else _line(text[item.key.span.start : item.key.span.end])
            if name.strip():
                yield _argument(text, name, item.key.span, item.span, item.value, depth, "")
    elif isinstance(value, t.TupleExpression):
        for number, one in enumerate(value.items):
            if isinstance(one, t.ObjectExpression):
                named = {item.name: item.value for item in one.items}
                label = next((_brief(text, named[name]) for name in _NAMING if name in named), "")
                place = Span(one.span.start, one.span.start)
                inside = tuple(_value(text, one, depth - 1))
                yield Part(label.strip() or f"[{number}]", SymbolKind.OBJECT, one.span, place, "", inside)


def _name_of(block: t.Block) -> Span:
    return block.labels[-1].text_span if block.labels else block.type_span


def _brief(text: str, value: t.Expression) -> str:
    """A value in a few words; nothing of an object or a list."""
    if isinstance(value, t.Template) and value.text is not None and not value.heredoc:
        return _line(value.text)
    if type(value) in _VALUES:
        return ""
    return _line(text[value.span.start : min(value.span.end, value.span.start + 4 * _LONGEST)])


def _line(text: str) -> str:
    line = " ".join(text[: 4 * _LONGEST].split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
