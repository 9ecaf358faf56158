"""A required argument or block that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.fix import Applicability
from lsp_server.dialects.terraform.tree import Attribute
from lsp_server.fixers.terraform import layout, unsupported
from lsp_server.fixers.terraform.content import Content
from lsp_server.fixers.terraform.names import is_plain, is_slip
from lsp_server.fixers.terraform.place import Place, items, kind_of
from lsp_server.fixers.terraform.step import Step
from lsp_server.fixers.terraform.supply import Supply

_DEPTH = 6


def steps(place: Place, name: str) -> Iterator[Step]:
    """Ways to supply the argument or block `name`, best first: something there under a wrong name, else a new one."""
    if place.has(name):
        return
    if place.content.opaque:
        yield from _slip(place, name)
        return
    for item in items(place.block):
        known = place.content.takes_argument if isinstance(item, Attribute) else place.content.takes_block
        if not known(item.name if isinstance(item, Attribute) else kind_of(item)):
            first = next(unsupported.steps(place, item), None)
            if first is not None and first.filled == name:
                yield first
    yield from _argument(place, name) if name in place.content.required else _block(place, name)


def _slip(place: Place, name: str) -> Iterator[Step]:
    """The one argument that is `name` but for a slip, in a block that may hold what it likes: `souce` of a module."""
    body = place.block.body
    near = [a for a in body.attributes if is_slip(a.name, name)]
    if len(near) == 1:
        edits = tuple(layout.rename(place.document, place.block, near[0], name))
        trust = Applicability.SAFE if is_plain(near[0].name, name) else Applicability.UNSAFE
        yield Step(f"Change `{near[0].name}` to `{name}`", edits, "argument_name", trust, filled=name)


def _argument(place: Place, name: str) -> Iterator[Step]:
    known = place.content.argument(name)
    if known is None:
        return
    supply = Supply(place.scene)
    value = supply.value(place, name, known.type)
    edits = (layout.insert_argument(place.document, place.block, name, value), *supply.edits())
    new = f" and the variable `{next(iter(supply.declared))}`" if supply.declared else f" = {value}"
    yield Step(f"Add the required argument `{name}`{new}", edits, "missing_argument", filled=name)


def _block(place: Place, name: str) -> Iterator[Step]:
    nested = place.content.block(name)
    if nested is None:
        return
    supply = Supply(place.scene)
    text = block_text(place, name, place.content.inside(name), supply)
    if text is None:
        return
    edits = (layout.insert_block(place.document, place.block, text), *supply.edits())
    new = " with new variables" if supply.declared else ""
    yield Step(f"Add the required block `{name}`{new}", edits, "missing_block", filled=name)


def block_text(place: Place, name: str, content: Content, supply: Supply, depth: int = 0) -> str | None:
    """The text of a block with all that is required in it, not indented; None where that is not known."""
    if content.opaque or depth > _DEPTH:
        return None
    width = max((len(n) for n in content.required), default=0)
    lines = []
    for argument in content.required:
        known = content.argument(argument)
        if known is None:
            return None
        label = f"{name}_{argument}" if argument in _PLAIN else argument
        value = supply.value(place, label, known.type)
        lines.append(f"{argument.ljust(width)} = {value}")
    for kind in content.required_blocks:
        inner = block_text(place, kind, content.inside(kind), supply, depth + 1)
        if inner is None:
            return None
        lines += inner.split("\n")
    if not lines:
        return f"{name} {{\n}}"
    return "\n".join([f"{name} {{", *(layout.UNIT + line for line in lines), "}"])


_PLAIN = frozenset(
    {"name", "type", "key", "value", "id", "arn", "content", "content_type", "enabled", "status", "mode"}
)
