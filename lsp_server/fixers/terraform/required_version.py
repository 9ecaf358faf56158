"""A module that does not say which Terraform it needs, as tflint asks it to."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Span
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Fix
from lsp_server.dialects.terraform import tree as t
from lsp_server.fixers.base import FixContext
from lsp_server.fixers.terraform import layout
from lsp_server.fixers.terraform.content import scene_of
from lsp_server.fixers.terraform.place import fix

CODES = frozenset({"terraform_required_version"})
_SINCE = {"moved": 1, "check": 5, "import": 5, "removed": 7, "ephemeral": 10}
"""The minor version of Terraform 1 that first had a block: https://github.com/hashicorp/terraform/releases"""
_DATA_SINCE = 4  # terraform_data


def fix_version(context: FixContext, diagnostic: Diagnostic) -> Iterator[Fix]:
    """Require the oldest Terraform 1 that has all the blocks that the module has."""
    module, document = scene_of(context.unit).module, context.document
    if module.is_opentofu:
        return  # its versions are others
    blocks = [block for tree in module.trees.values() for block in tree.blocks]
    if any(block.type == "terraform" and block.body.attribute("required_version") for block in blocks):
        return
    minor = max(map(_since, blocks), default=0)
    value = f'">= 1.{minor}"'
    settings = next((b for uri, b in _settings(module.trees) if uri == document.uri and not b.broken), None)
    if settings is None:
        at = int(document.text.startswith("\ufeff"))
        text = f"terraform {{\n{layout.UNIT}required_version = {value}\n}}\n\n"
        edit = Edit(document.uri, Span(at, at), text)
    else:
        edit = layout.insert_argument(document, settings, "required_version", value)
    yield fix(f"Require Terraform 1.{minor} or newer", [edit], [diagnostic], "required_version")


def _settings(trees: dict[str, t.Tree]) -> Iterator[tuple[str, t.Block]]:
    return ((uri, block) for uri, tree in trees.items() for block in tree.blocks if block.type == "terraform")


def _since(block: t.Block) -> int:
    of_data = block.type == "resource" and bool(block.labels) and block.labels[0].text == "terraform_data"
    return _DATA_SINCE if of_data else _SINCE.get(block.type, 0)
