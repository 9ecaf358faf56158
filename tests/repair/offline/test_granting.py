"""Roles, policies and what they let be done, as a sentence says it, in both languages."""

import re

import pytest
from cfnlint.api import lint

from lsp_server.dialects.base import Language
from lsp_server.dialects.cloudformation.policies import service
from lsp_server.repair.offline.access import assumed_by, granted, services
from lsp_server.repair.offline.words import Words
from tests.repair.offline.test_offline import written

CLOUDFORMATION, TERRAFORM = Language.CLOUDFORMATION, Language.TERRAFORM
TABLE = {"AWS::DynamoDB::Table"}
READ = "dynamodb BatchGetItem GetItem Query Scan"


@pytest.mark.parametrize(
    ("said", "grants"),
    [
        ("read access to the table", [READ]),
        ("read-only access to the table", [READ]),
        ("write access to the bucket", ["s3 PutObject"]),
        ("read and write access to the bucket", ["s3 GetObject ListBucket", "s3 PutObject"]),
        ("full access to the queue", ["sqs *"]),
        ("access to the secret", ["secretsmanager GetSecretValue"]),
        (
            "consumes from the queue and publishes to the topic",
            [
                "sqs ReceiveMessage DeleteMessage GetQueueAttributes",
                "sns Publish",
            ],
        ),
        ("publish to the topic and the queue", ["sns Publish", "sqs SendMessage"]),
        ("allows s3:GetObject and s3:PutObject on the bucket", ["s3 GetObject PutObject"]),
        ("allows kms:* on the key", ["kms *"]),
        ("allows ec2:DescribeInstances", ["ec2 DescribeInstances"]),
        ("allows s3:MakeCoffee on the bucket", []),
        ("no write access to the bucket", []),
        ("a load balancer. It writes. The bucket is private", []),
        ("data stored in the bucket", []),
        ("S3 uploads to the bucket", []),
        ("block public access to the bucket", []),
        ("permission to read the bucket", ["s3 GetObject ListBucket"]),
        ("a route table and write to it", []),
        ("a function and the table it reads from", [READ]),
        ("the table that it reads from and the topic it publishes to", [READ, "sns Publish"]),
        ("the bucket and a function that reads from it", ["s3 GetObject ListBucket"]),
        ("a queue and a bucket. It writes to it", []),
    ],
)
def test_what_is_granted(said: str, grants: list[str]) -> None:
    found = granted(Words(said), CLOUDFORMATION, TABLE if "the table" in said else ())
    assert [f"{one.access.service} {' '.join(one.actions)}" for one in found] == grants


def test_a_short_name_means_a_resource_only_where_there_is_one() -> None:
    assert granted(Words("read the table"), CLOUDFORMATION, ()) == []


@pytest.mark.parametrize("access", services(), ids=lambda access: access.service)
def test_each_action_is_one_and_each_type_has_a_recipe_or_a_name(access) -> None:
    known = service(access.service)
    assert known is not None
    for actions in access.actions.values():
        assert not {action.lower() for action in actions} - set(known.actions)
    assert not set(access.below) - set(known.resources)
    assert access.kind(CLOUDFORMATION).startswith("AWS::")
    assert access.kind(TERRAFORM).startswith("aws_")


@pytest.mark.parametrize(
    ("said", "by"),
    [
        ("a role for Lambda", "lambda.amazonaws.com"),
        ("a role for the EC2 instance", "ec2.amazonaws.com"),
        ("a role for an ECS task", "ecs-tasks.amazonaws.com"),
        ("a Glue role", "glue.amazonaws.com"),
        ("a role that 'eks.amazonaws.com' may assume", "eks.amazonaws.com"),
        ("a role that codebuild.amazonaws.com may assume", "codebuild.amazonaws.com"),
        ("a role for unicorns", ""),
        ("a role", ""),
    ],
)
def test_who_may_assume_a_role(said: str, by: str) -> None:
    words = Words(said)
    at = next(i for i, token in enumerate(words.tokens) if token.text == "role")
    assert assumed_by(words, at, len(words.tokens)) == by


CASES = [
    (
        "a DynamoDB table and an IAM role for Lambda with read access to the table",
        ['Service = "lambda.amazonaws.com"', '"dynamodb:Query"', "Resource = aws_dynamodb_table.table.arn"],
        ["Service: lambda.amazonaws.com", "- dynamodb:Query", "Resource: !GetAtt Table.Arn", "PolicyName: access"],
    ),
    (
        "a bucket and a policy that allows s3:GetObject on the bucket",
        ['resource "aws_iam_policy"', 'Resource = "${aws_s3_bucket.bucket.arn}/*"'],
        ["Type: AWS::IAM::ManagedPolicy", 'Resource: !Sub "${Bucket.Arn}/*"'],
    ),
    (
        "an IAM role for EC2 with AmazonSSMManagedInstanceCore and AmazonS3ReadOnlyAccess attached",
        ['"arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"', '"arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"'],
        [":iam::aws:policy/AmazonSSMManagedInstanceCore", ":iam::aws:policy/AmazonS3ReadOnlyAccess"],
    ),
    (
        "an IAM role and an IAM policy with write access to the bucket, and a bucket",
        ["policy_arn = aws_iam_policy.policy.arn", '"s3:PutObject"'],
        ["Roles:\n        - !Ref Role", "- s3:PutObject"],
    ),
    (
        "a Lambda function that writes logs to CloudWatch and puts events on an event bus",
        ['"logs:PutLogEvents"', 'Resource = "*"', "Resource = aws_cloudwatch_event_bus"],
        ["- logs:PutLogEvents", 'Resource: "*"', "Resource: !GetAtt EventBus.Arn"],
    ),
    (
        "an SQS queue that triggers a Lambda function",
        ['"sqs:ReceiveMessage"', "Resource = aws_sqs_queue.queue.arn"],
        ["policy/service-role/AWSLambdaSQSQueueExecutionRole"],
    ),
    ("an IAM role with read access to S3", ["Resource = var.s3_bucket_arn"], ["Resource: !Ref BucketArn"]),
]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(("intent", "terraform", "cloudformation"), CASES, ids=[case[0] for case in CASES])
async def test_what_is_written(intent, terraform, cloudformation, language) -> None:
    text, _ = await written(intent, language)
    plain = re.sub(r" +=", " =", text)
    for part in cloudformation if language is CLOUDFORMATION else terraform:
        assert part in plain, plain
    if language is CLOUDFORMATION:
        assert [str(match) for match in lint(text)] == []


@pytest.mark.parametrize("language", Language)
async def test_a_policy_that_is_not_known_is_attached_to_nobody(language) -> None:
    text, proposal = await written("an IAM role with the AmazonUnicornFullAccess policy", language)
    assert "Unicorn" not in text
    assert "AmazonUnicornFullAccess" in proposal.note


@pytest.mark.parametrize("language", Language)
async def test_each_of_two_roles_has_its_own(language) -> None:
    text, _ = await written(
        "a bucket, a role for Lambda with write access to the bucket and a role for EC2 with read access to the bucket",
        language,
    )
    first, second = re.split(r"\n\w*\W*(?=resource \"aws_iam_role\" \"role_2\")|\n  (?=Role2:)", text)
    assert ("lambda.amazonaws.com" in first, "ec2.amazonaws.com" in first) == (True, False)
    assert ("lambda.amazonaws.com" in second, "ec2.amazonaws.com" in second) == (False, True)
    if language is CLOUDFORMATION:
        assert ("s3:PutObject" in first, "s3:PutObject" in second) == (True, False)
        assert ("s3:GetObject" in first, "s3:GetObject" in second) == (False, True)


async def test_what_a_function_reads_from_may_call_it_in_no_circle() -> None:
    intent = "an S3 bucket that triggers a Lambda function, which reads from the bucket"
    text, _ = await written(intent, CLOUDFORMATION)
    assert "Type: AWS::IAM::Policy" in text
    assert "Policies:" not in text
    assert [str(match) for match in lint(text)] == []


async def test_nothing_is_granted_where_there_is_nobody() -> None:
    text, _ = await written("an S3 bucket that the queue may write to, and an SQS queue", TERRAFORM)
    assert "iam" not in text
