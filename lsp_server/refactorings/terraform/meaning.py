"""Whether a module means the same before and after: what changed is compared block by block, in one form each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from lsp_server.core.document import Unit
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.module import Module, module_of
from lsp_server.refactorings.terraform.forms import Form, Name, Repeated, Surroundings, Written, form, literal

Key = tuple[str, ...]
"""What is compared: the address of a block, or (`locals`, name)."""
_TOGETHER = frozenset({"moved", "import", "removed"})  # of which a module has several under one key


@dataclass(frozen=True)
class Comparison:
    """Compares what two states of a module mean; see `lsp_server.refactorings.base.Differences`.

    `adds` and `removes` are what there is on one side only; where it is a local, or a variable with a default, it is
    the same whether it is named or written out. `given` are values of variables that have no default. `ignoring` are
    arguments and blocks, by what they stand in, that are not looked at. `repeated` are blocks, by address, whose
    instances have other keys before than after. `special` gives forms of expressions for which the usual ones differ.
    """

    adds: frozenset[Key] = frozenset()
    removes: frozenset[Key] = frozenset()
    given: Mapping[Name, Written] = field(default_factory=dict)
    ignoring: frozenset[tuple[Key, str]] = frozenset()
    repeated: Mapping[Key, Repeated] = field(default_factory=dict)
    special: Callable[[t.Expression, Surroundings], Form | None] = lambda _, __: None

    def __call__(self, before: Unit, after: Unit) -> Iterator[str]:
        """A sentence or an empty string for each part."""
        sides = module_of(before), module_of(after)
        pieces = [_pieces(module) for module in sides]
        if any(piece.problems for own in pieces for piece in own.values()):
            yield "the text could not be read"
            return
        texts = [Counter(piece.text for piece in own.values()) for own in pieces]
        changed = [mine - its for mine, its in ((texts[0], texts[1]), (texts[1], texts[0]))]
        parts = []
        for module, own, new in zip(sides, pieces, changed, strict=True):
            found: defaultdict[Key, list[Form]] = defaultdict(list)
            left = Counter(new)
            for piece in own.values():
                if left[piece.text] > 0:
                    left[piece.text] -= 1
                    yield ""
                    self._add(found, piece, module, first=module is sides[0])
            parts.append(found)
        yield from self._compared(*parts)

    def _compared(self, old: Mapping[Key, list[Form]], new: Mapping[Key, list[Form]]) -> Iterator[str]:
        for key in sorted(old.keys() | new.keys()):
            mine, its = sorted(old.get(key, ()), key=repr), sorted(new.get(key, ()), key=repr)
            if key in self.adds and key[0] in _TOGETHER:
                same = not Counter(map(repr, mine)) - Counter(map(repr, its))
            elif key in self.adds or key in self.removes:
                same = not (mine if key in self.adds else its)
            else:
                same = mine == its
            yield "" if same else f"{'.'.join(key)} would no longer mean the same"

    def _add(self, found: dict[Key, list[Form]], piece: t.Piece, module: Module, *, first: bool) -> None:
        around = Surroundings(
            piece.text, partial(self._value, module), repeated=self.repeated if first else {}, special=self.special
        )
        for attribute in piece.body.attributes:
            found["=", attribute.name].append(form(attribute.value, around))
        for block in piece.body.blocks:
            if block.type == "locals":
                for attribute in block.body.attributes:
                    found["locals", attribute.name].append(form(attribute.value, around))
            else:
                found[block.address].append(self._body(block, _instance(block, around), block.address))

    def _value(self, module: Module, name: Name) -> Written | None:
        """What a name stands for that only one side has."""
        key = ("variable" if name[0] == "var" else "locals", name[1])
        if key not in self.adds and key not in self.removes:
            return None
        if name in self.given:
            return self.given[name]
        table = module.variables if name[0] == "var" else module.locals
        declared = table.get(name[1])
        default = declared.argument("default") if declared is not None and name[0] == "var" else None
        value = declared.value if declared is not None and name[0] == "local" else None
        value = default.value if default is not None else value
        return Written(value, declared.placed.piece.text) if declared is not None and value is not None else None

    def _body(self, block: t.Block, around: Surroundings, key: Key = ()) -> Form:
        kept = [a for a in block.body.attributes if (key, a.name) not in self.ignoring]
        attributes = tuple(sorted((_name(a.name, key), repr(self._attribute(a, around, top=bool(key)))) for a in kept))
        blocks: defaultdict[str, list[Form]] = defaultdict(list)
        for inner in block.body.blocks:
            if (key, inner.type) in self.ignoring:
                continue
            for kind, labels, made in self._nested(inner, around):
                blocks[kind].append((labels, made))
        return ("block", attributes, tuple(sorted((kind, tuple(made)) for kind, made in blocks.items())))

    def _attribute(self, attribute: t.Attribute, around: Surroundings, *, top: bool) -> Form:
        made = form(attribute.value, around)
        return _repetition(attribute.name, made) if top and attribute.name in {"count", "for_each"} else made

    def _nested(self, block: t.Block, around: Surroundings) -> Iterator[tuple[str, tuple[str, ...], Form]]:
        """The blocks that a nested block stands for: several for a `dynamic` block over a list that is written out."""
        labels = tuple(label.text for label in block.labels)
        contents = block.body.blocks_of("content")
        over = block.body.attribute("for_each")
        if block.type != "dynamic" or len(labels) != 1 or len(contents) != 1 or over is None:
            yield block.type, labels, self._body(block, around)
            return
        items = form(over.value, around)
        iterator = block.body.attribute("iterator")
        name = iterator.value.root if iterator is not None and isinstance(iterator.value, t.Traversal) else labels[0]
        if items[0] != "tuple" or block.body.attribute("labels") is not None:
            inside = around.binding({name: ("iterator", name)})
            yield "dynamic", labels, ("over", items, self._body(contents[0], inside))
            return
        for number, item in enumerate(items[1:]):
            assert isinstance(item, tuple)
            bound: Form = ("object", (literal("key"), literal(number)), (literal("value"), item))
            yield labels[0], (), self._body(contents[0], around.binding({name: bound}))


def _pieces(module: Module) -> dict[tuple[str, int], t.Piece]:
    return {(uri, placed.start): placed.piece for uri, tree in module.trees.items() for placed in tree.placed}


def _name(name: str, key: Key) -> str:
    return "repeated" if key and name in {"count", "for_each"} else name


def _repetition(name: str, made: Form) -> Form:  # noqa: C901, PLR0911  # one case each
    """The form of what a block is repeated for: a list as such, whether by `count` or by `for_each`."""
    match name, made:
        case "count", ("call", "length", over):
            return ("for each of", over)
        case "count", ("number", int(number)) if number > 0:
            return ("times", number)
        case "count", ("if", condition, ("number", 1), ("number", 0)):
            return ("once if", condition)
        case "count", ("if", condition, ("number", 0), ("number", 1)):
            return ("never if", condition)
        case "for_each", ("call", "toset", ("tuple", ("text", _))):
            return ("times", 1)
        case "for_each", ("call", "toset", over):
            return ("for each of", over)
        case "for_each", ("tuple", *_):  # which Terraform refuses, and would mean no more than the set
            return ("for each of", made)
        case "for_each", ("for object", over, ("at", item, _), value, None) if item == value:
            return ("for each of", over)
        case "for_each", ("if", condition, ("call", "toset", ("tuple", ("text", _))), ("call", "toset", ("tuple",))):
            return ("once if", condition)
        case "for_each", ("if", condition, ("call", "toset", ("tuple",)), ("call", "toset", ("tuple", ("text", _)))):
            return ("never if", condition)
    return (name, made)


def _instance(block: t.Block, around: Surroundings) -> Surroundings:
    """What `count` and `each` stand for in a block."""
    for name, bound in (("count", "count"), ("for_each", "each")):
        attribute = block.body.attribute(name)
        if attribute is None:
            continue
        over = _repetition(name, form(attribute.value, around))
        if over[0] == "for each of" and isinstance(over[1], tuple):
            each: Form = ("each", over[1])
            known: Form = ("object", (literal("index"), ("position", over[1])))
            return around.binding({bound: known if name == "count" else _each(each)})
    return around


def _each(value: Form) -> Form:
    return ("object", (literal("key"), value), (literal("value"), value))
