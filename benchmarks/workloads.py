"""Composes the files that the benchmarks edit: plausible templates and modules of a wanted length, always the same.

python -m benchmarks.workloads DIRECTORY     writes them where a person can read them
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent

CLOUDFORMATION_LINES = (120, 727, 2600)
TERRAFORM_LINES = (130, 769, 2510)
_SEED = 20261121
_SERVICES = "orders invoices payments customers catalog shipping returns search pricing stock reports sessions".split()  # noqa: SIM905

Block = Callable[[str, random.Random], str]


def _queue(name: str, dice: random.Random) -> str:
    return f"""
    {name}DeadLetters:
      Type: AWS::SQS::Queue
      Properties:
        MessageRetentionPeriod: {dice.choice([604800, 1209600])}
        KmsMasterKeyId: alias/aws/sqs
    {name}Queue:
      Type: AWS::SQS::Queue
      Properties:
        VisibilityTimeout: {dice.randrange(30, 300, 30)}
        KmsMasterKeyId: alias/aws/sqs
        RedrivePolicy:
          deadLetterTargetArn: !GetAtt {name}DeadLetters.Arn
          maxReceiveCount: {dice.randrange(3, 9)}
        Tags:
          - Key: stage
            Value: !Ref Stage
    """


def _bucket(name: str, dice: random.Random) -> str:
    return f"""
    {name}Bucket:
      Type: AWS::S3::Bucket
      DeletionPolicy: Retain
      UpdateReplacePolicy: Retain
      Properties:
        BucketEncryption:
          ServerSideEncryptionConfiguration:
            - ServerSideEncryptionByDefault:
                SSEAlgorithm: aws:kms
        VersioningConfiguration:
          Status: Enabled
        PublicAccessBlockConfiguration:
          BlockPublicAcls: true
          BlockPublicPolicy: true
          IgnorePublicAcls: true
          RestrictPublicBuckets: true
        LifecycleConfiguration:
          Rules:
            - Id: expire-old-versions
              Status: Enabled
              NoncurrentVersionExpiration:
                NoncurrentDays: {dice.randrange(10, 90)}
    """


def _function(name: str, dice: random.Random) -> str:
    return f"""
    {name}Role:
      Type: AWS::IAM::Role
      Properties:
        AssumeRolePolicyDocument:
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Principal:
                Service: lambda.amazonaws.com
              Action: sts:AssumeRole
        ManagedPolicyArns:
          - !Sub arn:${{AWS::Partition}}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole
    {name}Function: # answers the events of {name}
      Type: AWS::Lambda::Function
      Properties:
        Runtime: python3.13
        Handler: index.handler
        MemorySize: {dice.choice([128, 256, 512, 1024])}
        Timeout: {dice.randrange(3, 60)}
        Role: !GetAtt {name}Role.Arn
        Environment:
          Variables:
            STAGE: !Ref Stage
        Code:
          ZipFile: |
            def handler(event, context):
                return {{"service": "{name.lower()}"}}
    {name}Logs:
      Type: AWS::Logs::LogGroup
      DeletionPolicy: Delete
      UpdateReplacePolicy: Delete
      Properties:
        LogGroupName: !Sub /aws/lambda/${{{name}Function}}
        RetentionInDays: {dice.choice([7, 14, 30, 90])}
    """


def _table(name: str, dice: random.Random) -> str:
    return f"""
    {name}Table:
      Type: AWS::DynamoDB::Table
      DeletionPolicy: Retain
      UpdateReplacePolicy: Retain
      Properties:
        BillingMode: !If [IsProduction, PROVISIONED, PAY_PER_REQUEST]
        ProvisionedThroughput: !If
          - IsProduction
          - ReadCapacityUnits: {dice.randrange(5, 50)}
            WriteCapacityUnits: {dice.randrange(5, 20)}
          - !Ref AWS::NoValue
        KeySchema:
          - AttributeName: id
            KeyType: HASH
          - AttributeName: at
            KeyType: RANGE
        AttributeDefinitions:
          - AttributeName: id
            AttributeType: S
          - AttributeName: at
            AttributeType: N
        PointInTimeRecoverySpecification:
          PointInTimeRecoveryEnabled: true
    """


def _topic(name: str, dice: random.Random) -> str:
    return f"""
    {name}Topic:
      Type: AWS::SNS::Topic
      Properties:
        DisplayName: !Sub "${{AWS::StackName}} {name}"
        KmsMasterKeyId: alias/aws/sns
    {name}Alarm:
      Type: AWS::CloudWatch::Alarm
      Properties:
        AlarmActions:
          - !Ref {name}Topic
        Namespace: AWS/SQS
        MetricName: ApproximateAgeOfOldestMessage
        Statistic: Maximum
        Period: 300
        EvaluationPeriods: {dice.randrange(1, 5)}
        Threshold: {dice.randrange(60, 3600, 60)}
        ComparisonOperator: GreaterThanThreshold
    """


_CLOUDFORMATION_HEAD = """\
AWSTemplateFormatVersion: "2010-09-09"
Description: Services of a shop, composed for measuring
Parameters:
  Stage:
    Type: String
    AllowedValues: [test, production]
    Default: test
Conditions:
  IsProduction: !Equals [!Ref Stage, production]
Resources:
"""
_CLOUDFORMATION_BLOCKS: tuple[Block, ...] = (_queue, _bucket, _function, _table, _topic)


def _tf_bucket(name: str, dice: random.Random) -> str:
    return f"""
    resource "aws_s3_bucket" "{name}" {{
      bucket_prefix = "${{var.stage}}-{name.replace("_", "-")}-"
      force_destroy = {dice.choice(["true", "false"])}
      tags          = local.tags
    }}

    resource "aws_s3_bucket_versioning" "{name}" {{
      bucket = aws_s3_bucket.{name}.id
      versioning_configuration {{
        status = "Enabled"
      }}
    }}

    resource "aws_s3_bucket_public_access_block" "{name}" {{
      bucket                  = aws_s3_bucket.{name}.id
      block_public_acls       = true
      block_public_policy     = true
      ignore_public_acls      = true
      restrict_public_buckets = true
    }}
    """


def _tf_queue(name: str, dice: random.Random) -> str:
    return f"""
    resource "aws_sqs_queue" "{name}_dead" {{
      name                      = "${{var.stage}}-{name}-dead"
      message_retention_seconds = {dice.choice([604800, 1209600])}
      tags                      = local.tags
    }}

    resource "aws_sqs_queue" "{name}" {{
      name                       = "${{var.stage}}-{name}"
      visibility_timeout_seconds = {dice.randrange(30, 300, 30)}
      redrive_policy = jsonencode({{
        deadLetterTargetArn = aws_sqs_queue.{name}_dead.arn
        maxReceiveCount     = {dice.randrange(3, 9)}
      }})
      tags = local.tags
    }}
    """


def _tf_role(name: str, dice: random.Random) -> str:
    return f"""
    # who the {name} service is
    data "aws_iam_policy_document" "{name}" {{
      statement {{
        actions = ["sts:AssumeRole"]
        principals {{
          type        = "Service"
          identifiers = ["ecs-tasks.amazonaws.com"]
        }}
      }}
    }}

    resource "aws_iam_role" "{name}" {{
      name_prefix          = "{name[:12]}"
      assume_role_policy   = data.aws_iam_policy_document.{name}.json
      max_session_duration = {dice.choice([3600, 7200])}
    }}
    """


def _tf_security_group(name: str, dice: random.Random) -> str:
    port = dice.randrange(8000, 9000)
    return f"""
    resource "aws_security_group" "{name}" {{
      name_prefix = "{name}-"
      vpc_id      = var.vpc_id

      ingress {{
        description = "from the load balancer"
        from_port   = {port}
        to_port     = {port}
        protocol    = "tcp"
        cidr_blocks = ["10.0.0.0/8"]
      }}

      egress {{
        from_port   = 0
        to_port     = 0
        protocol    = "-1"
        cidr_blocks = ["0.0.0.0/0"]
      }}
    }}

    output "{name}_security_group" {{
      value = aws_security_group.{name}.id
    }}
    """


_TERRAFORM_HEAD = """\
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region = "eu-central-1"
}

variable "stage" {
  type    = string
  default = "test"
}

variable "vpc_id" {
  type = string
}

locals {
  tags = {
    stage = var.stage
  }
}
"""
_TERRAFORM_BLOCKS: tuple[Block, ...] = (_tf_bucket, _tf_queue, _tf_role, _tf_security_group)


def _names(*, title: bool) -> Callable[[int], str]:
    def name(number: int) -> str:
        service, round_ = _SERVICES[number % len(_SERVICES)], number // len(_SERVICES)
        return f"{service.title()}{round_ or ''}" if title else f"{service}{f'_{round_}' if round_ else ''}"

    return name


def _compose(head: str, blocks: tuple[Block, ...], name: Callable[[int], str], lines: int, margin: str) -> str:
    dice, text, number = random.Random(_SEED), head, 0
    while text.count("\n") < lines:
        text += indent(dedent(dice.choice(blocks)(name(number), dice)).strip("\n") + "\n", margin)
        text += "" if margin else "\n"
        number += 1
    return text


def cloudformation(lines: int) -> str:
    """A template of about `lines` lines that cfn-lint finds nothing wrong with."""
    return _compose(_CLOUDFORMATION_HEAD, _CLOUDFORMATION_BLOCKS, _names(title=True), lines, "  ")


def terraform(lines: int) -> str:
    """A module of about `lines` lines that terraform finds nothing wrong with."""
    return _compose(_TERRAFORM_HEAD, _TERRAFORM_BLOCKS, _names(title=False), lines, "").rstrip("\n") + "\n"


def write(directory: Path) -> list[Path]:
    """Write all workloads: `cfn-LINES.yaml` and `tf-LINES.tf`."""
    directory.mkdir(parents=True, exist_ok=True)
    files = {f"cfn-{lines}.yaml": cloudformation(lines) for lines in CLOUDFORMATION_LINES}
    files |= {f"tf-{lines}.tf": terraform(lines) for lines in TERRAFORM_LINES}
    for name, text in files.items():
        (directory / name).write_text(text, encoding="utf-8")
    return [directory / name for name in files]


if __name__ == "__main__":
    for path in write(Path(sys.argv[1])):
        print(path)
