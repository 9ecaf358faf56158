"""What stands at a position of a half-typed template: the way to it, and whether a key or a value is due."""

from __future__ import annotations

from lsp_server.dialects.cloudformation import context_flow, context_yaml
from lsp_server.dialects.cloudformation.position import Place, Role
from lsp_server.dialects.cloudformation.template import Template

__all__ = ["Place", "Role", "place_at"]


def place_at(template: Template, offset: int) -> Place | None:
    """The place of a cursor in a template; None where nothing can be offered, as in a comment."""
    document = template.document
    if template.format == "yaml":
        return context_yaml.locate(document, offset)
    begin, path, entry = template.cut_at(offset)
    frames = [context_flow.Frame(mapping=True, key=str(step)) for step in path]
    if entry:
        frames.append(context_flow.Frame(mapping=True))
    column = document.position(offset).column
    line = document.line_text(document.position(offset).line)
    indent = min(column, len(line) - len(line.lstrip(" \t")))
    return context_flow.place(document.text, offset, begin, (), indent, json=True, frames=tuple(frames))
