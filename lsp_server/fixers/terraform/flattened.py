"""A block that the schema does not have, where it has arguments for what it says: `placement { group_name = … }`."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform.tree import Attribute, Block
from lsp_server.fixers.terraform import layout
from lsp_server.fixers.terraform.content import META
from lsp_server.fixers.terraform.names import likeness
from lsp_server.fixers.terraform.place import Place, kind_of
from lsp_server.fixers.terraform.step import Step
from lsp_server.fixers.terraform.values import fits

_LEAST = 0.75


def steps(place: Place, item: Block) -> Iterator[Step]:
    """Write what a block says as arguments of the one around it, where each has its place there."""
    document, body = place.document, item.body
    if item.type == "dynamic" or item.labels or body.blocks or not body.attributes:
        return
    names: dict[str, Attribute] = {}
    for attribute in body.attributes:
        name = _argument(place, item, attribute)
        if name is None or name in names:
            return
        names[name] = attribute
    inside = document.slice(item.inner_span)
    if "#" in inside or "//" in inside or "/*" in inside:
        return  # which line a comment is about cannot be told
    width = max(map(len, names))
    old, pad = layout.inner_indent(document, item), layout.indent(document, item.span.start)
    lines = [
        f"{name.ljust(width)} = {layout.reindent(document.slice(attribute.value.span), old, pad)}"
        for name, attribute in names.items()
    ]
    edit = Edit(document.uri, item.span, f"\n{pad}".join(lines))
    title = f"Write what `{kind_of(item)}` says as {'arguments' if len(names) > 1 else f'`{next(iter(names))}`'}"
    yield Step(title, (edit,), "flattened")


def _argument(place: Place, item: Block, attribute: Attribute) -> str | None:
    """The argument of the block around that plainly is one of the nested block's."""
    kind = kind_of(item)
    full = f"{kind}_{attribute.name}"
    free = [name for name in place.content.arguments if name not in META and not place.has(name)]
    free = [name for name in free if fits(place.scene, attribute.value, place.content.arguments[name].type)]
    if full in free:
        return full
    scored = [(likeness(full, name), name) for name in free if name.startswith(kind.split("_")[0])]
    score, best = max(scored, default=(0.0, ""))
    return best if score >= _LEAST else None
