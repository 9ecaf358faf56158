"""What a service is written with, so that it does what it is asked for: its ends, its permissions, what it works on."""

import re
import shutil

import pytest
from cfnlint.api import lint

from lsp_server.dialects.base import Language
from lsp_server.linters.terraform_validate import TerraformValidate
from tests.repair.offline.test_offline import task, written

CLOUDFORMATION, TERRAFORM = Language.CLOUDFORMATION, Language.TERRAFORM
needs_terraform = pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")


@pytest.mark.parametrize(
    ("intent", "lines"),
    [
        (
            "an EventBridge pipe from a queue to a log group",
            [
                "Source: !GetAtt Queue.Arn",
                "Target: !GetAtt LogGroup.Arn",
                "- sqs:ReceiveMessage",
                "- logs:PutLogEvents",
            ],
        ),
        (
            "an EventBridge pipe from a DynamoDB table to an event bus",
            [
                "Source: !GetAtt Table.StreamArn",
                "StreamViewType: NEW_AND_OLD_IMAGES",
                "Target: !GetAtt EventBus.Arn",
                'Resource: !Sub "${Table.Arn}/stream/*"',
            ],
        ),
        (
            "an EventBridge pipe from a Kinesis stream to a state machine",
            ["Source: !GetAtt Stream.Arn", "Target: !Ref StateMachine", "- states:StartExecution"],
        ),
        (
            "an API destination at https://example.com/orders",
            ["ConnectionArn: !GetAtt Connection.Arn", "InvocationEndpoint: https://example.com/orders"],
        ),
        (
            "a backup plan and an EFS file system",
            ["- !GetAtt FileSystem.Arn", "Service: backup.amazonaws.com", "BackupPlanId: !Ref BackupPlan"],
        ),
        ("a VPC with DHCP options", ["VpcId: !Ref Vpc", "DhcpOptionsId: !Ref DhcpOptions"]),
        ("a Lambda function and a log group", ['LogGroupName: !Sub "/aws/lambda/${Function}"']),
        (
            "a Lambda function and an alarm",
            ["Namespace: AWS/Lambda", "MetricName: Errors", "Value: !Ref Function", "Threshold: 0"],
        ),
        ("a queue and an alarm", ["Namespace: AWS/SQS", "Value: !GetAtt Queue.QueueName"]),
        ("an EFS file system and an alarm", ["Namespace: AWS/EFS", "Value: !Ref FileSystem"]),
        ("a MySQL database and an alarm", ["Namespace: AWS/RDS", "Value: !Ref Database", "MetricName: CPUUtilization"]),
        (
            "an EC2 instance, a queue and an alarm of the queue length",
            ["Namespace: AWS/SQS", "Value: !GetAtt Queue.QueueName"],
        ),
        ("an EC2 instance and an alarm", ["Namespace: AWS/EC2", "Value: !Ref Instance", "Threshold: 80"]),
        (
            "a topic that two queues subscribe to",
            ["Endpoint: !GetAtt Queue.Arn", "Endpoint: !GetAtt Queue2.Arn", "Resource: !GetAtt Queue2.Arn"],
        ),
    ],
)
async def test_a_service_is_written_with_what_it_works_on(intent, lines):
    text, _ = await written(intent, CLOUDFORMATION)
    assert set(lines) <= {line.strip() for line in text.splitlines()}
    assert [str(match) for match in lint(text)] == []


async def test_a_topic_and_a_queue_are_apart_unless_one_subscribes_to_the_other():
    text, _ = await written("a topic with an email subscription and a queue", CLOUDFORMATION)
    assert "Type: AWS::SNS::Subscription" not in text


@pytest.mark.parametrize(
    "intent",
    ['a log group named "audit" and a Lambda function', "a state machine, a Lambda function and a log group"],
)
async def test_a_log_group_that_is_of_something_else_has_not_the_name_that_is_a_functions(intent):
    text, _ = await written(intent, CLOUDFORMATION)
    assert "/aws/lambda/" not in text


async def test_a_role_may_do_nothing_about_what_its_service_does_not_name():
    text, _ = await written("a Firehose delivery stream and a queue", TERRAFORM)
    assert '"s3:PutObject"' in text
    assert "sqs:" not in text


@needs_terraform
@pytest.mark.parametrize(
    ("intent", "lines"),
    [
        (
            "an EventBridge pipe from a DynamoDB table to an event bus",
            ["stream_enabled = true", "source = aws_dynamodb_table.table.stream_arn"],
        ),
        ("an EventBridge pipe from a queue to a Lambda function", ["target = aws_lambda_function.function.arn"]),
        (
            "a Lambda function, a log group and an alarm",
            ['name = "/aws/lambda/${aws_lambda_function.function.function_name}"', 'namespace = "AWS/Lambda"'],
        ),
        ("a VPC with DHCP options", ["dhcp_options_id = aws_vpc_dhcp_options.main.id"]),
        ("a queue and an alarm", ["QueueName = aws_sqs_queue.queue.name"]),
        ("a backup plan and an EC2 instance", ["resources = [aws_instance.main.arn]"]),
        ("a topic that two queues subscribe to", ["endpoint = aws_sqs_queue.queue_2.arn"]),
        ("a Firehose delivery stream and a CodeBuild project", ['Resource = "${aws_s3_bucket.bucket.arn}/*"']),
    ],
)
async def test_terraform_finds_nothing_in_it(intent, lines):
    text, _ = await written(intent, TERRAFORM)
    assert set(lines) <= {re.sub(" += +", " = ", line).strip() for line in text.splitlines()}
    linter = TerraformValidate("terraform")
    result = await linter.lint(task("", TERRAFORM, text).unit)
    await linter.close()
    assert (result.diagnostics, result.not_run) == ((), "")
