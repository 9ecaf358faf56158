"""When a run goes on, turns to another way, or stops: the rules of the loop, in one place.

| what came of an answer                                   | then                                               |
|----------------------------------------------------------|----------------------------------------------------|
| it was taken                                             | go on with what is left                            |
| it was refused or rejected, and nothing like that before | go on, told why                                    |
| refused in the same words as the answer before           | stalled: the next proposer, which goes another way |
| rejected with the findings of the answer before          | the same; regressed where none was ever taken      |

What is clean, what the budget allows and whom to ask first is the run's to know.
"""

from __future__ import annotations

from collections.abc import Set

from lsp_server.repair.outcome import Stop
from lsp_server.repair.verify import Identity


class Streak:
    """What came of the answers of one metered proposer, so far as it tells whether to ask it again."""

    def __init__(self) -> None:
        self._taken = False
        self._refusal = ""
        self._findings: Set[Identity] | None = None

    def take(self) -> None:
        """An answer was taken: what came before says nothing of the text as it is now."""
        self._taken, self._refusal, self._findings = True, "", None

    def refuse(self, feedback: str) -> Stop | None:
        """An answer was refused before it was linted, with these words. Returns how to stop, or None to go on."""
        again = feedback == self._refusal
        self._refusal = feedback
        return Stop.STALLED if again else None

    def reject(self, findings: Set[Identity]) -> Stop | None:
        """An answer was linted, to these findings, and not taken. Returns how to stop, or None to go on."""
        again = findings == self._findings
        self._findings, self._refusal = findings, ""
        if not again:
            return None
        return Stop.STALLED if self._taken else Stop.REGRESSED
