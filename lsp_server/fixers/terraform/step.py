"""One way to mend one place, before it is known which findings it clears."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability
from lsp_server.dialects.terraform.tree import Attribute, Block
from lsp_server.fixers.terraform import layout
from lsp_server.fixers.terraform.place import Place


@dataclass(frozen=True)
class Step:
    """Edits with the title of their fix.

    `filled` is the argument or block that the step supplies, `reveals` tells that more may be wrong in what it makes
    readable, `top` is the address of the top-level block afterwards where that changes.
    """

    title: str
    edits: tuple[Edit, ...]
    proposer: str
    applicability: Applicability = Applicability.UNSAFE
    filled: str = ""
    reveals: bool = False
    top: tuple[str, ...] = ()


def give_up(place: Place, item: Attribute | Block, name: str) -> Iterator[Step]:
    """Take an item out that cannot stand where it is: as a comment, which loses nothing; a person may delete it."""
    kind = "argument" if isinstance(item, Attribute) else "block"
    where = f"{place.path[0].labels[0].text if place.path[0].labels else place.path[0].type}"
    commented = layout.comment_out(place.document, item.span)
    if commented is not None:
        trust = Applicability.DISPLAY_ONLY if where == "terraform" else Applicability.UNSAFE  # all else hangs on it
        title = f"Comment out the {kind} `{name}`, which {where} does not have here"
        yield Step(title, (commented,), "give_up", trust)
    removed = layout.remove(place.document, item.span)
    yield Step(f"Delete the {kind} `{name}`", (removed,), "give_up", Applicability.DISPLAY_ONLY)
