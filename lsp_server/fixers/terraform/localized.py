"""Blocks that can only be local values: a variable with a computed default, a template of the archived provider."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Document, Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform import layout
from lsp_server.fixers.terraform.content import scene_of
from lsp_server.fixers.terraform.place import fix

DEFAULT_CODES = frozenset({"reference-not-allowed"})
TEMPLATE_CODES = frozenset({"deprecated-type"})


def fix_default(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """`default = "${var.a}-b"`: a local value, which is no input of the module any more."""
    block = _block(context, diagnostic, "variable")
    default = block.body.attribute("default") if block else None
    if block is None or default is None or not default.span.encloses(diagnostic.span) or len(block.labels) != 1:
        return
    name = block.labels[0].text
    inside = {"default", "type", "description"}
    if block.body.blocks or any(a.name not in inside for a in block.body.attributes):
        return
    said = block.body.attribute("description")
    text = said.value.text if said is not None and isinstance(said.value, t.Template) else None
    above = (f"# {text}",) if text and "\n" not in text else ()
    if said is not None and not above:
        return
    edits = _as_local(context, block, name, default.value, ("var", name), above)
    if edits:
        title = f"Make `{name}` a local value, which nobody can set"
        yield fix(title, edits, [diagnostic], "localized", Applicability.DISPLAY_ONLY, {block.address})


def fix_template(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """`data "template_file"`: a local value that `templatefile` makes."""
    block = _block(context, diagnostic, "data")
    template = block.body.attribute("template") if block else None
    if block is None or template is None or len(block.labels) != 2 or block.labels[0].text != "template_file":
        return
    if block.body.blocks or any(a.name not in {"template", "vars"} for a in block.body.attributes):
        return
    read = template.value
    if isinstance(read, t.Template) and len(read.parts) == 1 and isinstance(read.parts[0], t.Interpolation):
        read = read.parts[0].inner
    if not isinstance(read, t.Call) or read.name != "file" or len(read.args) != 1:
        return
    document, given = context.document, block.body.attribute("vars")
    values = _outdented(document, given.value) if given else "{}"
    written = f"templatefile({document.slice(read.args[0].span)}, {values})"
    name = block.labels[1].text
    edits = _as_local(context, block, name, written, ("data", "template_file", name, "rendered"))
    if edits:
        title = f"Render it with `templatefile`, as the local value `{name}`"
        yield fix(title, edits, [diagnostic], "localized", removes={block.address})


def _block(context: FixContext, diagnostic: Diagnostic, kind: str) -> t.Block | None:
    blocks = parse_document(context.document).blocks
    return next((b for b in blocks if b.type == kind and b.span.encloses(diagnostic.span) and not b.broken), None)


def _outdented(document: Document, value: t.Expression) -> str:
    return layout.reindent(document.slice(value.span), layout.indent(document, value.span.start), "")


def _as_local(
    context: FixContext,
    block: t.Block,
    name: str,
    value: t.Expression | str,
    address: tuple[str, ...],
    above: tuple[str, ...] = (),
) -> list[Edit]:
    """The block as a local value, to which everything refers instead of to `address`; nothing where that cannot be."""
    scene, document = scene_of(context.unit), context.document
    tree = parse_document(document)
    if name in scene.module.locals or any(block.span.encloses(comment) for comment in tree.comments):
        return []
    if any(other.uri not in scene.module.trees and name in other.text for other in context.unit):
        return []  # a file of values or of tests may speak of it
    edits = []
    for uri, other in scene.module.trees.items():
        for used in (e for e in t.expressions(other.body) if isinstance(e, t.Traversal)):
            if name not in used.names[1:3] or used.root != address[0]:
                continue
            if used.names[: len(address)] == address:
                span = Span(used.span.start, used.parts[len(address) - 1].span.end)
                edits.append(Edit(uri, span, f"local.{name}"))
            elif used.names[: len(address) - 1] == address[:-1] and len(address) > 2:
                return []  # something else of it is asked for
    written = value if isinstance(value, str) else _outdented(document, value)
    lines = "\n".join([*above, f"{name} = {written}"])
    text = f"locals {{\n{layout.UNIT}{layout.reindent(lines, '', layout.UNIT)}\n}}"
    return [Edit(document.uri, block.span, text), *edits]
