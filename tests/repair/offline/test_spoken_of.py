"""What is asked for, and how many of it, where more is named than that."""

import re
from collections import Counter

import pytest

from lsp_server.dialects.base import Language
from lsp_server.repair.offline.search import mentioned, type_names
from lsp_server.repair.offline.words import Words
from tests.repair.offline.test_offline import task, written

CLOUDFORMATION, TERRAFORM = Language.CLOUDFORMATION, Language.TERRAFORM


def counted(intent, language):
    types = tuple(type_names(task("x", language).unit, language))
    return dict(Counter(name for name, _ in mentioned(Words(intent), types, language)))


@pytest.mark.parametrize(
    ("intent", "types"),
    [
        # examples, what may be done to what, who may do it
        ("a queue and a topic (e.g. for Lambda functions)", {"AWS::SQS::Queue": 1, "AWS::SNS::Topic": 1}),
        ("a queue (for example, one that a bucket notifies)", {"AWS::SQS::Queue": 1}),
        ("a role with permissions to invoke Lambda functions", {"AWS::IAM::Role": 1}),
        ("a role with permissions to read the table and a table", {"AWS::IAM::Role": 1}),
        ("a role that may manage CloudFormation stack operations", {"AWS::IAM::Role": 1}),
        (
            "a bucket policy that lets ELB accounts write and a bucket",
            {"AWS::S3::BucketPolicy": 1, "AWS::S3::Bucket": 1},
        ),
        ("a NAT gateway that allows private instances to reach out", {"AWS::EC2::NatGateway": 1}),
        ("Lambda resources", {"AWS::Lambda::Function": 1}),
        # an instance may be one of a database
        ("a PostgreSQL 15 instance on RDS", {"AWS::RDS::DBInstance": 1}),
        ("an Aurora cluster with two small db.t3.large instances", {"AWS::RDS::DBCluster": 1}),
        ("a MySQL database and an instance", {"AWS::RDS::DBInstance": 1, "AWS::EC2::Instance": 1}),
        # words that mean a thing beside others alone
        ("a topic for the distribution of news", {"AWS::SNS::Topic": 1}),
        ("a CDN with a distribution", {"AWS::CloudFront::Distribution": 1}),
        ("a distribution", {"AWS::CloudFront::Distribution": 1}),
        ("an instance and a volume of 20 GB", {"AWS::EC2::Instance": 1, "AWS::EC2::Volume": 1}),
        ("a volume", {"AWS::EC2::Volume": 1}),
        ("a dashboard of data volumes", {"AWS::CloudWatch::Dashboard": 1}),
        ("a DynamoDB table and scripts for the database", {"AWS::DynamoDB::Table": 1}),
        ("a DynamoDB table and an RDS database", {"AWS::DynamoDB::Table": 1, "AWS::RDS::DBInstance": 1}),
        ("a user pool with a domain", {"AWS::Cognito::UserPool": 1, "AWS::Cognito::UserPoolDomain": 1}),
        ("an EKS cluster with a node group", {"AWS::EKS::Cluster": 1, "AWS::EKS::Nodegroup": 1}),
        # how many
        ("an input bucket for what comes and an output bucket for what goes", {"AWS::S3::Bucket": 2}),
        ("a bucket that is private. It is a public bucket", {"AWS::S3::Bucket": 1}),
        ("a role with an assume role policy", {"AWS::IAM::Role": 1}),
        ("a main queue and a queue policy", {"AWS::SQS::Queue": 1, "AWS::SQS::QueuePolicy": 1}),
        ("five small (t3.nano) EC2 instances", {"AWS::EC2::Instance": 5}),
        ("five small EC2 instances and a dedicated admin instance", {"AWS::EC2::Instance": 6}),
        ("two functions, a writer function and a reader function", {}),
        ("two Lambda functions, a first Lambda function and a last Lambda function", {"AWS::Lambda::Function": 2}),
        ("two subnets, security groups", {"AWS::EC2::Subnet": 2, "AWS::EC2::SecurityGroup": 1}),
        ("two SQS queues", {"AWS::SQS::Queue": 2}),
        ("three topics and queues", {"AWS::SNS::Topic": 3, "AWS::SQS::Queue": 1}),
    ],
)
def test_what_a_template_is_asked_for(intent, types):
    found = counted(intent, CLOUDFORMATION)
    assert {kind: found.get(kind, 0) for kind in types} == types
    assert not {"AWS::Lambda::Function", "AWS::EC2::Instance"} & (found.keys() - types.keys())
    if types and "role" not in intent:
        assert found == types


@pytest.mark.parametrize(
    ("intent", "types"),
    [
        ("a Kinesis streaming destination for a DynamoDB table", ["aws_dynamodb_kinesis_streaming_destination"]),
        ("a usage limit of a Redshift cluster", ["aws_redshift_cluster", "aws_redshift_usage_limit"]),
        ("a query log", []),  # of what?
        ("an EKS cluster with a node group", ["aws_eks_cluster", "aws_eks_node_group"]),
        ("an Aurora cluster with two database instances", ["aws_rds_cluster", "aws_rds_cluster_instance"]),
        ("a Lightsail database", ["aws_lightsail_database"]),
        ("a Lightsail that has a MySQL database", ["aws_lightsail_database"]),
    ],
)
def test_what_a_module_is_asked_for(intent, types):
    assert set(types) <= counted(intent, TERRAFORM).keys()
    assert types or not counted(intent, TERRAFORM)


async def test_what_has_a_version_is_not_versioned():
    text, _ = await written("a bucket and a bucket policy with a version number", TERRAFORM)
    assert "aws_s3_bucket_versioning" not in text


async def test_a_route_leads_to_one_place():
    text, _ = await written("a VPC with a public and a private subnet and a NAT gateway", CLOUDFORMATION)
    routes = re.findall(r"Type: AWS::EC2::Route\n.*?(?=\n  \w|\Z)", text, re.DOTALL)
    assert [len(re.findall(r"\b(?:Nat)?GatewayId:", route)) for route in routes] == [1, 1]


async def test_a_number_that_is_said_is_not_raised_by_what_is_said_later():
    text, _ = await written(
        "a VPC with one public and two private subnets. The public subnets are in three zones", TERRAFORM
    )
    assert re.findall(r'"aws_subnet" "(\w+)"', text) == ["public", "private", "private_2"]


@pytest.mark.parametrize(
    ("said", "subnets"),
    [
        ("two public and private subnets", ["public", "public_2", "private", "private_2"]),
        ("two public and one private subnet", ["public", "public_2", "private"]),
        ("a public and two private subnets", ["public", "private", "private_2"]),
        ("public and private subnets", ["public", "private"]),
    ],
)
async def test_a_number_counts_all_kinds_of_subnets_behind_it_up_to_the_next_number(said, subnets):
    text, _ = await written(f"a VPC with {said}", TERRAFORM)
    assert re.findall(r'"aws_subnet" "(\w+)"', text) == subnets


async def test_an_internal_load_balancer_is_in_the_private_subnets():
    network = "a VPC with two public and two private subnets"
    text, _ = await written(f"an internal load balancer in {network}", TERRAFORM)
    assert re.search(r"subnets += \[aws_subnet\.private\.id, aws_subnet\.private_2\.id\]", text)
    text, _ = await written(f"a load balancer in {network}", TERRAFORM)
    assert re.search(r"subnets += \[aws_subnet\.public\.id, aws_subnet\.public_2\.id\]", text)
