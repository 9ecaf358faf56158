"""From a piece of YAML to green nodes: tree-sitter where the piece parses, block by block where it does not."""

from __future__ import annotations

from lsp_server.core.caches import sized
from lsp_server.dialects.cloudformation.green import PIECES_KEPT, Mistake, Parsed, Piece
from lsp_server.dialects.cloudformation.yaml_nodes import document, parse
from lsp_server.dialects.cloudformation.yaml_recovery import recover


@sized(PIECES_KEPT, len)
def read_yaml(text: str) -> Parsed:
    """The nodes of a piece of text, which may begin at any indentation, and its mistakes."""
    piece = Piece(text)
    top = parse(piece.encoded)
    if top is not None:
        return Parsed(piece, document(piece, top), ())
    mistakes: list[Mistake] = []
    root = recover(piece, mistakes)
    if root is None and not mistakes:
        mistakes.append(Mistake(0, len(text), "This could not be read"))
    return Parsed(piece, root, tuple(mistakes))


def parses(text: str) -> bool:
    """Whether tree-sitter reads all of the text."""
    return parse(text.encode("utf-8", "surrogatepass")) is not None
