"""The embedded proposer: what a sentence comes to, that real linters find nothing in it, and that it owns up."""

import asyncio
import re
import shutil
from pathlib import Path

import msgspec
import pytest
from cfnlint.api import lint
from hypothesis import given, settings
from hypothesis import strategies as st

from lsp_server.analysis import Analysis
from lsp_server.core.document import Document, Unit
from lsp_server.core.edit import apply_edits, edit_unit
from lsp_server.dialects.base import Language
from lsp_server.dialects.terraform.strict import read_error
from lsp_server.linters.terraform_validate import TerraformValidate
from lsp_server.repair.offline.networks import free_range
from lsp_server.repair.offline.proposer import OfflineProposer
from lsp_server.repair.offline.recipes import recipes, spoken
from lsp_server.repair.offline.schedule import schedule
from lsp_server.repair.offline.search import mentioned, type_names
from lsp_server.repair.offline.speaking import speaks_of
from lsp_server.repair.offline.stems import words_of
from lsp_server.repair.offline.tagging import shared_tags, tags_said
from lsp_server.repair.offline.words import Words
from lsp_server.repair.proposer import IntentTask, Place, Task

CASES = msgspec.yaml.decode((Path(__file__).parent / "cases.yaml").read_bytes())
CLOUDFORMATION, TERRAFORM = Language.CLOUDFORMATION, Language.TERRAFORM
needs_terraform = pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")


def task(intent, language, text="", offset=None, more=()):
    name = "t.json" if text.startswith("{") else "t.yaml"
    document = Document(f"file:///project/{name if language is CLOUDFORMATION else 'main.tf'}", text)
    unit = Unit((document, *more))
    wanted = IntentTask(intent, document.uri, len(text) if offset is None else offset)
    return Task(Analysis(unit, language, (), (), ()), (), (), wanted)


def named(intent, language):
    types = tuple(type_names(task("x", language).unit, language))
    return list(dict.fromkeys(name for name, _ in mentioned(Words(intent), types, language)))


async def written(intent, language, text="", offset=None, more=()):
    asked = task(intent, language, text, offset, more)
    proposal = await OfflineProposer().propose(asked)
    return (edit_unit(asked.unit, proposal.edits).main.text, proposal) if proposal else ("", None)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["intent"])
async def test_what_is_written(case):
    before = case["before"]
    offset = before.find("▮")
    text = before.replace("▮\n", "").replace("▮", "")
    after, _ = await written(case["intent"], Language(case["language"]), text, offset if offset >= 0 else None)
    assert after == case["after"]


def intents(language):
    """For each recipe its name in speech, alone and with each of its features."""
    alone = [thing for thing in reversed(spoken()) if not thing.beside and not thing.otherwise]
    named = {getattr(thing, language.value): thing.words[0] for thing in alone}
    for kind, recipe in recipes(language).items():
        name = named.get(kind, kind)
        yield kind, name
        yield from ((kind, f"{name} with {feature.words[0]}") for feature in recipe.features if feature.words)


async def growing(language, most=20):
    """Texts into which the intents of all recipes are written one after the other, `most` into each."""
    text = ""
    for number, (kind, intent) in enumerate(intents(language), 1):
        before = text
        text, proposal = await written(intent, language, text)
        assert proposal is not None, intent
        assert kind in text[len(before) // 2 :], intent
        if number % most == 0:
            yield text
            text = ""
    if text:
        yield text


async def test_cfn_lint_finds_nothing_in_any_recipe():
    assert [str(match) async for text in growing(CLOUDFORMATION) for match in lint(text)] == []


@needs_terraform
async def test_terraform_and_the_strict_reader_find_nothing_in_any_recipe_and_it_is_formatted(tmp_path):
    linter, wrong, number = TerraformValidate("terraform"), [], 0
    async for text in growing(TERRAFORM):
        result = await linter.lint(task("", TERRAFORM, text).unit)
        wrong += [d.message for d in result.diagnostics]
        wrong += [problem for problem in (result.not_run, read_error(text)) if problem]
        number += 1
        (tmp_path / f"{number}.tf").write_text(text)
    await linter.close()
    assert wrong == []
    fmt = await asyncio.create_subprocess_exec("terraform", "fmt", "-check", str(tmp_path), stdout=-1)
    assert (await fmt.communicate())[0] == b""


@pytest.mark.parametrize("name", ["AWS::AppSync::GraphQLApi", "AWS::Athena::WorkGroup", "AWS::EC2::CustomerGateway"])
async def test_a_type_without_a_recipe_gets_what_its_schema_requires(name):
    text, _ = await written(name, CLOUDFORMATION)
    assert f"Type: {name}" in text
    assert [str(match) for match in lint(text)] == []


@needs_terraform
@pytest.mark.parametrize("name", ["aws_msk_cluster", "aws_customer_gateway", "aws_lightsail_instance"])
async def test_a_terraform_type_without_a_recipe_gets_what_its_schema_requires(name):
    asked = task(name, TERRAFORM)
    proposal = await OfflineProposer().propose(asked)
    linter = TerraformValidate("terraform")
    result = await linter.lint(edit_unit(asked.unit, proposal.edits))
    await linter.close()
    assert (result.diagnostics, result.not_run) == ((), "")


async def test_variables_go_to_the_file_that_holds_them():
    variables = Document("file:///project/variables.tf", 'variable "region" {\n  type = string\n}\n')
    asked = task("an EC2 instance", TERRAFORM, more=(variables,))
    proposal = await OfflineProposer().propose(asked)
    after = edit_unit(asked.unit, proposal.edits)
    assert after[variables.uri].text == variables.text + '\nvariable "ami_id" {\n  type = string\n}\n'
    assert "variable" not in after.main.text


async def test_it_says_what_it_is_and_what_it_did_not_understand():
    _, proposal = await written("an S3 bucket for unicorns", CLOUDFORMATION)
    assert "without a model" in proposal.note
    assert "not understood: unicorns" in proposal.note
    _, proposal = await written("an S3 bucket with versioning", CLOUDFORMATION)
    assert "not understood" not in proposal.note


async def test_it_says_who_may_assume_a_role_and_what_number_it_did_not_heed():
    _, proposal = await written("an IAM role that only the Bedrock service may assume", CLOUDFORMATION)
    assert "Role may be assumed by" in proposal.note
    _, proposal = await written("a Route 53 zone with two unicorns", TERRAFORM)
    assert "not understood: two, unicorns" in proposal.note


@pytest.mark.parametrize("intent", ["", "please help", "fix the spelling of this", "🪣"])
@pytest.mark.parametrize("language", Language)
async def test_nothing_is_proposed_where_no_resource_is_named(intent, language):
    assert await OfflineProposer().propose(task(intent, language)) is None


async def test_findings_are_left_to_the_fixers_and_nothing_is_proposed_twice():
    asked = task("an S3 bucket", CLOUDFORMATION)
    proposer = OfflineProposer()
    assert await proposer.propose(Task(asked.analysis, ())) is None
    place = Place(asked.intent.uri, asked.unit.main.line_span(0))
    assert await proposer.propose(Task(asked.analysis, (), (), asked.intent, place)) is None


@pytest.mark.parametrize(
    ("language", "written_type"), [(CLOUDFORMATION, "AWS::Budgets::Budget"), (TERRAFORM, "aws_budgets_budget")]
)
async def test_a_type_that_is_not_named_in_speech_is_written_where_it_alone_can_be_meant(language, written_type):
    text, proposal = await written("a budget for our costs", language)
    assert written_type in text
    assert "budget" not in proposal.note.partition("not understood")[2]


async def test_what_is_said_not_to_be_is_not():
    text, _ = await written("an S3 bucket without versioning", CLOUDFORMATION)
    assert "Versioning" not in text


async def test_the_serverless_transform_is_heeded():
    kinds = named("a serverless application", CLOUDFORMATION)
    assert not any(kind.startswith("AWS::Serverless") for kind in kinds)


@pytest.mark.parametrize(
    ("intent", "types"),
    [
        ("a Lambda function and an SQS queue", ["AWS::Lambda::Function", "AWS::SQS::Queue"]),
        ("an SQS queue with a dead letter queue", ["AWS::SQS::Queue"]),
        ("a DynamoDB table", ["AWS::DynamoDB::Table"]),
        ("an AWS::Athena::WorkGroup", ["AWS::Athena::WorkGroup"]),
        ("three private subnets in a VPC", ["AWS::EC2::Subnet", "AWS::EC2::VPC"]),
        ("application load balancers", ["AWS::ElasticLoadBalancingV2::LoadBalancer"]),
        ("a MySQL instance and a snapshot of the instance", ["AWS::RDS::DBInstance"]),
        ("a PostgreSQL database instance", ["AWS::RDS::DBInstance"]),
        ("a database of instance class db.t3.micro", ["AWS::RDS::DBInstance"]),
        ("a Route 53 zone", ["AWS::Route53::HostedZone"]),
        ("results in a distributed environment, stored by a granting role", ["AWS::IAM::Role"]),
        ("a GuardDuty detector", ["AWS::GuardDuty::Detector"]),
        ("a bucket with tight security configurations", ["AWS::S3::Bucket"]),
        ("a Glue security configuration", ["AWS::Glue::SecurityConfiguration"]),
        ("a MySQL database with a parameter group", ["AWS::RDS::DBInstance", "AWS::RDS::DBParameterGroup"]),
        ("a hosted zone with a record", ["AWS::Route53::HostedZone", "AWS::Route53::RecordSet"]),
        ("a queue that keeps a record", ["AWS::SQS::Queue"]),
        ("a role for Lambda", ["AWS::IAM::Role"]),
        ("a role for the queue and a queue", ["AWS::IAM::Role", "AWS::SQS::Queue"]),
        ("an Auto Scaling group of 3 EC2 instances", ["AWS::AutoScaling::AutoScalingGroup"]),
        ("MySQL", ["AWS::RDS::DBInstance"]),
        ("a security group that lets MySQL in", ["AWS::EC2::SecurityGroup"]),
        ("a role with the AmazonSSMManagedInstanceCore managed policy", ["AWS::IAM::Role"]),
        ("an instance with a value from SSM Parameter Store", ["AWS::EC2::Instance"]),
        ("an Auto Scaling group with at least one instance of EC2 instances", ["AWS::AutoScaling::AutoScalingGroup"]),
        ("a Batch compute environment (EC2-based, with two instances)", ["AWS::Batch::ComputeEnvironment"]),
        ("a hosted zone that directs traffic", ["AWS::Route53::HostedZone", "AWS::Route53::RecordSet"]),
        ("CloudWatch Logs with a retention of 7 days", ["AWS::Logs::LogGroup"]),
        ("a VPC with internet access", ["AWS::EC2::VPC", "AWS::EC2::InternetGateway"]),
        ("a VPC without internet access", ["AWS::EC2::VPC"]),
        ("a policy that allows s3:GetObject", ["AWS::IAM::ManagedPolicy"]),
        ("a policy that allows tea", []),
    ],
)
def test_the_types_that_words_name(intent, types):
    assert named(intent, CLOUDFORMATION) == types


@pytest.mark.parametrize(
    ("intent", "runtime", "left"),
    [
        ("a Lambda function, Python 3.12", "python3.12", []),
        ("a python3.12 Lambda function", "python3.12", []),
        ("a Lambda function in Node.js 20.x", "nodejs20.x", []),
        ("a nodejs20.x Lambda function", "nodejs20.x", []),
        ("a Java 21 Lambda function", "java21", []),
        ("a Python 2.6 Lambda function", "python3.13", ["Python", "2.6"]),
        ("a Lambda function", "python3.13", []),
    ],
)
async def test_the_runtime_that_is_said(intent, runtime, left):
    proposal = await OfflineProposer().propose(task(intent, Language.TERRAFORM))
    assert f'"{runtime}"' in proposal.edits[0].text
    said = proposal.note.partition("not understood: ")[2].rstrip(".")
    assert [word for word in said.split(", ") if word] == left


def test_numbers_go_with_the_nearest_fitting_word():
    words = Words("512 MB of memory and a timeout of 5 minutes")
    assert words.number_near(words.find(words_of("memory")), unit="megabytes") == 512
    assert words.number_near(words.find(words_of("timeout")), unit="seconds") == 300


_PIECES = [w for thing in spoken() for w in thing.words] + [
    "with",
    "named",
    '"x y"',
    "30 days",
    "no",
    "encrypted",
    "ttl",
]


@settings(deadline=None)
@given(st.lists(st.one_of(st.sampled_from(_PIECES), st.text(max_size=8)), max_size=8), st.sampled_from(list(Language)))
def test_any_words_and_any_text_never_raise_and_only_add(pieces, language):
    text = "# x\n" if language is TERRAFORM else "Resources:\n  A: {Type: AWS::SNS::Topic}\n"
    asked = task(" ".join(pieces), language, text)
    proposal = asyncio.run(OfflineProposer().propose(asked))
    if proposal is not None:
        assert all(edit.span.start == edit.span.end for edit in proposal.edits)
        assert len(apply_edits(text, proposal.edits)) > len(text)


NETWORK = "a VPC with public and private subnets in two availability zones and a NAT gateway"


async def test_subnets_of_a_kind_get_their_route_tables_zones_and_ranges_that_do_not_overlap():
    text, _ = await written(NETWORK, TERRAFORM)
    assert text.count('resource "aws_subnet"') == 4
    assert [text.count(f'cidr_block              = "10.0.{n}.0/24"') for n in (0, 1)] == [1, 1]
    assert text.count("names[0]") == text.count("names[1]") == 2
    assert text.count('resource "aws_route_table_association"') == 4
    assert "gateway_id = aws_internet_gateway.main.id" in text
    assert "nat_gateway_id = aws_nat_gateway.main.id" in text
    text, _ = await written(NETWORK, CLOUDFORMATION)
    assert text.count("Type: AWS::EC2::Subnet\n") == text.count("Type: AWS::EC2::SubnetRouteTableAssociation") == 4
    assert "DependsOn: GatewayAttachment" in text
    assert [str(match) for match in lint(text)] == []


async def test_a_load_balancer_gets_its_listener_its_target_group_and_its_security_group():
    for intent in ("an application load balancer", "an application load balancer in a VPC"):
        text, _ = await written(intent, CLOUDFORMATION)
        for kind in ("Listener", "TargetGroup"):
            assert f"Type: AWS::ElasticLoadBalancingV2::{kind}\n" in text
        assert "Type: AWS::EC2::SecurityGroup\n" in text
        assert [str(match) for match in lint(text)] == []


async def test_what_takes_two_public_subnets_gets_a_second_one_rather_than_a_private_one():
    text, _ = await written("a load balancer in a VPC with a public and a private subnet", CLOUDFORMATION)
    assert re.search(r"Subnets:\n +- !Ref PublicSubnet\n +- !Ref PublicSubnet2\n", text)


async def test_the_role_of_a_function_may_write_logs_and_what_runs_by_the_clock_is_run():
    text, proposal = await written("a Lambda function that runs every day at 7 UTC", TERRAFORM)
    assert "policy/service-role/AWSLambdaBasicExecutionRole" in text
    assert 'schedule_expression = "cron(0 7 * * ? *)"' in text
    assert "source_arn    = aws_cloudwatch_event_rule.main.arn" in text
    assert "UTC" not in proposal.note


async def test_names_go_to_what_they_stand_behind_and_a_list_of_names_is_that_many():
    text, _ = await written(
        'two SQS queues and a topic. Name the topic "news" and the queues "in" and "out"', TERRAFORM
    )
    assert [name in text for name in ('"aws_sqs_queue" "in"', '"aws_sqs_queue" "out"', '"aws_sns_topic" "news"')] == [
        True
    ] * 3


async def test_what_may_name_another_resource_of_the_request_does():
    text, _ = await written("a MySQL 8.0 database, a security group, two subnets in a VPC and a KMS key", TERRAFORM)
    lines = {" ".join(line.split()) for line in text.splitlines()}
    assert "vpc_security_group_ids = [aws_security_group.main.id]" in lines
    assert "db_subnet_group_name = aws_db_subnet_group.main.name" in lines
    assert "kms_key_id = aws_kms_key.main.arn" in lines
    assert 'engine_version = "8.0"' in lines


async def test_subnets_whose_network_comes_later_share_the_usual_one():
    text, _ = await written("two subnets and an application load balancer", CLOUDFORMATION)
    assert re.findall(r'CidrBlock: "?([\d./]+)', text)[:2] == ["10.0.0.0/24", "10.0.1.0/24"]


async def test_what_is_there_already_is_no_resource_of_its_own():
    text, _ = await written("an EC2 instance in an existing VPC", TERRAFORM)
    assert '"aws_vpc"' not in text


@pytest.mark.parametrize(
    ("intent", "there", "gone"),
    [
        ("an EC2 instance in the default VPC/subnet", "aws_instance", "aws_subnet"),
        ("an EC2 instance in the existing VPC and subnet", "aws_instance", "aws_subnet"),
        ("a security group for others (e.g., Lambda functions)", "aws_security_group", "aws_lambda_function"),
    ],
)
async def test_what_is_spoken_of_as_there_or_as_an_example_is_not_written(intent, there, gone):
    text, _ = await written(intent, TERRAFORM)
    assert (f'resource "{there}"' in text, f'resource "{gone}"' in text) == (True, False)


async def test_another_or_a_second_is_one_more():
    for intent in ("an S3 bucket and a second S3 bucket. The second bucket is private", "a bucket and another bucket"):
        text, _ = await written(intent, TERRAFORM)
        assert text.count('resource "aws_s3_bucket"') == 2


async def test_what_needs_a_role_gets_one_that_its_service_may_assume():
    text, proposal = await written("an EventBridge pipe", CLOUDFORMATION)
    assert "RoleArn: !GetAtt Role.Arn" in text
    assert "pipes.amazonaws.com" in proposal.note
    text, _ = await written("an Auto Scaling group of instances for Systems Manager", CLOUDFORMATION)
    assert "Arn: !GetAtt InstanceProfile.Arn" in text
    assert [str(match) for match in lint(text)] == []


async def test_a_private_subnet_that_leads_nowhere_has_no_route_table_of_its_own():
    text, _ = await written("a VPC with a public and a private subnet", TERRAFORM)
    assert re.findall(r'"aws_route_table(?:_association)?" "(\w+)"', text) == ["public", "public"]


async def test_only_what_a_role_trusts_may_assume_it():
    _, proposal = await written("a bucket that notifies a queue", TERRAFORM)
    assert "assumed" not in proposal.note


async def test_an_instance_in_a_new_network_is_in_it_and_access_to_it_needs_a_security_group():
    text, _ = await written("an EC2 instance with SSH access in a VPC", CLOUDFORMATION)
    assert "SubnetId: !Ref PublicSubnet" in text
    assert "FromPort: 22" in text
    assert [str(match) for match in lint(text)] == []


async def test_names_go_to_things_by_what_they_are_called_in_speech():
    text, _ = await written('a MySQL database. Name the database "orders"', TERRAFORM)
    assert 'resource "aws_db_instance" "orders"' in text


NOTIFIED = [f"a bucket that sends notifications to a {target}" for target in ("queue", "topic", "Lambda function")]


@pytest.mark.parametrize("intent", NOTIFIED)
async def test_what_a_bucket_notifies_lets_it_before_it_is_told_to(intent):
    text, _ = await written(intent, CLOUDFORMATION)
    assert "DependsOn:" in text
    assert [str(match) for match in lint(text)] == []


@needs_terraform
@pytest.mark.parametrize("intent", [*NOTIFIED, "an EC2 instance with web server and tags Team=x in a VPC"])
async def test_terraform_finds_nothing_in_what_takes_several(intent):
    text, _ = await written(intent, TERRAFORM)
    assert "depends_on" in text or "security_group_id " in text
    linter = TerraformValidate("terraform")
    result = await linter.lint(task("", TERRAFORM, text).unit)
    await linter.close()
    assert (result.diagnostics, result.not_run) == ((), "")


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("tagged with Environment = prod and Owner: 'data team'.", {"Environment": "prod", "Owner": "data team"}),
        ("with tags Environment=prod, Team=data", {"Environment": "prod", "Team": "data"}),
        ("instances tagged for development (`environment: dev`)", {"environment": "dev"}),
        ("with immutable tags", {}),
        ("tagged. The size: 3", {}),
    ],
)
def test_the_tags_that_are_said(text, tags):
    assert tags_said(text) == tags


@given(
    st.dictionaries(st.from_regex(r"[A-Z][a-z]{1,8}", fullmatch=True), st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True))
)
def test_all_tags_of_a_list_are_read(tags):
    assert tags_said("with tags " + ", ".join(f"{key}={value}" for key, value in tags.items())) == tags


@pytest.mark.parametrize(
    ("texts", "shared"),
    [
        (["tags = local.tags", "tags = local.tags", "tags = { a = 1 }"], "local.tags"),
        (["tags = var.tags", 'tags = { Name = "x" }'], ""),
        (["tags = { a = 1 }"], ""),
        ([], ""),
    ],
)
def test_the_tags_that_resources_share(texts, shared):
    assert shared_tags(texts) == shared


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("every 5 minutes", "rate(5 minutes)"),
        ("every hour", "rate(1 hour)"),
        ("daily at 6:30 pm", "cron(30 18 * * ? *)"),
        ("each night at midnight, every day", "cron(0 0 * * ? *)"),
        ("with cron(0 5 * * ? *)", "cron(0 5 * * ? *)"),
        ("weekly", "rate(7 days)"),
        ("every 0 days", ""),
        ("at 99", ""),
    ],
)
def test_when_something_runs(text, expression):
    assert schedule(text) == expression


@pytest.mark.parametrize(
    ("within", "taken", "found"),
    [
        ("", "", "10.0.0.0/24"),
        ("192.168.0.0/16", "192.168.0.0/23", "192.168.2.0/24"),
        ("10.0.0.0/24", "10.0.0.0/24", "10.0.0.0/26"),
        ("10.0.0.0/28", "", "10.0.0.0/28"),
        ("999.0.0.0/8", "0.0.0.0/0", "10.0.0.0/24"),
    ],
)
def test_a_range_that_is_free(within, taken, found):
    assert free_range(within, taken) == found


@pytest.mark.parametrize(
    ("field", "owner", "kind", "speaks"),
    [
        ("vpc_security_group_ids", "aws_db_instance", "aws_security_group", True),
        ("SubnetId", "AWS::EC2::Instance", "AWS::EC2::Subnet", True),
        ("source_security_group_id", "aws_security_group_rule", "aws_security_group", False),
        ("role", "aws_thing", "aws_iam_role", False),
        ("cluster_parameter_group_name", "aws_redshift_cluster", "aws_redshift_parameter_group", True),
    ],
)
def test_whether_a_field_speaks_of_a_type(field, owner, kind, speaks):
    assert speaks_of(field, owner, kind) is speaks


ROLE = """\
Resources:
  Old:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: %s}, Action: "sts:AssumeRole"}]
"""
ROLE_OF_A_MODULE = """\
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["%s"]
    }
  }
}

resource "aws_iam_role" "old" {
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
"""


@pytest.mark.parametrize(
    ("service", "kept"),
    [("lambda.amazonaws.com", True), ("eks.amazonaws.com", False), ("${var.service}", True)],
)
@pytest.mark.parametrize(
    ("language", "text", "old"),
    [
        (CLOUDFORMATION, ROLE, "Role: !GetAtt Old.Arn"),
        (TERRAFORM, ROLE_OF_A_MODULE, "= aws_iam_role.old.arn"),
    ],
)
async def test_a_role_is_taken_by_whom_it_lets_assume_it(language, text, old, service, kept):
    after, proposal = await written("a lambda function", language, text % service)
    assert proposal is not None
    assert (old in after) is kept
