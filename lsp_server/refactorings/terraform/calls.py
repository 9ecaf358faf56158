"""Other ways to say the same: indices and lists for functions, `for` for a splat and back, a condition turned round."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform import tree as t
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.terraform.meaning import Comparison
from lsp_server.refactorings.terraform.spot import Spot, spot_of

_NEGATED = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_LONGEST = 40  # letters of an expression in a title
_STEPS = (t.Traversal, t.Call, t.Access, t.Parenthesis)


def rewrite(selection: Selection) -> Iterator[Refactoring]:
    """Offer what the innermost expression around the place that can be written in another way can be."""
    spot = spot_of(selection)
    if spot.path and spot.path[0].type == "variable" and spot.attribute is not None and spot.attribute.name == "type":
        return  # what looks like a call there is a type
    for node in reversed(spot.chain):
        found = _other_way(spot, node)
        if found is None:
            continue
        key, title, text = found
        if spot.commented(node.span):
            return
        edits = partial(_edits, spot, node, text)
        if selection.asked or key not in {"flip", "for"}:
            yield Refactoring(f"calls.{key}", title, Kind.REWRITE, edits, Comparison())
        return


def _edits(spot: Spot, node: t.Expression, text: str) -> list[Edit]:
    return [Edit(spot.document.uri, node.span, text)]


def _other_way(spot: Spot, node: t.Expression) -> tuple[str, str, str] | None:
    """The kind of the change, its title, and what is written."""
    match node:
        case t.Call(expand=False):
            return _call(spot, node)
        case t.Traversal():
            return _splat(spot, node)
        case t.ForExpression():
            return _for(spot, node)
        case t.Conditional(condition=condition, yes=yes, no=no):
            turned = f"{_not(spot, condition)} ? {spot.text(no)} : {spot.text(yes)}"
            return "flip", "Turn the condition round", turned
    return None


def _call(spot: Spot, node: t.Call) -> tuple[str, str, str] | None:
    args = [spot.text(arg) for arg in node.args]
    text = spot.text(node)
    match node.name, node.args:
        case "list", _:
            return "list", "Write '[…]' for 'list(…)'", f"[{', '.join(args)}]"
        case "map", _ if args and len(args) % 2 == 0:
            pairs = zip(map(_key, node.args[::2], args[::2]), args[1::2], strict=True)
            return "map", "Write '{…}' for 'map(…)'", f"{{ {', '.join(f'{k} = {v}' for k, v in pairs)} }}"
        case "element", (t.Traversal(), index) if "*" not in args[0]:
            first = isinstance(index, t.Literal) and index.value == 0
            made = f"{args[0]}[{args[1]}]"
            title = f"Write '{_short(made)}' for '{_short(text)}'" + ("" if first else ", which fails past the end")
            return "index", title, made
        case "lookup", (t.Traversal(), _) if "*" not in args[0]:
            made = f"{args[0]}[{args[1]}]"
            return "index", f"Write '{_short(made)}' for '{_short(text)}'", made
    return None


def _key(node: t.Expression, written: str) -> str:
    return written if isinstance(node, t.Template) else f"({written})"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _splat(spot: Spot, node: t.Traversal) -> tuple[str, str, str] | None:
    """A splat over what is plainly a list, as a `for`: over one value it would make a list of it."""
    at = next((number for number, part in enumerate(node.parts) if part.kind == "splat"), None)
    if at is None or any(part.kind == "splat" for part in node.parts[at + 1 :]):
        return None
    rest = node.parts[at + 1 :]
    legacy = spot.document.text[node.parts[at].span.start] != "["
    if not rest or (legacy and any(part.kind != "attr" for part in rest)):
        return None
    if _repeated(spot, node.parts[:at]) != "count":
        return None
    name = next(one for one in ("item", "each_item", "one") if one not in spot.scope)
    over = spot.document.text[node.span.start : node.parts[at - 1].span.end]
    tail = spot.document.text[node.parts[at].span.end : node.span.end]
    return "for", "Convert the splat to 'for'", f"[for {name} in {over} : {name}{tail}]"


def _for(spot: Spot, node: t.ForExpression) -> tuple[str, str, str] | None:
    """A `for` that takes the same of each item of what is plainly a list."""
    value, over = node.value, node.collection
    if node.makes_object or node.condition is not None or len(node.names) != 1 or not isinstance(over, t.Traversal):
        return None
    if not isinstance(value, t.Traversal) or value.root != node.names[0].name or len(value.parts) == 1:
        return None
    if any(part.kind == "splat" for part in (*value.parts, *over.parts)) or _repeated(spot, over.parts) != "count":
        return None
    tail = spot.document.text[value.parts[0].span.end : value.span.end]
    return "splat", "Convert 'for' to a splat", f"{spot.text(over)}[*]{tail}"


def _repeated(spot: Spot, parts: tuple[t.Part, ...]) -> str:
    """How what is referred to is repeated, where it is a resource, a data source or a module as a whole."""
    names = tuple(part.name for part in parts)
    module = spot.module
    found = {
        "data": module.data.get(names[1:]),
        "module": module.module_calls.get(names[-1]) if len(names) == 2 else None,
    }.get(names[0], module.resources.get(names))
    return found.repeated if found is not None else ""


def _not(spot: Spot, node: t.Expression) -> str:
    """The opposite of a condition."""
    text = spot.text(node)
    match node:
        case t.Unary(operator="!", operand=operand):
            return spot.text(operand)
        case t.Binary(operator=operator, left=left, right=right) if operator in _NEGATED:
            between = spot.document.text[left.span.end : right.span.start]
            return f"{spot.text(left)}{between.replace(operator, _NEGATED[operator])}{spot.text(right)}"
    return f"!{text}" if isinstance(node, _STEPS) else f"!({text})"


REFACTORERS = (Refactorer("calls", frozenset({Kind.REWRITE}), rewrite),)
