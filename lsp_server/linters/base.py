"""What a linter is: something that judges a unit, or says why it did not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Unit
from lsp_server.dialects.base import Language


@dataclass(frozen=True)
class LintResult:
    """A linter's verdict. With `not_run` (a sentence that says why) there is no verdict: never take it for clean.

    `absent` marks a tool that is not installed, which is no failure. `notes` are sentences on what the verdict leaves
    out (a module that is not installed, say).
    """

    diagnostics: tuple[Diagnostic, ...] = ()
    not_run: str = ""
    absent: bool = False
    notes: tuple[str, ...] = ()


class Linter(Protocol):
    """One judge. `name` is the word of the command line; `incremental` ones answer on every keystroke."""

    name: str
    language: Language
    incremental: bool

    async def lint(self, unit: Unit) -> LintResult:
        """Judge the texts of `unit` as they are, not the files on disk.

        Never raises for a bad document or a failed tool (that is `not_run`). A cancelled call ends its work: a child
        process is killed or told to stop, and CancelledError goes on to the caller.
        """

    async def close(self) -> None:
        """End child processes. Idempotent."""


@runtime_checkable
class Forewarning(Protocol):
    """A linter that takes its time, and knows before that it will not be able to read a text."""

    name: str

    async def unreadable(self, unit: Unit) -> tuple[Diagnostic, ...] | None:
        """The findings with `syntax` that `lint` will have, within milliseconds; None where it cannot tell.

        Never raises.
        """


@runtime_checkable
class SlowToStart(Protocol):
    """A linter that takes seconds to be ready, and can be made so ahead of need."""

    async def warm(self) -> None:
        """Be ready for `lint`. Never raises for what cannot start: `lint` tells it."""
