"""Reads `.terraform.lock.hcl`: which version of each provider a project has settled on."""

from __future__ import annotations

from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.parse import parse


def locked_versions(text: str) -> dict[str, str]:
    """Version by full provider address (`registry.terraform.io/hashicorp/aws`); what cannot be read is left out."""
    found: dict[str, str] = {}
    for block in parse(text).blocks:
        version = block.body.attribute("version")
        if block.type == "provider" and block.labels and version and isinstance(version.value, t.Template):
            found[block.labels[0].text] = version.value.text or ""
    return found
