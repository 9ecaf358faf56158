"""The blocks of a `.tf.json` file as those of HCL, by the schemas of their providers."""

from __future__ import annotations

from dataclasses import replace

from lsp_server.core.caches import with_both
from lsp_server.dialects.terraform import core_schema
from lsp_server.dialects.terraform import tree as t
from lsp_server.dialects.terraform.block_schema import BlockSchema
from lsp_server.dialects.terraform.json_blocks import Blocks
from lsp_server.dialects.terraform.schema import ProviderSchemas

_TYPED = {"resource": core_schema.RESOURCE_META, "data": core_schema.DATA_META, "ephemeral": core_schema.DATA_META}


def lowered(tree: t.Tree, schemas: ProviderSchemas) -> t.Tree:
    """The tree of a file with all blocks in it that the schemas know; pieces that did not change are the same."""
    return t.Tree(tuple(t.Placed(lowered_piece(placed.piece, schemas), placed.start) for placed in tree.placed))


@with_both
def lowered_piece(piece: t.Piece, schemas: ProviderSchemas) -> t.Piece:
    """The same for one piece."""
    problems: list[t.SyntaxProblem] = []
    blocks = tuple(_block(block, schemas, problems) for block in piece.body.blocks)
    if not problems and blocks == piece.body.blocks:
        return piece
    return t.Piece(piece.text, t.Body(piece.body.attributes, blocks), (*piece.problems, *problems), ())


def _block(block: t.Block, schemas: ProviderSchemas, problems: list[t.SyntaxProblem]) -> t.Block:
    blocks = Blocks(problems, of_provider=True)
    if block.type == "check":
        inner = tuple(_block(b, schemas, problems) if b.type == "data" else b for b in block.body.blocks)
        return replace(block, body=t.Body(block.body.attributes, inner))
    if block.type in _TYPED and len(block.labels) > 1:
        schema = schemas.block_of(block)
        return blocks.block(block, core_schema.joined(schema, _TYPED[block.type]) if schema else None)
    if block.type == "provider" and block.labels:
        return blocks.block(block, _config(block, schemas))
    return block


def _config(block: t.Block, schemas: ProviderSchemas) -> BlockSchema | None:
    return schemas.provider_config(block.labels[0].text)
