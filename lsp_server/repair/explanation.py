"""What one finding means, for a person: the linter's words, its rule, what is allowed there, and its fixes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.fix import Applicability, Fix

_ACTIVE = re.compile(r"([\\`*\[\]<>#|~&]|(?<!\w)_|_(?!\w))")
_ITEM = re.compile(r"^(\d*)([-+=.)])")  # what would begin a list or underline a heading
_CODE = re.compile("(`[^`]+`)")
_NAMES = re.compile("`([^`]+)`")
_TRUST = {
    Applicability.SAFE: "safe",
    Applicability.UNSAFE: "not safe: look at it first",
    Applicability.DISPLAY_ONLY: "deletes or decides something: made only when picked",
}
_SAME_WORDS = 60  # characters of a paragraph by which another is told to say the same


@dataclass(frozen=True)
class Explanation:
    """All that is known of a finding: `grounds` say what is allowed at its place, `about` is its documentation."""

    finding: Diagnostic
    grounds: tuple[str, ...]
    about: str
    fixes: tuple[Fix, ...]

    @property
    def title(self) -> str:
        """Who found it, and by which rule."""
        return f"{self.finding.source} {self.finding.code}".strip()

    @property
    def markdown(self) -> str:
        """All of it, with the linter's words as they are."""
        return "\n\n".join(self._paragraphs())

    @property
    def brief(self) -> str:
        """What the message does not say, in one paragraph; empty where that is nothing."""
        first = "" if self._says_it(self.grounds[0] if self.grounds else "") else self.grounds[0]
        if not self.fixes:
            return first
        best = self.fixes[0]
        others = f", and {len(self.fixes) - 1} more" if len(self.fixes) > 1 else ""
        trust = "" if best.applicability is Applicability.SAFE else f" ({_TRUST[best.applicability]})"
        return f"{first} Fix: {escaped(best.title)}{trust}{others}.".lstrip()

    @property
    def short(self) -> str:
        """All of it that an editor can show which has no place for more: without Markdown's structure."""
        return "\n\n".join(filter(None, (f"{self.title}: {self.finding.message}", self.finding.help, self.brief)))

    def _says_it(self, ground: str) -> bool:
        """Whether all that a paragraph names stands in the linter's words or beside them."""
        names = _NAMES.findall(ground)
        said = f"{self.finding.message} {self.finding.help}"
        return not ground or (bool(names) and all(name in said for name in names))

    def _paragraphs(self) -> Iterator[str]:
        finding = self.finding
        yield f"# {escaped(self.title)}"
        yield fenced(finding.message)
        if finding.help:
            yield escaped(finding.help)
        if finding.syntax:
            yield "The text cannot be read here. What is wrong behind this place may show only when it can."
        if finding.rule:
            yield f"**The rule.** {escaped(finding.rule)}"
        if finding.href:
            yield f"[{escaped(self.title)} in the documentation]({finding.href})"
        yield "## Fixes"
        if self.fixes:
            yield "\n".join(f"- {escaped(fix.title)} — {_TRUST[fix.applicability]}" for fix in self.fixes)
        else:
            yield "No fix of Lintel's own is known for this that passes the linters."
        if self.grounds:
            yield "## What may stand here"
            yield from self.grounds
        if self.about and not any(self.about[:_SAME_WORDS] in ground for ground in self.grounds):
            yield "## What stands here"
            yield self.about


def escaped(text: str) -> str:
    """A text as Markdown that shows it and does nothing else; what it has between backticks stays code."""
    words = " ".join(text.split())
    shown = "".join(part if at % 2 else _ACTIVE.sub(r"\\\1", part) for at, part in enumerate(_CODE.split(words)))
    return _ITEM.sub(r"\1\\\2", shown)


def fenced(text: str) -> str:
    """A text as a block that is shown as it is."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"
