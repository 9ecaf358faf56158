"""Whatever a resource looks like: setting what words ask for loses nothing of it, and the text can still be read."""

from __future__ import annotations

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_server.analysis import Analysis
from lsp_server.core.document import Document, Span, Unit
from lsp_server.core.edit import edit_unit
from lsp_server.dialects.base import Dialect
from lsp_server.dialects.cloudformation.dialect import CloudFormation
from lsp_server.dialects.cloudformation.template import parse_template
from lsp_server.dialects.terraform.dialect import Terraform
from lsp_server.dialects.terraform.parse import parse_document
from lsp_server.repair.offline.proposer import OfflineProposer
from lsp_server.repair.proposer import IntentTask, Place, Proposal, Task

WORDS = st.lists(
    st.sampled_from(
        [
            "encryption",
            "versioning",
            "private",
            "deletion protection",
            "fifo",
            "point in time recovery",
            "no public access",
            "logging",
            "retention of 30 days",
            "backup",
            "purple",
        ]
    ),
    min_size=1,
    max_size=4,
).map(" and ".join)
ENDS = st.sampled_from(["\n", "\r\n"])
MODULE_LINES = st.lists(
    st.sampled_from(
        [
            "  # kept",
            "  tags = { a = 1 } // kept",
            "  name = var.name",
            '  name = "é😀"',
            "",
            "\t/* kept */",
            "  timeouts {\n  }",
        ]
    ),
    unique_by=lambda line: line.split("=")[0].strip(),
    max_size=5,
)
TEMPLATE_LINES = st.lists(
    st.sampled_from(
        ["      # kept", "      Tags: [] # kept", "      KmsMasterKeyId: !Ref Key", '      DisplayName: "é😀"', ""]
    ),
    unique=True,
    max_size=5,
)
TERRAFORM_TYPES = st.sampled_from(["aws_s3_bucket", "aws_sqs_queue", "aws_db_instance", "aws_dynamodb_table"])
TEMPLATE_TYPES = st.sampled_from(["AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::RDS::DBInstance", "AWS::SNS::Topic"])


def changed(dialect: Dialect, name: str, text: str, words: str) -> Document:
    """The document after what the words ask for was set in its first resource."""
    document = Document(f"file:///nowhere/{name}", text)
    unit = Unit((document,))
    at = text.index("thing")
    intent = IntentTask(words, document.uri, len(text), (Place(document.uri, Span(at, at + 5)),))
    task = Task(Analysis(unit, dialect.language, (), ("own",), ()), (), (), intent)
    proposal = asyncio.run(OfflineProposer().propose(task))
    return edit_unit(unit, proposal.edits).main if isinstance(proposal, Proposal) else document


def check(dialect: Dialect, before: Document, after: Document) -> None:
    assert dialect.ids(before) <= dialect.ids(after)
    assert sorted(dialect.comments(before)) == sorted(dialect.comments(after))
    ends = {line[-2:] == "\r\n" for line in after.text.splitlines(keepends=True) if line.endswith("\n")}
    assert len(ends) <= 1, "line endings are those of the file"


@settings(deadline=None, max_examples=60)
@given(WORDS, TERRAFORM_TYPES, MODULE_LINES, ENDS)
def test_in_a_module(words: str, kind: str, lines: list[str], end: str) -> None:
    text = "\n".join([f'resource "{kind}" "thing" {{', *lines, "}", "# last", ""]).replace("\n", end)
    after = changed(Terraform(), "main.tf", text, words)
    check(Terraform(), Document("file:///nowhere/main.tf", text), after)
    assert not any(placed.piece.problems for placed in parse_document(after).placed), after.text


@settings(deadline=None, max_examples=60)
@given(WORDS, TEMPLATE_TYPES, TEMPLATE_LINES, ENDS)
def test_in_a_template(words: str, kind: str, lines: list[str], end: str) -> None:
    body = ["    Properties:", *lines] if any(":" in line for line in lines) else lines
    rows = ["Resources:", "  thing:", f"    Type: {kind}", *body, "  Key:", "    Type: AWS::KMS::Key", "# last", ""]
    text = "\n".join(rows).replace("\n", end)
    after = changed(CloudFormation(), "template.yaml", text, words)
    check(CloudFormation(), Document("file:///nowhere/template.yaml", text), after)
    assert parse_template(after).readable, after.text
