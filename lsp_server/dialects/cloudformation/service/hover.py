"""What is told about the word at the cursor."""

from __future__ import annotations

from lsp_server.core.document import Span
from lsp_server.dialects.cloudformation.documentation import of_attribute, of_word
from lsp_server.dialects.cloudformation.schema import Schemas
from lsp_server.dialects.cloudformation.service.hover_keys import about_key, about_value
from lsp_server.dialects.cloudformation.service.hover_names import about_name
from lsp_server.dialects.cloudformation.service.mappings import arguments_of, found_values
from lsp_server.dialects.cloudformation.service.names import attribute_at, inner_span, mention_at
from lsp_server.dialects.cloudformation.template import Template
from lsp_server.dialects.cloudformation.tree import Entry, Node, Scalar, intrinsic_name
from lsp_server.dialects.cloudformation.vocabulary import LOOP
from lsp_server.dialects.service import Hover

_VALUES = 30  # of a mapping that are listed


def hover(template: Template, offset: int, schemas: Schemas) -> Hover | None:
    """What is known about what stands at `offset`; None where that is nothing."""
    text, span = _of_name(template, offset, schemas)
    if not text and (node := template.node_at(offset)) is not None:
        text, span = _of_node(template, node, offset, schemas)
    return Hover(text, span) if text else None


def _of_name(template: Template, offset: int, schemas: Schemas) -> tuple[str, Span]:
    if (mention := mention_at(template, offset)) is not None:
        text = about_name(template, mention, schemas)
        return _joined(text, _gives(template, offset) if text else ""), mention.span
    if (attribute := attribute_at(template, offset)) is not None:
        resource = template.resources.get(attribute.target)
        schema = schemas.get(resource.type) if resource is not None else None
        return of_attribute(schema, attribute.name) if schema is not None else "", attribute.span
    return "", Span(offset, offset)


def _of_node(template: Template, node: Node, offset: int, schemas: Schemas) -> tuple[str, Span]:
    if node.tag and node.tag_span.touches(offset):
        text = of_word("function", intrinsic_name(node.tag))
        return _joined(text, _gives(template, offset)), node.tag_span
    if not isinstance(node, Scalar) or not node.span.touches(offset):
        return "", node.span
    entry, span = node.parent, inner_span(node)
    span = span if span.touches(offset) else node.span
    if not isinstance(entry, Entry) or entry.key is not node:
        return about_value(template, node, schemas), span
    function = LOOP if node.value.startswith(f"{LOOP}::") else node.value
    text = of_word("function", function) if function.startswith(("Fn::", "Ref")) else ""
    text = _joined(text, _gives(template, offset)) or about_key(template, entry, schemas)
    return text, span


def _gives(template: Template, offset: int) -> str:
    """What the FindInMap at the cursor gives."""
    node = template.node_at(offset)
    arguments = arguments_of(node) if node is not None else None
    found = found_values(template, arguments) if arguments is not None else ()
    if len(found) == 1:
        return f"Gives `{found[0].value}`"
    lines = [f"- `{' / '.join(one.keys)}`: `{one.value}`" for one in found[:_VALUES]]
    return (
        "\n".join(["Gives, by what it is asked for:\n", *lines, *(["- …"] if len(found) > _VALUES else [])])
        if lines
        else ""
    )


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
