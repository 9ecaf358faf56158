"""Expressions in one form each: two ways to write the same value come to the same form."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from lsp_server.core.document import Span
from lsp_server.dialects.terraform import tree as t

Form = tuple[object, ...]
Name = tuple[str, str]
"""A name that stands for a value: (`local`, name) or (`var`, name)."""

_VERB = re.compile(r"%(%|s)?")
_STEPS = 2  # before the parts of `local.x` that go into its value
_DEEPEST = 40  # values that stand for values
_OPPOSITES = {"!=": "==", ">=": "<", "<=": ">"}
NULL: Form = ("null",)


@dataclass(frozen=True)
class Written:
    """An expression and the text that its spans are of."""

    node: t.Expression
    text: str


@dataclass(frozen=True)
class Repeated:
    """What became of the instances of a block: their keys by their new keys, and what they are made for.

    `over` is the form of the collection; None where there is one instance or none.
    """

    keys: Mapping[Form, Form] = field(default_factory=dict)
    over: Form | None = None


@dataclass(frozen=True)
class Surroundings:
    """What names stand for around an expression in `text`.

    `values` are names that stand for what they were declared as; `bound` are the names that `for`, `dynamic`, `count`
    and `for_each` bring; `repeated` are blocks, by address, whose instances have other keys on the other side;
    `special` gives the forms of expressions that are to have another one than usual.
    """

    text: str
    values: Callable[[Name], Written | None] = lambda _: None
    bound: Mapping[str, Form] = field(default_factory=dict)
    repeated: Mapping[tuple[str, ...], Repeated] = field(default_factory=dict)
    special: Callable[[t.Expression, Surroundings], Form | None] = lambda _, __: None
    inner: int = 0  # loops around
    depth: int = 0  # values that stand for values around

    def binding(self, names: Mapping[str, Form]) -> Surroundings:
        """With more names bound."""
        return replace(self, bound={**self.bound, **names})

    def slice(self, span: Span) -> str:
        """The text of a span."""
        return self.text[span.start : span.end]


def literal(value: object) -> Form:
    """The form of a number, a truth value or a string."""
    if isinstance(value, str):
        return ("text", value)
    return NULL if value is None else ("bool" if isinstance(value, bool) else "number", value)


def form(node: t.Expression, around: Surroundings) -> Form:  # noqa: C901, PLR0911, PLR0912  # one case each
    """The form of an expression."""
    special = around.special(node, around)
    if special is not None:
        return special
    match node:
        case t.Literal(value=value):
            return literal(value)
        case t.Parenthesis(inner=inner):
            return form(inner, around)
        case t.Template():
            return _template(node, around)
        case t.TupleExpression(items=items):
            return ("tuple", *(form(item, around) for item in items))
        case t.ObjectExpression(items=items):
            return _object(items, around)
        case t.Traversal():
            return _traversal(node, around)
        case t.Access(source=source, parts=parts):
            return _steps(form(source, around), parts, around)
        case t.Call():
            return _call(node, around)
        case t.ForExpression():
            return _for(node, around)
        case t.Conditional(condition=condition, yes=yes, no=no):
            asked, first, second = (form(each, around) for each in (condition, yes, no))
            return ("if", asked[1], second, first) if asked[0] == "not" else ("if", asked, first, second)
        case t.Unary(operator="-", operand=t.Literal(value=value)) if value is not None:
            return literal(-value)
        case t.Unary(operator=operator, operand=operand):
            inside = form(operand, around)
            return negated(inside) if operator == "!" else ("unary", operator, inside)
        case t.Binary(operator=operator, left=left, right=right):
            opposite = _OPPOSITES.get(operator)
            made: Form = (opposite or operator, form(left, around), form(right, around))
            return negated(made) if opposite else made
    return ("unread", around.slice(node.span))


def negated(inside: Form) -> Form:
    """The form of `!x`."""
    return inside[1] if inside[0] == "not" and isinstance(inside[1], tuple) else ("not", inside)


def _template(node: t.Template, around: Surroundings) -> Form:
    if node.heredoc:
        return ("heredoc", *_heredoc(node, around))
    parts = [_part(part, around) for part in node.parts]
    if len(parts) == 1 and isinstance(node.parts[0], t.Interpolation):
        return parts[0]
    return text_of(parts)


def _part(part: t.Expression, around: Surroundings) -> Form:
    match part:
        case t.TextPart(value=value):
            return ("text", value)
        case t.Interpolation(inner=inner):
            return form(inner, around)
        case t.Directive(names=names, condition=condition, parts=parts):
            inside = tuple(_part(one, around) for one in parts)
            said = tuple(name.name for name in names)
            return ("directive", said, form(condition, around), inside, _outline(part, around))
    return ("unread", around.slice(part.span))


def _outline(part: t.Directive, around: Surroundings) -> str:
    """The text of a directive but for what its expressions come to."""
    text, at = "", part.span.start
    for inner in (part.condition, *(p.inner for p in part.parts if isinstance(p, t.Interpolation))):
        if inner.span.start >= at:
            text, at = text + around.text[at : inner.span.start] + "\0", inner.span.end
    return text + around.text[at : part.span.end]


def text_of(parts: Iterable[Form]) -> Form:
    """The form of a string that is put together of parts, each of which is made a string."""
    found: list[Form] = []
    for part in parts:
        for one in part[1:] if part[0] == "string" else (part,):
            assert isinstance(one, tuple)
            said = _as_text(one)
            if said is not None and found and found[-1][0] == "text":
                found[-1] = ("text", f"{found[-1][1]}{said}")
            elif said is None or said:
                found.append(one if said is None else ("text", said))
    if not found:
        return ("text", "")
    return found[0] if len(found) == 1 and found[0][0] == "text" else ("string", *found)


def _as_text(one: Form) -> str | None:
    if one[0] == "bool":
        return "true" if one[1] else "false"
    if one[0] == "number" and isinstance(one[1], int):
        return str(one[1])
    return str(one[1]) if one[0] == "text" else None


def _heredoc(node: t.Template, around: Surroundings) -> Iterable[Form]:
    """The text of a heredoc, its marker and its white space included, and what stands in it."""
    parts: list[Form] = []
    at = node.span.start
    for part in node.parts:
        if not isinstance(part, t.TextPart):
            parts += (("text", around.text[at : part.span.start]), _part(part, around))
            at = part.span.end
    parts.append(("text", around.text[at : node.span.end].replace("\r\n", "\n")))
    whole = text_of(parts)
    return (whole,) if whole[0] == "text" else [part for part in whole[1:] if isinstance(part, tuple)]


def _object(items: tuple[t.ObjectItem, ...], around: Surroundings) -> Form:
    found: list[Form] = []
    for item in items:
        key = literal(item.name) if item.name is not None else form(item.key, around)
        found.append((key, form(item.value, around)))
    return ("object", *sorted(found, key=repr))


def _traversal(node: t.Traversal, around: Surroundings) -> Form:
    root, parts = node.root, node.parts
    if root in around.bound:
        return _steps(around.bound[root], parts[1:], around)
    if root in {"var", "local"} and len(parts) >= _STEPS and around.depth < _DEEPEST:
        written = around.values((root, parts[1].name))
        if written is not None:
            # what a name stands for was written elsewhere, where other names are bound
            inside = replace(around, text=written.text, bound={}, depth=around.depth + 1)
            return _steps(form(written.node, inside), parts[_STEPS:], around)
    names = node.names
    for at in range(min(len(names), 3), 0, -1):
        made = around.repeated.get(names[:at])
        if made is not None:
            return _instances(("ref", *names[:at]), made, parts[at:], around)
    return _steps(("ref", *names), parts[len(names) :], around)


def _instances(address: Form, made: Repeated, parts: tuple[t.Part, ...], around: Surroundings) -> Form:
    """A reference to instances of a block whose instances have other keys on the other side."""
    if not parts:
        return address
    key = _key(parts[0], around)
    if key is not None:
        other = made.keys.get(key) or (key if made.over is None else access(made.over, key))
        return _steps(access(address, other), parts[1:], around)
    item: Form = ("item", around.inner)
    each = item if made.over is None else access(address, item)
    inside = _steps(each, parts[1:], replace(around, inner=around.inner + 1))
    return ("for", made.over or ("call", "values", address), None, inside, None)


def _key(part: t.Part, around: Surroundings) -> Form | None:
    if part.kind in {"attr", "name"}:
        return literal(part.name)
    if part.kind != "index":
        return None
    return form(part.key, around) if part.key is not None else literal(int(part.name) if part.name.isdigit() else 0)


def _steps(base: Form, parts: tuple[t.Part, ...], around: Surroundings) -> Form:
    """What steps from a value lead to; a splat is the `for` that it stands for."""
    for number, part in enumerate(parts):
        key = _key(part, around)
        if key is not None:
            base = access(base, key)
            continue
        taken = parts[number + 1 :]
        if around.text[part.span.start : part.span.start + 1] != "[":  # `.*` takes no more than attributes along
            taken = tuple(itertools.takewhile(lambda one: one.kind == "attr", taken))
        item: Form = ("item", around.inner)
        inside = _steps(item, taken, replace(around, inner=around.inner + 1))
        made: Form = ("for", base, None, inside, None)
        return _steps(made, parts[number + 1 + len(taken) :], around)
    return base


def access(base: Form, key: Form) -> Form:
    """The form of `base[key]` and `base.key`."""
    if base[0] == "object":
        for pair in base[1:]:
            if isinstance(pair, tuple) and pair[0] == key and isinstance(pair[1], tuple):
                return pair[1]
    if key[0] == "position" and key[1] == base:
        return ("each", base)
    if base[0] == "tuple" and key[0] == "number" and isinstance(key[1], int) and 0 <= key[1] < len(base) - 1:
        found = base[key[1] + 1]
        return found if isinstance(found, tuple) else ("unread",)
    return ("at", base, key)


def _call(node: t.Call, around: Surroundings) -> Form:  # noqa: C901, PLR0911  # one case each
    args = [form(arg, around) for arg in node.args]
    if node.expand:
        return ("call", node.name, "...", *args)
    match node.name, args:
        case "format", [("text", str(said)), *values] if (made := formatted(said, values)) is not None:
            return made
        case "join", [("text", str(between)), ("tuple", *items)]:
            parts = [part for item in items for part in (("text", between), item) if isinstance(part, tuple)]
            return text_of(parts[1:])
        case "tostring", [value]:
            return text_of([value])
        case "list", _:
            return ("tuple", *args)
        case "tolist", [("tuple", *_)] | [("for", *_)]:
            return args[0]
        case "map", _ if len(args) % 2 == 0:
            return ("object", *sorted(zip(args[::2], args[1::2], strict=True), key=repr))
        case "tomap", [("object", *_)]:
            return args[0]
        case (("lookup" | "element"), [value, key]):
            return access(value, key)
        case "index", [value, ("each", over)] if value == over:
            return ("position", value)
    return ("call", node.name, *args)


def formatted(said: str, values: list[Form]) -> Form | None:
    """The form of `format` with values; None where it does more than to put them in."""
    parts: list[Form] = []
    at, left = 0, list(values)
    for verb in _VERB.finditer(said):
        parts.append(("text", said[at : verb.start()]))
        at = verb.end()
        if verb[1] == "%":
            parts.append(("text", "%"))
        elif verb[1] is None or not left:
            return None
        else:
            parts.append(left.pop(0))
    return None if left else text_of([*parts, ("text", said[at:])])


def _for(node: t.ForExpression, around: Surroundings) -> Form:
    over = form(node.collection, around)
    item: Form = ("item", around.inner)
    names: dict[str, Form] = {node.names[-1].name: item}
    if len(node.names) > 1:
        names[node.names[0].name] = ("key", around.inner)
    inside = replace(around.binding(names), inner=around.inner + 1)
    key, condition = (form(one, inside) if one is not None else None for one in (node.key, node.condition))
    value = form(node.value, inside)
    return ("for" if not node.makes_object else "for object", over, key, value, condition)
