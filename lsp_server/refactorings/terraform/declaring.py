"""What a declaration leaves unsaid: the type and description of a variable, its validation, and that data are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.recovered import place as path_of
from lsp_server.dialects.terraform.recovered import recovered
from lsp_server.dialects.terraform.service import names
from lsp_server.dialects.terraform.service.naming import Name, Space
from lsp_server.dialects.terraform.types import Type
from lsp_server.fixers.terraform import layout
from lsp_server.fixers.terraform.content import scene_of
from lsp_server.fixers.terraform.values import constraint
from lsp_server.refactorings.base import Kind, Refactorer, Refactoring, Selection
from lsp_server.refactorings.terraform.literals import is_constant, own_type
from lsp_server.refactorings.terraform.meaning import Comparison
from lsp_server.refactorings.terraform.spot import Spot, spot_of
from lsp_server.refactorings.terraform.writing import native

_MOST_WORDS = 20
_ORDER = ("type", "description", "default", "value")


def say_more(selection: Selection) -> Iterator[Refactoring]:
    """Offer it on the header of a variable, an output or a resource."""
    spot = spot_of(selection)
    block = spot.header
    if block is None or spot.path or not block.labels or not selection.asked:
        return
    body, name = block.body, block.labels[-1].text
    if block.type == "variable" and body.attribute("type") is None:
        kind = _type(body.attribute("default"))
        if kind is not None:
            written = constraint(kind)
            yield _adding(spot, block, "type", written, f"Add 'type = {written}'")
    if block.type in {"variable", "output"} and body.attribute("description") is None:
        said = name.replace("_", " ").replace("-", " ").strip()
        if said and '"' not in said:
            yield _adding(spot, block, "description", f'"{said[0].upper()}{said[1:]}"', "Add a description")
    if block.type == "variable":
        yield from _validate(spot, block)
    if block.type == "resource":
        yield from _keep(spot, block)


def _type(default: t.Attribute | None) -> Type | None:
    """The type of a default; None where it does not tell, as `null`, or an empty list, or several kinds of items."""
    value = default.value if default is not None else None
    if value is None or not is_constant(value) or (isinstance(value, t.Literal) and value.value is None):
        return None
    kind = own_type(value)
    parts = [kind, *(inner for _, inner in kind.fields)]
    return None if any(part.innermost.kind == "dynamic" for part in parts) else kind


def _adding(spot: Spot, block: t.Block, name: str, value: str, title: str) -> Refactoring:
    ignored = frozenset({(block.address, name)})
    return Refactoring(
        f"add.{name}", title, Kind.REWRITE, partial(_added, spot, block, name, value), Comparison(ignoring=ignored)
    )


def _added(spot: Spot, block: t.Block, name: str, value: str) -> Iterable[Edit]:
    """An argument before the first of those that it usually stands before."""
    document, later = spot.document, _ORDER[_ORDER.index(name) + 1 :]
    following = min(
        (a for n in later if (a := block.body.attribute(n)) is not None), key=lambda a: a.span, default=None
    )
    line = document.position(block.open.start).line
    if following is None or document.position(following.span.start).line == line:
        return native(spot.unit, [layout.insert_argument(document, block, name, value)])
    at = document.line_starts[document.position(following.span.start).line]
    equals = document.text.find("=", following.name_span.end, following.value.span.start)
    width = max(equals - following.name_span.start - 1, len(name))
    text = f"{layout.indent(document, following.span.start)}{name.ljust(width)} = {value}\n"
    return native(spot.unit, [Edit(document.uri, Span(at, at), text)])


def _validate(spot: Spot, block: t.Block) -> Iterator[Refactoring]:
    """The words that the arguments take which a variable is given to, where they take the same."""
    kind, default = block.body.attribute("type"), block.body.attribute("default")
    is_string = kind is not None and isinstance(kind.value, t.Traversal) and kind.value.names == ("string",)
    if not is_string or block.body.blocks:
        return
    given = list(_given_to(spot, block.labels[0].text))
    words = given[0][1] if given and all(found == given[0][1] for _, found in given) else ()
    said = default.value.text if default is not None and isinstance(default.value, t.Template) else None
    if any(set(word) & set('"\\$%') for word in words):
        return
    if not 1 < len(words) <= _MOST_WORDS or (default is not None and said not in words):
        return
    title = f"Add a validation: one of the {len(words)} words that '{given[0][0]}' is known to take"
    edits = partial(_validation, spot, block, words)
    ignored = frozenset({(block.address, "validation")})
    yield Refactoring("add.validation", title, Kind.REWRITE, edits, Comparison(ignoring=ignored))


def _given_to(spot: Spot, name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The arguments of resources that have the variable itself as their value, each with the words that it takes."""
    for place in names.places(spot.unit, Name(Space.VARIABLE, (name,))):
        if place.declares or place.near:
            continue
        use = spot.at(place.document, place.whole)
        argument, path = use.attribute, use.path
        if argument is None or not path or path[0].type != "resource" or not path[0].labels:
            continue
        if not isinstance(argument.value, t.Traversal) or argument.value.names != ("var", name):
            continue
        content = scene_of(spot.unit).contents(path)[-1]
        known = None if content.opaque else content.argument(argument.name)
        found = recovered(path[0].labels[0].text, path_of(path, argument.name)).words
        found = (known.values if known is not None else ()) or found
        if found:
            yield f"{path[0].labels[0].text}.{argument.name}", found


def _validation(spot: Spot, block: t.Block, words: tuple[str, ...]) -> Iterable[Edit]:
    name, pad = block.labels[0].text, layout.UNIT
    listed = ", ".join(f'"{word}"' for word in words)
    text = (
        f"validation {{\n{pad}condition     = contains([{listed}], var.{name})\n"
        f'{pad}error_message = "{name} has to be one of: {", ".join(words)}."\n}}'
    )
    return native(spot.unit, [layout.insert_block(spot.document, block, text)])


def _keep(spot: Spot, block: t.Block) -> Iterator[Refactoring]:
    lifecycle = next(iter(block.body.blocks_of("lifecycle")), None)
    if lifecycle is not None and lifecycle.body.attribute("prevent_destroy") is not None:
        return
    edits = partial(_block_added, spot, block) if lifecycle is None else partial(_argument_added, spot, lifecycle)
    ignored = frozenset({(block.address, "lifecycle")})
    yield Refactoring(
        "add.prevent_destroy", "Add 'prevent_destroy = true'", Kind.REWRITE, edits, Comparison(ignoring=ignored)
    )


def _block_added(spot: Spot, block: t.Block) -> Iterable[Edit]:
    text = f"lifecycle {{\n{layout.UNIT}prevent_destroy = true\n}}"
    return native(spot.unit, [layout.insert_block(spot.document, block, text)])


def _argument_added(spot: Spot, lifecycle: t.Block) -> Iterable[Edit]:
    return native(spot.unit, [layout.insert_argument(spot.document, lifecycle, "prevent_destroy", "true")])


REFACTORERS = (Refactorer("declaring", frozenset({Kind.REWRITE}), say_more),)
