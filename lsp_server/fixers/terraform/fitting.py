"""How well a type goes with what a block says: how much of it the type takes, and what it asks for besides."""

from __future__ import annotations

from lsp_server.dialects.terraform.tree import Block
from lsp_server.fixers.terraform.content import META, Scene
from lsp_server.fixers.terraform.names import is_type_slip, one_slip, words
from lsp_server.fixers.terraform.place import kind_of
from lsp_server.fixers.terraform.upgrades import changes


def fit_of(scene: Scene, name: str, block: Block, kind: str = "") -> float:
    """The share of a block's arguments and blocks that the type takes, and of its required ones that are there.

    What the type has under another name now counts as taken; `kind` is that of the block where it is not said.
    """
    names, content = _names(block), scene.type_content(kind or block.type, name)
    required = (*content.required, *content.required_blocks)
    _, known = _taken(scene, name, block, kind)
    given = sum(n in names for n in required)
    total = len(names) + len(required)
    return (known + given) / total if total else 1.0


def says_enough(scene: Scene, name: str, block: Block) -> bool:
    """Whether a type whose name says the same takes something of what a block says; of one with a word less, a third.

    One that takes nothing is another thing, unless there is but a slip in its name.
    """
    said, taken = _taken(scene, name, block)
    written = block.labels[0].text
    if set(words(written)) == set(words(name)):
        return True
    less = not set(words(written)) <= set(words(name))
    return not said or is_type_slip(written, name) or taken / said >= (1 / 3 if less else 0.01)


def all_meant(scene: Scene, name: str, block: Block) -> bool:
    """Whether a block says something, and all of it, but for slips, is what the type takes."""
    content, names = scene.type_content(block.type, name), _names(block)
    known = [*content.arguments, *content.blocks]
    return (
        bool(names)
        and not content.opaque
        and all(content.takes_argument(n) or content.takes_block(n) or one_slip(n, known) is not None for n in names)
    )


def _names(block: Block) -> list[str]:
    """What a block says, without what any may say."""
    names = [a.name for a in block.body.attributes] + [kind_of(b) for b in block.body.blocks]
    return [n for n in names if n not in META and n != "tags"]


def _taken(scene: Scene, name: str, block: Block, kind: str = "") -> tuple[int, int]:
    """How much a block says, and how much of it a type takes, be it under another name now."""
    content, names = scene.type_content(kind or block.type, name), _names(block)
    return len(names), sum(content.takes_argument(n) or content.takes_block(n) or (name, n) in changes() for n in names)
