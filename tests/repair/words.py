"""A language of words, small enough to see what the loop does: a word of `bad…` is an error, of `odd…` a warning.

Lines of the form `id NAME` declare, `# …` is a comment, `(` without `)` is a syntax error that hides the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lsp_server.analysis import Analysis, Toolchain, analyze
from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.base import Completion, Intent, Language, Readable
from lsp_server.fixers.base import FixContext
from lsp_server.linters.base import LintResult
from lsp_server.models.base import Usage
from lsp_server.repair.proposer import Proposal, Refusal, Task

URI = "file:///words"


class Words:
    """The dialect."""

    language = Language.CLOUDFORMATION
    service = None

    def owns(self, document: Document) -> bool:
        return True

    def completions(self, unit: Unit, document: Document, offset: int) -> Sequence[Completion]:
        return ()

    def documentation(self, completion_key: str) -> str:
        return ""

    def intent_at(self, document: Document, offset: int) -> Intent | None:
        return None

    def ids(self, document: Document) -> frozenset[tuple[str, ...]]:
        return frozenset(("id", name) for name in re.findall(r"(?m)^id (\w+)", document.text))

    def comments(self, document: Document) -> Sequence[str]:
        return re.findall(r"(?m)^#.*$", document.text)

    def unread(self, document: Document) -> Sequence[Span]:
        return [Span(*m.span()) for m in re.finditer(r".+", document.text) if m[0].count("(") != m[0].count(")")]

    def readable(self, document: Document, troubles: Sequence[Sequence[int]] = ()) -> Readable | None:
        return None


class WordLinter:
    """The linter; `dead` makes it fail after that many runs."""

    language = Language.CLOUDFORMATION
    incremental = False

    def __init__(self, name: str = "words", *, dead_after: int | None = None) -> None:
        self.name = name
        self.runs = 0
        self._dead_after = dead_after

    async def lint(self, unit: Unit) -> LintResult:
        self.runs += 1
        if self._dead_after is not None and self.runs > self._dead_after:
            return LintResult(not_run="it died")
        return LintResult(tuple(d for document in unit for d in findings(document)))

    async def close(self) -> None:
        """Nothing to end."""


def findings(document: Document) -> list[Diagnostic]:
    text = document.text
    if text.count("(") != text.count(")"):
        at = text.find("(")
        return [finding(document.uri, Span(at, at + 1), "syntax", Severity.ERROR, syntax=True)]
    found = []
    for match in re.finditer(r"\b(bad|odd|lost)\w*", text):
        severity = Severity.WARNING if match[0].startswith("odd") else Severity.ERROR
        found.append(
            Diagnostic(
                document.uri,
                Span(*match.span()),
                severity,
                "words",
                match[1],
                match[0],
                data={"hides": match[1] == "lost"},
            )
        )
    return found


def finding(uri: str, span: Span, code: str, severity: Severity, *, syntax: bool = False) -> Diagnostic:
    return Diagnostic(uri, span, severity, "words", code, code, syntax=syntax)


def replace_by(word: str, applicability: Applicability = Applicability.SAFE):
    """A fixer that writes `word` for what was found."""

    def fixer(context: FixContext, diagnostic: Diagnostic) -> list[Fix]:
        edit = Edit(diagnostic.uri, diagnostic.span, word)
        return [Fix(f"Replace by {word!r}", (edit,), applicability, (diagnostic,), "words")]

    return fixer


class Speaker:
    """A metered proposer that says, one after the other, the whole text it wants."""

    name = "speaker"
    metered = True

    def __init__(self, *answers: str | Refusal | Exception | None, tokens: int = 10, cost: float = 0.0) -> None:
        self.answers = list(answers)
        self.tasks: list[Task] = []
        self.usage = Usage(1, tokens, cost=cost)

    async def propose(self, task: Task) -> Proposal | Refusal | None:
        self.tasks.append(task)
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        if answer is None or isinstance(answer, Refusal):
            return answer
        edit = Edit(URI, Span(0, len(task.unit.main.text)), answer)
        return Proposal(self.name, "Say it anew", (edit,), Applicability.UNSAFE, usage=self.usage)


async def judged(text: str, linter: WordLinter) -> Analysis:
    return await analyze(Unit((Document(URI, text),)), Language.CLOUDFORMATION, Toolchain((linter,)))
