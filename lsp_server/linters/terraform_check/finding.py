"""A finding before it has a place in a document, and how it becomes a diagnostic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rapidfuzz.distance import OSA

from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Document, Span
from lsp_server.linters.terraform_check.rules import RULES, resource_href
from lsp_server.linters.terraform_mistake import PLACED, mistake, mistake_of

NAME = "terraform-check"
_HIDING = frozenset(["unsupported-block", "unknown-resource-type", "unknown-data-source"])  # not looked into


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong: the rule, the span counted from the piece's start, Terraform's summary and a sentence.

    `data` holds the facts that fixers need. `schema` is the provider version that was judged by, where one was.
    `told_at` in `data` is where terraform tells it, where that is another place. `weaker` findings are warnings,
    whatever their rule says. `before` is how many code points before the span begins what it is about: a declaration,
    before its name.
    """

    code: str
    span: Span
    summary: str
    detail: str
    data: Mapping[str, object] = field(default_factory=dict)
    weaker: bool = False
    before: int = 0

    @property
    def key(self) -> tuple[str, Span, str]:
        """Equal for the same finding by two versions of a schema."""
        return self.code, self.span, str(self.data.get("name", ""))

    @property
    def _href(self) -> str:
        if self.code in {"unknown-resource-type", "unknown-data-source"}:
            return RULES[self.code].href
        page = resource_href(str(self.data.get("block", "")), str(self.data.get("resource_type", "")))
        return page or RULES[self.code].href

    def weakened(self, why: str) -> Finding:
        """The finding as a warning, with the reason."""
        return replace(self, detail=f"{self.detail} {why}", weaker=True)

    def diagnostic(self, document: Document, start: int) -> Diagnostic:
        """The finding of a piece that begins at `start`, as a diagnostic."""
        rule = RULES[self.code]
        span = Span(min(start + self.span.start, len(document.text)), min(start + self.span.end, len(document.text)))
        told_at = self.data.get("told_at")
        at = start + told_at if isinstance(told_at, int) else span.start
        line = document.position(min(at, len(document.text))).line
        data = {**self.data, "mistake": mistake_of(document.uri, line, self.summary, self.detail)}
        if self.code in PLACED:
            data["place"] = self.code, self.before
            if rule.severity is Severity.HINT:  # only tflint says the same
                data["mistake"] = mistake(document.uri, line, self.code, str(span.start))
        if self.code in _HIDING:
            data["hides"] = True
        severity = Severity.WARNING if self.weaker else rule.severity
        message = f"{self.summary}: {self.detail}" if self.detail else self.summary
        return Diagnostic(
            document.uri,
            span,
            severity,
            NAME,
            self.code,
            message,
            href=self._href,
            syntax=self.code == "syntax",
            data=data,
            tag=rule.tag,
            rule=rule.about,
        )


def did_you_mean(name: str, candidates: list[str]) -> str:
    """A sentence that names the nearest candidate, where it is near enough to be meant; else empty."""
    if candidates and OSA.distance(name, candidates[0]) <= max(1, len(name) // 5):
        return f' Did you mean "{candidates[0]}"?'
    return ""
