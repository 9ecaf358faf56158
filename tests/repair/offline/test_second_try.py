"""What is refused for something that the request can do without is written once more without it, and that is told."""

import re

import pytest

from lsp_server.analysis import Toolchain
from lsp_server.core.diagnostic import Diagnostic, Severity
from lsp_server.core.document import Document, Span, Unit
from lsp_server.dialects.base import Language
from lsp_server.dialects.cloudformation.dialect import CloudFormation
from lsp_server.dialects.terraform.dialect import Terraform
from lsp_server.linters.base import LintResult
from lsp_server.repair.generation import generate
from lsp_server.repair.ledger import NOTHING
from lsp_server.repair.loop import Run
from lsp_server.repair.offline.proposer import OfflineProposer
from lsp_server.repair.outcome import Outcome, Stop
from lsp_server.repair.proposer import IntentTask
from lsp_server.repair.verify import Verifier

CLOUDFORMATION, TERRAFORM = Language.CLOUDFORMATION, Language.TERRAFORM


class Against:
    """A linter that will not have what a pattern matches."""

    name = "against"
    incremental = False

    def __init__(self, language: Language, pattern: str) -> None:
        self.language = language
        self._pattern = re.compile(pattern)

    async def lint(self, unit: Unit) -> LintResult:
        found = [(d.uri, Span(*match.span())) for d in unit for match in self._pattern.finditer(d.text)]
        return LintResult(
            tuple(Diagnostic(uri, span, Severity.ERROR, self.name, "no", "Not here.") for uri, span in found)
        )

    async def close(self) -> None:
        """Nothing to end."""


async def generated(intent: str, language: Language, pattern: str) -> Outcome:
    dialect = Terraform() if language is TERRAFORM else CloudFormation()
    verifier = Verifier(dialect, Toolchain((Against(language, pattern),)))
    document = Document("file:///p/main.tf" if language is TERRAFORM else "file:///p/t.yaml", "")
    before = await verifier.analyze(Unit((document,)))
    return await generate(
        Run(verifier, before, NOTHING, tuple), IntentTask(intent, document.uri, 0), [OfflineProposer()]
    )


@pytest.mark.parametrize(
    ("intent", "language", "refused", "there", "gone", "told"),
    [
        (
            "a bucket with versioning and encryption",
            TERRAFORM,
            '"aws_s3_bucket_versioning"',
            "aws_s3_bucket_server_side_encryption_configuration",
            "versioning",
            "aws_s3_bucket_versioning (Not here)",
        ),
        (
            "a bucket with versioning and encryption",
            CLOUDFORMATION,
            "Status: Enabled",
            "BucketEncryption",
            "Versioning",
            "VersioningConfiguration of AWS::S3::Bucket (Not here)",
        ),
        (
            "a queue with long polling and encryption",
            TERRAFORM,
            "receive_wait_time_seconds",
            "sqs_managed_sse_enabled",
            "receive_wait",
            "receive_wait_time_seconds of aws_sqs_queue (Not here)",
        ),
        (
            "an EC2 instance with Session Manager",
            TERRAFORM,
            '"aws_iam_role_policy_attachment"',
            '"aws_iam_role"',
            "policy_attachment",
            "aws_iam_role_policy_attachment (Not here)",
        ),
    ],
)
async def test_what_is_refused_is_left_out(intent, language, refused, there, gone, told) -> None:
    outcome = await generated(intent, language, refused)
    text = outcome.unit.main.text
    assert (outcome.stop, len(outcome.attempts)) == (Stop.CLEAN, 2)
    assert there in text
    assert gone not in text
    assert f"left out, as it was refused: {told}" in outcome.message


@pytest.mark.parametrize(
    ("intent", "refused"),
    [
        ("a bucket", '"aws_s3_bucket"'),  # it is what is asked for
        ("a Lambda function", "handler"),  # always written
        ("a bucket with versioning", "bucket"),  # what is left is refused as well
    ],
)
async def test_what_the_request_cannot_do_without_is_not_shown(intent, refused) -> None:
    outcome = await generated(intent, TERRAFORM, refused)
    assert (outcome.stop, outcome.changed) == (Stop.STALLED, False)
    assert len(outcome.attempts) <= 2
    assert "left out" not in outcome.message


async def test_what_is_clean_is_not_tried_twice() -> None:
    outcome = await generated("a bucket with versioning", TERRAFORM, "nothing of this kind")
    assert (outcome.stop, len(outcome.attempts)) == (Stop.CLEAN, 1)
    assert "left out" not in outcome.message
