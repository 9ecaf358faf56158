"""Writes settings into a resource that is there in a module, and leaves what cannot be told apart from a choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lsp_server.core.document import Document
from lsp_server.core.edit import Edit
from lsp_server.dialects.terraform.block_schema import BlockSchema
from lsp_server.dialects.terraform.expressions import Literal, Template
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.dialects.terraform.tree import Block
from lsp_server.fixers.terraform.layout import insert_argument, insert_block
from lsp_server.repair.offline.catalog import TerraformCatalog
from lsp_server.repair.offline.hcl import body_lines, expression_text, is_text, nested_blocks
from lsp_server.repair.offline.resource import New
from lsp_server.repair.region import Region


def set_in_block(
    document: Document, region: Region, new: New, catalog: TerraformCatalog
) -> tuple[list[Edit], list[str]]:
    """The edits that set what `new` says in the block of a region, and what was left as it is, for a person."""
    blocks = parse_document(document).blocks
    block = next((b for b in blocks if b.span.start == region.span.start), None)
    if block is None:
        return [], [f"{region.name} cannot be read"]
    setting = _Setting(document)
    setting.inside(block, {**new.values, **new.around}, catalog.block(new.type))
    return setting.edits, setting.left


class _Setting:
    """Collects the edits, and the names of what is set otherwise already."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.edits: list[Edit] = []
        self.left: list[str] = []

    def inside(self, block: Block, values: Mapping[str, Any], schema: BlockSchema | None) -> None:
        """Set values in a block: arguments that are missing go below its last, blocks to its end."""
        nested = nested_blocks(schema)
        for name, value in values.items():
            there = block.body.blocks_of(name)
            attribute = block.body.attribute(name)
            if name in nested and len(there) == 1 and isinstance(value, Mapping):
                self.inside(there[0], value, nested[name])
            elif there or block.body.blocks_of("dynamic"):
                self.left.append(f"{name} is set already and was left as it is")
            elif attribute is None and name in nested:
                for one in value if isinstance(value, list) else [value]:
                    body = body_lines(one if isinstance(one, Mapping) else {}, nested[name], 1)
                    text = "\n".join([f"{name} {{", *body, "}"])
                    self.edits.append(insert_block(self._document, block, text))
            elif attribute is None:
                text = expression_text(value, 0, text=is_text(schema, name))
                self.edits.append(insert_argument(self._document, block, name, text))
            else:
                self._replace(name, attribute.value, expression_text(value, 0, text=is_text(schema, name)))

    def _replace(self, name: str, there: object, text: str) -> None:
        """Put another value in the place of a plain one; an expression was written for a reason."""
        plain = isinstance(there, Literal) or (isinstance(there, Template) and there.text is not None)
        if isinstance(there, Literal | Template) and plain and "\n" not in self._document.slice(there.span):
            if self._document.slice(there.span) != text:
                self.edits.append(Edit(self._document.uri, there.span, text))
        else:
            self.left.append(f"{name} is set already and was left as it is")
