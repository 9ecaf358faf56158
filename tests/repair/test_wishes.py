"""What an intent asks for, and whether a text does it."""

from __future__ import annotations

import pytest

from lsp_server.core.document import Document, Unit
from lsp_server.dialects.base import Language
from lsp_server.repair.wishes import unmet, wishes

BUCKET = 'resource "aws_s3_bucket" "logs" {\n  bucket = "audit-logs"\n}\n'
VERSIONED = (
    'resource "aws_s3_bucket_versioning" "logs" {\n  bucket = aws_s3_bucket.logs.id\n'
    '  versioning_configuration {\n    status = "Enabled"\n  }\n}\n'
)
SUBNET = 'resource "aws_subnet" "{0}" {{\n  vpc_id = aws_vpc.main.id\n}}\n'
DATABASE = 'resource "aws_db_instance" "db" {{\n  {0}\n}}\n'
ENCRYPTED = "encrypted of aws_db_instance"
QUEUE = 'resource "aws_sqs_queue" "q" {\n  message_retention_seconds = 345600\n}\n'
TABLE = (
    "Resources:\n  Orders:\n    Type: AWS::DynamoDB::Table\n    Properties:\n"
    "      PointInTimeRecoverySpecification:\n        PointInTimeRecoveryEnabled: {0}\n"
)


def unit(text: str, language: Language = Language.TERRAFORM) -> Unit:
    name = "main.tf" if language is Language.TERRAFORM else "t.yaml"
    return Unit((Document(f"file:///{name}", text),))


def missing(intent: str, text: str, language: Language = Language.TERRAFORM, before: str = "") -> list[str]:
    old = unit(before, language)
    return [wish.words for wish in unmet(wishes(intent, old, language), old, unit(text, language), language)]


@pytest.mark.parametrize(
    ("intent", "text", "left"),
    [
        ('An S3 bucket named "audit-logs" with versioning', BUCKET + VERSIONED, []),
        ('An S3 bucket named "audit-logs" with versioning', BUCKET, ["versioning of aws_s3_bucket"]),
        ('An S3 bucket named "other" with versioning', BUCKET + VERSIONED, ['"other"']),
        ("An S3 bucket without versioning", BUCKET, []),
        ("An S3 bucket without versioning", BUCKET + VERSIONED, ["no versioning of aws_s3_bucket"]),
        ("An S3 bucket and an SQS queue", BUCKET, ["aws_sqs_queue"]),
        ("Two subnets", SUBNET.format("a") + SUBNET.format("b"), []),
        ("Two subnets", SUBNET.format("a"), ["2 × aws_subnet"]),
        ("Two subnets", SUBNET.format("a").replace("vpc_id", "count = 2\n  vpc_id"), []),
        ("A queue that keeps messages for 4 days", QUEUE, []),
        ("A queue that keeps messages for 5 days", QUEUE, ["5 days"]),
        ("A subnet of 10.0.1.0/24", SUBNET.format("a"), ["the address range 10.0.1.0/24"]),
        ("A bucket policy for the existing S3 bucket", 'resource "aws_s3_bucket_policy" "p" {\n}\n', []),
        ("Three subnets", 'module "network" {\n  source = "./network"\n}\n', []),
        (
            "A database instance with IAM database authentication",
            DATABASE.format(""),
            ["iam_database_authentication_enabled of aws_db_instance"],
        ),
        (
            "A database instance with IAM database authentication",
            DATABASE.format("iam_database_authentication_enabled = true"),
            [],
        ),
        (
            "A database instance with IAM database authentication",
            DATABASE.format("iam_database_authentication_enabled = var.on"),
            [],
        ),
        ("An encrypted database instance", DATABASE.format("storage_encrypted = false"), [ENCRYPTED]),
        ("An encrypted database instance", DATABASE.format("storage_encrypted = true"), []),
        ("A database instance without encryption", DATABASE.format("storage_encrypted = true"), [f"no {ENCRYPTED}"]),
        (
            "An encrypted Neptune cluster",
            'resource "aws_neptune_cluster" "graph" {\n}\n',
            ["storage_encrypted of aws_neptune_cluster"],
        ),
        ("A database instance of the database kind", DATABASE.format(""), []),
        ("Two encrypted database instances", 'module "db" {\n  source = "./db"\n}\n', []),
        ("An encrypted database instance", 'resource "aws" "half" {\n}\n', ["aws_db_instance", ENCRYPTED]),
        ("Ein Eimer für Protokolle", "", []),
        ("", "", []),
    ],
)
def test_what_was_asked_for_and_is_not_found_is_told(intent: str, text: str, left: list[str]) -> None:
    assert missing(intent, text) == left


def test_of_what_was_there_before_no_more_is_new() -> None:
    assert missing("Two subnets", SUBNET.format("a") + SUBNET.format("b"), before=SUBNET.format("a")) == [
        "2 × aws_subnet"
    ]


@pytest.mark.parametrize(("switch", "left"), [("true", []), ("false", ["point in time recovery"])])
def test_a_switch_of_a_template_has_to_be_on(switch: str, left: list[str]) -> None:
    found = missing("A DynamoDB table with point in time recovery", TABLE.format(switch), Language.CLOUDFORMATION)
    assert [words.split(" of ")[0] for words in found] == left
