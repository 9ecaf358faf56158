"""What the schemas and the module say about the place of a finding: what may stand there, in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.nearness import near
from lsp_server.dialects.terraform.service.about_schema import of_member
from lsp_server.fixers.base import FixContext, code, first_told, quoted
from lsp_server.fixers.terraform import attribute, resource_type, undeclared, wrong_value
from lsp_server.fixers.terraform.content import META, Content, scene_of
from lsp_server.fixers.terraform.expression_at import smallest
from lsp_server.fixers.terraform.misplaced import homes
from lsp_server.fixers.terraform.place import MISSING, UNSUPPORTED, Place, holder, kind_of, locate, name_of

_NEAR = 3
_TYPES = 12
_NAMED = {"var": "variables", "local": "locals", "module": "module_calls"}


def grounds(context: FixContext, diagnostic: Diagnostic) -> tuple[str, ...]:
    """Paragraphs on a finding's place, the shortest and most telling first. See Grounder."""
    return first_told((part(context, diagnostic) for part in _PARTS), diagnostic)


def _unsupported(context: FixContext, diagnostic: Diagnostic) -> Iterator[str]:
    """What may stand where something may not, where that belongs, and what the nearest is."""
    found = holder(context, diagnostic.span) if diagnostic.code in UNSUPPORTED else None
    if found is None or found[0].content.opaque:
        return
    place, item = found
    name = item.name if isinstance(item, t.Attribute) else kind_of(item)
    content = place.content
    known = content.argument(name)
    if known is not None and not known.settable:
        yield f"{code(name)} is only read: the provider sets it."
    elif belongs := _belongs(place, item, name):
        yield belongs
    free = [one for one in (*content.arguments, *content.blocks) if one not in META and not place.has(one)]
    if free:
        required = {*content.required, *content.required_blocks}
        ordered = sorted(free, key=lambda one: one not in required)
        yield f"Allowed here: {quoted(ordered, marked=required)}."
    for one in near(name, free)[:1] if known is None else ():
        yield _member(content, one)


def _belongs(place: Place, item: t.Attribute | t.Block, name: str) -> str:
    """Where the schema has the very name."""
    ways = [
        ".".join([kind_of(block) for block in home.host.path[1:]] + list(home.new))
        for home in homes(place, item, name)
        if home.name == name
    ]
    told = [f"in `{way}`" if way else "in the block around" for way in dict.fromkeys(ways)]
    return f"{code(name)} belongs {' or '.join(told)}." if 0 < len(told) <= _NEAR else ""


def _missing(context: FixContext, diagnostic: Diagnostic) -> Iterator[str]:
    """What is required here, and what the missing one of it takes."""
    found = locate(context, diagnostic.span) if diagnostic.code in MISSING else None
    if found is None or found[0].content.opaque:
        return
    content = found[0].content
    names = [*content.required, *content.required_blocks]
    if names:
        yield f"Required here: {quoted(names)}."
    yield _member(content, name_of(diagnostic))


def _reference(context: FixContext, diagnostic: Diagnostic) -> Iterator[str]:
    """What is declared, for a reference to nothing."""
    traversal = (
        smallest(context.document, diagnostic.span, t.Traversal) if diagnostic.code in undeclared.CODES else None
    )
    if traversal is None or len(traversal.names) < 2:
        return
    module, names = scene_of(context.unit).module, traversal.names
    if table := _NAMED.get(traversal.root):
        prefix, name, known = f"{traversal.root}.", names[1], list(getattr(module, table))
    elif traversal.root == "data":
        prefix, name, known = "data.", ".".join(names[1:3]), [".".join(address) for address in module.data]
    else:
        prefix, name, known = "", ".".join(names[:2]), [".".join(address) for address in module.resources]
    if known:
        ordered = dict.fromkeys([*near(name, known), *known])
        yield f"Declared in this module: {quoted(prefix + one for one in ordered)}."
    else:
        yield "Nothing of that kind is declared in this module."


def _attribute(context: FixContext, diagnostic: Diagnostic) -> Iterator[str]:
    """What an object has, for an attribute that it has not."""
    traversal = smallest(context.document, diagnostic.span, t.Traversal) if diagnostic.code in attribute.CODES else None
    at = attribute.part_at(traversal, diagnostic.span) if traversal is not None else None
    if traversal is None or at is None:
        return
    known = list(attribute.attributes_at(scene_of(context.unit), traversal, at))
    ordered = dict.fromkeys([*near(traversal.parts[at].name, known), *known])
    if known:
        yield f"`{'.'.join(part.name for part in traversal.parts[:at])}` has {quoted(ordered)}."


def _type(context: FixContext, diagnostic: Diagnostic) -> Iterator[str]:
    """The types with names like that of one which the provider has not."""
    found = locate(context, diagnostic.span) if diagnostic.code in resource_type.CODES else None
    if found is None or not found[0].block.labels:
        return
    block = found[0].path[0]
    known = list(scene_of(context.unit).types("data" if block.type == "data" else "resource"))
    if alike := near(block.labels[0].text, known)[:_TYPES]:
        yield f"Types with names like it: {quoted(alike)}."


def _value(context: FixContext, diagnostic: Diagnostic) -> Iterator[str]:
    """What an argument takes in whose value the fault lies."""
    found = locate(context, diagnostic.span)
    if found is None or not isinstance(found[1], t.Attribute) or found[0].content.opaque:
        return
    if diagnostic.code in wrong_value.TYPE_CODES | wrong_value.WORD_CODES:
        yield _member(found[0].content, found[1].name)


_PARTS: tuple[Callable[[FixContext, Diagnostic], Iterator[str]], ...] = (
    _unsupported,
    _missing,
    _reference,
    _attribute,
    _type,
    _value,
)


def _member(content: Content, name: str) -> str:
    return next((told for schema in content.schemas if (told := of_member(schema, name))), "")
