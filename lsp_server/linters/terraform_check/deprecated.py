"""Tells what Terraform still reads and nobody should write any more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lsp_server.dialects.terraform import tree as t
from lsp_server.linters.terraform_check.finding import Finding
from lsp_server.linters.terraform_check.static import invalid

_REPLACED = {
    ("data", "template_file"): "the function templatefile reads a template without a provider",
    (
        "data",
        "template_cloudinit_config",
    ): "the data source cloudinit_config of the provider cloudinit has taken its place",
    ("resource", "template_dir"): "the function templatefile reads a template without a provider",
}


def check_deprecated(piece: t.Piece, block: t.Block) -> Iterator[Finding]:
    """Hints for a block: texts around a single value, indices with a dot, providers and arguments of old."""
    yield from _old_block(block)
    for expression in t.expressions(block):
        match expression:
            case t.Template(parts=(t.Interpolation(),), heredoc=False):
                detail = (
                    "The value may stand without quotes and braces; the text around it is from before Terraform 0.12."
                )
                summary = "Interpolation-only expressions are deprecated"
                yield invalid("deprecated-interpolation", expression.span, summary, detail, "", "interpolation")
            case t.Traversal(parts=parts) | t.Access(parts=parts):
                for part in parts:
                    if part.kind == "index" and piece.text[part.span.start : part.span.start + 1] == ".":
                        name = piece.text[part.span.start + 1 : part.span.end]
                        detail = f"An index is written in brackets since Terraform 0.12: [{name}]."
                        yield invalid("deprecated-index", part.span, "Legacy index syntax", detail, name, "index")


def _old_block(block: t.Block) -> Iterator[Finding]:
    version = block.body.attribute("version") if block.type == "provider" else None
    if version is not None:
        detail = (
            "Terraform 0.13 and earlier allowed provider version constraints inside the provider configuration block, "
            "but that is now deprecated and will be removed in a future version of Terraform. To silence this warning, "
            "move the provider version constraint into the required_providers block."
        )
        summary = "Version constraints inside provider configuration blocks are deprecated"
        found = invalid("deprecated-argument", version.span, summary, detail, "", "argument")
        yield replace(found, before=version.span.start - block.span.start)
    why = _REPLACED.get((block.type, block.labels[0].text), "") if block.labels else ""
    if why:
        name = block.labels[0].text
        detail = f"The provider template is archived: {why}."
        yield invalid("deprecated-type", block.labels[0].span, f'"{name}" is deprecated', detail, name, "type")
    for inner in block.body.blocks_of("required_providers") if block.type == "terraform" else ():
        for attribute in inner.body.attributes:
            if isinstance(attribute.value, t.Template):
                detail = "A provider is required by an object with its source and version since Terraform 0.13."
                summary = "Version-only provider requirement"
                span, name = attribute.value.span, attribute.name
                yield invalid("deprecated-requirement", span, summary, detail, name, "requirement")
