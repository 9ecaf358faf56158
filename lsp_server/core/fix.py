"""What a proposer suggests: edits with a title, and how far they may be trusted."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.edit import Edit


class Applicability(enum.Enum):
    """How a fix may be applied. Only SAFE ones are ever made unattended; what a model wrote is never SAFE.

    UNSAFE ones are made when asked for (`--unsafe`). DISPLAY_ONLY ones are only offered one at a time to a person who
    picks them: whatever deletes something declared (a parameter, a variable, a resource) is of this kind.
    """

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY_ONLY = "display-only"

    def least(self, other: Applicability) -> Applicability:
        """The one that is trusted less."""
        order = list(Applicability)
        return max(self, other, key=order.index)


@dataclass(frozen=True)
class Fix:
    """Edits that claim to clear `clears`, not yet verified.

    `title` is an imperative a person reads in the light bulb; a fix that deletes says what it deletes.
    `proposer` names who made it (`cloudformation.property_name`). `removes` names the ids, as the dialect's
    `ids` gives them, that the edits delete on purpose; any other id that goes missing makes the fix invalid.
    `same` says that what is changed means the same as before and is only written in another way.
    """

    title: str
    edits: tuple[Edit, ...]
    applicability: Applicability
    clears: tuple[Diagnostic, ...]
    proposer: str
    removes: frozenset[tuple[str, ...]] = frozenset()
    same: bool = False
