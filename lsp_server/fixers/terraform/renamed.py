"""An argument under a wrong name: which one was meant, how surely, and what its value has to become."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability
from lsp_server.dialects.terraform.tree import Attribute, Expression, Literal, Template, Traversal, TupleExpression
from lsp_server.dialects.terraform.types import Type
from lsp_server.fixers.terraform import layout
from lsp_server.fixers.terraform.content import META
from lsp_server.fixers.terraform.names import (
    foreign,
    identity_of,
    is_plain,
    is_slip,
    likeness,
    one_slip,
    unit_of,
    words,
)
from lsp_server.fixers.terraform.place import Place
from lsp_server.fixers.terraform.step import Step
from lsp_server.fixers.terraform.values import fits, needs_brackets

LEAST = 0.72
_TIE = 0.02
_HANDLES = frozenset({"id", "name", "arn"})


def ranked(place: Place, item: Attribute) -> list[tuple[float, int, Step]]:
    """The names that an argument may have been meant to have: score, order, and how to give it that name.

    Where two are as likely, each is only offered to a person.
    """
    free = [c for c in place.content.arguments if not place.has(c) and (c not in META or is_slip(item.name, c))]
    slip = one_slip(item.name, free)
    scored = [(score, -number, name) for number, name in enumerate(free) if (score := _score(place, item, name))]
    scored = [(s, n, name) for s, n, name in scored if s >= LEAST and not _rivalled(place, item, name)]
    scored.sort(reverse=True)
    tied = len(scored) > 1 and slip is None and scored[0][0] - scored[1][0] < _TIE
    found = []
    for score, number, name in scored:
        certain = name == slip and is_plain(item.name, name)
        doubtful = (tied and score > scored[0][0] - _TIE) or _one_of_several(item, name, free)
        step = _rename(place, item, name, certain=certain, doubtful=doubtful)
        found.append((score, number, step))
    return found


def _score(place: Place, item: Attribute, candidate: str) -> float:
    wanted = place.content.arguments[candidate].type
    own, theirs = unit_of(item.name), unit_of(candidate)
    if own and theirs and own != theirs:
        return 0.0
    score = likeness(item.name, candidate, place.around)
    score += 0.02 * likeness(item.name, candidate) - 0.1 * len(foreign(item.name, candidate, place.around))
    if candidate in place.content.required:
        score = max(score + 0.1, LEAST + 0.01 if _stands_in(place, item, candidate) else 0.0)
    if _unwrapped(item.value, wanted) is not None or needs_brackets(place.scene, item.value, wanted):
        return score - 0.05
    odd = isinstance(item.value, Literal) and isinstance(item.value.value, bool) and wanted.kind == "string"
    return score if fits(place.scene, item.value, wanted) and not odd else score - 0.35


def _stands_in(place: Place, item: Attribute, candidate: str) -> bool:
    """Whether a required argument that is missing is plainly the item, which says a part of its name.

    `option_name` is the `name` of a setting; but `instance_name = aws_instance.a.name` refers to something else.
    """
    mine, theirs = set(words(item.name)), set(words(candidate))
    others = [n for n in place.content.required if n != candidate and not place.has(n)]
    if any(set(words(n)) & mine >= theirs & mine for n in others):
        return False
    if mine < theirs and not mine <= _HANDLES:
        return True
    if len(theirs) > 1 or identity_of(candidate) == "" or identity_of(item.name) != identity_of(candidate):
        return False
    refers = isinstance(item.value, Traversal) and item.value.root not in {"var", "local", "each", "count", "path"}
    return not refers


def _rivalled(place: Place, item: Attribute, candidate: str) -> bool:
    """Whether another argument of the block that cannot stay has a better claim to the name, or as good a one first."""
    own = likeness(item.name, candidate, place.around)
    for other in place.block.body.attributes:
        if other is item or place.content.takes_argument(other.name):
            continue
        claim = likeness(other.name, candidate, place.around)
        if claim > own + _TIE or (claim > own - _TIE and other.span < item.span):
            return True
    return False


def _rename(place: Place, item: Attribute, name: str, *, certain: bool, doubtful: bool) -> Step:
    edits = layout.rename(place.document, place.block, item, name)
    wanted = place.content.arguments[name].type
    inner, outer = _unwrapped(item.value, wanted), item.value.span
    value = item.value if inner is None else inner
    changed = needs_brackets(place.scene, item.value, wanted) or inner is not None
    if inner is not None:
        around = Span(outer.start, inner.span.start), Span(inner.span.end, outer.end)
        edits += (Edit(place.document.uri, span, "") for span in around)
    elif changed:
        edits += brackets(place, item)
    other = list(_other_handle(place, item.name, name, value))
    edits += other
    sure = certain and not changed and not other and fits(place.scene, item.value, wanted)
    trust = Applicability.SAFE if sure else Applicability.UNSAFE
    if doubtful or _refers_elsewhere(item.name, name, value) or (not other and _says_otherwise(item, name, wanted)):
        trust = Applicability.DISPLAY_ONLY
    return Step(f"Change `{item.name}` to `{name}`", tuple(edits), "argument_name", trust, filled=name)


def _one_of_several(item: Attribute, name: str, free: list[str]) -> bool:
    """Whether several names end in what is written, and the value is none of what the nearest one says before that.

    A Neptune cluster has a parameter group, and another one for its instances.
    """
    if sum(other.endswith(f"_{item.name}") for other in free) < 2 or not isinstance(item.value, Traversal):
        return False
    names = item.value.names[1:] if item.value.root == "data" else item.value.names
    return len(names) > 2 and name.endswith(f"_{item.name}") and not set(words(name)) <= {*words(names[0]), *_HANDLES}


def _refers_elsewhere(old: str, name: str, value: Expression) -> bool:
    """Whether a value is a resource that the old name says and the new one does not: a `vpc_id` is no peering's."""
    inner = value.items[0] if isinstance(value, TupleExpression) and value.items else value
    if not isinstance(inner, Traversal) or len(inner.names) < 3:
        return False
    noun = words(inner.names[1] if inner.root == "data" else inner.root)[1:]
    mine, theirs = (tuple(w for w in words(n) if w not in _HANDLES) for n in (old, name))
    said = bool(mine) and noun[-len(mine) :] == mine
    return said and theirs[-len(mine) :] != mine and (not theirs or noun[-len(theirs) :] != theirs)


def _says_otherwise(item: Attribute, name: str, wanted: Type) -> bool:
    """Whether the value plainly is not what the new name asks for: in another unit, or an ARN where a name belongs."""
    unit = unit_of(item.name)
    if unit and not unit_of(name) and (unit != "seconds" or wanted.kind == "string"):
        return True
    if wanted.is_list or name.endswith(("policy", "document")) != item.name.endswith(("policy", "document")):
        return not wanted.is_list and identity_of(item.name) == "arn"  # a policy is a document, and no ARN of one
    given, new = _handle_of(item.value) or identity_of(item.name), identity_of(name)
    return bool(given and new) and (given == "arn") != (new == "arn")


def _handle_of(value: Expression) -> str:
    """Whether a value is an ARN, an id or a name, as far as it says so."""
    if isinstance(value, Template) and value.text is not None:
        return "arn" if value.text.startswith("arn:") else "name"
    return identity_of(value.parts[-1].name) if isinstance(value, Traversal) else ""


def _other_handle(place: Place, before: str, name: str, value: Expression) -> Iterator[Edit]:
    """`x_name = aws_x.a.arn` for `x_arn`: the attribute that the new name asks for, where the type has it."""
    old, new = identity_of(before), identity_of(name)
    asked = "arn" in {old, new} or (old == "name" and name.endswith("_id"))
    if old == new or not asked or new == "" or not isinstance(value, Traversal):
        return
    last = value.parts[-1]
    if last.kind != "attr" or last.name != (old or "name") or value.root in {"var", "local", "module", "each"}:
        return
    kind, type_name = ("data", value.names[1]) if value.root == "data" else ("resource", value.root)
    content = place.scene.type_content(kind, type_name)
    known = None if content.opaque else content.argument(new)
    if known is not None and known.type.kind == "string":
        yield Edit(place.document.uri, last.span, new)


def _unwrapped(value: Expression, wanted: Type) -> Expression | None:
    """The only element of a list that is given where a single value is wanted."""
    if wanted.primitive and isinstance(value, TupleExpression) and len(value.items) == 1:
        return value.items[0]
    return None


def brackets(place: Place, item: Attribute) -> list[Edit]:
    """Edits that make a list of an argument's value."""
    uri, span = place.document.uri, item.value.span
    return [Edit(uri, Span(span.start, span.start), "["), Edit(uri, Span(span.end, span.end), "]")]
