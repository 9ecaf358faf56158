"""What is told about a name: what it stands for, how it is declared, where else it is used."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.dialects.cloudformation.documentation import of_attribute, of_word
from lsp_server.dialects.cloudformation.pages import type_page
from lsp_server.dialects.cloudformation.references import ReferenceKind
from lsp_server.dialects.cloudformation.schema import ResourceSchema, Schemas
from lsp_server.dialects.cloudformation.service.loops import made_by_loop
from lsp_server.dialects.cloudformation.service.mappings import shown
from lsp_server.dialects.cloudformation.service.names import (
    Mention,
    Name,
    Space,
    entries,
    entries_of,
    mentions_of,
    scope_of,
)
from lsp_server.dialects.cloudformation.service.source import excerpt
from lsp_server.dialects.cloudformation.template import Resource, Template
from lsp_server.dialects.cloudformation.tree import Entry, Mapping, Node, Scalar, Sequence

_USES = 8  # that are listed
_KEYS = 20  # of a mapping that are listed
_LIMITS = ("AllowedPattern", "MinLength", "MaxLength", "MinValue", "MaxValue")


def about_name(template: Template, mention: Mention, schemas: Schemas) -> str:
    """What the name that is mentioned stands for; empty where nothing declares it."""
    name = mention.name
    if name.is_pseudo:
        return of_word("pseudo", name.text)
    if name.space is Space.VARIABLE:
        return _variable(template, name)
    if name.space is Space.ANCHOR:
        return _anchor(template, name)
    if not (found := entries(template, name)):
        return _looped(template, mention, schemas) if name.space is Space.VALUE else ""
    parts = list(_declared(template, mention, found, schemas))
    if not mention.declares and name.space not in (Space.MAP_KEY, Space.CONDITION):
        parts.append(excerpt(template.document, found[-1]))
    return "\n\n".join([part for part in [*parts, _uses(template, name)] if part])


def _declared(template: Template, mention: Mention, found: list[Entry], schemas: Schemas) -> Iterator[str]:
    """What a section declares under the name."""
    name, entry = mention.name, found[-1]
    match name.space:
        case Space.VALUE if (resource := template.resources.get(name.text)) is not None:
            yield from _resource(template, resource, mention, schemas)
        case Space.VALUE:
            yield from _parameter(template, entry)
        case Space.CONDITION:
            yield f"**{name.text}** · condition"
            yield excerpt(template.document, entry)
        case Space.MAPPING:
            yield f"**{name.text}** · mapping"
            keys = list(dict.fromkeys(inside.name for one in found for inside in entries_of(one)))
            yield f"Keys: {', '.join(f'`{key}`' for key in keys[:_KEYS])}{' …' if len(keys) > _KEYS else ''}"
        case Space.MAP_KEY:
            yield f"**{name.text}** · key of `{'.'.join(filter(None, name.within))}`"
            yield "\n".join(_values(template, found))
        case Space.OUTPUT:
            yield f"**{name.text}** · output"
            yield _text(template, entry, "Description")
        case _:
            yield f"**{name.text}** · {name.space.value}"


def _resource(template: Template, resource: Resource, mention: Mention, schemas: Schemas) -> Iterator[str]:
    yield f"**{resource.logical_id}** · `{resource.type or 'no type yet'}`"
    schema = schemas.get(resource.type)
    use = mention.use
    if schema is not None:
        if use is not None and use.attribute:
            yield of_attribute(schema, use.attribute)
        elif use is not None and use.kind in (ReferenceKind.REF, ReferenceKind.SUB):
            yield _given(schema)
        else:
            yield schema.description.partition("\n")[0]
    body = resource.body
    for word in ("Condition", "DeletionPolicy", "UpdateReplacePolicy"):
        value = body.get(word) if body is not None else None
        if isinstance(value, Scalar):
            yield f"{word}: `{value.value}`"
    if page := type_page(resource.type):
        yield f"[Documentation]({page})"


def _given(schema: ResourceSchema) -> str:
    """What Ref of a resource gives."""
    given = schema.ref
    if given is None:
        return ""
    types = f" ({' | '.join(given.types)})" if given.types else ""
    return f"Gives its `{given.name}`{types}. {given.description.partition(chr(10))[0]}".rstrip()


def _parameter(template: Template, entry: Entry) -> Iterator[str]:
    body = entry.value.resolved if entry.value is not None else None
    kind = _text(template, entry, "Type")
    yield f"**{entry.name}** · parameter{f' · `{kind}`' if kind else ''}"
    yield _text(template, entry, "Description")
    hidden = _text(template, entry, "NoEcho").lower() in ("true", "1", "yes")
    default = _text(template, entry, "Default")
    if hidden:
        yield "Its value is masked (`NoEcho`)"
    elif default or (isinstance(body, Mapping) and "Default" in body):
        yield f"Default: `{default}`" if default else "Default: an empty text"
    allowed = body.get("AllowedValues") if isinstance(body, Mapping) else None
    if isinstance(allowed, Sequence):
        yield "Allowed: " + ", ".join(f"`{shown(template.document, item)}`" for item in allowed.items)
    limits = [f"{word}: `{text}`" for word in _LIMITS if (text := _text(template, entry, word))]
    yield " · ".join(limits)


def _text(template: Template, entry: Entry, key: str) -> str:
    body = entry.value.resolved if entry.value is not None else None
    found = body.get(key) if isinstance(body, Mapping) else None
    return shown(template.document, found) if found is not None else ""


def _values(template: Template, found: list[Entry]) -> Iterator[str]:
    """What stands below keys of a mapping, each with the key above or below it that tells it apart."""
    for entry in found:
        value = entry.value.resolved if entry.value is not None else None
        above = entry.parent.parent
        if isinstance(value, Mapping):
            for inside in value.entries:
                if inside.value is not None:
                    yield f"- `{inside.name}`: `{shown(template.document, inside.value)}`"
        elif value is not None and isinstance(above, Entry):
            yield f"- `{above.name}`: `{shown(template.document, value)}`"


def _looped(template: Template, mention: Mention, schemas: Schemas) -> str:
    """What a loop makes under the name."""
    made = made_by_loop(template, "Resources", mention.name.text)
    if made is None:
        return ""
    kind = _text(template, made, "Type")
    schema = schemas.get(kind)
    attribute = mention.use.attribute if mention.use is not None else ""
    told = "" if schema is None else of_attribute(schema, attribute) if attribute else _given(schema)
    head = f"**{mention.name.text}** · `{kind}` · made by a loop"
    return "\n\n".join(part for part in (head, told, excerpt(template.document, made)) if part)


def _variable(template: Template, name: Name) -> str:
    """What a variable of a loop or of a Sub stands for."""
    arguments = scope_of(template, name)
    if not isinstance(arguments, Sequence) or len(arguments.items) < 2:
        return ""
    values = arguments.items[1].resolved
    own = values.entry(name.text) if isinstance(values, Mapping) and not values.intrinsic else None
    if own is not None:
        text = shown(template.document, own.value) if own.value is not None else ""
        return f"**{name.text}** · variable of this `Fn::Sub`\n\n`{text}`"
    return f"**{name.text}** · variable of this loop, in turn:\n\n{excerpt(template.document, arguments.items[1])}"


def _anchor(template: Template, name: Name) -> str:
    node = template.anchors.get(name.text)
    return f"**&{name.text}** · anchor\n\n{excerpt(template.document, node)}" if node is not None else ""


def _uses(template: Template, name: Name) -> str:
    """Where else a name is used, by line."""
    used = [mention for mention in mentions_of(template, name) if not mention.declares]
    places = list(dict.fromkeys(_place(template, mention) for mention in used))
    if not places:
        return ""
    more = f" and {len(places) - _USES} more" if len(places) > _USES else ""
    return f"Used in line{'s' * (len(places) > 1)} {', '.join(places[:_USES])}{more}"


def _place(template: Template, mention: Mention) -> str:
    line = template.document.position(mention.span.start).line + 1
    node: Node | None = template.node_at(mention.span.start)
    path = template.path_of(node) if node is not None else ()
    owner = path[1] if path[:1] in (("Resources",), ("Outputs",), ("Conditions",), ("Rules",)) and len(path) > 1 else ""
    return f"{line} (`{owner}`)" if owner else str(line)
