"""The seam to a second look at what was written: whether it does what was asked for, as a reader sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from lsp_server.core.document import Unit
from lsp_server.models.base import Usage
from lsp_server.repair.proposer import Place, Task


@dataclass(frozen=True)
class Remark:
    """What a reader says of one thing that was asked for: `met`, or not, or not to be decided (None), and why.

    `place` is what in the text that is about; None where it is about none.
    """

    requirement: str
    met: bool | None
    why: str
    place: Place | None = None

    def __str__(self) -> str:
        """For example `alarms on errors (there is no alarm)`."""
        return f"{self.requirement} ({self.why})" if self.why else self.requirement


@dataclass(frozen=True)
class Reviewed:
    """All remarks on a text, and what they cost."""

    remarks: tuple[Remark, ...]
    usage: Usage = Usage()


class Reviewer(Protocol):
    """Reads what was written for a request."""

    @property
    def name(self) -> str:
        """Who is asked, in a word."""

    async def review(self, task: Task, before: Unit, checked: Sequence[str]) -> Reviewed:
        """Read the unit of `task`, whose intent was met by changing `before`; what is `checked` already is left out.

        Raises ModelError where nobody could be asked, TooCostly where it may cost too little.
        """
