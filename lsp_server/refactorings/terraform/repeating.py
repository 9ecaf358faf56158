"""A block repeated by `count` is repeated by `for_each`: its instances are known by a name, not by a number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial

from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import is_configuration
from lsp_server.dialects.terraform.service.names import places
from lsp_server.dialects.terraform.service.naming import Name, Space
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.terraform.forms import Repeated, Surroundings, form, literal
from lsp_server.refactorings.terraform.meaning import Comparison
from lsp_server.refactorings.terraform.spot import Spot, spot_of
from lsp_server.refactorings.terraform.writing import named_in_json, native

_PREFIXES = {"resource": (), "data": ("data",), "module": ("module",)}
_SPACES = {"resource": Space.RESOURCE, "data": Space.DATA, "module": Space.MODULE}
_KEYS = ("name", "key", "id")
_MOST = 50  # `moved` blocks that anybody wants
_DEEPEST = 20  # locals of locals
_TOLD = ("moved", "removed", "import")


def count_to_for_each(selection: Selection) -> Iterator[Refactoring]:
    """Offer it on `count`, and on the header of a block that has one."""
    spot = spot_of(selection)
    block = spot.top
    count = block.body.attribute("count") if block is not None else None
    if block is None or count is None or block.type not in _PREFIXES or not block.labels:
        return
    if not (spot.header is block or (spot.attribute is not None and spot.attribute.span == count.span)):
        return
    plan = _plan(spot, block, count)
    if plan is None or plan.told:
        return
    title = "Use 'for_each' in place of 'count'"
    if block.type != "data":
        number = len(plan.moves)
        many = f"with {number} 'moved' block{'s' if number > 1 else ''}"
        title += f", {many}" if number else ", which replaces its instances: their addresses change"
    over = form(plan.over, Surroundings(spot.document.text)) if plan.over is not None else None
    yield Refactoring(
        "repeating.for_each",
        title,
        Kind.REWRITE,
        partial(_edits, plan),
        Comparison(
            adds=frozenset({("moved",)}) if plan.moves else frozenset(),
            repeated={plan.address: Repeated({literal(number): literal(key) for number, key in plan.moves}, over)},
        ),
    )


def list_to_set(selection: Selection) -> Iterator[Refactoring]:
    """Offer to make a set of the list of strings that a block is repeated for, which Terraform refuses as it is."""
    spot = spot_of(selection)
    block, given = spot.top, spot.attribute
    if block is None or given is None or len(spot.path) != 1 or given.name != "for_each":
        return
    items = given.value.items if isinstance(given.value, t.TupleExpression) else ()
    if items and all(isinstance(item, t.Template) for item in items):
        start, end = given.value.span
        edits = [Edit(spot.document.uri, Span(start, start), "toset("), Edit(spot.document.uri, Span(end, end), ")")]
        yield Refactoring("repeating.set", "Make a set of the list", Kind.REWRITE, lambda: edits, Comparison())


@dataclass(frozen=True)
class _Plan:
    """How a block is repeated: for each of `over`, or once, as `key`, if `condition`; `by` names the items' key."""

    spot: Spot
    block: t.Block
    count: t.Attribute
    over: t.Expression | None
    by: str = ""
    otherwise: bool = False

    @property
    def key(self) -> str:
        """The key of the only instance."""
        return self.block.labels[-1].text

    @property
    def address(self) -> tuple[str, ...]:
        """How expressions call the block."""
        return (*_PREFIXES[self.block.type], *(label.text for label in self.block.labels))

    @property
    def name(self) -> str:
        """The same as text."""
        return ".".join(self.address)

    @property
    def collection(self) -> str:
        """What the block is repeated for, as it is written."""
        return self.spot.text(self.over) if self.over is not None else ""

    @cached_property
    def told(self) -> bool:
        """Whether a block that tells of the past, a test or a file in JSON names the block and would not hold."""
        if named_in_json(self.spot.unit, self.name):
            return True
        name = Name(_SPACES[self.block.type], self.address[len(_PREFIXES[self.block.type]) :])
        for place in places(self.spot.unit, name):
            top = self.spot.at(place.document, place.span).top
            if not is_configuration(place.document) or top is None or top.type in _TOLD:
                return True
        return False

    @cached_property
    def moves(self) -> list[tuple[int, str]]:
        """The number and the new key of each instance, where they are known."""
        if self.over is None:
            return [(0, self.key)]
        value = self.over
        if isinstance(value, t.Traversal) and value.root == "local" and len(value.parts) == 2:
            local = self.spot.module.locals.get(value.parts[1].name)
            value = local.value if local is not None and local.value is not None else value
        items = value.items if isinstance(value, t.TupleExpression) else ()
        texts = [item.text for item in items if isinstance(item, t.Template)]
        keys = [text for text in texts if text is not None and not set(text) & set('"\\$%\n')]
        whole = not self.by and len(keys) == len(items) <= _MOST and len(set(keys)) == len(keys)
        return list(enumerate(keys)) if whole else []


def _plan(spot: Spot, block: t.Block, count: t.Attribute) -> _Plan | None:
    inside = [e for e in t.expressions(block.body) if isinstance(e, t.Traversal) and e.root == "count"]
    match count.value:
        case t.Conditional(yes=t.Literal(value=yes), no=t.Literal(value=no)) if {yes, no} == {0, 1} and not inside:
            return _Plan(spot, block, count, None, otherwise=yes == 0)
        case t.Call(name="length", args=(over,)) if isinstance(over, t.Traversal | t.TupleExpression):
            if not _is_known(spot, over):
                return None
            plan = _Plan(spot, block, count, over)
            uses = list(_items(plan))
            if len(uses) != len(inside):
                return None  # the number of the instance is used as such
            steps = {use.rest[0].name for use in uses if use.rest and use.rest[0].kind == "attr"}
            if any(use.rest for use in uses):
                by = next((key for key in _KEYS if key in steps), "")
                return _Plan(spot, block, count, over, by) if by else None
            return plan
    return None


def _is_known(spot: Spot, node: t.Expression, depth: int = 0) -> bool:
    """Whether a value is known before anything is made: keys of `for_each` have to be, the number of instances less."""
    for one in t.expressions(node):
        if not isinstance(one, t.Traversal) or one.root in {"var", "path", "terraform"}:
            continue
        local = spot.module.locals.get(one.parts[1].name) if one.root == "local" and len(one.parts) > 1 else None
        value = local.value if local is not None else None
        if value is None or depth > _DEEPEST or not _is_known(spot, value, depth + 1):
            return False
    return True


@dataclass(frozen=True)
class _Item:
    """The item of an instance where it is used, and the steps from it."""

    span: Span
    rest: tuple[t.Part, ...] = ()


def _items(plan: _Plan) -> Iterator[_Item]:
    """Where the block uses the item that belongs to an instance: `X[count.index]`, `element(X, count.index)`."""
    collection = plan.collection
    for node in t.expressions(plan.block.body):
        match node:
            case t.Traversal(parts=parts):
                for number, part in enumerate(parts):
                    if part.kind == "index" and part.key is not None and _is_number(part.key):
                        before = plan.spot.document.text[node.span.start : part.span.start]
                        if before == collection:
                            yield _Item(Span(node.span.start, part.span.end), parts[number + 1 :])
            case t.Call(name="element", args=(value, index)) if _is_number(index):
                if plan.spot.text(value) == collection:
                    yield _Item(node.span)


def _is_number(node: t.Expression) -> bool:
    return isinstance(node, t.Traversal) and node.names == ("count", "index") and len(node.parts) == 2


def _edits(plan: _Plan) -> Iterable[Edit] | None:
    document = plan.spot.document
    written = plan.spot.text
    match plan.count.value:
        case t.Conditional(condition=condition):
            once, never = f'toset(["{plan.key}"])', "toset([])"
            first, second = (never, once) if plan.otherwise else (once, never)
            value = f"{written(condition)} ? {first} : {second}"
        case _ if plan.by:
            value = f"{{ for item in {plan.collection} : item.{plan.by} => item }}"
        case _:
            value = f"toset({plan.collection})"
    equals = document.text.index("=", plan.count.name_span.end)
    name = "for_each".ljust(equals - plan.count.span.start - 1)
    found = [
        Edit(document.uri, Span(plan.count.span.start, equals), f"{name} "),
        Edit(document.uri, plan.count.value.span, value),
    ]
    found += [Edit(document.uri, item.span, "each.value") for item in _items(plan)] if plan.over is not None else []
    for reference in plan.spot.module.references:
        if reference.traversal.names[: len(plan.address)] == plan.address:
            edit = _referring(plan, reference.uri, reference.traversal)
            if edit is None:
                return None
            found += [edit] if edit.span.start < edit.span.end else []
    moved = "".join(
        f'\n\nmoved {{\n  from = {plan.name}[{number}]\n  to   = {plan.name}["{key}"]\n}}' for number, key in plan.moves
    )
    if moved and plan.block.type != "data":
        end = document.line_span(document.position(plan.block.span.end).line).end
        found.append(Edit(document.uri, Span(end, end), moved))
    return native(plan.spot.unit, found)


def _referring(plan: _Plan, uri: str, node: t.Traversal) -> Edit | None:  # noqa: PLR0911  # one case each
    """The edit that keeps a reference to instances meaning the same; an empty one for none, None where it cannot be."""
    document = plan.spot.unit.get(uri)
    if document is None:
        return None
    at = plan.spot.at(document, node.span)
    rest = node.parts[len(plan.address) :]
    tail = document.text[rest[0].span.end : node.span.end] if rest else ""
    if not rest:
        around = at.chain[-2] if len(at.chain) > 1 else None
        counted = isinstance(around, t.Call) and around.name == "length"
        named = at.attribute is not None and at.attribute.name in {"depends_on", "replace_triggered_by"}
        return Edit(uri, Span(node.span.start, node.span.start), "") if counted or named else None
    start = node.parts[len(plan.address) - 1].span.end
    if rest[0].kind == "splat":
        if plan.by or (".*" in document.slice(rest[0].span) and any(part.kind != "attr" for part in rest[1:])):
            return None
        splat = f"values({plan.name})[*]{tail}"
        return Edit(
            uri,
            node.span,
            splat if plan.over is None else f"[for key in {plan.collection} : {plan.name}[key]{tail}]",
        )
    if rest[0].kind != "index" or plan.by:
        return None
    written = document.slice(rest[0].key.span) if rest[0].key is not None else rest[0].name
    if plan.over is None:
        return Edit(uri, Span(start, rest[0].span.end), f'["{plan.key}"]') if written == "0" else None
    key = dict(plan.moves).get(int(written)) if written.isdigit() else None
    index = f'"{key}"' if key is not None else f"{plan.collection}[{written}]"
    return Edit(uri, Span(start, rest[0].span.end), f"[{index}]")


REFACTORERS = (
    Refactorer("repeating", frozenset({Kind.REWRITE}), count_to_for_each),
    Refactorer("repeating", frozenset({Kind.REWRITE}), list_to_set),
)
