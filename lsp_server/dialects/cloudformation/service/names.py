"""What each name in a template stands for, and every place where it is written."""

from __future__ import annotations

import enum
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from lsp_server.core.document import Span
from lsp_server.dialects.cloudformation.green import Green
from lsp_server.dialects.cloudformation.references import LOOP, ReferenceKind, Use, node_of, uses_in
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, Scalar
from lsp_server.dialects.cloudformation.uses import inner, of_function
from lsp_server.dialects.cloudformation.vocabulary import PSEUDO_PARAMETERS


class Space(enum.Enum):
    """Names of the same space must differ: parameters and resources share one."""

    VALUE = "parameter or resource"
    CONDITION = "condition"
    MAPPING = "mapping"
    MAP_KEY = "key of a mapping"
    OUTPUT = "output"
    RULE = "rule"
    VARIABLE = "variable"
    ANCHOR = "anchor"


SECTIONS = {
    "Parameters": Space.VALUE,
    "Resources": Space.VALUE,
    "Conditions": Space.CONDITION,
    "Mappings": Space.MAPPING,
    "Outputs": Space.OUTPUT,
    "Rules": Space.RULE,
}
_SPACES = {
    ReferenceKind.CONDITION: Space.CONDITION,
    ReferenceKind.FIND_IN_MAP: Space.MAPPING,
    ReferenceKind.MAP_KEY: Space.MAP_KEY,
    ReferenceKind.VARIABLE: Space.VARIABLE,
    ReferenceKind.ALIAS: Space.ANCHOR,
}


@dataclass(frozen=True)
class Name:
    """What a name stands for. `within` is what a key of a mapping is looked up in, "" where the first key may be any.

    A variable is that of one `scope`: the arguments of its Sub or loop, in the piece that begins at `base`.
    """

    space: Space
    text: str
    within: tuple[str, ...] = ()
    scope: Green | None = None
    base: int = 0

    @property
    def is_pseudo(self) -> bool:
        """Whether CloudFormation itself brings it, as `AWS::Region`."""
        return self.text in PSEUDO_PARAMETERS

    def includes(self, other: Name) -> bool:
        """Whether the other name may stand for the same."""
        if self.space is not other.space or self.text != other.text:
            return False
        if self.space is Space.MAP_KEY:
            return len(self.within) == len(other.within) and all(
                mine == its or not mine or not its for mine, its in zip(self.within, other.within, strict=True)
            )
        return self.scope is other.scope and self.base == other.base


@dataclass(frozen=True)
class Mention:
    """A place where a name is written: `use` tells how, None where a section declares it."""

    name: Name
    span: Span
    use: Use | None = None

    @property
    def declares(self) -> bool:
        """Whether the name is brought into the template here."""
        return self.use is None or self.use.declares


def mention_at(template: Template, offset: int) -> Mention | None:
    """The name that the cursor at `offset` touches, the innermost of several."""
    near = [(base, use) for base, use in _near(template, offset) if use.span.touches(offset - base)]
    touched = [mention for base, use in near if (mention := _mention(use, base)) is not None]
    if touched:
        return min(touched, key=lambda mention: mention.span.end - mention.span.start)
    return _declared_at(template, offset)


def mentions_of(template: Template, name: Name) -> list[Mention]:
    """Every place where a name is written, in the order of the text."""
    found = {mention.span: mention for mention in used(template, name.text) if name.includes(mention.name)}
    for entry, its in declared(template):
        if name.includes(its):
            span = inner_span(entry.key)
            found[span] = Mention(its, span)
    return sorted(found.values(), key=lambda mention: mention.span)


def used(template: Template, beginning: str = "") -> Iterator[Mention]:
    """Every use of a name that begins with the given letters, those in text that an alias brings among them."""
    pieces = ((base, use) for base, top in template.tops for use in uses_in(top))
    for base, use in chain(pieces, _passed(template)):
        if use.target.startswith(beginning) and (mention := _mention(use, base)) is not None:
            yield mention


def _passed(template: Template) -> Iterator[tuple[int, Use]]:
    """The uses in scalars that an alias makes the argument of a function, as in `Ref: *name`."""
    if "&" not in template.document.text:
        return
    for _, top in template.tops:
        for use in uses_in(top):
            node = template.anchors.get(use.target) if use.function else None
            if isinstance(node, Scalar):
                for passed in of_function(use.function, node.green):
                    yield node.base, passed


def _mention(use: Use, base: int) -> Mention | None:
    span = use.span.shifted(base)
    text = use.target
    if use.kind is ReferenceKind.REF and "." in text:  # SAM and modules: `Function.Alias`
        text = text.partition(".")[0]
        span = Span(span.start, span.start + len(text))
    if not text or "${" in text:
        return None
    space = _SPACES.get(use.kind, Space.VALUE)
    scope, piece = (use.scope, base) if space is Space.VARIABLE else (None, 0)
    return Mention(Name(space, text, use.within, scope, piece), span, use)


def declared(template: Template) -> Iterator[tuple[Entry, Name]]:
    """Everything that the sections declare, with its entry; what loops make is not there by name."""
    for section in sections(template):
        space = SECTIONS[section.name]
        for entry in entries_of(section):
            yield entry, Name(space, entry.name)
            if space is Space.MAPPING:
                yield from _keys(entry)


def sections(template: Template) -> Iterator[Entry]:
    """The sections that declare names, one that stands there twice included."""
    if isinstance(template.root, Mapping):
        yield from (entry for entry in template.root.entries if entry.name in SECTIONS)


def entries_of(entry: Entry) -> tuple[Entry, ...]:
    """What stands below a key by name; nothing that a loop makes and no merge key."""
    value = entry.value.resolved if entry.value is not None else None
    if not isinstance(value, Mapping):
        return ()
    return tuple(filter(_named, value.entries))


def _named(entry: Entry) -> bool:
    return entry.name != "<<" and not entry.name.startswith(LOOP)


def _keys(mapping: Entry) -> Iterator[tuple[Entry, Name]]:
    for first in entries_of(mapping):
        yield first, Name(Space.MAP_KEY, first.name, (mapping.name,))
        for second in entries_of(first):
            yield second, Name(Space.MAP_KEY, second.name, (mapping.name, first.name))


def _declared_at(template: Template, offset: int) -> Mention | None:
    node = template.node_at(offset)
    entry = node.parent if node is not None else None
    if not isinstance(node, Scalar) or not isinstance(entry, Entry) or entry.key is not node:
        return None
    above: list[str] = []
    holder = _holder(entry)
    while holder is not None:
        above.append(holder.name)
        holder = _holder(holder)
    if not above or (space := SECTIONS.get(above.pop())) is None or not _named(entry):
        return None
    if above and space is Space.MAPPING and len(above) <= 2:
        return Mention(Name(Space.MAP_KEY, entry.name, tuple(reversed(above))), inner_span(node))
    return None if above else Mention(Name(space, entry.name), inner_span(node))


def _holder(entry: Entry) -> Entry | None:
    """The entry in whose value an entry stands."""
    holder = entry.parent.parent
    return holder if isinstance(holder, Entry) else None


def inner_span(node: Scalar) -> Span:
    """Where a scalar is written, without its quotes."""
    return inner(node.green).shifted(node.base)


def entries(template: Template, name: Name) -> list[Entry]:
    """The entries by which a section declares a name."""
    return [entry for entry, its in declared(template) if name.includes(its)]


def scope_of(template: Template, name: Name) -> Node | None:
    """The arguments of the Sub or the loop that a variable belongs to."""
    if name.scope is None or template.root is None:
        return None
    return node_of(template.root, Span(name.scope.start, name.scope.end).shifted(name.base), name.scope)


@dataclass(frozen=True)
class Attribute:
    """An attribute that a GetAtt or a Sub asks of `target`, and where it is written."""

    target: str
    name: str
    span: Span


def attribute_at(template: Template, offset: int) -> Attribute | None:
    """The attribute that the cursor at `offset` touches."""
    for base, use in _near(template, offset):
        span = use.attribute_span.shifted(base)
        if use.attribute and span.touches(offset):
            return Attribute(use.target, use.attribute, span)
    return None


def _near(template: Template, offset: int) -> Iterator[tuple[int, Use]]:
    """The uses in the piece around `offset`, and those that aliases pass on."""
    number = bisect_right(template.tops, offset, key=lambda top: top[0]) - 1
    if number >= 0:
        base, top = template.tops[number]
        yield from ((base, use) for use in uses_in(top))
    yield from _passed(template)
