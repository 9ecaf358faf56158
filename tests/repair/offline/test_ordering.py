"""What comes before a resource that does not name it."""

import re
import shutil

import pytest
from cfnlint.api import lint

from lsp_server.dialects.base import Language
from lsp_server.linters.terraform_validate import TerraformValidate
from tests.repair.offline.test_offline import task, written

CLOUDFORMATION, TERRAFORM = Language.CLOUDFORMATION, Language.TERRAFORM
NETWORK = "a VPC with a public and a private subnet, an internet gateway"
GATEWAY = "Resources:\n  Attached:\n    Type: AWS::EC2::VPCGatewayAttachment\n    Properties: {VpcId: v}\n"


def block(text, header):
    """A resource of a text, up to the next one."""
    found = re.search(rf"^( *){header}.*\n(?:\1[ }}].*\n|\s*\n)*", text, re.MULTILINE)
    return found[0] if found else ""


@pytest.mark.parametrize(
    ("intent", "language", "header", "key", "first"),
    [
        (f"{NETWORK} and an elastic IP", CLOUDFORMATION, "ElasticIp:", "DependsOn", ["GatewayAttachment"]),
        (f"{NETWORK} and an EC2 instance", CLOUDFORMATION, "Instance:", "DependsOn", ["GatewayAttachment"]),
        (f"{NETWORK} and an EC2 instance", CLOUDFORMATION, "PublicRoute:", "DependsOn", ["GatewayAttachment"]),
        (f"{NETWORK} and an EC2 instance", CLOUDFORMATION, "PublicSubnet:", "DependsOn", []),
        (f"{NETWORK} and a NAT gateway", CLOUDFORMATION, "NatGateway:", "DependsOn", []),  # its address has
        (f"{NETWORK} and a NAT gateway", CLOUDFORMATION, "PrivateRoute:", "DependsOn", []),
        (f"{NETWORK} and an elastic IP", TERRAFORM, 'resource "aws_eip"', "depends_on", ["aws_internet_gateway.main"]),
        (
            f"{NETWORK} and an instance",
            TERRAFORM,
            'resource "aws_instance"',
            "depends_on",
            ["aws_internet_gateway.main"],
        ),
        ("a VPC with two subnets and an instance", TERRAFORM, 'resource "aws_instance"', "depends_on", []),
        (
            "an S3 bucket with ownership controls and a bucket ACL",
            TERRAFORM,
            'resource "aws_s3_bucket_acl"',
            "depends_on",
            ["aws_s3_bucket_ownership_controls.bucket"],
        ),
        (
            "a Lambda function and an EKS cluster",
            TERRAFORM,
            'resource "aws_eks_cluster"',
            "depends_on",
            ["aws_iam_role_policy_attachment.attachment_2"],
        ),
    ],
)
async def test_what_comes_before_a_resource_is_what_it_depends_on(intent, language, header, key, first):
    text, _ = await written(intent, language)
    own = block(text, header)
    assert own
    told = re.search(rf"^ *{key}\W+(.+?)\]?$", own, re.MULTILINE)
    assert (told[1].split(", ") if told else []) == first


async def test_a_gateway_that_is_there_comes_before_an_address():
    text, _ = await written("an elastic IP", CLOUDFORMATION, GATEWAY)
    assert "DependsOn: Attached" in text


async def test_nothing_that_comes_before_another_leads_in_a_circle_or_is_told_twice():
    intent = f"{NETWORK}, a NAT gateway, an elastic IP, an EC2 instance, an internet-facing load balancer and an ASG"
    text, _ = await written(intent, CLOUDFORMATION)
    assert [str(match) for match in lint(text)] == []


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")
async def test_terraform_finds_no_circle_either():
    intent = f"{NETWORK}, a NAT gateway, an elastic IP, an EC2 instance, an EKS cluster with a node group"
    text, _ = await written(intent, TERRAFORM)
    linter = TerraformValidate("terraform")
    result = await linter.lint(task("", TERRAFORM, text).unit)
    await linter.close()
    assert (result.diagnostics, result.not_run) == ((), "")
