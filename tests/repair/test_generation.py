"""Generation: what is written is repaired until nothing new is wrong, or nothing is shown."""

from __future__ import annotations

import pytest

from lsp_server.analysis import Toolchain, analyze
from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import Edit
from lsp_server.core.fix import Applicability
from lsp_server.dialects.base import Language
from lsp_server.dialects.terraform.dialect import Terraform
from lsp_server.fixers.base import FixerTable, RuleFixer
from lsp_server.linters.terraform_check.linter import TerraformCheck
from lsp_server.repair import generation
from lsp_server.repair.fixing import UNATTENDED, FixerProposer
from lsp_server.repair.ledger import Budget
from lsp_server.repair.loop import Run
from lsp_server.repair.outcome import Evidence, Outcome, Stop
from lsp_server.repair.proposer import IntentTask, Place, Proposal, Refusal, Task
from lsp_server.repair.verify import Verifier

from .words import URI, Speaker, WordLinter, Words, replace_by


def fixers() -> FixerTable:
    return FixerTable([RuleFixer("words", frozenset({"bad"}), replace_by("good"))])


async def generate(text: str, speaker: Speaker, table: FixerTable | None = None, *others: WordLinter) -> Outcome:
    toolchain = Toolchain(others or (WordLinter(),))
    before = await analyze(Unit((Document(URI, text),)), Language.CLOUDFORMATION, toolchain)
    run = Run(
        Verifier(Words(), toolchain),
        before,
        Budget(),
        lambda: [FixerProposer(table, UNATTENDED)] if table else [],
    )
    return await generation.generate(run, IntentTask("say hello", URI, len(text)), [speaker])


class Writer(Speaker):
    """A proposer that writes at the place of the intent, and afterwards instead of what it wrote."""

    async def propose(self, task: Task) -> Proposal | Refusal | None:
        self.tasks.append(task)
        answer = self.answers.pop(0) if self.answers else None
        if not isinstance(answer, str) or task.intent is None:
            return None
        at = task.intent.insert_at
        span = task.generated.span if task.generated else Span(at, at)
        return Proposal(self.name, "Write", (Edit(URI, span, answer),), Applicability.UNSAFE)


async def test_generation_repairs_what_it_wrote_until_it_is_clean() -> None:
    writer = Writer("odd1 hello ", "hello ")
    outcome = await generate("bad0 ", writer)
    assert (outcome.stop, outcome.unit.main.text) == (Stop.CLEAN, "bad0 hello ")
    assert writer.tasks[1].generated == Place(URI, Span(5, 16))
    assert [d.message for d in writer.tasks[1].targets] == ["odd1"]
    assert [d.message for d in outcome.before.diagnostics] == ["bad0"]


async def test_what_cannot_be_verified_is_not_shown() -> None:
    outcome = await generate("fine ", Writer("bad1", "bad1"))
    assert (outcome.stop, outcome.changed) == (Stop.STALLED, False)


async def test_fixers_mend_what_was_generated() -> None:
    outcome = await generate("fine ", Writer("bad1 hello"), fixers())
    assert (outcome.stop, outcome.unit.main.text) == (Stop.CLEAN, "fine good hello")


async def test_nothing_but_what_was_generated_is_mended() -> None:
    """What is wrong there once more is not what was asked about, though the two cannot be told apart."""
    outcome = await generate("bad1 fine ", Writer("bad1 hello"), fixers())
    assert (outcome.stop, outcome.changed) == (Stop.STALLED, False)
    assert outcome.attempts[0].feedback == "it would introduce bad bad1"


async def test_nobody_is_asked_to_write_beside_what_hides_all_findings() -> None:
    outcome = await generate("fine (", writer := Writer(") odd1"))
    assert (outcome.stop, outcome.changed, writer.tasks) == (Stop.STALLED, False, [])
    assert outcome.message.startswith("Nothing was written: the template cannot be read (")


async def test_a_worse_version_is_not_what_is_repaired() -> None:
    writer = Writer("odd1 ", "odd1 odd2 odd3 ", "hello ")
    outcome = await generate("fine ", writer)
    assert (outcome.stop, outcome.unit.main.text) == (Stop.CLEAN, "fine hello ")
    assert writer.tasks[2].unit.main.text == "fine odd1 "
    assert [d.message for d in writer.tasks[2].targets] == ["odd1"]
    assert writer.tasks[2].attempts[-1].feedback == "it would introduce odd odd1; odd odd2; odd odd3"


async def test_nothing_is_shown_where_no_linter_judges() -> None:
    outcome = await generate("fine ", Writer("hello"), None, WordLinter(dead_after=0))
    assert (outcome.stop, outcome.changed) == (Stop.STALLED, False)
    assert "words not run: it died" in outcome.message


async def test_nothing_is_shown_where_a_linter_dies_on_the_way() -> None:
    """The other linter finds something, fixers mend that, and the dead one must still be missed."""
    outcome = await generate("fine ", Writer("bad1"), fixers(), WordLinter(), WordLinter("strict", dead_after=1))
    assert (outcome.stop, outcome.changed) == (Stop.STALLED, False)
    assert "it could not be verified: strict not run" in outcome.attempts[0].feedback


BUCKET = 'resource "aws_s3_bucket" "logs" {\n}\n'
VERSIONING = (
    '\nresource "aws_s3_bucket_versioning" "logs" {\n  bucket = aws_s3_bucket.logs.id\n'
    '  versioning_configuration {\n    status = "Enabled"\n  }\n}\n'
)


async def module_of(words: str, writer: Writer, *, hurried: bool = False) -> Outcome:
    """What is written for an intent into an empty module, judged by the own check."""
    toolchain = Toolchain((TerraformCheck(),))
    before = await analyze(Unit((Document(URI + ".tf", ""),)), Language.TERRAFORM, toolchain)
    run = Run(Verifier(Terraform(), toolchain), before, Budget(), list)
    return await generation.generate(run, IntentTask(words, URI + ".tf", 0), [writer], hurried=hurried)


class ModuleWriter(Writer):
    """A writer into the module; the answers replace all that is there."""

    async def propose(self, task: Task) -> Proposal | Refusal | None:
        self.tasks.append(task)
        answer = self.answers.pop(0) if self.answers else None
        if not isinstance(answer, str):
            return None
        edit = Edit(URI + ".tf", Span(0, len(task.unit.main.text)), answer)
        return Proposal(self.name, "Write", (edit,), Applicability.UNSAFE)


async def test_what_is_clean_and_not_what_was_asked_for_goes_through_the_loop() -> None:
    writer = ModuleWriter(BUCKET, BUCKET + VERSIONING)
    outcome = await module_of("An S3 bucket with versioning", writer)
    assert (outcome.stop, outcome.unit.main.text) == (Stop.CLEAN, BUCKET + VERSIONING)
    assert [(t.source, t.code) for t in writer.tasks[1].targets] == [("intent", "missing-setting")]
    assert outcome.evidence.brief == "lint clean · intent 2 of 2"


async def test_what_comes_nearest_to_what_was_asked_for_is_shown_with_what_is_missing() -> None:
    writer = ModuleWriter(BUCKET, 'resource "aws_sqs_queue" "q" {\n}\n', BUCKET)
    outcome = await module_of("An S3 bucket with versioning", writer)
    assert (outcome.stop, outcome.unit.main.text) == (Stop.CLEAN, BUCKET)
    assert outcome.evidence.brief == "lint clean · intent 1 of 2"
    assert outcome.message == "Not found in what was written: versioning of aws_s3_bucket."


async def test_what_a_model_made_up_in_this_run_may_go_away_again() -> None:
    writer = ModuleWriter(BUCKET + 'resource "aws_made_up" "x" {\n}\n# of it\n', BUCKET)
    outcome = await module_of("An S3 bucket", writer)
    assert (outcome.stop, outcome.unit.main.text) == (Stop.CLEAN, BUCKET)


@pytest.mark.parametrize(
    ("evidence", "brief"),
    [
        (Evidence((), (), (), 1, 0.1, ("words",), (), (1, 2), clean=True), "lint clean · intent 1 of 2"),
        (
            Evidence((), (), (), 1, 0.1, ("words",), ("other",), (1, 2), clean=True),
            "linted by words · 0 introduced · intent 1 of 2",
        ),
        (Evidence((), (), (), 1, 0.1, ("words",), (), (1, 2)), "linted by words · 0 introduced · intent 1 of 2"),
    ],
    ids=["all judged", "one did not run", "findings were there before"],
)
def test_a_text_is_called_clean_only_where_all_linters_found_nothing(evidence: Evidence, brief: str) -> None:
    assert evidence.brief == brief


async def test_while_somebody_types_clean_text_is_not_asked_for_again() -> None:
    writer = ModuleWriter(BUCKET, BUCKET + VERSIONING)
    outcome = await module_of("An S3 bucket with versioning", writer, hurried=True)
    assert (outcome.unit.main.text, len(writer.tasks)) == (BUCKET, 1)
    assert outcome.evidence.brief == "lint clean · intent 1 of 2"


async def test_the_same_wishes_left_twice_are_not_asked_for_again() -> None:
    writer = ModuleWriter(BUCKET, BUCKET + "# again\n", BUCKET + VERSIONING)
    outcome = await module_of("An S3 bucket with versioning", writer)
    assert (outcome.stop, len(writer.tasks)) == (Stop.CLEAN, 2)
