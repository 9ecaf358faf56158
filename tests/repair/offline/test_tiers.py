"""What lies in a network is put there, and the security group of a database lets in what is to reach it."""

import re
import shutil

import pytest
from cfnlint.api import lint

from lsp_server.dialects.base import Language
from lsp_server.linters.terraform_validate import TerraformValidate
from tests.repair.offline.test_offline import task, written

CLOUDFORMATION, TERRAFORM = Language.CLOUDFORMATION, Language.TERRAFORM
GROUP = ("SourceSecurityGroupId", "!GetAtt SecurityGroup.GroupId")
NETWORK = "a VPC with public and private subnets, an EC2 instance with a web server"
needs_terraform = pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")


def sources(text):
    """What the rules of a template let in, by port."""
    rules = re.findall(r"FromPort: (\d+)\n +ToPort: \d+\n +(\w+): (.+)", text)
    return {int(port): (how, source.strip('"')) for port, how, source in rules}


@pytest.mark.parametrize(
    ("intent", "port", "rule"),
    [
        (f"{NETWORK}, security groups and a PostgreSQL database", 5432, GROUP),
        (f"{NETWORK} and a MySQL database", 3306, GROUP),
        (f"{NETWORK} and a Redis cluster", 6379, GROUP),
        (f"{NETWORK} and a memcached cluster", 11211, GROUP),
        ("a VPC with two subnets and an Aurora PostgreSQL cluster", 5432, ("CidrIp", "!GetAtt Vpc.CidrBlock")),
        # one for all is what was asked for
        (f"{NETWORK}, a security group and a MySQL database", 3306, ("CidrIp", "10.0.0.0/16")),
        # nothing else is there that a second group would be for
        ("a VPC with two subnets, security groups and a MySQL database", 3306, ("CidrIp", "10.0.0.0/16")),
    ],
)
async def test_a_database_lets_in_what_runs_beside_it_and_nothing_else(intent, port, rule):
    text, _ = await written(intent, CLOUDFORMATION)
    assert sources(text)[port] == rule
    assert "DBSecurityGroups" not in text
    assert [str(match) for match in lint(text)] == []


async def test_a_group_is_written_for_each_tier_and_no_more():
    for intent, number in ((f"{NETWORK}, security groups and a MySQL database", 2), (f"{NETWORK} and a database", 2)):
        text, _ = await written(intent, CLOUDFORMATION)
        assert text.count("Type: AWS::EC2::SecurityGroup\n") == number
    text, _ = await written("a VPC with two subnets, security groups and a MySQL database", CLOUDFORMATION)
    assert text.count("Type: AWS::EC2::SecurityGroup\n") == 1


async def test_a_database_outside_a_network_that_is_written_has_no_security_group_of_its_own():
    text, _ = await written("a MySQL database", CLOUDFORMATION)
    assert "SecurityGroup" not in text


async def test_what_is_asked_for_in_subnets_is_in_them():
    text, _ = await written("a VPC with two subnets and a Redis cluster", CLOUDFORMATION)
    assert "CacheSubnetGroupName: !Ref CacheSubnetGroup" in text


async def test_instances_of_an_aurora_cluster_are_in_it_and_leave_to_it_what_is_its_own():
    text, _ = await written("an Aurora PostgreSQL cluster with two database instances and a VPC", CLOUDFORMATION)
    instances = re.findall(r"Type: AWS::RDS::DBInstance\n.*?(?=\n  \w|\Z)", text, re.DOTALL)
    assert len(instances) == 2
    assert all("DBClusterIdentifier: !Ref Cluster" in one and "Engine: aurora-postgresql" in one for one in instances)
    assert not any(re.search("MasterUser|AllocatedStorage|SecurityGroup", one) for one in instances)
    assert [str(match) for match in lint(text)] == []


@needs_terraform
@pytest.mark.parametrize(
    ("intent", "rule"),
    [
        (
            f"{NETWORK}, security groups and a PostgreSQL database",
            "referenced_security_group_id = aws_security_group.main.id",
        ),
        (f"{NETWORK} and a Redis cluster", "referenced_security_group_id = aws_security_group."),
        (
            "a VPC with two subnets and an Aurora cluster with two database instances",
            "cidr_ipv4 = aws_vpc.main.cidr_block",
        ),
    ],
)
async def test_terraform_finds_nothing_in_tiers(intent, rule):
    text, _ = await written(intent, TERRAFORM)
    assert rule in " ".join(text.split())
    linter = TerraformValidate("terraform")
    result = await linter.lint(task("", TERRAFORM, text).unit)
    await linter.close()
    assert (result.diagnostics, result.not_run) == ((), "")


async def test_a_group_in_a_file_that_has_its_rules_inside_lets_in_another_group_inside():
    there = 'resource "aws_security_group" "old" {\n  ingress {\n    from_port = 1\n  }\n}\n'
    text, _ = await written(f"{NETWORK}, security groups and a MySQL database", TERRAFORM, there)
    assert "security_groups = [aws_security_group.main.id]" in " ".join(text.split())
