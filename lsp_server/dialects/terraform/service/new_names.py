"""Whether a name may be given: what Terraform takes as one, and that it is not another's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.service import RefusedError
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.children import called
from lsp_server.dialects.terraform.json_reader import read_json
from lsp_server.dialects.terraform.module import is_json
from lsp_server.dialects.terraform.service import names
from lsp_server.dialects.terraform.service.mentions import MODULE_META
from lsp_server.dialects.terraform.service.names import How, Mention, Name, Place, Space
from lsp_server.dialects.terraform.service.naming import PREFIXES
from lsp_server.dialects.terraform.service.site import site_at

_ROOTS = frozenset(
    {"var", "local", "module", "data", "resource", "ephemeral", "action", "path", "terraform", "each", "count", "self",
     "output", "run", "check", "provider", "true", "false", "null", "for", "in", "if", "else", "endif", "endfor"}
)  # fmt: skip
_RESERVED = {Space.VARIABLE: MODULE_META | {"lifecycle", "locals"}}
_BLOCKS = {
    Space.VARIABLE: "variable", Space.RESOURCE: "resource", Space.DATA: "data", Space.EPHEMERAL: "ephemeral",
    Space.ACTION: "action", Space.MODULE: "module", Space.OUTPUT: "output", Space.CHECK: "check", Space.RUN: "run",
}  # fmt: skip


def require_valid(space: Space, name: str) -> None:
    """Raises RefusedError for a name that Terraform does not take there."""
    if not name.replace("-", "_").isidentifier() or name.startswith("-"):
        rule = "it starts with a letter or an underscore, then come letters, digits, underscores and dashes"
        raise RefusedError(f"{name!r} is no name: {rule}.")
    if name in _RESERVED.get(space, ()):
        raise RefusedError(f"{name} is an argument of every module call: no variable has that name.")
    if space is Space.BOUND and name in _ROOTS:
        raise RefusedError(f"{name} means something else in expressions.")


def require_free(unit: Unit, place: Place, new: str) -> None:
    """Raises RefusedError where the new name is another's, or what now means something else would come to mean this."""
    old = place.name
    if old.space is Space.BOUND:
        _require_unbound(place, new)
        return
    wanted = Place(place.document, place.placed, _renamed(place.mention, new))
    found = [one for one in names.places_of(unit, wanted) if one is not wanted]
    for one in found:
        if one.declares:
            raise RefusedError(f"{wanted.name.address} is there already, {where(one)}.")
    for one in found:
        raise RefusedError(f"{wanted.name.address} is named already, {where(one)}, and would come to mean this.")
    _require_written(unit, wanted, "would come to mean this")


def require_readable(unit: Unit, place: Place) -> None:
    """Raises RefusedError where the name stands, or may stand, where it cannot be edited."""
    for one in names.places_of(unit, place):
        if one.document.slice(one.span) != one.name.text:
            raise RefusedError(f"{one.name.address} is written in another way, {where(one)}: with escapes.")
    if place.name.space is not Space.BOUND:
        _require_written(unit, place, "would stay as it is")
        for caller in names.callers(unit) if place.name.space is Space.OUTPUT else ():
            for call in called(caller):
                _require_written(caller, _called_by(place, call), "would stay as it is")
        return
    site = site_at(place.document, place.span.start)
    if site is not None and site.placed.piece.problems:
        raise RefusedError(f"What is around {place.name.text} cannot be read: {_line(place.document, place.span)}.")


def _require_written(unit: Unit, place: Place, fate: str) -> None:
    """No text that cannot be read may speak of the name."""
    pattern = _pattern(place.name)
    known: set[tuple[str, int]] | None = None
    for document in unit:
        for start, text, comments in _unread(document):
            for match in pattern.finditer(text):
                known = known or {(one.uri, one.span.end) for one in names.places_of(unit, place)}
                end = start + match.end(match.lastindex or 0)
                if (document.uri, end) not in known and not any(match.start() in span for span in comments):
                    line = _line(document, Span(end, end))
                    raise RefusedError(f"{place.name.address} is in {line}, which is not read, and {fate}.")


def _called_by(place: Place, call: str) -> Place:
    """The place with the name as a module calls it that calls this one."""
    name = replace(place.name, of=(call,))
    return replace(place, mention=replace(place.mention, name=name))


def _unread(document: Document) -> Iterator[tuple[int, str, tuple[Span, ...]]]:
    """The parts of a document whose names may be unknown: where they begin, their text, the comments in it."""
    if is_json(document) and read_json(document.text).is_broken:
        yield 0, document.text, ()
    elif names.reader_of(document) is not None:
        for placed in names.tree_of(document).placed:
            if placed.piece.problems:
                yield placed.start, placed.piece.text, placed.piece.comments


def _pattern(name: Name) -> re.Pattern[str]:
    """Finds how a name may be written: behind a dot, or as a label; its group is the name."""
    *above, last = map(re.escape, name.path)
    if name.of:
        call = r"\s*\.\s*".join(["module", *map(re.escape, name.of)])
        return re.compile(rf"\b{call}\s*(?:\[[^]]*\]\s*)?\.\s*({last})(?![\w-])")
    prefix, block = PREFIXES.get(name.space), _BLOCKS.get(name.space)
    before = rf"\b{prefix}\s*\.\s*" if prefix else r"(?<![\w.-])"
    dotted = before + r"\s*\.\s*".join([*above, rf"({last})(?![\w-])"])
    labels = r"\"?\s+\"?".join([block, *above, rf"({last})\"?\s*\{{"]) if block else None
    return re.compile(rf"{dotted}|^{labels}" if labels else dotted, re.MULTILINE)


def _renamed(mention: Mention, new: str) -> Mention:
    name = mention.name
    other = Name(name.space, (*name.path[:-1], new), name.of, name.scope)
    return Mention(other, mention.span, mention.how, mention.whole, mention.quoted)


def _require_unbound(place: Place, new: str) -> None:
    """No other name may be caught by a binder, nor one of its own by another inside."""
    own, reach = place.name, binder_of(place, place.name)
    if reach is None:
        raise RefusedError(f"What {own.text} goes through is not written yet.")
    mentions = names.mentions_of_piece(place.document, place.placed.piece)
    for mention in mentions:
        name = mention.name
        caught = False
        if name.space is Space.RESOURCE:
            caught = name.path[0] == new and reach.has(mention.whole)
        elif name.space is Space.BOUND and name.text == new and mention.how is How.DECLARED:
            inner = binder_of(place, name)
            uses = (one.span for one in mentions if one.name == own and one.how is not How.DECLARED)
            within = inner is not None and reach.whole.encloses(inner.whole)
            caught = inner is not None and within and (inner.whole == reach.whole or any(map(inner.has, uses)))
        elif name.space is Space.BOUND and name.text == new and name.scope is not None:
            caught = reach.has(mention.span) and not reach.whole.encloses(name.scope)
        if caught:
            at = mention.whole.shifted(place.start)
            raise RefusedError(f"{new} means something else here already, {_line(place.document, at)}.")


class Binder(NamedTuple):
    """What brings a name: the node `whole`, which goes `through` something; the name means nothing in the `hole`.

    Spans are those of the piece. `is_block` tells of a `dynamic` block, `is_key` that it is the first of two names.
    """

    whole: Span
    hole: Span
    through: Span
    is_block: bool = False
    is_key: bool = False

    def has(self, span: Span) -> bool:
        """Whether the name means something at a span."""
        return self.whole.encloses(span) and not self.hole.encloses(span)


def binder_of(place: Place, name: Name) -> Binder | None:
    """What brings a name that is bound in the piece of a place."""
    scope = name.scope
    site = site_at(place.document, place.start + scope.start) if scope is not None else None
    for node in reversed(site.nodes if site is not None else ()):
        if isinstance(node, t.ForExpression | t.Directive) and any(part.span == scope for part in node.names):
            through = node.collection if isinstance(node, t.ForExpression) else node.condition
            is_key = len(node.names) > 1 and node.names[0].span == scope
            return Binder(node.span, Span(node.span.start, through.span.end), through.span, is_key=is_key)
    blocks = [block for block in (site.blocks if site is not None else ()) if block.type == "dynamic"]
    given = blocks[-1].body.attribute("for_each") if blocks else None
    return Binder(blocks[-1].span, given.span, given.value.span, is_block=True) if given is not None else None


def where(place: Place) -> str:
    """For a person: `variables.tf line 3`."""
    return _line(place.document, place.span)


def _line(document: Document, span: Span) -> str:
    return f"{document.name} line {document.position(span.start).line + 1}"
