"""One object through which the server, the command line and evaluations reach everything below."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lsp_server.analysis import Analysis, Toolchain, analyze
from lsp_server.core.diagnostic import Diagnostic
from lsp_server.core.document import Document, Unit
from lsp_server.core.fix import Applicability, Fix
from lsp_server.dialects.base import Dialect, Language
from lsp_server.fixers.base import Adviser, FixContext, FixerTable, Grounder, advised
from lsp_server.linters.installed_schemas import InstalledSchemas
from lsp_server.models.base import Purpose
from lsp_server.models.recording import RecordingModel
from lsp_server.models.spending import Spending
from lsp_server.refactorings.base import Kind, Refactoring, RefactoringTable, Selection
from lsp_server.repair.beside_unread import beside_unread
from lsp_server.repair.explainer import Explainer, unsaid
from lsp_server.repair.explanation import Explanation
from lsp_server.repair.fixing import SAFE_ONLY, UNATTENDED, FixerProposer, all_fixes
from lsp_server.repair.generation import generate
from lsp_server.repair.ledger import Budget, Ledger, Progress, Report
from lsp_server.repair.loop import Run
from lsp_server.repair.outcome import Evidence, Outcome
from lsp_server.repair.proposer import IntentTask, Place, Proposer, Task
from lsp_server.repair.refactoring import Refactored, refactored
from lsp_server.repair.reviewer import Reviewer
from lsp_server.repair.together import verify_together
from lsp_server.repair.verify import Verifier

MakeProposers = Callable[[Purpose], Sequence[Proposer]]
MakeReviewer = Callable[[], Reviewer | None]
MakeExplainer = Callable[[], Explainer]


def silent(_: Progress) -> None:
    """Report to nobody."""


def no_reviewer() -> None:
    """Nobody reads what was written once more."""


@dataclass(frozen=True)
class VerifiedFix:
    """A fix that cleared what it claims and introduced nothing, for the very analysis it was asked for."""

    fix: Fix
    evidence: Evidence

    @property
    def title(self) -> str:
        """What the light bulb says: the fix and, in brief, its evidence."""
        return f"{self.fix.title} ({self.evidence.brief})"


@dataclass(frozen=True)
class Engine:
    """Dialects, linters, fixers and models, wired by `lsp_server.bootstrap`.

    `advisers` say what helps with a finding and its message leaves out, for the languages that have one.
    `proposers` makes the proposers that take part after the fixers, for a purpose; none without a model. `model_name`
    says who they are ("none" where there is none). `reviewer` makes whoever reads once more what was written for a
    request, if anybody does. `model` keeps each request as it was sent, None where nothing is ever sent. `spending` is
    the book of what requests have cost, on all days.
    `explainer` makes whoever says in words what findings mean in their text; None where nobody does.
    `schemas` are those of installed providers; None where only bundled ones shall count. `grounders` say what may stand
    at the place of a finding.
    """

    dialects: tuple[Dialect, ...]
    toolchain: Toolchain
    fixers: Mapping[Language, FixerTable]
    advisers: Mapping[Language, Adviser]
    refactorings: Mapping[Language, RefactoringTable]
    proposers: MakeProposers
    model_name: str
    budget: Budget
    reviewer: MakeReviewer = no_reviewer
    model: RecordingModel | None = None
    spending: Spending | None = None
    schemas: InstalledSchemas | None = None
    grounders: Mapping[Language, Grounder] = field(default_factory=dict)
    explainer: MakeExplainer | None = None

    def dialect_of(self, document: Document) -> Dialect | None:
        """The dialect of a document; None where it is none of ours."""
        return next((dialect for dialect in self.dialects if dialect.owns(document)), None)

    def dialect(self, language: Language) -> Dialect:
        """The dialect of a language."""
        return next(dialect for dialect in self.dialects if dialect.language is language)

    def prepare(self, language: Language) -> None:
        """Load what a language needs, so that nobody waits for it later. Blocking, and nothing the second time."""
        _ = self.dialect(language).service, self.fixers[language], self.refactorings.get(language)
        self.advisers.get(language)

    async def analyze(self, unit: Unit, language: Language, *, incremental: bool = False) -> Analysis:
        """Judge a unit with all linters, or only with those that may run on every keystroke."""
        return await analyze(unit, language, self.toolchain.incremental() if incremental else self.toolchain)

    async def settle(self, unit: Unit, language: Language) -> tuple[str, ...]:
        """Have the schemas that count for a unit, as far as installed providers tell them, before it is judged.

        Returns those providers, for a person. It may take seconds for each that was never asked before.
        """
        if self.schemas is None or language is not Language.TERRAFORM or not self.toolchain.of(language):
            return ()
        self.schemas.recall(unit)
        await self.schemas.ask(unit)
        return self.schemas.used(unit)

    def has_fixer(self, diagnostic: Diagnostic, language: Language) -> bool:
        """Whether any fixer knows the rule of a finding."""
        return self.fixers[language].answers(diagnostic)

    def advised(self, analysis: Analysis, diagnostic: Diagnostic) -> Diagnostic:
        """One finding of an analysis, with what helps with it."""
        return advised(self.advisers.get(analysis.language), analysis.unit, analysis.diagnostics, diagnostic)

    def grounds(self, analysis: Analysis, diagnostic: Diagnostic) -> tuple[str, ...]:
        """What schema and text allow at the place of a finding of an analysis; see Grounder."""
        grounder, document = self.grounders.get(analysis.language), analysis.unit.get(diagnostic.uri)
        if grounder is None or document is None:
            return ()
        return grounder(FixContext(analysis.unit, document, analysis.diagnostics), diagnostic)

    def explained(self, analysis: Analysis, diagnostic: Diagnostic, fixes: Iterable[VerifiedFix]) -> Explanation:
        """All that is known of one finding of an analysis; `fixes` are those that were verified for it."""
        document = analysis.unit.get(diagnostic.uri)
        service, about = self.dialect(analysis.language).service, None
        if document is not None and service is not None:
            about = service.hover(analysis.unit, document, diagnostic.span.start)
        return Explanation(
            self.advised(analysis, diagnostic),
            self.grounds(analysis, diagnostic),
            about.text if about is not None else "",
            tuple(verified.fix for verified in fixes),
        )

    async def interpreted(self, analysis: Analysis, told: Sequence[Explanation]) -> str:
        """What a model says of findings of an analysis, as Markdown to stand under what is `told` of them.

        One request within the budget of a run. Where that came to nothing, a sentence on why; empty without a model.
        """
        if self.explainer is None:
            return ""
        explainer = await asyncio.to_thread(self.explainer)
        ledger = Ledger(self.budget, silent)
        task = Task(analysis, tuple(one.finding for one in told))
        said = await ledger.interpret(explainer, task, told, lambda seen, one: self.explained(seen, one, ()))
        return said.markdown if said is not None else unsaid(ledger.message)

    async def quick_fixes(self, analysis: Analysis, wanted: Iterable[Diagnostic]) -> AsyncIterator[VerifiedFix]:
        """Yield each verified fix for `wanted`, one linter run for each; display-only ones too."""
        run = self._run(analysis, silent, UNATTENDED)
        seen: set[tuple[object, ...]] = set()
        async for fix in all_fixes(self.fixers[analysis.language], analysis.unit, analysis.diagnostics, wanted):
            if fix.edits not in seen:
                seen.add(fix.edits)
                if verified := await run.try_fix(fix):
                    yield VerifiedFix(*verified)

    def refactorings_at(
        self, selection: Selection, language: Language, kinds: Collection[Kind]
    ) -> Iterator[Refactoring]:
        """The refactorings that are offered for a place, none of them verified yet."""
        table = self.refactorings.get(language)
        return table.at(selection, kinds) if table is not None else iter(())

    async def refactor(self, analysis: Analysis, document: Document, refactoring: Refactoring) -> Refactored:
        """Work a refactoring of a document of `analysis` out and verify it. Raises RefusedError."""
        return await refactored(self._verifier(analysis.language), analysis, document, refactoring)

    async def first_fixes(self, analysis: Analysis) -> dict[Diagnostic, Fix]:
        """Return the best verified fix of each finding that has one, in as few linter runs as it takes."""
        table = self.fixers[analysis.language]
        fixes = [
            (d, [fix async for fix in all_fixes(table, analysis.unit, analysis.diagnostics, (d,))])
            for d in analysis.diagnostics
        ]
        run = self._run(analysis, silent, UNATTENDED)
        choices = [(diagnostic, own) for diagnostic, own in fixes if own]
        return await verify_together(self._verifier(analysis.language), run, analysis, choices)

    async def repair(
        self,
        analysis: Analysis,
        *,
        unsafe: bool,
        model: bool,
        targets: Sequence[Diagnostic] | None = None,
        region: Place | None = None,
        report: Report = silent,
    ) -> Outcome:
        """Repair a unit: fixers first (safe ones only, unless `unsafe`), then the model if it may take part."""
        allowed = UNATTENDED if unsafe else SAFE_ONLY
        proposers: list[Proposer] = [self._fixer(analysis, allowed)]
        if model:
            proposers += await self._taking_part(Purpose.REPAIR)
        return await self._run(analysis, report, allowed).repair(proposers, targets, region)

    async def generate(
        self,
        analysis: Analysis,
        intent: IntentTask,
        *,
        purpose: Purpose = Purpose.GENERATE,
        report: Report = silent,
    ) -> Outcome:
        """Write what `intent` asks for into the unit of `analysis`."""
        hurried, proposers = purpose is Purpose.GHOST_TEXT, await self._taking_part(purpose)

        async def pursue(seen: Analysis) -> Outcome:
            run = self._run(seen, report, UNATTENDED)
            return await generate(run, intent, proposers, hurried=hurried, reviewer=self.reviewer())

        return await beside_unread(self._verifier(analysis.language), analysis, intent, pursue)

    async def change(self, analysis: Analysis, intent: IntentTask, *, report: Report = silent) -> Outcome:
        """Change what `intent` selects in the unit of `analysis` as its words ask."""
        proposers = await self._taking_part(Purpose.GENERATE)
        from lsp_server.repair.changing import change  # with what is for both languages: not before it is needed

        async def pursue(seen: Analysis) -> Outcome:
            return await change(self._run(seen, report, UNATTENDED), intent, proposers, self.reviewer())

        return await beside_unread(self._verifier(analysis.language), analysis, intent, pursue)

    async def close(self) -> None:
        """End all child processes."""
        await self.toolchain.close()
        if self.model is not None:
            await self.model.close()

    async def _taking_part(self, purpose: Purpose) -> Sequence[Proposer]:
        """The proposers after the fixers. A thread makes them, as that loads them: half a second, the first time."""
        return await asyncio.to_thread(self.proposers, purpose)

    def _verifier(self, language: Language) -> Verifier:
        return Verifier(self.dialect(language), self.toolchain)

    def _fixer(self, analysis: Analysis, allowed: frozenset[Applicability]) -> FixerProposer:
        return FixerProposer(self.fixers[analysis.language], allowed)

    def _run(self, analysis: Analysis, report: Report, allowed: frozenset[Applicability]) -> Run:
        return Run(
            self._verifier(analysis.language),
            analysis,
            self.budget,
            lambda: [self._fixer(analysis, allowed)],
            report,
            fixes="safe fix" if allowed is SAFE_ONLY else "fix",
            review=self.fixers[analysis.language].review,
        )
