"""A block gets the arguments and blocks that it lacks: those it has to have, or all that it may have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from lsp_server.core.document import Document
from lsp_server.core.edit import Edit, apply_edits
from lsp_server.dialects.terraform import deprecations
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.block_schema import AttributeSchema
from lsp_server.dialects.terraform.core_schema import PROVIDER_META
from lsp_server.dialects.terraform.fitting import Asked, fitting
from lsp_server.dialects.terraform.formatting.layout import layout as laid_out
from lsp_server.dialects.terraform.known_values import known_values
from lsp_server.dialects.terraform.recovered import place as path_of
from lsp_server.dialects.terraform.recovered import recovered
from lsp_server.dialects.terraform.types import Type
from lsp_server.fixers.terraform import layout
from lsp_server.fixers.terraform.content import META, Content, scene_of
from lsp_server.fixers.terraform.place import Place, items, place_of
from lsp_server.fixers.terraform.supply import references
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.terraform.meaning import Comparison
from lsp_server.refactorings.terraform.spot import Spot, spot_of
from lsp_server.refactorings.terraform.writing import native

_FILLED = frozenset({"resource", "data", "provider", "module"})
_NESTED_META = frozenset({"lifecycle", "connection", "provisioner", "timeouts"})
_META = META | frozenset(PROVIDER_META.attributes) | {"tags_all"}
"""What nobody fills: meta-arguments, which do not take null, and what the provider makes of another argument."""
_EMPTY = {"string": '""', "bool": "false", "number": "0", "dynamic": "null"}
_QUOTES = {"s": ('"', '"'), "ls": ('["', '"]'), "es": ('["', '"]'), "d": ("", "")}
"""How a word is written for a type, by its notation."""
_DOUBT = 1  # of a reference, above which it may as well be another that is meant
_DEEPEST = 6


def fill(selection: Selection) -> Iterator[Refactoring]:
    """Offer it on the header of a block, and in it where no argument stands."""
    spot = spot_of(selection)
    place = _place(spot)
    if place is None or place.content.opaque:
        return
    required = _lacks(place, required=True)
    more = _lacks(place, required=False)
    if required:
        yield _filling(spot, place, required, "required", f"Fill {_names('required argument', required)}")
    if more and selection.asked and place.path[0].type != "module":  # null is no input's own default
        yield _filling(spot, place, (*required, *more), "all", "Fill all arguments, with null where none is required")


def _names(what: str, names: tuple[str, ...]) -> str:
    return f"{what}s" if len(names) > 1 else f"{what} '{names[0]}'"


def _place(spot: Spot) -> Place | None:
    """The block that is meant, with what it may hold."""
    if spot.header is not None:
        path = (*spot.path, spot.header)
    elif spot.path and spot.attribute is None:
        path = spot.path
    else:
        return None
    if path[0].type not in _FILLED or not _NESTED_META.isdisjoint(b.type for b in path[1:]):
        return None
    if path[-1].broken or path[-1].type == "dynamic" or (path[0].type == "module" and _unknown(path[0])):
        return None
    return place_of(scene_of(spot.unit), spot.document, path)


def _unknown(call: t.Block) -> bool:
    """Whether a module call does not say which module it calls."""
    return call.body.attribute("source") is None


def _lacks(place: Place, *, required: bool) -> tuple[str, ...]:
    """The names of what the block lacks, in the order of its schema; of what may be left out, the arguments alone."""
    content = place.content
    if required:
        named = (*content.required, *content.required_blocks)
        return tuple(name for name in named if not place.has(name))
    told = _told(place)
    return tuple(
        name
        for name, known in content.arguments.items()
        if not known.required
        and not known.deprecated
        and name not in _META
        and not place.has(name)
        and not deprecations.at(told, path_of(place.path, name)).deprecated
    )


def _told(place: Place) -> deprecations.Known:
    """What is recovered of the resource type about what is kept for old times' sake."""
    top = place.path[0]
    if top.type not in {"resource", "data"} or not top.labels:
        return deprecations.NOTHING
    return deprecations.told(place.scene.schemas.choice_of(top), top.type, top.labels[0].text)


def _filling(spot: Spot, place: Place, names: tuple[str, ...], key: str, title: str) -> Refactoring:
    top = place.path[0].address if len(place.path) == 1 else ()
    ignored = frozenset((top, name) for name in names)
    return Refactoring(
        f"fill.{key}", title, Kind.REWRITE, partial(_edits, spot, place, names), Comparison(ignoring=ignored)
    )


def _edits(spot: Spot, place: Place, names: tuple[str, ...]) -> Iterable[Edit]:
    """The arguments below those that are there, and the blocks below all."""
    content = place.content
    arguments = [name for name in names if name not in content.required_blocks]
    lines = [f"{name} = {_value(place, name, content)}" for name in arguments]
    blocks = [text for name in names if name in content.required_blocks and (text := _block(place, name, content, 0))]
    written = _laid("\n".join(lines))
    block, found = place.block, []
    if written and blocks and not items(block):
        text = _laid("\n\n".join((written, *blocks)))
        return native(spot.unit, [layout.insert_item(spot.document, block, text, None)])
    if written:
        found.append(_arguments(spot.document, block, written))
    if blocks:
        found.append(layout.insert_block(spot.document, block, _laid("\n\n".join(blocks))))
    return native(spot.unit, _together(found))


def _together(edits: list[Edit]) -> list[Edit]:
    """The edits; those at one place, of which nothing says which comes first, as one."""
    if len(edits) > 1 and edits[0].span.overlaps(edits[1].span) | (edits[0].span == edits[1].span):
        first, second = edits
        return [Edit(first.uri, first.span, first.text + second.text)]
    return edits


def _arguments(document: Document, block: t.Block, written: str) -> Edit:
    """New lines below the last argument; with an empty one between where the `=` would not stand in one column."""
    last = layout.last_argument(block)
    if last is None:
        gap = "\n" if block.body.blocks else ""
        return layout.insert_item(document, block, written + gap, None)
    equals = document.text.find("=", last.name_span.end, last.value.span.start) - last.name_span.start
    first = written.split("\n", 1)[0]
    column = first.find("=")
    if column < equals and all(" = " in line and not line.startswith(" ") for line in written.split("\n")):
        names = (line.partition(" =") for line in written.split("\n"))
        moved = "\n".join(f"{name}{' ' * (equals - column)} ={value}" for name, _, value in names)
        return layout.insert_item(document, block, moved, last)
    alone = "\n" in document.slice(last.value.span)  # which no `=` is aligned with
    return layout.insert_item(document, block, written, last, gap=column != equals and not alone)


def _laid(text: str) -> str:
    """Lines as the formatter lays them out."""
    document = Document("file:///filled.tf", f"filled {{\n{text}\n}}\n")
    made = apply_edits(document.text, laid_out(document)).split("\n")[1:-2]
    return "\n".join(line.removeprefix(layout.UNIT) for line in made)


def _block(place: Place, name: str, content: Content, depth: int) -> str:
    """A block with all that is required in it; empty where nothing is known of it."""
    nested = content.block(name)
    inside = content.inside(name)
    if nested is None or depth > _DEEPEST:
        return ""
    if inside.opaque:
        return f"{name} {{\n}}"
    lines = [f"{one} = {_value(place, one, inside, name)}" for one in inside.required]
    lines += [block for kind in inside.required_blocks if (block := _block(place, kind, inside, depth + 1))]
    text = "\n".join((f"{name} {{", *lines, "}"))
    return "\n\n".join([text] * max(nested.min, 1))


def _value(place: Place, name: str, content: Content, *inner: str) -> str:
    """A value for an argument: what fits in the module, the first word of those it takes, else nothing of its type."""
    known = content.argument(name)
    if known is None or not known.required:
        return "null"
    if words := _words(place, name, known, inner):
        opening, closing = _QUOTES.get(known.type.notation(), ("", ""))
        if opening or known.type.notation() == "d":
            return f"{opening}{words[0]}{closing}"
    return _reference(place, name, known.type) or _empty(known.type)


def _words(place: Place, name: str, known: AttributeSchema, inner: tuple[str, ...]) -> tuple[str, ...]:
    top = place.path[0]
    resource_type = top.labels[0].text if top.labels else ""
    often = known.values or known_values(resource_type, name)
    *steps, _ = path_of(place.path, name)
    told = recovered(resource_type, (*steps, *inner, name)).words if top.type == "resource" else ()
    return tuple(word for word in often if not told or word in told) or told


def _reference(place: Place, name: str, wanted: Type) -> str:
    """What plainly is meant in the module, and does not itself depend on the block."""
    top = place.path[0]
    own = ".".join(top.address[1:] if top.type == "resource" else top.address)
    repeated = next((one for one in ("count", "for_each") if top.body.attribute(one)), "")
    asked = Asked(name, wanted, top.labels[0].text if top.labels else "", own, repeated)
    found = [*references(place.scene, place, name, wanted)]
    found += [fit.text for fit in fitting(asked, place.scene.module, place.scene.schemas) if fit.doubt <= _DOUBT]
    return next((one for one in found if not _depends(place, one, own)), "")


def _depends(place: Place, reference: str, own: str) -> bool:
    """Whether what is referred to depends on the block itself, through whatever is between."""
    module = place.scene.module
    uses = {declared.address: declared for table in _DEPENDING for declared in module.of_kind(table).values()}
    seen: set[str] = set()
    ahead = [address for address in uses if f"{address}." in f"{reference}."]
    while ahead:
        address = ahead.pop()
        if address == own:
            return True
        if address in seen:
            continue
        seen.add(address)
        node = uses[address].declared.node
        for one in t.expressions(node.body if isinstance(node, t.Block) else node.value):
            if isinstance(one, t.Traversal):
                names = one.names
                ahead += [found for n in (2, 3) if (found := ".".join(names[:n])) in uses]
    return False


_DEPENDING = ("resource", "data", "local", "module")


def _empty(kind: Type) -> str:
    """Nothing of a type, as whole resources are completed with."""
    if kind.is_list:
        element = kind.element
        return f"[{_empty(element)}]" if element is not None and (element.kind == "string" or element.fields) else "[]"
    if kind.kind in {"map", "object"}:
        needed = [f"{name} = {_empty(field)}" for name, field in kind.fields if name not in kind.may_lack]
        return "\n".join(("{", *needed, "}")) if needed else "{}"
    return _EMPTY[kind.kind]


REFACTORERS = (Refactorer("filling", frozenset({Kind.REWRITE}), fill),)
