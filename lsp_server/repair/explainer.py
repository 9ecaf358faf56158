"""The seam to a model's words on a finding: what stands under an explanation, told apart from what is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from lsp_server.analysis import Analysis
from lsp_server.core.diagnostic import Diagnostic
from lsp_server.models.base import Usage
from lsp_server.repair.explanation import Explanation, escaped
from lsp_server.repair.proposer import Task

_HEADING = "## In this text"
_PARTS = {
    "cause": "Why it is found",
    "consequence": "What would come of it",
    "remedy": "What to change",
}
_CALLED = {"editor": "the editor's language model", "recorded": "a model that was recorded"}
_CODE = re.compile("(`[^`]+`)")
_WORD = re.compile(r"\S+")
_ADDRESSES = ("//", "@", "www.")

Describe = Callable[[Analysis, Diagnostic], Explanation]
"""All that is known of a finding of an analysis, but for its fixes."""


@dataclass(frozen=True)
class Interpretation:
    """What a model says of findings in the very text they are in. Nobody has verified it.

    `cause` says why the linter finds this there, `consequence` what would come of it on deployment, `remedy` what to
    change: plain words, with names between backticks; empty where there is nothing to say. `invented` are those of them
    that were left out, since they name what is nowhere to be found. `model` is the name of the one that wrote it, as
    far as that is known, `provider` that of who was asked, `left` the number of findings that nobody was asked about.
    """

    cause: str
    consequence: str
    remedy: str
    provider: str
    model: str = ""
    invented: tuple[str, ...] = ()
    left: int = 0
    usage: Usage = Usage()

    @property
    def markdown(self) -> str:
        """All of it, who wrote it, and what it cost: to stand under an explanation."""
        return "\n\n".join(self._paragraphs())

    def _paragraphs(self) -> Iterator[str]:
        writer = self.model or _CALLED.get(self.provider, self.provider)
        cost = f" {escaped(str(self.usage))}." if self.usage.requests else ""
        yield _HEADING
        yield f"*Written by {escaped(writer)}; nobody has verified it.{cost}*"
        for part, title in _PARTS.items():
            if words := getattr(self, part):
                yield f"**{title}.** {inert(words)}"
        if self.invented:
            parts = ", ".join(f"“{_PARTS[part]}”" for part in self.invented)
            yield f"Left out, for naming what is nowhere in this text or its schema: {parts}."
        elif not (self.cause or self.consequence or self.remedy):
            yield "It has nothing to say of this."
        if self.left:
            yield f"It was asked about the first findings, and not about the last {self.left}."


class Explainer(Protocol):
    """Says in words what findings mean in their text."""

    @property
    def name(self) -> str:
        """Who is asked, in a word."""

    async def explain(self, task: Task, told: Sequence[Explanation], describe: Describe) -> Interpretation:
        """Explain the targets of `task`, of which a person is `told` that already.

        `describe` works it out anew from as much of the unit as may be shown. Raises ModelError where nobody could be
        asked, TooCostly where it may cost too little.
        """


def unsaid(why: str) -> str:
    """What stands in the place of a model's words where there are none; `why` is a sentence."""
    return f"{_HEADING}\n\n{inert(why)}"


def inert(words: str) -> str:
    """Words of others as Markdown that shows them and does nothing else: addresses lead nowhere either."""
    seen = "".join(c if c.isprintable() else " " for c in words)
    parts = []
    for at, part in enumerate(_CODE.split(seen)):
        # A backtick without its other would end the code that is made here.
        parts.append(part if at % 2 else _WORD.sub(_as_code, part.replace("`", "'")))
    return escaped("".join(parts))


def _as_code(word: re.Match[str]) -> str:
    """A word, as code where it is an address: renderers make links of bare ones, but not in code."""
    return f"`{word[0]}`" if any(mark in word[0] for mark in _ADDRESSES) else word[0]
