"""What is a slip of the fingers, and what is another name."""

from __future__ import annotations

import pytest

from lsp_server.fixers.cloudformation.names import certain, distance, goes_on, rank

SLIPS = """
bucketName BucketName
Enviroment Environment
aNme Name
ToPrt ToPort
VcpId VpcId
SecurityGroup SecurityGroups
HTTPs HTTPS
Pubilc-Read public-read
PublicSubneetTwo PublicSubnetTwo
"""
OTHERS = """
external internal
SubnetC SubnetA
InternalSubnet ExternalSubnet
SET GET
VPN VPC
InstanceIp InstanceId
MinimumSize MaximumSize
MinValue MaxValue
WebServer DbServer
AppSg ApiSg
EksCluster EcsCluster
unencrypted encrypted
GroupIngress GroupEgress
Subnet2 Subnet1
r4.large r3.large
"""


LONGER = """
BucketName Bucket
VPC vpcId
KeySchemaList KeySchema
"""
NO_LONGER = """
Subnet2 Subnet
SubnetA Subnet
Bucket Bucket
NameOfBucket Bucket
Buckets Bucket
"""


def pairs(text: str) -> list[list[str]]:
    return [line.split() for line in text.split("\n") if line]


@pytest.mark.parametrize(("written", "name"), pairs(SLIPS))
def test_slip(written: str, name: str) -> None:
    assert [match.name for match in rank(written, [name])] == [name]


@pytest.mark.parametrize(("written", "name"), pairs(OTHERS))
def test_another_name(written: str, name: str) -> None:
    assert distance(written, name) > 2
    assert distance(name, written) > 2


def test_only_the_case_differs_from_one_of_two() -> None:
    assert certain(rank("HTTPs", ["HTTP", "HTTPS"]))
    assert not certain(rank("Subnetx", ["Subnety", "Subnetz"]))


@pytest.mark.parametrize(("a", "b"), pairs(LONGER))
def test_the_same_with_more_words(a: str, b: str) -> None:
    assert goes_on(a, b)
    assert goes_on(b, a)


@pytest.mark.parametrize(("a", "b"), pairs(NO_LONGER))
def test_not_the_same_with_more_words(a: str, b: str) -> None:
    assert not goes_on(a, b)
    assert not goes_on(b, a)
